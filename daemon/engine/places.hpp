#pragma once
// Where a subscriber lives decides which days count and what the clock shows (F4, F5, F8).

#include <map>
#include <string>
#include <utility>

#include "daemon/engine/settings.hpp"
#include "daemon/ports/zones.hpp"

namespace emdia {

struct Place {
    const Calendar* calendar = nullptr;  ///< Never null in what `find` returns.
    const Zone* zone = nullptr;
};

/// Built once; answers by reference. Used by the engine's thread only.
class Places {
public:
    /// Fails when the tz data lacks a zone that is needed.
    [[nodiscard]] static Result<Places> make(LocalCalendars local, const ZoneSource& zones);

    [[nodiscard]] Place find(Uf uf, const std::string& municipality) const;
    [[nodiscard]] const Zone& brasilia() const noexcept { return *brasilia_; }
    [[nodiscard]] const std::string& tz_version() const noexcept { return tz_version_; }

private:
    Places() = default;
    std::map<Uf, Place> by_state_;
    std::map<std::pair<Uf, std::string>, Place> by_town_;
    std::map<std::pair<Uf, std::string>, Calendar> calendars_;  ///< Map nodes do not move: places point into it.
    const Zone* brasilia_ = nullptr;
    std::string tz_version_;
};

}  // namespace emdia
