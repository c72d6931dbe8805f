#pragma once
// The profiles that are installed, read from their folder.

#include <filesystem>
#include <map>
#include <string>

#include "network/radius/radius_profile.hpp"

namespace emdia {

using RadiusProfiles = std::map<std::string, RadiusProfile>;

/// Every *.profile of the folder by name. The error names the file and the line.
[[nodiscard]] Result<RadiusProfiles> load_radius_profiles(const std::filesystem::path& folder);

}  // namespace emdia
