#include "daemon/adapters/sqlite_codec.hpp"

#include <array>

namespace emdia::sqlite {
namespace {

template <class E, std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& names, E value) noexcept {
    static_assert(N == static_cast<std::size_t>(StoredEnum<E>::kCount));
    return names.at(static_cast<std::size_t>(value));
}

constexpr std::array<std::string_view, 4> kChannels{"whatsapp", "email", "sms", "letter"};
constexpr std::array<std::string_view, 5> kInvoiceStates{"open", "partial", "paid", "cancelled", "unknown"};
constexpr std::array<std::string_view, 4> kContractStatus{"active", "cancelled", "pending", "other"};
constexpr std::array<std::string_view, 4> kErpAccess{"open", "reduced", "blocked", "unknown"};
constexpr std::array<std::string_view, 3> kProofs{"none", "acknowledged", "observed"};
constexpr std::array<std::string_view, 3> kMessageClasses{"collection", "service", "reply"};

}  // namespace

std::string_view to_string(Channel channel) noexcept { return pick(kChannels, channel); }
std::string_view to_string(InvoiceState state) noexcept { return pick(kInvoiceStates, state); }
std::string_view to_string(ContractStatus status) noexcept { return pick(kContractStatus, status); }
std::string_view to_string(ErpAccess access) noexcept { return pick(kErpAccess, access); }
std::string_view to_string(Proof proof) noexcept { return pick(kProofs, proof); }
std::string_view to_string(MessageClass sort) noexcept { return pick(kMessageClasses, sort); }

void fail_unknown_name(std::string_view name) {
    throw LedgerFailure({ErrorKind::bad_input, "the ledger holds the unknown word '" + std::string{name} + "'",
                         "it was written by a newer emdia or by hand; install that version or restore a backup"});
}

}  // namespace emdia::sqlite
