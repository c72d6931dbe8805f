#pragma once
// The life of the process: load, run, reload on SIGHUP, leave on SIGTERM.

#include <string>

namespace emdia {

/// Exit codes of emdiad(8).
enum class ServiceExit : int {
    ok = 0,
    failed = 1,   ///< Something outside was not as it must be: a port taken, the ledger unreadable.
    config = 78,  ///< EX_CONFIG: every fault was printed; systemd does not start us again.
};

/// SIGTERM, SIGINT and SIGHUP must be blocked in every thread before this is called.
[[nodiscard]] ServiceExit run_service(const std::string& config_file, const std::string& credentials_dir);

}  // namespace emdia
