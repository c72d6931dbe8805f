#include "daemon/core/erp_records.hpp"

#include "daemon/core/name_table.hpp"

namespace emdia {
namespace {
constexpr std::array<std::string_view, 5> kKinds{"subscribers", "contracts", "connections", "invoices", "payments"};
}

std::string_view to_string(RecordKind kind) noexcept { return detail::name_in(kKinds, kind); }
std::optional<RecordKind> record_kind_from(std::string_view name) noexcept {
    return detail::value_in<RecordKind>(kKinds, name);
}

}  // namespace emdia
