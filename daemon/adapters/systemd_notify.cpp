#include "daemon/adapters/systemd_notify.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include <systemd/sd-daemon.h>

namespace emdia::systemd {
namespace {

bool tell(const std::string& state) { return ::sd_notify(/*unset_environment=*/0, state.c_str()) > 0; }

/// Line ends separate the fields of the message.
std::string status_field(std::string_view status) {
    std::string field = "STATUS=" + std::string(status);
    std::replace(field.begin(), field.end(), '\n', ' ');
    return field;
}

}  // namespace

bool ready(std::string_view status) { return tell("READY=1\n" + status_field(status)); }

bool status(std::string_view status) { return tell(status_field(status)); }

bool reloading() { return tell("RELOADING=1"); }

bool stopping(std::string_view status) { return tell("STOPPING=1\n" + status_field(status)); }

bool alive() { return tell("WATCHDOG=1"); }

std::optional<Millis> watchdog_limit() {
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) {
        return std::nullopt;
    }
    return std::chrono::floor<Millis>(std::chrono::microseconds{microseconds});
}

}  // namespace emdia::systemd
