#pragma once
// What `decide` and `calendar` decide by: the configuration of the daemon as far as there is one. Private to this room.

#include <string>

#include <CLI/CLI.hpp>

#include "daemon/adapters/config.hpp"
#include "daemon/adapters/holiday_files.hpp"
#include "daemon/cli/session.hpp"

namespace emdia {

struct GroundOptions {
    std::string config;  ///< Empty: /etc/emdia/emdia.toml if it may be read.
    std::string policy;  ///< Over that of the configuration.
    std::string states;
    std::string towns;
};

struct Ground {
    Config config;  ///< As built in when there is none.
    HolidayFiles holidays;
    bool configured = false;
    std::string policy_from;  ///< The file, or "built-in" and why.
};

void add_ground_options(CLI::App* command, const Session& session, GroundOptions& asked);

/// A configuration that was named must be without faults; the one at the usual place is left aside when it has some.
/// Secrets are not read.
[[nodiscard]] Result<Ground> ground_of(const GroundOptions& asked);

}  // namespace emdia
