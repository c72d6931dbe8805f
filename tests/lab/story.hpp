#pragma once
// The people of the demo and of the worked timeline (brazil-rules.md section 6). Each has one invoice of R$ 99,90, due
// on 10 March 2026, in São Paulo.

#include <cstdint>

#include "tests/lab/scripts.hpp"

namespace emdia::lab {

struct Story {
    std::int64_t ana = 0;    ///< Pays three hours after the "+1" reminder.
    std::int64_t bruno = 0;  ///< The worked timeline: promises on 1 April 19:42, breaks, pays on 7 April 20:17.
    std::int64_t carla = 0;  ///< Says on 20 March that the invoice is wrong.
};

/// Adds the three to the base. The lab must begin before 8 March 2026.
[[nodiscard]] Story tell_story(LabState& state, Scripts& scripts);

}  // namespace emdia::lab
