#include "daemon/core/message_state.hpp"

namespace emdia {
namespace {

/// How much is known of a message's fate. Reports arrive in any order, so only a higher rank is news.
int rank(MessageState state) noexcept {
    switch (state) {
        case MessageState::queued:
            return 0;
        case MessageState::sending:
            return 1;
        case MessageState::unknown:
            return 2;
        case MessageState::accepted:
            return 3;
        case MessageState::sent:
            return 4;
        case MessageState::failed:
            return 5;
        case MessageState::delivered:
            return 6;
        case MessageState::read:
            return 7;
        case MessageState::dropped:
            return 8;
    }
    return 8;
}

}  // namespace

std::optional<MessageState> advance(MessageState known, MessageState reported) noexcept {
    return rank(reported) > rank(known) ? std::optional{reported} : std::nullopt;
}

}  // namespace emdia
