#pragma once
// Figures in the Prometheus text format, over prometheus-cpp. Stateless; thread-safe.

#include <cstdint>
#include <string>
#include <vector>

namespace emdia {

struct MetricRow {
    enum class Kind { counter, gauge };
    std::string name;  ///< "emdia_turns_total"
    std::string help;
    Kind kind = Kind::counter;
    std::int64_t value = 0;
};

[[nodiscard]] std::string prometheus_text(const std::vector<MetricRow>& rows);

}  // namespace emdia
