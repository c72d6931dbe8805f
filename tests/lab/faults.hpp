#pragma once
// Faults by switch. One table names them all; a switch that is not in it is refused.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.hpp"

namespace emdia::lab {

struct FaultInfo {
    std::string_view name;     ///< "ixc.html", "wa.drop_after_accept"
    std::string_view meaning;  ///< One line, shown by the control API.
};
[[nodiscard]] const std::vector<FaultInfo>& known_faults();

/// A fault that is switched on.
struct Fault {
    std::string name;
    std::string match;                    ///< Resource or recipient it is limited to; empty: all.
    std::int64_t value = 0;               ///< Milliseconds, error code, N: what the fault's meaning says.
    std::optional<std::int64_t> remains;  ///< How often it still strikes; nullopt: until it is switched off.
};

/// Not thread-safe: guarded by the lab's lock.
class Faults {
public:
    /// Replaces a fault of the same name and match. `bad_input` for a name that is not in the table.
    [[nodiscard]] Result<void> switch_on(Fault fault);
    void switch_off(std::string_view name);
    void clear() { active_.clear(); }
    [[nodiscard]] const std::vector<Fault>& active() const { return active_; }

    /// Whether the fault strikes `subject` now; a counted one is used up by this.
    [[nodiscard]] std::optional<Fault> strikes(std::string_view name, std::string_view subject = {});
    /// As strikes, for switches that are states rather than incidents.
    [[nodiscard]] bool on(std::string_view name, std::string_view subject = {}) {
        return strikes(name, subject).has_value();
    }

private:
    std::vector<Fault> active_;
};

}  // namespace emdia::lab
