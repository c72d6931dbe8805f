#include <algorithm>

#include "daemon/adapters/config_sections.hpp"

namespace emdia {
namespace {

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Plain HTTP would put the token on the wire; a lab on this machine is the exception.
bool is_safe_url(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
}

}  // namespace

void read_whatsapp(TomlReader& root, Config& config, const SectionContext& context) {
    auto section = root.table("whatsapp");
    if (!section) {
        context.findings.warn_at(
            "whatsapp", "no section [whatsapp]: nothing is sent, so no notice is delivered and nobody is blocked");
        return;
    }
    WhatsAppConfig whatsapp;
    if (section->text("base_url", whatsapp.base_url) && !is_safe_url(whatsapp.base_url)) {
        section->fault("base_url", "must start with https:// (http:// only to this machine)");
    }
    for (auto [key, out] :
         {std::pair{"phone_number_id", &whatsapp.phone_number_id}, std::pair{"waba_id", &whatsapp.waba_id}}) {
        if (section->text(key, *out, Need::required) && (!is_digits(*out) || *out == "0")) {
            section->fault(key, "must be the digits shown in the WhatsApp Manager; it is not the phone number");
        }
    }
    context.secret(*section, "token", whatsapp.token, Need::required);
    context.secret(*section, "app_secret", whatsapp.app_secret, Need::required);
    context.secret(*section, "verify_token", whatsapp.verify_token, Need::required);
    section->parsed<HostPort>("webhook_listen", whatsapp.webhook_listen, host_port_from,
                              "\"address:port\", such as \"127.0.0.1:8080\"");
    if (section->text("webhook_path", whatsapp.webhook_path) && !whatsapp.webhook_path.starts_with("/")) {
        section->fault("webhook_path", "must start with /");
    }
    section->integer("max_per_second", whatsapp.max_per_second, 1, 1000);
    section->duration("pair_gap", whatsapp.pair_gap, Millis{1000}, Millis{60'000});
    section->integer("daily_recipients", whatsapp.daily_recipients, 1, 10'000'000);
    section->flag("order_details", whatsapp.order_details);
    section->flag("qr", whatsapp.qr);
    section->done();
    if (whatsapp.order_details && config.isp.pix_key.empty()) {
        section->fault("order_details", "needs isp.pix_key and isp.pix_key_type");
    }
    config.whatsapp = std::move(whatsapp);
}

}  // namespace emdia
