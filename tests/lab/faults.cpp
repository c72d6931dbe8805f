#include "tests/lab/faults.hpp"

#include <algorithm>

namespace emdia::lab {

const std::vector<FaultInfo>& known_faults() {
    // Facts: erp-ixc.md 2.19 and 7.3; whatsapp.md 9 and 11.5, 11.6.
    static const std::vector<FaultInfo> table{
        {"ixc.html", "the red HTML page instead of JSON"},
        {"ixc.truncated", "half of the answer, then the line closes"},
        {"ixc.dropped", "the line closes without an answer; a write has happened"},
        {"ixc.http_status", "an HTML page with HTTP status `value`"},
        {"ixc.every_nth_504", "every `value`-th call answers 504"},
        {"ixc.slow", "`value` real milliseconds before each answer"},
        {"ixc.huge", "a body of `value` bytes"},
        {"ixc.not_json", "JSON cut in the middle but announced as whole"},
        {"ixc.token_revoked", "401 with nginx's HTML page"},
        {"ixc.ip_denied", "200 with type:error, source address not allowed"},
        {"ixc.no_permission", "the resource is not available to this user"},
        {"ixc.empty_list", "listings say total 0"},
        {"ixc.half_base", "listings show every second row only"},
        {"ixc.same_page", "listings answer the first page for ever"},
        {"ixc.zero_dates", "due dates are 0000-00-00"},
        {"ixc.comma_amounts", "amounts as 109,90"},
        {"ixc.numeric_total", "total is a number"},
        {"ixc.rows_as_object", "registros is an object keyed by index"},
        {"ixc.empty_array", "an empty answer has registros: []"},
        {"ixc.post_listing_only", "GET listings answer 404"},
        {"ixc.get_listing_only", "a POST listing is taken as an insert"},
        {"ixc.br_dates_only", "date filters work in dd/mm/yyyy only"},
        {"ixc.update_stamp_frozen", "fn_areceber.ultima_atualizacao does not move"},
        {"ixc.unknown_column_is_empty", "an unknown column gives total 0, not the HTML page"},
        {"ixc.contract_blank_on_titles", "fn_areceber.id_contrato is blank (id_contrato_avulso is filled)"},
        {"ixc.no_nas_rows", "radauth_nas is empty"},
        {"ixc.mojibake", "error texts in ISO-8859-1 read as UTF-8"},
        {"ixc.english", "messages in English"},
        {"ixc.id_as_number", "an insert answers its id as a number"},
        {"ixc.pix_unavailable", "get_pix says success with an empty code"},
        {"ixc.pix_bad_crc", "get_pix gives a code with a wrong CRC"},
        {"ixc.no_boleto", "get_boleto answers an empty body"},
        {"ixc.action_without_effect", "block, release and trust unblock say success and do nothing"},
        {"ixc.temporary_release_without_effect", "the temporary release says success and does nothing"},
        {"ixc.write_off_without_effect", "a write-off says success and does nothing (closed period)"},
        {"ixc.pix_http_500", "get_pix answers 500, as it does for what is not there"},
        {"ixc.auto_block_job", "the ERP blocks (CA) overdue contracts by itself at 03:00"},
        {"wa.error", "send is refused with error code `value`; match: recipient digits"},
        {"wa.http_429", "throughput refusals carry HTTP 429 instead of 400"},
        {"wa.drop_before_accept", "the line closes, nothing was accepted"},
        {"wa.drop_after_accept", "the message is accepted, then the line closes without an answer"},
        {"wa.http_500_after_accept", "the message is accepted, then 500 without JSON"},
        {"wa.truncated", "accepted, but half of the answer is missing"},
        {"wa.slow", "`value` real milliseconds before each answer"},
        {"wa.held", "template sends answer held_for_quality_assessment"},
        {"wa.fail_later", "accepted, then a failed status with error code `value`"},
        {"wa.no_whatsapp", "accepted, then failed with 131026"},
        {"wa.never_delivered", "sent, but never delivered"},
        {"wa.read_without_delivered", "read comes, delivered never does"},
        {"wa.duplicate", "every webhook comes twice"},
        {"wa.reorder", "delivered comes before sent, read before delivered"},
        {"wa.lose", "webhooks are lost"},
        {"wa.batch", "updates of `value` seconds come in one webhook"},
        {"wa.bad_signature", "webhooks carry a wrong signature"},
        {"wa.hide_phone", "webhooks carry no phone number, only user ids"},
        {"wa.ninth_digit", "wa_id comes without the ninth digit"},
        {"wa.window_by_status", "131047 comes as a failed status, not at once"},
        {"wa.template_paused", "132015 for template `match`"},
        {"wa.template_disabled", "132016 for template `match`"},
    };
    return table;
}

Result<void> Faults::switch_on(Fault fault) {
    const auto& table = known_faults();
    if (std::none_of(table.begin(), table.end(), [&](const FaultInfo& info) { return info.name == fault.name; })) {
        return Error{ErrorKind::bad_input, "no fault is called \"" + fault.name + "\"", "GET /faults lists them"};
    }
    std::erase_if(active_, [&](const Fault& other) { return other.name == fault.name && other.match == fault.match; });
    active_.push_back(std::move(fault));
    return {};
}

void Faults::switch_off(std::string_view name) {
    std::erase_if(active_, [&](const Fault& fault) { return fault.name == name; });
}

std::optional<Fault> Faults::strikes(std::string_view name, std::string_view subject) {
    const auto found = std::find_if(active_.begin(), active_.end(), [&](const Fault& fault) {
        return fault.name == name && (fault.match.empty() || fault.match == subject);
    });
    if (found == active_.end()) {
        return std::nullopt;
    }
    Fault hit = *found;
    if (found->remains && --*found->remains <= 0) {
        active_.erase(found);
    }
    return hit;
}

}  // namespace emdia::lab
