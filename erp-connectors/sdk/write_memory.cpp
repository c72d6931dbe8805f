#include "erp-connectors/sdk/write_memory.hpp"

#include <utility>

namespace emdia::sdk {

std::optional<ErpDone> WriteMemory::find(const std::string& key) const {
    const std::lock_guard lock{mutex_};
    const auto found = done_.find(key);
    return found == done_.end() ? std::nullopt : std::optional{found->second};
}

void WriteMemory::remember(const std::string& key, ErpDone done) {
    const std::lock_guard lock{mutex_};
    if (!done_.emplace(key, std::move(done)).second) {
        return;
    }
    oldest_first_.push_back(key);
    if (oldest_first_.size() > most_) {
        done_.erase(oldest_first_.front());
        oldest_first_.pop_front();
    }
}

}  // namespace emdia::sdk
