#include "daemon/adapters/policy_file.hpp"

#include <array>

namespace emdia {
namespace {

// The core knows the legal ranges; here only what could not be stored at all is refused.
constexpr int kLow = -100'000;
constexpr int kHigh = 100'000;
constexpr Days kLongest{3650};

std::optional<TimeWindow> window_from(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const Result<Seconds> from = parse_time_of_day(text.substr(0, dash));
    const Result<Seconds> to = parse_time_of_day(text.substr(dash + 1));
    if (!from || !to || *from >= *to) {
        return std::nullopt;
    }
    return TimeWindow{*from, *to};
}

void read_window(TomlReader& section, std::string_view key, TimeWindow& out) {
    section.parsed<TimeWindow>(key, out, window_from, "a window such as \"09:00-18:00\"");
}

void read_time(TomlReader& section, std::string_view key, Seconds& out) {
    section.parsed<Seconds>(
        key, out,
        [](std::string_view text) {
            const Result<Seconds> time = parse_time_of_day(text);
            return time ? std::optional(*time) : std::nullopt;
        },
        "a time such as \"09:30\"");
}

void read_count(TomlReader& section, std::string_view key, int& out) { section.integer(key, out, kLow, kHigh); }

template <class D>
void read_span(TomlReader& section, std::string_view key, D& out) {
    section.duration(key, out, D{1}, D{kLongest});
}

bool is_off(TomlReader& section, std::string_view key) {
    const toml::node* node = section.any(key);
    return node != nullptr && node->value_or(std::string()) == "off";
}

/// "off" or what `read` reads into a value.
template <class T, class Read>
void read_or_off(TomlReader& section, std::string_view key, std::optional<T>& out, T start, Read read) {
    if (section.any(key) == nullptr) {
        return;
    }
    if (is_off(section, key)) {
        out.reset();
        return;
    }
    read(section, key, start);
    out = start;
}

void read_weekdays(TomlReader& section, std::string_view key, std::bitset<7>& out) {
    static constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    std::vector<std::string> names;
    if (!section.words(key, names)) {
        return;
    }
    std::bitset<7> days;
    for (const std::string& name : names) {
        std::size_t day = 0;
        while (day < kDays.size() && kDays.at(day) != name) {
            ++day;
        }
        if (day == kDays.size()) {
            section.fault(key, "lists days as sun, mon, tue, wed, thu, fri, sat");
            return;
        }
        days.set(day);
    }
    out = days;
}

void read_contact(TomlReader& root, Policy::Contact& contact) {
    auto section = root.table("contact");
    if (!section) {
        return;
    }
    read_window(*section, "window", contact.window);
    read_or_off(*section, "saturday", contact.saturday, TimeWindow{Hours{8}, Hours{14}}, read_window);
    read_count(*section, "max_per_day", contact.max_per_day);
    read_count(*section, "max_per_7_days", contact.max_per_7_days);
    read_count(*section, "max_per_cycle", contact.max_per_cycle);
    read_span(*section, "min_gap", contact.min_gap);
    read_count(*section, "max_service_per_day", contact.max_service_per_day);
    read_window(*section, "service_window", contact.service_window);
    read_time(*section, "send_at", contact.send_at);
    section->done();
}

void read_stages(TomlReader& root, Policy::Stages& stages) {
    auto section = root.table("stages");
    if (!section) {
        return;
    }
    read_or_off(*section, "before", stages.before, -2, read_count);
    read_or_off(*section, "after", stages.after, 1, read_count);
    read_count(*section, "notice", stages.notice);
    read_or_off(*section, "headsup", stages.headsup, Hours{24}, read_span<Hours>);
    section->done();
}

void read_notice(TomlReader& root, Policy::Notice& notice) {
    auto section = root.table("notice");
    if (!section) {
        return;
    }
    read_count(*section, "days", notice.days);
    read_span(*section, "delivery_timeout", notice.delivery_timeout);
    section->words("fallback", notice.fallback);
    section->done();
}

void read_block(TomlReader& root, Policy::Block& block) {
    auto section = root.table("block");
    if (!section) {
        return;
    }
    read_weekdays(*section, "weekdays", block.weekdays);
    read_window(*section, "window", block.window);
    read_time(*section, "run_at", block.run_at);
    section->flag("eve_of_holiday", block.eve_of_holiday);
    read_span(*section, "erp_max_age", block.erp_max_age);
    section->parsed<Money>(
        "min_connection_debt", block.min_connection_debt,
        [](std::string_view text) {
            const Result<Money> money = Money::parse(text);
            return money ? std::optional(*money) : std::nullopt;
        },
        "an amount such as \"10.00\"");
    read_count(*section, "max_per_run_floor", block.max_per_run_floor);
    read_count(*section, "max_per_run_percent", block.max_per_run_percent);
    read_count(*section, "soft_stage_days", block.soft_stage_days);
    section->done();
}

void read_promise(TomlReader& root, Policy::PromiseRules& promise) {
    auto section = root.table("promise");
    if (!section) {
        return;
    }
    read_count(*section, "max_business_days", promise.max_business_days);
    read_count(*section, "max_calendar_days", promise.max_calendar_days);
    read_count(*section, "max_active", promise.max_active);
    read_count(*section, "one_per_days", promise.one_per_days);
    read_span(*section, "min_notice_to_reblock", promise.min_notice_to_reblock);
    read_time(*section, "broken_check_at", promise.broken_check_at);
    read_count(*section, "max_broken_in_180_days", promise.max_broken_in_180_days);
    section->done();
}

}  // namespace

void read_policy(const toml::table& file, TomlFindings& findings, Policy& policy,
                 std::vector<std::string>& accept_risk) {
    TomlReader root(file, "", findings);
    root.text("version", policy.version, Need::required);
    root.words("accept_risk", accept_risk);
    read_contact(root, policy.contact);
    read_stages(root, policy.stages);
    read_notice(root, policy.notice);
    read_block(root, policy.block);
    if (auto section = root.table("unblock")) {
        read_span(*section, "target", policy.unblock.target);
        read_span(*section, "hard", policy.unblock.hard);
        section->done();
    }
    read_promise(root, policy.promise);
    read_span(root, "claim_hold", policy.claim_hold);
    read_count(root, "stop_automation_days", policy.stop_automation_days);
    root.flag("dun_suspended_months", policy.dun_suspended_months);
    read_count(root, "dispute_alarm_days", policy.dispute_alarm_days);
    read_count(root, "dispute_limit_days", policy.dispute_limit_days);
    read_count(root, "rescission_candidate_days", policy.rescission_candidate_days);
    root.done();

    std::set<std::string, std::less<>> keys;
    for (const PolicyField& field : policy_fields()) {
        keys.emplace(field.key);
    }
    for (const std::string& key : accept_risk) {
        if (!keys.contains(key)) {
            const auto near = did_you_mean(key, keys);
            findings.fault_at("accept_risk", "names no setting of the policy" +
                                                 (near ? "; did you mean \"" + *near + "\"?" : std::string()));
        }
    }
    for (PolicyFault& fault : validate(policy, accept_risk)) {
        findings.fault_at(fault.key, std::move(fault.what));
    }
}

}  // namespace emdia
