#include "daemon/adapters/metrics.hpp"

#include <catch2/catch.hpp>

using namespace emdia;

TEST_CASE("Metrics are whole numbers with help and type, as Prometheus reads them") {
    const std::string text =
        prometheus_text({{"emdia_turns_total", "Turns of the engine.", MetricRow::Kind::counter, 7},
                         {"emdia_tasks_open", "Tasks for people.", MetricRow::Kind::gauge, -2}});
    CHECK(text ==
          "# HELP emdia_turns_total Turns of the engine.\n# TYPE emdia_turns_total counter\nemdia_turns_total 7\n"
          "# HELP emdia_tasks_open Tasks for people.\n# TYPE emdia_tasks_open gauge\nemdia_tasks_open -2\n");
}
