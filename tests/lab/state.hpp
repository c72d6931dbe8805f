#pragma once
// Everything the parts of the lab share, behind one lock. Nobody holds the lock while talking to the outside.

#include <mutex>

#include "tests/lab/erp_world.hpp"
#include "tests/lab/faults.hpp"
#include "tests/lab/time_line.hpp"

namespace emdia::lab {

struct LabState {
    LabState(Instant start, std::uint64_t seed_number) : time(start), seed(seed_number) {}

    std::mutex mutex;
    TimeLine time;
    Faults faults;
    ErpWorld erp;
    std::uint64_t seed;
};

}  // namespace emdia::lab
