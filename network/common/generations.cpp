#include "network/common/generations.hpp"

#include <utility>

namespace emdia {

ApplyResult result_of(const DesiredAccess& desired, ApplyKind kind, std::string cause, std::string hint) {
    return {desired.command, desired.generation, kind, std::move(cause), std::move(hint), std::nullopt};
}

ApplyResult superseded(const DesiredAccess& desired) {
    return result_of(desired, ApplyKind::already_so, "superseded by a newer wish for the same connection");
}

ApplyResult not_sent_at_stop(const DesiredAccess& desired) {
    ApplyResult result = result_of(desired, ApplyKind::retry, "the driver was stopped before the request left");
    result.retry_after = Millis{0};
    return result;
}

}  // namespace emdia
