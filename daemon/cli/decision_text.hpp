#pragma once
// A decision (the JSON of docs/DECIDE.md) as a person reads it; shared by why and decide. Private to this room.

#include "daemon/cli/session.hpp"

namespace emdia {

void print_decision(const Session& session, const Json& decision);

}  // namespace emdia
