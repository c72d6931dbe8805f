#include "daemon/adapters/connector_session.hpp"

#include <utility>

#include "erp-connectors/protocol/codec.hpp"

namespace emdia {
namespace {

/// Requests are numbered from 1.
constexpr std::uint64_t kInitializeId = 0;
/// A late answer now and then is normal; a program that talks on is not.
constexpr int kMostStrays = 50;

}  // namespace

ConnectorSession::ConnectorSession(protocol::Initialize init, RequestBook& book, TimePoint handshake_until)
    : init_(std::move(init)), book_(book), handshake_until_(handshake_until) {}

std::optional<std::string> ConnectorSession::next_line(TimePoint now) {
    if (state_ == State::initializing && !initialize_sent_) {
        initialize_sent_ = true;
        const auto left = std::max(std::chrono::ceil<Millis>(handshake_until_ - now), Millis{1});
        return protocol::encode(protocol::Request{kInitializeId, init_, left, ""}) + '\n';
    }
    if (state_ != State::ready) {
        return std::nullopt;
    }
    const auto request = book_.send_next(now);
    return request ? std::optional{protocol::encode(*request) + '\n'} : std::nullopt;
}

std::optional<RequestBook::Reply> ConnectorSession::on_line(std::string_view line) {
    if (state_ == State::greeting) {
        on_hello(line);
        return std::nullopt;
    }
    if (state_ == State::initializing) {
        on_initialized(line);
        return std::nullopt;
    }
    auto response = protocol::decode_response(line, [this](std::uint64_t id) { return book_.method_of(id); });
    if (!response) {
        stray(response.error());
        return std::nullopt;
    }
    auto reply = response->answer ? book_.answer(response->id, std::get<ErpAnswer>(std::move(*response->answer)))
                                  : book_.answer(response->id, Result<ErpAnswer>{response->answer.error()});
    if (reply) {
        strays_ = 0;  // it works; late answers of a long life are no flood
    }
    return reply;
}

void ConnectorSession::on_hello(std::string_view line) {
    auto hello = protocol::decode_hello(line);
    if (!hello) {
        fail(hello.error(), false);
        return;
    }
    if (hello->protocol != protocol::kVersion) {
        fail({ErrorKind::protocol,
              "the connector speaks version " + std::to_string(hello->protocol) + " of the protocol, we speak " +
                  std::to_string(protocol::kVersion),
              "install a connector and a daemon that belong together"},
             true);
        return;
    }
    capabilities_ = std::move(hello->capabilities);
    version_ = std::move(hello->version);
    state_ = State::initializing;
}

void ConnectorSession::on_initialized(std::string_view line) {
    auto response = protocol::decode_response(line, [](std::uint64_t id) {
        return id == kInitializeId ? std::optional{protocol::Method::initialize} : std::nullopt;
    });
    if (!response) {
        stray(response.error());
        return;
    }
    if (!response->answer) {
        const auto& error = response->answer.error();
        fail(error, error.kind == ErrorKind::config);
        return;
    }
    capabilities_ = std::move(std::get<protocol::Initialized>(*response->answer).capabilities);
    init_ = {};  // secrets are not kept longer than they are needed
    state_ = State::ready;
}

void ConnectorSession::stray(const Error& error) {
    if (++strays_ > kMostStrays) {
        fail({ErrorKind::protocol, "the connector floods us with lines nobody asked for; the last one: " + error.what,
              "report it to the author of the connector"},
             false);
    }
}

void ConnectorSession::on_time(TimePoint now) {
    if ((state_ == State::greeting || state_ == State::initializing) && now >= handshake_until_) {
        fail({ErrorKind::unavailable,
              state_ == State::greeting ? "the connector did not say hello in time"
                                        : "the connector did not finish its initialisation in time",
              "run its command by hand: it must print its hello at once and flush it"},
             false);
    }
}

std::optional<ConnectorSession::TimePoint> ConnectorSession::next_time() const {
    return state_ == State::ready ? std::nullopt : std::optional{handshake_until_};
}

void ConnectorSession::fail(Error error, bool permanent) {
    state_ = State::failed;
    failure_ = std::move(error);
    permanent_ = permanent;
}

}  // namespace emdia
