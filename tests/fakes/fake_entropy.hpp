#pragma once
// Chance that a seed repeats: SplitMix64, whose successive outputs are all different.

#include <atomic>

#include "daemon/ports/entropy.hpp"

namespace emdia::fakes {

class FakeEntropy final : public Entropy {
public:
    explicit FakeEntropy(std::uint64_t seed = 1) : state_(seed) {}

    std::uint64_t next() override {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

private:
    std::atomic<std::uint64_t> state_;
};

}  // namespace emdia::fakes
