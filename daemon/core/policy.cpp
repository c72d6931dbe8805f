#include "daemon/core/policy.hpp"

#include <algorithm>

namespace emdia {
namespace {

/// Where a safe default may not be left towards the subscriber's disadvantage without a signed entry.
constexpr bool kRisky = true;

std::string clock_text(Seconds time_of_day) {
    const auto two_digits = [](long long n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return two_digits(time_of_day / Hours{1}) + ":" + two_digits(time_of_day % Hours{1} / Minutes{1});
}
std::string text_of(long long n) { return std::to_string(n); }
std::string text_of(const TimeWindow& w) { return clock_text(w.from) + "-" + clock_text(w.to); }

const PolicyField& field(std::string_view key) {
    const auto& fields = policy_fields();
    return *std::find_if(fields.begin(), fields.end(), [&](const PolicyField& f) { return f.key == key; });
}

/// Collects faults; each check names the setting once and takes range and rule from policy_fields().
class Checker {
public:
    explicit Checker(const std::vector<std::string>& accept_risk) : accept_risk_(accept_risk) {}

    void require(std::string_view key, bool within, const std::string& is) {
        if (!within) {
            const PolicyField& f = field(key);
            fault(key, "must be " + std::string(f.range) + " (" + std::string(f.rule) + "); is " + is);
        }
    }
    template <class Number>
    void between(std::string_view key, Number value, Number low, Number high) {
        require(key, low <= value && value <= high, text_of(static_cast<long long>(value)));
    }
    void inside(std::string_view key, const TimeWindow& window, Hours from, Hours to) {
        require(key, window.from < window.to && from <= window.from && window.to <= to, text_of(window));
    }
    void loosening(std::string_view key, bool loosened, const std::string& is) {
        const bool accepted = std::find(accept_risk_.begin(), accept_risk_.end(), key) != accept_risk_.end();
        if (loosened && !accepted) {
            fault(key, "is looser than the safe default (" + std::string(field(key).rule) + "); is " + is +
                           "; name it in accept_risk to take the responsibility");
        }
    }
    [[nodiscard]] std::vector<PolicyFault> faults() && { return std::move(faults_); }

private:
    void fault(std::string_view key, std::string what) { faults_.push_back({std::string(key), std::move(what)}); }

    const std::vector<std::string>& accept_risk_;
    std::vector<PolicyFault> faults_;
};

void check_contact(Checker& check, const Policy& policy) {
    const Policy::Contact& c = policy.contact;
    const Policy safe;
    check.inside("contact.window", c.window, Hours{8}, Hours{20});
    check.loosening("contact.window", c.window.from < safe.contact.window.from || safe.contact.window.to < c.window.to,
                    text_of(c.window));
    if (c.saturday) {
        check.inside("contact.saturday", *c.saturday, Hours{8}, Hours{14});
        check.loosening("contact.saturday", true, text_of(*c.saturday));
    }
    check.between("contact.max_per_day", c.max_per_day, 1, 1);
    check.between("contact.max_per_7_days", c.max_per_7_days, 1, 3);
    check.between("contact.max_per_cycle", c.max_per_cycle, 1, 8);
    check.between<long long>("contact.min_gap", c.min_gap.count(), 24, 24LL * 30);
    check.loosening("contact.min_gap", c.min_gap < safe.contact.min_gap, text_of(c.min_gap.count()) + " h");
    check.between("contact.max_service_per_day", c.max_service_per_day, 1, 4);
    check.inside("contact.service_window", c.service_window, Hours{7}, Hours{22});
    check.require("contact.send_at", c.window.contains(c.send_at), clock_text(c.send_at));
}

void check_ladder(Checker& check, const Policy& policy) {
    const Policy::Stages& s = policy.stages;
    if (s.before) {
        check.between("stages.before", *s.before, -7, -1);
    }
    if (s.after) {
        check.between("stages.after", *s.after, 1, 10);
    }
    check.between("stages.notice", s.notice, 1, 30);
    if (s.headsup) {
        check.between<long long>("stages.headsup", s.headsup->count(), 24, 72);
    }
    check.between("notice.days", policy.notice.days, 15, 60);
    check.between<long long>("notice.delivery_timeout", policy.notice.delivery_timeout.count(), 24, 72);
    const auto known = [](const std::string& name) { return name == "email" || name == "sms" || name == "letter"; };
    for (const std::string& name : policy.notice.fallback) {
        check.require("notice.fallback", known(name), name);
    }
}

void check_block(Checker& check, const Policy& policy) {
    const Policy::Block& b = policy.block;
    constexpr std::size_t kSunday = 0;
    constexpr std::size_t kFriday = 5;
    constexpr std::size_t kSaturday = 6;
    check.require("block.weekdays", b.weekdays.any() && !b.weekdays[kSunday] && !b.weekdays[kSaturday],
                  b.weekdays.none() ? "empty" : "with a weekend day");
    check.loosening("block.weekdays", b.weekdays[kFriday], "with Friday");
    check.inside("block.window", b.window, Hours{8}, Hours{17});
    const Policy safe;
    check.loosening("block.window", b.window.from < safe.block.window.from || safe.block.window.to < b.window.to,
                    text_of(b.window));
    check.require("block.run_at", b.window.contains(b.run_at), clock_text(b.run_at));
    check.loosening("block.eve_of_holiday", b.eve_of_holiday, "true");
    check.between<long long>("block.erp_max_age", b.erp_max_age.count(), 1, 60);
    check.loosening("block.erp_max_age", b.erp_max_age > safe.block.erp_max_age,
                    text_of(b.erp_max_age.count()) + " min");
    check.between<long long>("block.min_connection_debt", b.min_connection_debt.centavos(), 1, 100'000'00);
    check.between("block.max_per_run_floor", b.max_per_run_floor, 0, 20);
    check.between("block.max_per_run_percent", b.max_per_run_percent, 0, 2);
    check.between("block.soft_stage_days", b.soft_stage_days, 0, 30);
}

void check_promise(Checker& check, const Policy::PromiseRules& p) {
    check.between("promise.max_business_days", p.max_business_days, 1, 7);
    check.between("promise.max_calendar_days", p.max_calendar_days, 1, 10);
    check.between("promise.max_active", p.max_active, 1, 1);
    check.between("promise.one_per_days", p.one_per_days, 15, 90);
    check.between<long long>("promise.min_notice_to_reblock", p.min_notice_to_reblock.count(), 4, 72);
    check.require("promise.broken_check_at", Seconds{0} <= p.broken_check_at && p.broken_check_at < Hours{24},
                  clock_text(p.broken_check_at));
    check.between("promise.max_broken_in_180_days", p.max_broken_in_180_days, 0, 10);
}

void check_limits(Checker& check, const Policy& policy) {
    check.between<long long>("unblock.target", policy.unblock.target.count(), 1, 60);
    check.require("unblock.hard", policy.unblock.hard > Hours{0} && policy.unblock.hard <= Hours{24},
                  text_of(policy.unblock.hard.count()) + " h");
    check.between<long long>("claim_hold", policy.claim_hold.count(), 1, 24LL * 30);
    check.loosening("claim_hold", policy.claim_hold < Policy{}.claim_hold, text_of(policy.claim_hold.count()) + " h");
    check.between("stop_automation_days", policy.stop_automation_days, 30, 1825);
    check.loosening("dun_suspended_months", policy.dun_suspended_months, "true");
    check.between("dispute_alarm_days", policy.dispute_alarm_days, 1, 30);
    check.between("dispute_limit_days", policy.dispute_limit_days, 1, 30);
    check.between("rescission_candidate_days", policy.rescission_candidate_days, 60, 3650);
}

}  // namespace

const std::vector<PolicyField>& policy_fields() {
    static const std::vector<PolicyField> kFields{
        {"contact.window", "inside 08:00-20:00", "C1", kRisky},
        {"contact.saturday", "off, or inside 08:00-14:00", "C1", kRisky},
        {"contact.max_per_day", "1", "C4"},
        {"contact.max_per_7_days", "1..3", "C4"},
        {"contact.max_per_cycle", "1..8", "C4"},
        {"contact.min_gap", "24 h or more, at most 30 days", "C4", kRisky},
        {"contact.max_service_per_day", "1..4", "C4"},
        {"contact.service_window", "inside 07:00-22:00", "C3"},
        {"contact.send_at", "inside contact.window", "D"},
        {"stages.before", "off, or -7..-1", "C10"},
        {"stages.after", "off, or +1..+10", "A2"},
        {"stages.notice", "+1..+30", "A1 A3"},
        {"stages.headsup", "off, or 24..72 h", "D"},
        {"notice.days", "15..60", "A1"},
        {"notice.delivery_timeout", "24..72 h", "A5"},
        {"notice.fallback", "email, sms, letter in any order", "A4"},
        {"block.weekdays", "one or more of Monday..Friday", "F11", kRisky},
        {"block.window", "inside 08:00-17:00", "F11", kRisky},
        {"block.run_at", "inside block.window", "D"},
        {"block.eve_of_holiday", "false, or true with accept_risk", "F11", kRisky},
        {"block.erp_max_age", "1..60 min", "B2", kRisky},
        {"block.min_connection_debt", "R$ 0,01..R$ 100.000,00", "A13"},
        {"block.max_per_run_floor", "0..20", "I10"},
        {"block.max_per_run_percent", "0..2", "I10"},
        {"block.soft_stage_days", "0..30", "A6"},
        {"unblock.target", "1..60 min", "A9"},
        {"unblock.hard", "at most 24 h", "A9"},
        {"promise.max_business_days", "1..7", "I12"},
        {"promise.max_calendar_days", "1..10", "I12"},
        {"promise.max_active", "1", "I12"},
        {"promise.one_per_days", "15..90", "I12"},
        {"promise.min_notice_to_reblock", "4..72 h", "I12"},
        {"promise.broken_check_at", "a time of day", "D"},
        {"promise.max_broken_in_180_days", "0..10", "D"},
        {"claim_hold", "1 h..30 days", "I3", kRisky},
        {"stop_automation_days", "30..1825", "B13"},
        {"dun_suspended_months", "false, or true with accept_risk", "A14", kRisky},
        {"dispute_alarm_days", "1..30", "A12"},
        {"dispute_limit_days", "1..30", "A12"},
        {"rescission_candidate_days", "60 or more", "A8"},
    };
    return kFields;
}

std::vector<PolicyFault> validate(const Policy& policy, const std::vector<std::string>& accept_risk) {
    Checker check(accept_risk);
    check_contact(check, policy);
    check_ladder(check, policy);
    check_block(check, policy);
    check_promise(check, policy.promise);
    check_limits(check, policy);
    return std::move(check).faults();
}

}  // namespace emdia
