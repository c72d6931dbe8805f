#pragma once
// The dunning and suspension policy: section 3 of brazil-rules.md, one field per line of it.

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"

namespace emdia {

/// A daily window [from, to) of civil time.
struct TimeWindow {
    Seconds from{};
    Seconds to{};
    [[nodiscard]] bool contains(Seconds time_of_day) const noexcept { return from <= time_of_day && time_of_day < to; }
    friend bool operator==(const TimeWindow&, const TimeWindow&) = default;
};

/// Days and hours are those of the subscriber. Defaults are the safe reading; ranges and rule ids stand in
/// policy_fields() and are checked by validate().
struct Policy {
    std::string version = "default";  ///< Shown with every decision; a new one starts in shadow.

    struct Contact {
        TimeWindow window{Hours{9}, Hours{18}};          // C1
        std::optional<TimeWindow> saturday;              // C1
        int max_per_day = 1;                             // C4
        int max_per_7_days = 3;                          // C4
        int max_per_cycle = 8;                           // C4, per invoice
        Hours min_gap{48};                               // C4
        int max_service_per_day = 4;                     // C4
        TimeWindow service_window{Hours{7}, Hours{22}};  // C3
        Seconds send_at{Hours{10}};                      ///< When on its day a stage goes out; inside `window`.  D
        friend bool operator==(const Contact&, const Contact&) = default;
    } contact;

    struct Stages {
        std::optional<int> before = -2;  // C10
        std::optional<int> after = 1;    // A2
        int notice = 5;                  // A1 A3
        std::optional<Hours> headsup = Hours{24};
        friend bool operator==(const Stages&, const Stages&) = default;
    } stages;

    struct Notice {
        int days = 15;                                                // A1
        Hours delivery_timeout{72};                                   // A5
        std::vector<std::string> fallback{"email", "sms", "letter"};  // A4
        friend bool operator==(const Notice&, const Notice&) = default;
    } notice;

    struct Block {
        std::bitset<7> weekdays{0b0011110};                 ///< Bit 0 = Sunday. Default Monday..Thursday.  F11
        TimeWindow window{Hours{9}, Hours{16}};             // F11
        Seconds run_at = Hours{9} + Minutes{30};            ///< Earliest time of a day's block run; inside `window`.  D
        bool eve_of_holiday = false;                        // F11
        Minutes erp_max_age{15};                            // B2
        Money min_connection_debt = Money::centavos(1000);  // A13
        int max_per_run_floor = 20;                         // I10
        int max_per_run_percent = 2;                        // I10
        int soft_stage_days = 0;                            // A6
        friend bool operator==(const Block&, const Block&) = default;
    } block;

    struct Unblock {
        Minutes target{5};  // A9
        Hours hard{24};     // A9
        friend bool operator==(const Unblock&, const Unblock&) = default;
    } unblock;

    struct PromiseRules {
        int max_business_days = 3;
        int max_calendar_days = 5;
        int max_active = 1;
        int one_per_days = 30;
        Hours min_notice_to_reblock{4};
        Seconds broken_check_at{Hours{9}};  ///< On the first block day after the promised date.  D
        int max_broken_in_180_days = 1;     ///< More broken ones than this: a person decides.  D
        friend bool operator==(const PromiseRules&, const PromiseRules&) = default;
    } promise;

    Hours claim_hold{48};
    int stop_automation_days = 180;      // B13
    bool dun_suspended_months = false;   // A14
    int dispute_alarm_days = 25;         // A12
    int dispute_limit_days = 30;         // A12
    int rescission_candidate_days = 60;  // A8

    friend bool operator==(const Policy&, const Policy&) = default;
};

/// One row per setting: where it stands in policy.toml, its allowed range in words, the rule that sets the range, and
/// whether leaving the safe default towards the subscriber's disadvantage needs an `accept_risk` entry.
struct PolicyField {
    std::string_view key;  ///< "block.window"
    std::string_view range;
    std::string_view rule;
    bool risky_to_loosen = false;
};
[[nodiscard]] const std::vector<PolicyField>& policy_fields();

struct PolicyFault {
    std::string key;
    std::string what;  ///< "must be 15..60 (A1); is 10"
};
/// Every field outside its range, and every loosening not named in `accept_risk`. Empty: the policy may be used.
[[nodiscard]] std::vector<PolicyFault> validate(const Policy& policy, const std::vector<std::string>& accept_risk);

}  // namespace emdia
