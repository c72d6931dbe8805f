#pragma once
// A small generator of our own, so that a seed means the same world on every compiler (std distributions differ).

#include <cstdint>
#include <string_view>

namespace emdia::lab {

/// SplitMix64. A value type; equal seeds give equal sequences on every platform.
class Prng {
public:
    explicit Prng(std::uint64_t seed) : state_(seed) {}

    /// A generator that depends on (seed, topic, number) only, never on how often another one was asked. What depends
    /// on the order in which requests arrive over parallel connections must be drawn this way.
    [[nodiscard]] static Prng keyed(std::uint64_t seed, std::string_view topic, std::uint64_t number) {
        std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
        for (const char c : topic) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
        return Prng{seed ^ hash ^ (number * 0x9e3779b97f4a7c15U)};
    }

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
    /// In [0, n); n > 0. The bias of the remainder is far below anything a test could see.
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    /// In [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
    }
    /// True in `percent` of a hundred cases.
    bool chance(unsigned percent) { return below(100) < percent; }

private:
    std::uint64_t state_;
};

}  // namespace emdia::lab
