#include "daemon/adapters/metrics.hpp"

#include <sstream>

#include <prometheus/text_serializer.h>

namespace emdia {

std::string prometheus_text(const std::vector<MetricRow>& rows) {
    std::vector<prometheus::MetricFamily> families;
    families.reserve(rows.size());
    for (const MetricRow& row : rows) {
        prometheus::ClientMetric metric;
        if (row.kind == MetricRow::Kind::counter) {
            metric.counter.value = static_cast<double>(row.value);
        } else {
            metric.gauge.value = static_cast<double>(row.value);
        }
        const auto type =
            row.kind == MetricRow::Kind::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
        prometheus::MetricFamily family;
        family.name = row.name;
        family.help = row.help;
        family.type = type;
        family.metric.push_back(metric);
        families.push_back(std::move(family));
    }
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, families);
    return out.str();
}

}  // namespace emdia
