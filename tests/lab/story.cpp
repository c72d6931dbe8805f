#include "tests/lab/story.hpp"

namespace emdia::lab {
namespace {

const Date due = make_date(2026, 3, 10);
const Money price = Money::centavos(9990);

std::int64_t add_person(LabState& state, const char* name) {
    NewContract wanted;
    wanted.name = name;
    wanted.price = price;
    wanted.now = state.time.now();
    const Contract& contract = add_contract(state.erp, wanted);
    static_cast<void>(add_invoice(state.erp, contract, due, price, wanted.now));
    return contract.id;
}

Instant moment(const LabState& state, unsigned month, unsigned day, Millis time_of_day) {
    return state.erp.instant(at(make_date(2026, month, day), std::chrono::floor<Seconds>(time_of_day)));
}

Rule when(const char* part_of_template, Deed deed) {
    Rule rule;
    rule.when_template = part_of_template;
    rule.deed = std::move(deed);
    return rule;
}

Rule when_button(const char* button, Deed deed, Millis after) {
    Rule rule;
    rule.when_button = button;
    rule.deed = std::move(deed);
    rule.after = after;
    return rule;
}

std::vector<Rule> ana_rules() {
    Rule pays = when("_depois", PayOverdue{});
    pays.after = Hours{3};
    return {pays};
}

/// Writes at 19:42, presses at 19:42:40, takes Monday 6 April, confirms at 19:43, and pays late.
std::vector<Rule> bruno_rules(const LabState& state) {
    Rule writes = when("_suspenso", WriteText{"pago segunda"});
    writes.at = moment(state, 4, 1, Hours{19} + Minutes{42});
    Rule presses = when("_suspenso", PressButton{"promise_pick", false});
    presses.at = *writes.at + Seconds{40};
    Rule chooses = when_button("promise_pick", PressButton{"2026-04-06", false}, Seconds{10});
    chooses.times = -1;  // The suspension message carries such a button too, without a date.
    Rule confirms = when_button("promise_yes", PressButton{"promise_yes", false}, Seconds{10});
    Rule pays = when("_suspenso", PayOverdue{});
    // Between two polls that come at whole minutes, as payments do.
    pays.at = moment(state, 4, 7, Hours{20} + Minutes{17} + Seconds{20});
    return {writes, presses, chooses, confirms, pays};
}

std::vector<Rule> carla_rules(const LabState& state) {
    Rule disputes = when("_aviso_suspensao", PressButton{"dispute", false});
    disputes.at = moment(state, 3, 20, Hours{11});
    return {disputes};
}

}  // namespace

Story tell_story(LabState& state, Scripts& scripts) {
    Story story;
    story.ana = add_person(state, "ANA DA HISTÓRIA");
    story.bruno = add_person(state, "BRUNO DA HISTÓRIA");
    story.carla = add_person(state, "CARLA DA HISTÓRIA");
    scripts.set_rules(story.ana, ana_rules());
    scripts.set_rules(story.bruno, bruno_rules(state));
    scripts.set_rules(story.carla, carla_rules(state));
    return story;
}

}  // namespace emdia::lab
