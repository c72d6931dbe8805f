#pragma once
// An ERP behind a connector: a child process that speaks the protocol of docs/CONNECTOR-PROTOCOL.md, supervised.
//
// One thread owns the child. A connector that ends, hangs, floods or speaks nonsense is replaced after a growing delay;
// after several failures in a row the source is unhealthy, says so once, and refuses requests until one works again.
// A connector of another protocol version, or one that refuses its settings, is not started again.
// Deadlines are real time, whatever the engine's clock shows.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/core/backoff.hpp"
#include "daemon/ports/entropy.hpp"
#include "daemon/ports/erp_source.hpp"
#include "daemon/ports/log.hpp"

namespace emdia {

struct ProcessErpSourceOptions {
    std::string erp;                             ///< Name in the configuration.
    std::vector<std::string> command;            ///< Absolute path and words; not run by a shell.
    std::string settings_json = "{}";            ///< For `initialize`: one JSON object.
    std::map<std::string, std::string> secrets;  ///< For `initialize`.
    bool require_root_owned = true;              ///< The program belongs to root and nobody else may write it.
    Millis handshake{10'000};                    ///< For hello and initialize together.
    BackoffRule restart{Millis{1'000}, 2, Millis{60'000}, 10};
    int unhealthy_after = 3;         ///< Failures in a row.
    int hung_after = 3;              ///< Deadlines in a row without any answer: it hangs and is replaced.
    Millis steady_after{60'000};     ///< Ready for so long: earlier failures are forgotten.
    std::size_t most_open = 10'000;  ///< Requests without a reply; more are refused as unavailable.
};

class ProcessErpSource final : public ErpSource {
public:
    /// `log` and `entropy` must outlive it.
    ProcessErpSource(ProcessErpSourceOptions options, Log& log, Entropy& entropy);
    ~ProcessErpSource() override;

    [[nodiscard]] const std::string& name() const override;
    void start(ErpSink sink) override;
    void submit(ErpRequest request) override;
    /// What was still open is replied to before this returns.
    void stop() override;

private:
    class Supervisor;
    std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace emdia
