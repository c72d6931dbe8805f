#pragma once
// The words of CLI11 around our own, in the language of the operator. Private to this room.

#include <CLI/CLI.hpp>

#include "daemon/cli/session.hpp"

namespace emdia {

/// To be called before commands are declared: they inherit it.
void set_help(CLI::App& app, const Session& session);

}  // namespace emdia
