#include "network/radius/profile_files.hpp"

#include <fstream>
#include <sstream>

namespace emdia {

Result<RadiusProfiles> load_radius_profiles(const std::filesystem::path& folder) {
    std::error_code failure;
    RadiusProfiles profiles;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
        if (entry.path().extension() != ".profile") {
            continue;
        }
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        auto profile = parse_radius_profile(text.str());
        if (!profile) {
            return Error{ErrorKind::config, entry.path().string() + ": " + profile.error().what, profile.error().cure};
        }
        const std::string name = profile->name;
        if (!profiles.emplace(name, std::move(*profile)).second) {
            return Error{ErrorKind::config, "two RADIUS profiles are named \"" + name + "\" in " + folder.string(),
                         "rename one of them"};
        }
    }
    if (profiles.empty()) {
        return Error{ErrorKind::config, "no RADIUS profiles in " + folder.string(),
                     "reinstall emdia or correct the folder in the configuration"};
    }
    return profiles;
}

}  // namespace emdia
