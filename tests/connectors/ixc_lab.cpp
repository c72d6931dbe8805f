#include "tests/connectors/ixc_lab.hpp"

#include <catch2/catch.hpp>

#include "tests/lab/lab_client.hpp"

namespace emdia::test {
namespace {

constexpr Seconds kBeyondDeadline{5};

ProcessErpSourceOptions source_options(const lab::Lab& lab, IxcOptions options) {
    Json settings{{"url", "http://127.0.0.1:" + std::to_string(lab.ports().ixc)},
                  {"second_look_ms", 20},
                  {"retry_pause_ms", 20},
                  {"calls_per_minute", 100'000},
                  {"uf_numbers", "by_abbreviation"}};
    settings.update(options.settings);
    ProcessErpSourceOptions source;
    source.erp = "ixc";
    source.command = {EMDIA_CONNECTOR_IXC};
    if (!options.stderr_file.empty()) {
        source.command = {"/bin/sh", "-c", R"(exec "$0" 2>"$1")", EMDIA_CONNECTOR_IXC, options.stderr_file};
    }
    source.settings_json = settings.dump();
    source.secrets = {{"token", std::move(options.token)}};
    source.require_root_owned = false;
    return source;
}

}  // namespace

lab::LabOptions lab_of(int contracts) {
    lab::LabOptions options;
    options.start = kLabToday;
    options.population.contracts = contracts;
    return options;
}

std::int64_t calls_to(const lab::Lab& lab, const std::string& kind) {
    const auto totals = lab::LabClient{lab.ports().control}.get("/totals");
    REQUIRE(totals.ok());
    return totals->at("ixc_calls").at(kind).get<std::int64_t>();
}

WithFault::WithFault(lab::Lab& lab, const lab::Fault& fault) : lab_(lab), name_(fault.name) {
    const std::lock_guard lock{lab.state().mutex};
    REQUIRE(lab.state().faults.switch_on(fault).ok());
}

WithFault::~WithFault() {
    const std::lock_guard lock{lab_.state().mutex};
    lab_.state().faults.switch_off(name_);
}

SupervisedIxc::SupervisedIxc(const lab::Lab& lab, IxcOptions options)
    : source_(std::make_unique<ProcessErpSource>(source_options(lab, std::move(options)), log_, entropy_)) {
    source_->start([this](ErpEvent event) {
        const std::lock_guard lock{mutex_};
        if (auto* reply = std::get_if<ErpReply>(&event)) {
            replies_.insert_or_assign(reply->id, std::move(reply->answer));
        } else if (const auto& change = std::get<ErpStateChange>(event); !change.healthy) {
            down_ = change.cause;
        }
        changed_.notify_all();
    });
}

SupervisedIxc::~SupervisedIxc() { source_->stop(); }

Result<ErpAnswer> SupervisedIxc::ask(ErpCall call, Millis deadline, const std::string& key) {
    const auto id = ++last_id_;
    source_->submit({id, std::move(call), deadline, key});
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, deadline + kBeyondDeadline, [&] { return replies_.count(id) > 0; }));
    return replies_.at(id);
}

std::string SupervisedIxc::why_down() {
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, kBeyondDeadline, [&] { return !down_.empty(); }));
    return down_;
}

}  // namespace emdia::test
