#pragma once
// The WhatsApp Cloud API: sends in, statuses and inbound messages out (whatsapp.md 2, 6, 11).

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "tests/lab/http.hpp"
#include "tests/lab/state.hpp"
#include "tests/lab/wa_limits.hpp"
#include "tests/lab/wa_message.hpp"
#include "tests/lab/wa_templates.hpp"
#include "tests/lab/wa_webhooks.hpp"

namespace emdia::lab::wa {

/// When the statuses of an accepted message come, after its acceptance.
struct StatusDelays {
    Millis sent{1'000};
    Millis delivered{6'000};
    Millis read{90'000};
    unsigned percent_read = 80;
};

/// What a person does on the phone.
struct Inbound {
    std::string from;  ///< Digits.
    std::string text;  ///< The text, or the title of the pressed button.
    bool press = false;
    bool interactive = false;  ///< The button was of a free message, not of a template.
    bool list = false;         ///< ...and a row of a list.
    std::string payload;       ///< Of the pressed button, echoed.
    std::string context;       ///< wamid of the message it answers.
    Instant at{};              ///< Filled by receive().
};

/// handle() is thread-safe and takes the lab's lock; every other method is called with the lock held.
class Service {
public:
    using Delivered = std::function<void(const Message&)>;

    Service(LabState& state, Account account, LimitSettings limits);
    [[nodiscard]] HttpReply handle(const HttpCall& call);

    /// Called for every message when it reaches the phone.
    void on_delivered(Delivered listener) { delivered_ = std::move(listener); }
    /// The person writes or presses now: the window opens and the webhook leaves.
    void receive(const Inbound& inbound);
    /// Template news (4.5), e.g. event PAUSED.
    void announce_template(const std::string& name, const std::string& event);

    [[nodiscard]] const std::deque<Message>& messages() const { return messages_; }
    [[nodiscard]] const std::deque<Inbound>& inbound() const { return inbound_; }
    [[nodiscard]] Account& account() { return account_; }
    [[nodiscard]] Webhooks& webhooks() { return webhooks_; }
    [[nodiscard]] Templates& templates() { return templates_; }
    [[nodiscard]] Limits& limits() { return limits_; }
    void set_delays(StatusDelays delays) { delays_ = delays; }

private:
    [[nodiscard]] HttpReply route(const HttpCall& call);
    [[nodiscard]] HttpReply send(const HttpCall& call);
    [[nodiscard]] std::optional<Refusal> refusal_for(Message& message);
    [[nodiscard]] HttpReply accept(Message message);
    [[nodiscard]] HttpReply upload(const HttpCall& call);
    [[nodiscard]] HttpReply media(const HttpCall& call, const std::string& id);
    [[nodiscard]] HttpReply history() const;
    void schedule_statuses(std::size_t index);
    void report(std::size_t index, Message::State state, Instant at, int error = 0);
    void reach_phone(std::size_t index);
    [[nodiscard]] std::string wa_id_of(const std::string& digits);
    [[nodiscard]] std::string next_id(const std::string& digits);

    struct Media {
        std::string type;
        std::string bytes;
    };

    LabState& state_;
    Account account_;
    Webhooks webhooks_;
    Limits limits_;
    Templates templates_;
    StatusDelays delays_;
    Delivered delivered_;
    std::deque<Message> messages_;
    std::deque<Inbound> inbound_;
    std::map<std::string, std::uint64_t> numbered_;  ///< Messages per person, both ways.
    std::map<std::string, Media> media_;
};

}  // namespace emdia::lab::wa
