#pragma once
// What the connectors of a configuration say to it: each is started, told its settings and secrets, and stopped.

#include <optional>
#include <string>
#include <vector>

#include "daemon/adapters/config.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

struct ConnectorOpinion {
    std::string erp;
    std::optional<std::string> refusal;  ///< Why it does not work so; nullopt: it took its settings.
    std::optional<std::string>
        unwell;        ///< With `probe`: what is wrong at the ERP; the daemon would start all the same.
    std::string note;  ///< With `probe`: version and state of the ERP, as the connector saw them.
};

/// One after the other, at most 15 s each; without `probe` no connector is asked to call its ERP, with it each makes
/// its health check (at most 60 s more).
[[nodiscard]] std::vector<ConnectorOpinion> ask_connectors(const Config& config, bool probe);

}  // namespace emdia
