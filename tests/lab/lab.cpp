#include "tests/lab/lab.hpp"

#include <nlohmann/json.hpp>

#include "tests/lab/control_edge.hpp"
#include "tests/lab/control_time.hpp"
#include "tests/lab/control_whatsapp.hpp"
#include "tests/lab/control_world.hpp"

namespace emdia::lab {
namespace {

constexpr Hours night_job_at{3};

Instant midnight(Date day) { return ErpWorld{}.instant(at(day, Seconds{0})); }

}  // namespace

Lab::Lab(LabOptions options)
    : options_(std::move(options)),
      state_(midnight(options_.start), options_.population.seed),
      ixc_(state_, options_.ixc_token),
      whatsapp_(state_, options_.whatsapp, options_.limits),
      scripts_(state_, whatsapp_),
      clock_(options_.clock_port, midnight(options_.start)),
      conductor_(state_, clock_) {
    if (options_.real_time) {
        state_.time.follow_wall_clock();
        options_.start = state_.erp.today(state_.time.now());
    }
    options_.population.today = options_.start;
    people_ = populate(state_.erp, options_.population);
    for (const Person& person : people_) {
        scripts_.enrol(person);
    }
    if (options_.story) {
        story_ = tell_story(state_, scripts_);
    }
    whatsapp_.on_delivered([this](const wa::Message& message) { scripts_.on_message(message); });
    schedule_night(options_.start);
    add_routes();
    start_edge_agent();
    ixc_endpoint_ =
        std::make_unique<HttpEndpoint>([this](const HttpCall& call) { return ixc_.handle(call); }, options_.ixc_port);
    whatsapp_endpoint_ = std::make_unique<HttpEndpoint>([this](const HttpCall& call) { return whatsapp_.handle(call); },
                                                        options_.whatsapp_port);
    control_endpoint_ = std::make_unique<HttpEndpoint>([this](const HttpCall& call) { return control_.handle(call); },
                                                       options_.control_port);
    if (options_.real_time) {
        wall_clock_ = std::jthread([this](const std::stop_token& stop) { conductor_.follow_wall_clock(stop); });
    }
}

Lab::~Lab() {
    conductor_.request_stop();
    clock_.stop();
    wall_clock_ = {};
    control_endpoint_->stop();
    whatsapp_endpoint_->stop();
    ixc_endpoint_->stop();
}

LabPorts Lab::ports() const {
    return {ixc_endpoint_->port(), whatsapp_endpoint_->port(), clock_.port(), control_endpoint_->port()};
}

std::string Lab::describe() const {
    const LabPorts open = ports();
    nlohmann::json line{{"ixc", open.ixc},
                        {"whatsapp", open.whatsapp},
                        {"clock", open.clock},
                        {"control", open.control},
                        {"ixc_token", options_.ixc_token},
                        {"whatsapp_token", options_.whatsapp.token},
                        {"whatsapp_phone_id", options_.whatsapp.phone_id},
                        {"whatsapp_app_secret", options_.whatsapp.app_secret},
                        {"whatsapp_verify_token", options_.whatsapp.verify_token},
                        {"start", to_iso(options_.start)},
                        {"seed", options_.population.seed},
                        {"contracts", people_.size()}};
    if (options_.story) {
        line["story"] = {{"ana", story_.ana}, {"bruno", story_.bruno}, {"carla", story_.carla}};
    }
    return line.dump();
}

void Lab::schedule_night(Date day) {
    const Instant at_night = state_.erp.instant(at(day, night_job_at));
    state_.time.schedule(at_night, Effect::world, [this, day, at_night] {
        state_.erp.night_job(at_night, state_.faults.on("ixc.auto_block_job"));
        schedule_night(day + Days{1});
    });
}

void Lab::start_edge_agent() {
    if (options_.edge_broker.empty()) {
        return;
    }
    testing::EdgeAgentConfig config;
    config.broker = "tcp://" + options_.edge_broker;
    config.site = options_.edge_site;
    config.now = [this] {
        const std::lock_guard lock(state_.mutex);
        return state_.time.now();
    };
    edge_ = std::make_unique<testing::EdgeAgent>(std::move(config));
    add_edge_routes(control_, *edge_);
}

void Lab::add_routes() {
    add_time_routes(control_, state_, conductor_, clock_, whatsapp_);
    add_world_routes(control_, state_, people_, ixc_, whatsapp_);
    add_whatsapp_routes(control_, state_, conductor_, whatsapp_, scripts_);
    control_.add("POST", "/shutdown", [this](const nlohmann::json&) -> Result<nlohmann::json> {
        request_shutdown();
        return nlohmann::json::object();
    });
}

void Lab::wait_for_shutdown() {
    std::unique_lock lock(shutdown_mutex_);
    shutdown_changed_.wait(lock, [this] { return shutdown_; });
}

void Lab::request_shutdown() {
    {
        const std::lock_guard lock(shutdown_mutex_);
        shutdown_ = true;
    }
    shutdown_changed_.notify_all();
}

}  // namespace emdia::lab
