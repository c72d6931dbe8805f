#pragma once
// ERP records and answers as JSON. Private to this room.

#include "erp-connectors/protocol/json_reader.hpp"
#include "erp-connectors/protocol/messages.hpp"

namespace emdia::protocol {

[[nodiscard]] Json to_json(const ErpAnswer& answer);
/// Throws ReadError.
[[nodiscard]] ErpAnswer read_answer(Method method, const JsonReader& result);

}  // namespace emdia::protocol
