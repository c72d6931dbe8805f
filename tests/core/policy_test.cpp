// The policy: every setting of section 3 with its range and rule, and loosening only by name.

#include "daemon/core/policy.hpp"

#include <set>

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

std::vector<std::string> faulty_keys(const Policy& policy, const std::vector<std::string>& accept_risk = {}) {
    std::vector<std::string> keys;
    for (const PolicyFault& fault : validate(policy, accept_risk)) {
        keys.push_back(fault.key);
    }
    return keys;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("the default policy is the safe reading and needs no signature") { CHECK(faulty_keys({}).empty()); }

TEST_CASE("settings have unique keys, a range and a rule") {
    std::set<std::string_view> keys;
    for (const PolicyField& field : policy_fields()) {
        CHECK(keys.insert(field.key).second);
        CHECK_FALSE(field.range.empty());
        CHECK_FALSE(field.rule.empty());
    }
    CHECK(keys.size() == 40);
}

TEST_CASE("every setting outside its range is a fault that names the key, the range, the rule and the value") {
    struct Row {
        std::string key;
        std::function<void(Policy&)> break_it;
    };
    const std::vector<Row> rows{
        {"contact.window", [](Policy& p) { p.contact.window.to = Hours{21}; }},
        {"contact.saturday",
         [](Policy& p) {
             p.contact.saturday = TimeWindow{Hours{8}, Hours{15}};
         }},
        {"contact.max_per_day", [](Policy& p) { p.contact.max_per_day = 2; }},
        {"contact.max_per_7_days", [](Policy& p) { p.contact.max_per_7_days = 4; }},
        {"contact.max_per_cycle", [](Policy& p) { p.contact.max_per_cycle = 9; }},
        {"contact.min_gap", [](Policy& p) { p.contact.min_gap = Hours{23}; }},
        {"contact.max_service_per_day", [](Policy& p) { p.contact.max_service_per_day = 5; }},
        {"contact.service_window", [](Policy& p) { p.contact.service_window.from = Hours{6}; }},
        {"contact.send_at", [](Policy& p) { p.contact.send_at = Hours{19}; }},
        {"stages.before", [](Policy& p) { p.stages.before = 0; }},
        {"stages.after", [](Policy& p) { p.stages.after = 11; }},
        {"stages.notice", [](Policy& p) { p.stages.notice = 0; }},
        {"stages.headsup", [](Policy& p) { p.stages.headsup = Hours{12}; }},
        {"notice.days", [](Policy& p) { p.notice.days = 14; }},
        {"notice.delivery_timeout", [](Policy& p) { p.notice.delivery_timeout = Hours{96}; }},
        {"notice.fallback", [](Policy& p) { p.notice.fallback = {"fax"}; }},
        {"block.weekdays", [](Policy& p) { p.block.weekdays.set(6); }},
        {"block.window", [](Policy& p) { p.block.window.to = Hours{18}; }},
        {"block.run_at", [](Policy& p) { p.block.run_at = Hours{16}; }},
        {"block.erp_max_age", [](Policy& p) { p.block.erp_max_age = Minutes{0}; }},
        {"block.min_connection_debt", [](Policy& p) { p.block.min_connection_debt = Money{}; }},
        {"block.max_per_run_floor", [](Policy& p) { p.block.max_per_run_floor = 21; }},
        {"block.max_per_run_percent", [](Policy& p) { p.block.max_per_run_percent = 3; }},
        {"block.soft_stage_days", [](Policy& p) { p.block.soft_stage_days = 31; }},
        {"unblock.target", [](Policy& p) { p.unblock.target = Minutes{61}; }},
        {"unblock.hard", [](Policy& p) { p.unblock.hard = Hours{25}; }},
        {"promise.max_business_days", [](Policy& p) { p.promise.max_business_days = 8; }},
        {"promise.max_calendar_days", [](Policy& p) { p.promise.max_calendar_days = 11; }},
        {"promise.max_active", [](Policy& p) { p.promise.max_active = 2; }},
        {"promise.one_per_days", [](Policy& p) { p.promise.one_per_days = 14; }},
        {"promise.min_notice_to_reblock", [](Policy& p) { p.promise.min_notice_to_reblock = Hours{3}; }},
        {"promise.broken_check_at", [](Policy& p) { p.promise.broken_check_at = Hours{24}; }},
        {"promise.max_broken_in_180_days", [](Policy& p) { p.promise.max_broken_in_180_days = -1; }},
        {"claim_hold", [](Policy& p) { p.claim_hold = Hours{0}; }},
        {"stop_automation_days", [](Policy& p) { p.stop_automation_days = 1826; }},
        {"dispute_alarm_days", [](Policy& p) { p.dispute_alarm_days = 31; }},
        {"dispute_limit_days", [](Policy& p) { p.dispute_limit_days = 31; }},
        {"rescission_candidate_days", [](Policy& p) { p.rescission_candidate_days = 59; }},
    };
    for (const Row& row : rows) {
        Policy policy;
        row.break_it(policy);
        INFO(row.key);
        // Out of range stays out of range, whoever signs.
        CHECK(faulty_keys(policy, {row.key}) == Keys{row.key});
        const std::string what = validate(policy, {row.key}).front().what;
        CHECK(what.find("must be ") == 0);
        CHECK(what.find("; is ") != std::string::npos);
    }
}

TEST_CASE("loosening inside the range needs an accept_risk entry of that name (C1 F11 A14 B2)") {
    struct Row {
        std::string key;
        std::function<void(Policy&)> loosen;
    };
    const std::vector<Row> rows{
        {"contact.window",
         [](Policy& p) {
             p.contact.window = {Hours{8}, Hours{20}};
         }},
        {"contact.saturday",
         [](Policy& p) {
             p.contact.saturday = TimeWindow{Hours{8}, Hours{14}};
         }},
        {"contact.min_gap", [](Policy& p) { p.contact.min_gap = Hours{24}; }},
        {"block.weekdays", [](Policy& p) { p.block.weekdays.set(5); }},
        {"block.window",
         [](Policy& p) {
             p.block.window = {Hours{8}, Hours{17}};
         }},
        {"block.eve_of_holiday", [](Policy& p) { p.block.eve_of_holiday = true; }},
        {"block.erp_max_age", [](Policy& p) { p.block.erp_max_age = Minutes{60}; }},
        {"claim_hold", [](Policy& p) { p.claim_hold = Hours{24}; }},
        {"dun_suspended_months", [](Policy& p) { p.dun_suspended_months = true; }},
    };
    std::set<std::string_view> risky;
    for (const PolicyField& field : policy_fields()) {
        if (field.risky_to_loosen) {
            risky.insert(field.key);
        }
    }
    for (const Row& row : rows) {
        Policy policy;
        row.loosen(policy);
        INFO(row.key);
        CHECK(faulty_keys(policy) == Keys{row.key});
        CHECK(faulty_keys(policy, {row.key}).empty());
        CHECK(risky.erase(row.key) == 1);
    }
    CHECK(risky.empty());
}

TEST_CASE("stricter than the default needs nobody's signature; steps may be switched off") {
    Policy policy;
    policy.notice.days = 60;
    policy.contact.max_per_7_days = 1;
    policy.contact.min_gap = Hours{72};
    policy.stages.before.reset();
    policy.stages.after.reset();
    policy.stages.headsup.reset();
    policy.block.weekdays = 0b0000100;
    policy.claim_hold = Hours{96};
    CHECK(faulty_keys(policy).empty());
}

TEST_CASE("five faults are all told at once") {
    Policy policy;
    policy.notice.days = 1;
    policy.contact.max_per_day = 9;
    policy.block.weekdays.reset();
    policy.unblock.target = Minutes{0};
    policy.promise.one_per_days = 1;
    CHECK(faulty_keys(policy) ==
          Keys{"contact.max_per_day", "notice.days", "block.weekdays", "promise.one_per_days", "unblock.target"});
}
