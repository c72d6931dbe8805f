#pragma once
// The IXC web service: who may ask, what is asked, and the faults of its wire (erp-ixc.md sections 1, 2.19, 7).

#include <string>

#include "tests/lab/http.hpp"
#include "tests/lab/ixc_listing.hpp"
#include "tests/lab/ixc_tables.hpp"
#include "tests/lab/state.hpp"

namespace emdia::lab::ixc {

/// What was asked, for tests and totals.
struct CallCounts {
    std::uint64_t listings = 0;
    std::uint64_t actions = 0;
    std::uint64_t inserts = 0;
    std::uint64_t refused = 0;  ///< 401, 403, 404, not available
};

/// Thread-safe: takes the lab's lock per call.
class Service {
public:
    /// `token` in the form IXC shows: "7:ab12...".
    Service(LabState& state, std::string token);
    [[nodiscard]] HttpReply handle(const HttpCall& call);
    /// Caller holds the lab's lock.
    [[nodiscard]] const CallCounts& counts() const { return counts_; }

private:
    struct Target {
        std::string resource;
        std::string id;
    };
    [[nodiscard]] HttpReply answer_for(const HttpCall& call);
    [[nodiscard]] HttpReply list_or_write(const HttpCall& call, const Target& target, const Fields& fields);
    [[nodiscard]] HttpReply listing(const Target& target, const Fields& fields);
    [[nodiscard]] HttpReply insert(const std::string& resource, const Fields& fields);
    [[nodiscard]] HttpReply edit(const Target& target, const Fields& fields);
    [[nodiscard]] HttpReply remove(const Target& target);
    [[nodiscard]] HttpReply inserted(std::int64_t id);
    [[nodiscard]] HttpReply unavailable(const std::string& resource);
    [[nodiscard]] std::optional<HttpReply> wire_fault(const std::string& resource);
    void bend(HttpReply& reply, const std::string& resource);

    LabState& state_;
    std::string authorization_;
    Catalogue catalogue_;
    CallCounts counts_;
    std::uint64_t calls_ = 0;
    std::int64_t last_ticket_ = 590;
};

}  // namespace emdia::lab::ixc
