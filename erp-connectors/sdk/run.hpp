#pragma once
// The life of a connector program: hello, requests in, answers out, leave at the end of input.

#include <unistd.h>

#include "erp-connectors/sdk/connector.hpp"
#include "erp-connectors/sdk/log.hpp"

namespace emdia::sdk {

struct RunOptions {
    /// Calls served at once. Waiting calls are served by what they are good for: unblock and release first, then reads
    /// of one thing, other writes, and pages of a pull last.
    int workers = 1;
    int input = STDIN_FILENO;
    int output = STDOUT_FILENO;
};

/// Returns the exit status: 0 after the end of input, 1 when the other side broke the protocol. Calls still under way
/// five seconds after the end of input are abandoned by ending the process, unless they return before.
int run(Connector& connector, Logger& log, RunOptions options = {});

}  // namespace emdia::sdk
