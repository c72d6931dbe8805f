#include "daemon/adapters/request_book.hpp"

#include <algorithm>
#include <utility>

namespace emdia {

void RequestBook::add(ErpRequest request, TimePoint now) {
    const auto method = protocol::method_of(request.call);
    const auto deadline = now + request.deadline;
    entries_.emplace(next_wire_id_++, Entry{std::move(request), method, deadline, false, {}});
}

std::optional<protocol::Request> RequestBook::send_next(TimePoint now) {
    const auto next = std::find_if(entries_.begin(), entries_.end(), [](const auto& e) { return !e.second.sent; });
    if (next == entries_.end()) {
        return std::nullopt;
    }
    auto& [wire_id, entry] = *next;
    entry.sent = true;
    entry.sent_at = now;
    const auto left = std::max(std::chrono::floor<Millis>(entry.deadline - now), Millis{1});
    return protocol::Request{wire_id, entry.request.call, left, entry.request.idempotency_key};
}

std::optional<protocol::Method> RequestBook::method_of(std::uint64_t wire_id) const {
    const auto found = entries_.find(wire_id);
    return found == entries_.end() || !found->second.sent ? std::nullopt : std::optional{found->second.method};
}

std::optional<RequestBook::Reply> RequestBook::answer(std::uint64_t wire_id, Result<ErpAnswer> answer) {
    const auto found = entries_.find(wire_id);
    if (found == entries_.end() || !found->second.sent) {
        return std::nullopt;
    }
    Reply reply{found->second.request.id, std::move(answer)};
    entries_.erase(found);
    return reply;
}

std::optional<RequestBook::TimePoint> RequestBook::next_deadline() const {
    const auto first = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.deadline < b.second.deadline;
    });
    return first == entries_.end() ? std::nullopt : std::optional{first->second.deadline};
}

RequestBook::Reply RequestBook::lost(const Entry& entry, const std::string& cause) {
    const std::string name{protocol::to_string(entry.method)};
    if (entry.sent && protocol::is_write(entry.method)) {
        return {entry.request.id,
                Error{ErrorKind::unknown, name + ": " + cause, "whether it was carried out must be read from the ERP"}};
    }
    return {entry.request.id, Error{ErrorKind::unavailable, name + ": " + cause, ""}};
}

RequestBook::Expired RequestBook::expire(TimePoint now) {
    Expired expired;
    for (auto at = entries_.begin(); at != entries_.end();) {
        if (at->second.deadline > now) {
            ++at;
            continue;
        }
        expired.hung = expired.hung || (at->second.sent && (!hung_at_ || at->second.sent_at >= *hung_at_));
        expired.replies.push_back(lost(at->second, at->second.sent
                                                       ? "no answer before its deadline"
                                                       : "the connector was not there before its deadline"));
        at = entries_.erase(at);
    }
    if (expired.hung) {
        hung_at_ = now;
    }
    return expired;
}

std::vector<RequestBook::Reply> RequestBook::lose_sent(const std::string& cause) {
    std::vector<Reply> replies;
    for (auto at = entries_.begin(); at != entries_.end();) {
        if (!at->second.sent) {
            ++at;
            continue;
        }
        replies.push_back(lost(at->second, cause));
        at = entries_.erase(at);
    }
    return replies;
}

std::vector<RequestBook::Reply> RequestBook::lose_all(const Error& cause) {
    auto replies = lose_sent(cause.what);
    for (const auto& [wire_id, entry] : entries_) {
        replies.push_back({entry.request.id, cause});
    }
    entries_.clear();
    return replies;
}

}  // namespace emdia
