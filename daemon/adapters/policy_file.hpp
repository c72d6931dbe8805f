#pragma once
// policy.toml to Policy. Ranges and risks are the core's (policy_fields, validate). Private to this room.

#include <string>
#include <vector>

#include "daemon/adapters/toml_reader.hpp"

namespace emdia {

/// Reads the file into `policy` and `accept_risk`; faults of shape and of range go to `findings`.
void read_policy(const toml::table& file, TomlFindings& findings, Policy& policy,
                 std::vector<std::string>& accept_risk);

}  // namespace emdia
