#include "network/radius/radius_verdict.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace emdia {
namespace {

constexpr Millis kSoon{5'000};
constexpr Millis kLater{60'000};

struct Row {
    std::uint32_t error_cause;
    std::string_view name;
    ApplyKind kind;
    std::string_view hint;
    Millis retry_after{0};
};

constexpr std::array kTable{
    Row{401, "unsupported attribute", ApplyKind::refused, "choose another profile or mode disconnect for this NAS"},
    Row{402, "missing attribute", ApplyKind::refused, "the NAS needs an identifier that the profile does not send"},
    Row{403, "NAS identification mismatch", ApplyKind::refused, "check address and nas_identifier of this NAS"},
    Row{404, "invalid request", ApplyKind::refused, "choose another profile for this NAS"},
    Row{405, "unsupported service", ApplyKind::refused, "switch dynamic authorization on at the NAS or its proxy"},
    Row{406, "unsupported extension", ApplyKind::refused, "switch dynamic authorization on at the NAS or its proxy"},
    Row{407, "invalid attribute value", ApplyKind::refused,
        "the list, filter or profile named in the configuration may not exist on the NAS"},
    Row{501, "administratively prohibited", ApplyKind::refused, "allow CoA from this address at the NAS"},
    Row{502, "request not routable", ApplyKind::retry, "check the route of the RADIUS proxy", kLater},
    Row{503, "session context not found", ApplyKind::no_session, ""},
    Row{504, "session context not removable", ApplyKind::refused, "drop this session at the NAS by hand"},
    Row{505, "other proxy processing error", ApplyKind::retry, "look into the log of the RADIUS proxy", kLater},
    Row{506, "resources unavailable", ApplyKind::retry, "lower max_per_second of this NAS", kSoon},
    Row{507, "request initiated", ApplyKind::acknowledged, ""},
    Row{508, "multiple session selection unsupported", ApplyKind::refused,
        "the login has several sessions; let the ERP give the session id"},
};

std::string_view name_of(RadiusCode code) {
    switch (code) {
        case RadiusCode::disconnect_ack:
            return "Disconnect-ACK";
        case RadiusCode::disconnect_nak:
            return "Disconnect-NAK";
        case RadiusCode::coa_ack:
            return "CoA-ACK";
        case RadiusCode::coa_nak:
            return "CoA-NAK";
        default:
            return "answer";
    }
}

bool is_ack(RadiusCode code) { return code == RadiusCode::disconnect_ack || code == RadiusCode::coa_ack; }

}  // namespace

bool pairs_with(RadiusCode request, RadiusCode answer) noexcept {
    const int distance = static_cast<int>(answer) - static_cast<int>(request);
    return distance == 1 || distance == 2;
}

RadiusVerdict judge_answer(RadiusCode answer, std::optional<std::uint32_t> error_cause) {
    RadiusVerdict verdict;
    verdict.cause = name_of(answer);
    if (is_ack(answer)) {
        verdict.kind = ApplyKind::acknowledged;
        return verdict;
    }
    if (!error_cause) {
        verdict.cause += " without cause";
        verdict.hint = "look at the session on the NAS: it may be half changed, and asking again proves nothing";
        return verdict;
    }
    const auto* const row =
        std::find_if(kTable.begin(), kTable.end(), [&](const Row& entry) { return entry.error_cause == *error_cause; });
    verdict.cause += " " + std::to_string(*error_cause);
    if (row == kTable.end()) {
        verdict.hint = "look up this Error-Cause in the manual of the NAS";
        return verdict;
    }
    verdict.cause += " " + std::string(row->name);
    verdict.kind = row->kind;
    verdict.hint = row->hint;
    if (row->kind == ApplyKind::retry) {
        verdict.retry_after = row->retry_after;
    }
    const bool of_coa = answer == RadiusCode::coa_nak;
    verdict.coa_unsupported = of_coa && (row->error_cause == 401 || row->error_cause == 407);
    verdict.short_of_resources = row->error_cause == 506;
    return verdict;
}

}  // namespace emdia
