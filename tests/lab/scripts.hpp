#pragma once
// Scripted subscribers: rules that react to the messages they receive.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/lab/population.hpp"
#include "tests/lab/state.hpp"
#include "tests/lab/wa_service.hpp"

namespace emdia::lab {

/// Presses a button of the message that woke the rule: the first whose payload or title contains `button`; with
/// `last`, the last such one. A payload that ends in a date is remembered as the day this person named.
struct PressButton {
    std::string button;
    bool last = false;
};
struct WriteText {
    std::string text;
};
/// Pays what is overdue, with late charges as asked that day.
struct PayOverdue {
    bool on_named_day = false;  ///< At noon of the day that a pressed button named, not after the delay.
};
using Deed = std::variant<PressButton, WriteText, PayOverdue>;

struct Rule {
    // All that are set must hold.
    std::string when_template;  ///< Part of the template's name.
    std::string when_button;    ///< Part of a button's payload or title.
    Deed deed;
    Millis after{0};              ///< After the message reached the phone.
    std::optional<Instant> at{};  ///< Instead of `after`.
    int skip = 0;                 ///< Matching messages that are let pass first.
    int times = 1;                ///< How often it may still wake; below zero: always.
};

/// The rules of a behaviour. `number` varies the delays, the same way for the same seed.
[[nodiscard]] std::vector<Rule> rules_of(Behaviour behaviour, std::uint64_t seed, std::int64_t number);

/// Not thread-safe: guarded by the lab's lock.
class Scripts {
public:
    Scripts(LabState& state, wa::Service& whatsapp) : state_(state), whatsapp_(whatsapp) {}

    /// People of the population: payments that need no message are scheduled now, the rest waits for messages.
    void enrol(const Person& person);
    void set_rules(std::int64_t contract, std::vector<Rule> rules);
    /// The lab calls this for every message that reaches a phone.
    void on_message(const wa::Message& message);
    /// False: no button of the message matches.
    bool press(const wa::Message& message, const PressButton& which);

private:
    struct Script {
        std::int64_t contract = 0;
        std::vector<Rule> rules;
        std::optional<Date> named_day;
    };
    void enrol_phone(Script& script);
    void schedule_unasked_payments(const Person& person);
    void act(Script& script, const Rule& rule, const wa::Message& message);
    void pay_overdue(std::int64_t contract);

    LabState& state_;
    wa::Service& whatsapp_;
    std::map<std::int64_t, Script> scripts_;  ///< By contract.
    std::multimap<std::string, std::int64_t> contracts_of_phone_;
};

}  // namespace emdia::lab
