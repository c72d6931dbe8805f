#include "network/radius/radius_driver.hpp"

#include <algorithm>
#include <random>

#include <sys/eventfd.h>
#include <unistd.h>

namespace emdia {
namespace {

Error in_nas(const NasConfig& nas, const std::string& what, const std::string& cure) {
    return {ErrorKind::config, "RADIUS NAS \"" + nas.name + "\": " + what, cure};
}

/// One poll serves this many batches of a port, so that a flood on one does not starve the others.
constexpr int kBatchesPerTurn = 4;

int milliseconds_until(SteadyTime due, SteadyTime now) {
    constexpr Millis longest{60'000};
    if (due <= now) {
        return 0;
    }
    return static_cast<int>(
        std::min(std::chrono::ceil<Millis>(std::min(due - now, SteadyTime::duration(longest))), longest).count());
}

}  // namespace

/// Lets another thread end the poll of the driver's own.
class RadiusDriver::Wake {
public:
    Wake() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;
    ~Wake() { ::close(descriptor_); }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    void call() const noexcept { ::eventfd_write(descriptor_, 1); }
    void clear() const noexcept {
        eventfd_t count = 0;
        ::eventfd_read(descriptor_, &count);
    }

private:
    int descriptor_;
};

Result<std::unique_ptr<RadiusDriver>> RadiusDriver::make(const RadiusDriverConfig& config) {
    std::unique_ptr<RadiusDriver> driver(new RadiusDriver(config.name));
    driver->default_nas_ = config.default_nas;
    driver->capabilities_.kicks = true;
    driver->capabilities_.max_per_second = 0;
    std::uint32_t seed = config.seed != 0 ? config.seed : std::random_device{}();
    for (const NasConfig& nas : config.nas) {
        if (const auto added = driver->add(config, nas, seed++); !added) {
            return added.error();
        }
    }
    if (driver->nas_.empty()) {
        return Error{ErrorKind::config, "RADIUS driver \"" + config.name + "\" has no NAS",
                     "add one, or drop the driver"};
    }
    return driver;
}

Result<void> RadiusDriver::add(const RadiusDriverConfig& config, const NasConfig& nas, std::uint32_t seed) {
    const auto profile = config.profiles.find(nas.profile);
    if (profile == config.profiles.end()) {
        return in_nas(nas, "there is no profile \"" + nas.profile + "\"", "choose one of the installed profiles");
    }
    if (nas.secret.empty()) {
        return in_nas(nas, "its secret is empty", "give the secret that the NAS has for our address");
    }
    const int window = nas.max_in_flight.value_or(profile->second.max_in_flight);
    if (window < 1 || window > 4096) {
        return in_nas(nas, "max_in_flight is not 1 to 4096", "4 is gentle");
    }
    const auto address = UdpAddress::parse(nas.address, nas.coa_port.value_or(profile->second.port));
    if (!address) {
        return in_nas(nas, address.error().what, address.error().cure);
    }
    std::optional<UdpAddress> source;
    if (!nas.source_address.empty()) {
        const auto parsed = UdpAddress::parse(nas.source_address, 0);
        if (!parsed || parsed->family() != address->family()) {
            return in_nas(nas, "source_address is no address of the kind of address", "write an address of this host");
        }
        source = *parsed;
    }
    NasSession session(name_, nas, profile->second, config.now, seed);
    if (!nas_.try_emplace(nas.name, Nas{std::move(session), *address, source, {}}).second) {
        return in_nas(nas, "there are two of this name", "rename one of them");
    }
    const int rate = nas.max_per_second.value_or(profile->second.max_per_second);
    constexpr int no_limit = 100'000;
    capabilities_.max_per_second = std::min(no_limit, capabilities_.max_per_second + (rate == 0 ? no_limit : rate));
    capabilities_.restricts |= nas.mode == CoaMode::coa && !profile->second.block.disconnects();
    return {};
}

RadiusDriver::RadiusDriver(std::string name) : name_(std::move(name)), wake_(std::make_unique<Wake>()) {
    polled_.push_back({wake_->descriptor(), POLLIN, 0});
}

RadiusDriver::~RadiusDriver() { stop(); }

void RadiusDriver::start(DriverSink sink) {
    sink_ = std::move(sink);
    thread_ = std::thread([this] { run(); });
}

void RadiusDriver::apply(DesiredAccess desired) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        first = wishes_.empty();
        wishes_.push_back(std::move(desired));
    }
    if (first) {
        wake_->call();
    }
}

void RadiusDriver::observe() {
    const std::lock_guard lock(mutex_);
    forgetting_ = true;  // heard with the next wish, which is what it is for
}

void RadiusDriver::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_->call();
    if (thread_.joinable()) {
        thread_.join();
    }
}

