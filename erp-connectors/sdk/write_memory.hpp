#pragma once
// Writes that were done, by idempotency key, for as long as the process lives. Thread-safe.

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "erp-connectors/protocol/messages.hpp"

namespace emdia::sdk {

class WriteMemory {
public:
    explicit WriteMemory(std::size_t most = 10'000) : most_(most) {}
    [[nodiscard]] std::optional<ErpDone> find(const std::string& key) const;
    void remember(const std::string& key, ErpDone done);

private:
    std::size_t most_;
    mutable std::mutex mutex_;
    std::map<std::string, ErpDone> done_;
    std::deque<std::string> oldest_first_;
};

}  // namespace emdia::sdk
