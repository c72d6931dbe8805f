#include "daemon/adapters/whatsapp_errors.hpp"

#include <algorithm>
#include <array>

namespace emdia {
namespace {

using Kind = SendVerdictKind;

struct Row {
    int first;
    int last;
    Kind verdict;
    Seconds retry_after;
    std::string_view meaning;
    std::string_view cure;
};

constexpr Seconds kNever{0};
constexpr Seconds kTransient{30};
constexpr Seconds kAppRate{60};

constexpr std::string_view kToken = "put a valid token of the system user into the secret whatsapp.token";
constexpr std::string_view kPermission = "give the system user the permission whatsapp_business_messaging";
constexpr std::string_view kAccount = "look into WhatsApp Manager, section account quality";
constexpr std::string_view kNumber = "register the number again in WhatsApp Manager";
constexpr std::string_view kTemplate = "compare the template with the approved one in WhatsApp Manager";
constexpr std::string_view kBug = "report this message; it is not sent again as it is";
constexpr std::string_view kPayments =
    "accept the payments terms in WhatsApp Manager, or set whatsapp.order_details = false";
constexpr std::string_view kChannel = "reach this subscriber on another channel";

// First match wins. Sorted as the table of facts is: by who has to act.
constexpr std::array<Row, 54> kRows{{
    {0, 0, Kind::channel_stopped, kNever, "token invalid or expired", kToken},
    {190, 190, Kind::channel_stopped, kNever, "token invalid or expired", kToken},
    {3, 3, Kind::channel_stopped, kNever, "permission missing", kPermission},
    {10, 10, Kind::channel_stopped, kNever, "permission missing", kPermission},
    {200, 299, Kind::channel_stopped, kNever, "permission missing", kPermission},
    {131005, 131005, Kind::channel_stopped, kNever, "permission missing", kPermission},
    {4, 4, Kind::slow_down, kAppRate, "too many calls of the app", ""},
    {613, 613, Kind::slow_down, kAppRate, "too many calls", ""},
    {80007, 80007, Kind::slow_down, kAppRate, "too many calls of the business account", ""},
    {130429, 130429, Kind::slow_down, Seconds{5}, "throughput of the number exceeded", "lower whatsapp.max_per_second"},
    {131056, 131056, Kind::retry_recipient, Seconds{6}, "too many messages to one person", ""},
    {131048, 131048, Kind::hold_initiated, kNever, "spam limit of the number", kAccount},
    {131064, 131064, Kind::hold_initiated, kNever, "limit of recipients in 24 hours reached",
     "lower whatsapp.daily_recipients"},
    {131057, 131057, Kind::slow_down, Seconds{180}, "maintenance during an upgrade of throughput", ""},
    {133016, 133016, Kind::channel_stopped, kNever, "too many registrations of the number", kNumber},
    {368, 368, Kind::channel_stopped, kNever, "blocked for a policy violation", kAccount},
    {131031, 131031, Kind::channel_stopped, kNever, "account locked", kAccount},
    {130497, 130497, Kind::channel_stopped, kNever, "country restriction", kAccount},
    {131042, 131042, Kind::hold_initiated, kNever, "billing problem", "correct the payment method in WhatsApp Manager"},
    {131037, 131037, Kind::channel_stopped, kNever, "display name not approved",
     "have the display name approved in WhatsApp Manager"},
    {131045, 131045, Kind::channel_stopped, kNever, "number not registered", kNumber},
    {133010, 133010, Kind::channel_stopped, kNever, "number not registered", kNumber},
    {131047, 131047, Kind::needs_template, kNever, "outside the 24 hour window", ""},
    {131026, 131026, Kind::undeliverable, kNever, "cannot be delivered to this number", kChannel},
    {130472, 130472, Kind::undeliverable, kNever, "recipient is in an experiment of the platform", kChannel},
    {131049, 131049, Kind::retry_later, Hours{24}, "the platform chose not to deliver now", ""},
    {131050, 131050, Kind::template_unusable, kNever, "recipient stopped marketing: the template counts as marketing",
     kTemplate},
    {131021, 131021, Kind::dead, kNever, "recipient is the sender", "correct the subscriber's number in the ERP"},
    {131030, 131030, Kind::dead, kNever, "recipient not on the list of the test number",
     "add the recipient to the test number's list, or use the production number"},
    {131062, 131062, Kind::dead, kNever, "recipient without a phone number not supported", kChannel},
    {131063, 131063, Kind::template_unusable, kNever, "marketing disabled: the template counts as marketing",
     kTemplate},
    {132000, 132000, Kind::template_unusable, kNever, "number of parameters differs", kTemplate},
    {132001, 132001, Kind::template_unusable, kNever, "template or language missing or not approved", kTemplate},
    {132005, 132005, Kind::dead, kNever, "text too long once filled", kBug},
    {132007, 132007, Kind::template_unusable, kNever, "template violates the content policy", kTemplate},
    {132008, 132008, Kind::dead, kNever, "value of a parameter refused", kBug},
    {132012, 132012, Kind::dead, kNever, "format of a parameter refused", kBug},
    {132018, 132018, Kind::dead, kNever, "white space of a parameter refused", kBug},
    {132015, 132015, Kind::template_unusable, kNever, "template paused", "wait until the platform reinstates it"},
    {132016, 132016, Kind::template_unusable, kNever, "template disabled for good", "have another template approved"},
    {132068, 132069, Kind::dead, kNever, "flow blocked", kBug},
    {134011, 134011, Kind::template_unusable, kNever, "payments terms not accepted", kPayments},
    {2040, 2040, Kind::dead, kNever, "recipient cannot receive a payment message", kPayments},
    {2046, 2047, Kind::dead, kNever, "order status refused", kBug},
    {131051, 131051, Kind::dead, kNever, "message type not supported", kBug},
    {131052, 131053, Kind::dead, kNever, "media could not be transferred", kBug},
    {33, 33, Kind::dead, kNever, "unknown object", "compare whatsapp.phone_number_id with WhatsApp Manager"},
    {100, 100, Kind::dead, kNever, "parameter refused", kBug},
    {131008, 131009, Kind::dead, kNever, "parameter missing or refused", kBug},
    {1, 2, Kind::retry_later, kTransient, "transient fault of the platform", ""},
    {131000, 131000, Kind::retry_later, kTransient, "transient fault of the platform", ""},
    {131016, 131016, Kind::retry_later, kTransient, "service unavailable", ""},
    {133004, 133004, Kind::retry_later, kTransient, "server unavailable", ""},
    {135000, 135000, Kind::retry_later, kTransient, "transient fault of the platform", ""},
}};

ErrorKind kind_of(Kind verdict) noexcept {
    switch (verdict) {
        case Kind::not_now:
        case Kind::slow_down:
        case Kind::retry_later:
        case Kind::retry_recipient:
            return ErrorKind::rate_limited;
        case Kind::channel_stopped:
        case Kind::hold_initiated:
            return ErrorKind::forbidden;
        case Kind::template_unusable:
        case Kind::undeliverable:
        case Kind::needs_template:
            return ErrorKind::refused;
        case Kind::dead:
            return ErrorKind::bad_input;
    }
    return ErrorKind::internal;
}

SendRejected refuse(Kind verdict, int code, std::string what, std::string_view cure, Seconds retry_after) {
    Error error{kind_of(verdict), std::move(what), std::string(cure), std::nullopt};
    if (retry_after != kNever) {
        error.retry_after = retry_after;
    }
    return SendRejected{verdict, code, std::move(error)};
}

}  // namespace

SendRejected refusal_of(int code, int http_status) {
    const auto row = std::find_if(kRows.begin(), kRows.end(),
                                  [&](const Row& known) { return known.first <= code && code <= known.last; });
    const std::string number = "WhatsApp error " + std::to_string(code);
    if (row != kRows.end()) {
        return refuse(row->verdict, code, number + ": " + std::string(row->meaning), row->cure, row->retry_after);
    }
    if (http_status >= 500) {
        return refuse(Kind::retry_later, code, number + ": unknown fault of the platform", "", kTransient);
    }
    return refuse(Kind::dead, code, number + ": not in the table of known errors", kBug, kNever);
}

SendRejected refusal_of_status(int http_status) {
    const std::string what = "WhatsApp answered HTTP " + std::to_string(http_status) + " without an error object";
    if (http_status == 429) {
        return refuse(Kind::slow_down, 0, what, "", kAppRate);
    }
    return refuse(Kind::channel_stopped, 0, what, "check whatsapp.base_url, the token and proxies on the way", kNever);
}

}  // namespace emdia