RadiusCounters RadiusDriver::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

void RadiusDriver::run() {
    while (true) {
        const SteadyTime now = std::chrono::steady_clock::now();
        take_wishes(now);
        SteadyTime due = SteadyTime::max();
        for (auto& [name, nas] : nas_) {
            nas.session.advance(now);
            send(nas, now);
            tell(nas);
            due = std::min(due, nas.session.next_due(now));
        }
        publish_counters();
        if (stopping()) {
            break;
        }
        wait(due);
    }
    for (auto& [name, nas] : nas_) {
        nas.session.stop();
        tell(nas);
    }
}

bool RadiusDriver::stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_ && wishes_.empty();
}

void RadiusDriver::take_wishes(SteadyTime now) {
    std::vector<DesiredAccess> wishes;
    bool forgetting = false;
    {
        const std::lock_guard lock(mutex_);
        wishes.swap(wishes_);
        forgetting = std::exchange(forgetting_, false);
    }
    if (forgetting) {
        for (auto& [name, nas] : nas_) {
            nas.session.forget_confirmed();
        }
    }
    for (DesiredAccess& desired : wishes) {
        const std::string& wanted = desired.connection.nas.empty() ? default_nas_ : desired.connection.nas;
        const auto nas = nas_.find(wanted);
        if (nas == nas_.end()) {
            sink_(result_of(desired, ApplyKind::refused, "no NAS \"" + wanted + "\" is configured",
                            "add it to the configuration, or correct the connection in the ERP"));
            continue;
        }
        nas->second.session.wish(std::move(desired), now);
    }
}

void RadiusDriver::send(Nas& nas, SteadyTime now) {
    const std::vector<OutgoingDatagram> datagrams = nas.session.take_datagrams();
    for (auto first = datagrams.begin(); first != datagrams.end();) {
        const auto last = std::find_if(
            first, datagrams.end(), [&](const OutgoingDatagram& datagram) { return datagram.source != first->source; });
        leaving_.clear();
        std::transform(first, last, std::back_inserter(leaving_),
                       [](const OutgoingDatagram& datagram) { return ByteView(datagram.bytes); });
        const Result<UdpPort*> from = port(nas, first->source);
        if (!from) {
            nas.session.cannot_send(first->source, from.error(), now);
        } else if (from.value()->send(leaving_) == UdpState::unreachable) {
            nas.session.port_unreachable();
        }
        first = last;
    }
}

/// Opens source ports as they are needed.
Result<UdpPort*> RadiusDriver::port(Nas& nas, std::uint16_t source) {
    while (nas.ports.size() <= source) {
        auto opened = UdpPort::open(nas.address, nas.source);
        if (!opened) {
            return opened.error();
        }
        polled_.push_back({opened->descriptor(), POLLIN, 0});
        polled_ports_.push_back({&nas, static_cast<std::uint16_t>(nas.ports.size())});
        nas.ports.push_back(std::move(*opened));
    }
    return &nas.ports[source];
}

void RadiusDriver::receive(Nas& nas, std::uint16_t source, SteadyTime now) {
    for (int batch = 0; batch < kBatchesPerTurn; ++batch) {
        switch (nas.ports[source].receive(received_)) {
            case UdpState::nothing:
                return;
            case UdpState::unreachable:
                nas.session.port_unreachable();
                break;
            case UdpState::fine:
                for (std::size_t i = 0; i < received_.size(); ++i) {
                    nas.session.heard(source, received_[i], now);
                }
                break;
        }
    }
}

void RadiusDriver::wait(SteadyTime until) {
    const int timeout = milliseconds_until(until, std::chrono::steady_clock::now());
    if (::poll(polled_.data(), polled_.size(), timeout) <= 0) {
        return;
    }
    if (polled_.front().revents != 0) {
        wake_->clear();
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < polled_ports_.size(); ++i) {
        if (polled_[i + 1].revents != 0) {
            receive(*polled_ports_[i].nas, polled_ports_[i].source, now);
        }
    }
}

void RadiusDriver::tell(Nas& nas) {
    for (DriverEvent& event : nas.session.take_events()) {
        sink_(std::move(event));
    }
}

void RadiusDriver::publish_counters() {
    RadiusCounters sum;
    for (const auto& [name, nas] : nas_) {
        const RadiusCounters& one = nas.session.counters();
        sum.sent += one.sent;
        sum.retransmitted += one.retransmitted;
        sum.answered += one.answered;
        sum.unanswered += one.unanswered;
        sum.forged += one.forged;
        sum.late += one.late;
        sum.malformed += one.malformed;
    }
    const std::lock_guard lock(mutex_);
    counters_ = sum;
}

}  // namespace emdia
