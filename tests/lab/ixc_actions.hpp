#pragma once
// The actions of IXC: calls that do something, whatever the listing header says (erp-ixc.md section 4).

#include <optional>
#include <string>

#include "tests/lab/http.hpp"
#include "tests/lab/ixc_listing.hpp"
#include "tests/lab/state.hpp"

namespace emdia::lab::ixc {

/// Runs under the lab's lock. nullopt: `name` is no action.
[[nodiscard]] std::optional<HttpReply> run_action(LabState& state, const std::string& name, const Fields& fields);

/// A JSON answer as IXC labels it (erp-ixc.md 1.16).
[[nodiscard]] HttpReply answer(std::string body);
/// {"type":"success"...} and {"type":"error"...}; the switches for language and mojibake apply to it.
[[nodiscard]] HttpReply success(LabState& state, const std::string& message);
[[nodiscard]] HttpReply business_error(LabState& state, const std::string& message);
/// `id` of a request: the field that IXC calls `id`, `get_id`, `id_contrato`... by action; 0 when unreadable.
[[nodiscard]] std::int64_t id_in(const Fields& fields, const std::string& key);

}  // namespace emdia::lab::ixc
