#pragma once
// Where civil time comes from (F8, F9): IANA zones of the system's tz data.

#include <memory>
#include <string>
#include <string_view>

#include "daemon/core/civil.hpp"

namespace emdia {

/// Zones live as long as the source and are shared. Thread-safe after construction.
class ZoneSource {
public:
    virtual ~ZoneSource() = default;
    /// `config` error for a name that the tz data does not know.
    [[nodiscard]] virtual Result<const Zone*> zone(std::string_view iana_name) const = 0;
    /// "2025b": part of every block's audit record (I13).
    [[nodiscard]] virtual std::string version() const = 0;
};

}  // namespace emdia
