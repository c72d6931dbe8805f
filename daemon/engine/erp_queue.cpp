#include <algorithm>
#include <utility>

#include "daemon/engine/erp_sync.hpp"

// The way of ErpSync's requests to the connector: pages and checks at once, single reads a few at a time.

namespace emdia {

void ErpSync::ask(Desk& desk, ErpCall call, Asked asked) {
    const Purpose purpose = asked.purpose;
    if (purpose <= Purpose::vanished_contract) {
        waiting_[purpose].push_back(Waiting{std::move(call), std::move(asked)});
    } else {
        give(desk, std::move(call), std::move(asked));
    }
}

void ErpSync::give(Desk& desk, ErpCall call, Asked asked) {
    ErpRequest request;
    request.id = next_request_id();
    request.call = std::move(call);
    if (asked.purpose == Purpose::health) {
        request.deadline = kErpHealthDeadline;
    }
    asked_.emplace(request.id, std::move(asked));
    desk.after_commit([this, request = std::move(request)] { source_.submit(request); });
}

bool ErpSync::fresh_waits() const noexcept {
    return waiting_.contains(Purpose::fresh) || waiting_.contains(Purpose::fresh_contract);
}

/// After a failure the rest waits too, instead of failing one by one.
bool ErpSync::may_ask(Purpose purpose) const noexcept {
    switch (purpose) {
        case Purpose::fresh:
        case Purpose::fresh_contract:
            return !fresh_not_before_;
        case Purpose::vanished_contract:
            return !vanished_not_before_;
        case Purpose::hot:
        case Purpose::codes:
        case Purpose::again:
        case Purpose::page:
        case Purpose::health:
            break;
    }
    return true;
}

void ErpSync::ask_waiting(Desk& desk) {
    if (vanished_not_before_ && *vanished_not_before_ <= desk.now) {
        vanished_not_before_.reset();
    }
    if (!up_ || waiting_.empty()) {
        return;
    }
    auto with_connector = static_cast<std::size_t>(std::count_if(asked_.begin(), asked_.end(), [](const auto& asked) {
        return asked.second.purpose <= Purpose::vanished_contract;
    }));
    for (auto queue = waiting_.begin(); queue != waiting_.end() && with_connector < kErpReadsAtOnce;) {
        if (!may_ask(queue->first)) {
            ++queue;
            continue;
        }
        Waiting next = std::move(queue->second.front());
        queue->second.pop_front();
        fresh_under_way_ +=
            next.asked.purpose == Purpose::fresh || next.asked.purpose == Purpose::fresh_contract ? 1 : 0;
        give(desk, std::move(next.call), std::move(next.asked));
        ++with_connector;
        if (queue->second.empty()) {
            queue = waiting_.erase(queue);
        }
    }
}

}  // namespace emdia
