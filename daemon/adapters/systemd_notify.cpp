#include "daemon/adapters/systemd_notify.hpp"

#include <algorithm>
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

bool reloading() { return tell("RELOADING=1"); }

bool stopping(std::string_view status) { return tell("STOPPING=1\n" + status_field(status)); }

bool alive() { return tell("WATCHDOG=1"); }

}  // namespace emdia::systemd
