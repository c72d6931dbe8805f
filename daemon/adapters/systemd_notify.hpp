#pragma once
// What systemd hears from us (sd_notify(3), Type=notify). Without systemd every call does nothing.

#include <string_view>

namespace emdia::systemd {

// Thread-safe. They answer whether a service manager was told.
bool ready(std::string_view status);
bool reloading();
bool stopping(std::string_view status);
/// Feed the watchdog. Call it from the work that must go on, not from a timer.
bool alive();

}  // namespace emdia::systemd
