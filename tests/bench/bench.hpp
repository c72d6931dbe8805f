#pragma once
// What every benchmark prints: one line per figure, "name value unit ratio". The ratio is against a yardstick measured
// in the same run ("-" if there is none), so that figures from different machines can be compared.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emdia::bench {

inline void report(std::string_view name, double value, std::string_view unit, std::optional<double> ratio = {}) {
    std::printf("%-68.*s %14.3f %-8.*s ", static_cast<int>(name.size()), name.data(), value,
                static_cast<int>(unit.size()), unit.data());
    ratio ? std::printf("%.3f\n", *ratio) : std::printf("-\n");
    std::fflush(stdout);
}

/// Seconds of real time that `work` takes.
template <class Work>
double seconds(Work work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Seconds that this thread was computing for `work`: what is left when the disk and other programs are taken away.
template <class Work>
double computing_seconds(Work work) {
    const auto now = [] {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
    };
    const double begin = now();
    work();
    return now() - begin;
}

/// Runs `work(i)` `times` times; the seconds of each run, ascending: [size / 2] is the median.
template <class Work>
std::vector<double> each(int times, Work work) {
    std::vector<double> runs;
    for (int i = 0; i < times; ++i) {
        runs.push_back(seconds([&] { work(i); }));
    }
    std::sort(runs.begin(), runs.end());
    return runs;
}

/// A figure of /proc/self/status in MiB.
inline double status_mib(std::string_view name) {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        if (word == name) {
            double kib = 0;
            status >> kib;
            return kib / 1024;
        }
    }
    return 0;
}
/// Resident memory of this process, now and at its highest.
inline double resident_mib() { return status_mib("VmRSS:"); }
inline double peak_mib() { return status_mib("VmHWM:"); }

}  // namespace emdia::bench
