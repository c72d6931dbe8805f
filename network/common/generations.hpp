#pragma once
// Idempotence by (connection, generation), the same way in every driver.

#include <cstdint>
#include <string>
#include <unordered_map>

#include "daemon/ports/access_driver.hpp"

namespace emdia {

/// The newest generation seen per connection key. Lives as long as the driver; costs one entry per connection touched.
class GenerationBook {
public:
    enum class Age { newer, same, older };

    /// Compares with what is known and remembers a newer one.
    Age note(const std::string& key, std::int64_t generation) {
        const auto [entry, first] = newest_.try_emplace(key, generation);
        if (first || generation > entry->second) {
            entry->second = generation;
            return Age::newer;
        }
        return generation == entry->second ? Age::same : Age::older;
    }

    /// 0 when nothing is known.
    [[nodiscard]] std::int64_t newest(const std::string& key) const {
        const auto entry = newest_.find(key);
        return entry == newest_.end() ? 0 : entry->second;
    }

private:
    std::unordered_map<std::string, std::int64_t> newest_;
};

[[nodiscard]] ApplyResult result_of(const DesiredAccess& desired, ApplyKind kind, std::string cause,
                                    std::string hint = {});

/// The answer to a wish that a newer one has overtaken: nothing had to be done, and nothing was.
[[nodiscard]] ApplyResult superseded(const DesiredAccess& desired);

/// The answer to a wish that never left because the driver is being stopped.
[[nodiscard]] ApplyResult not_sent_at_stop(const DesiredAccess& desired);

}  // namespace emdia
