#pragma once
// What a connector writes on standard error, into our log: "W text" with a level letter, cut and counted, so that a
// talkative one cannot fill the journal. Private to the room adapters_process.

#include <chrono>
#include <string>
#include <string_view>

#include "daemon/ports/log.hpp"

namespace emdia {

class ConnectorLog {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    ConnectorLog(std::string erp, Log& log) : erp_(std::move(erp)), log_(log) {}
    void feed(std::string_view bytes, TimePoint now);

private:
    void line(std::string_view text, TimePoint now);

    std::string erp_;
    Log& log_;
    std::string part_;
    bool cutting_ = false;
    TimePoint window_begin_{};
    int in_window_ = 0;
};

}  // namespace emdia
