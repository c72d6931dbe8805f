#include "erp-connectors/ixc/ixc_settings.hpp"

#include <algorithm>
#include <array>

#include "erp-connectors/sdk/fields.hpp"
#include "erp-connectors/sdk/settings.hpp"

namespace emdia::ixc {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kPath = "/webservice/v1";

std::string base64(std::string_view bytes) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto chunk = bytes.substr(at, 3);
        unsigned bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = (bits << 8U) | (i < chunk.size() ? static_cast<unsigned char>(chunk[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= chunk.size() ? kAlphabet[(bits >> (18U - 6U * i)) & 0x3FU] : '=';
        }
    }
    return out;
}

std::string from_base64(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text.substr(0, text.find('='))) {
        const auto value = kAlphabet.find(c);
        if (value == std::string_view::npos) {
            return {};
        }
        bits = ((bits << 6U) | static_cast<unsigned>(value)) & 0xFFFFU;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>((bits >> count) & 0xFFU);
        }
    }
    return out;
}

/// "<user id>:<secret>".
bool is_pair(std::string_view text) {
    const auto colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return c >= '0' && c <= '9'; });
}

std::string base_url_from(std::string url) {
    while (!url.empty() && url.back() == '/') {
        url.pop_back();
    }
    if (url.find("/webservice/") == std::string::npos) {
        url += kPath;
    }
    return url;
}

std::set<std::string> words(std::string_view list) {
    std::set<std::string> found;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto word = sdk::trimmed(list.substr(0, comma));
        if (!word.empty()) {
            found.emplace(word);
        }
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return found;
}

ErpAccess warned_access(const std::string& name) {
    if (name == "open") {
        return ErpAccess::open;
    }
    return name == "blocked" ? ErpAccess::blocked : ErpAccess::reduced;
}

ReleaseBy release_by(const std::string& name) {
    if (name == "temporary") {
        return ReleaseBy::temporary;
    }
    return name == "unblock" ? ReleaseBy::unblock : ReleaseBy::trust;
}

}  // namespace

Result<std::string> basic_authorization(std::string_view token) {
    auto text = sdk::trimmed(token);
    if (text.substr(0, 6) == "Basic ") {
        text = sdk::trimmed(text.substr(6));
    }
    if (is_pair(text)) {
        return "Basic " + base64(text);
    }
    if (is_pair(from_base64(text))) {
        return "Basic " + std::string{text};
    }
    return Error{ErrorKind::config, "the IXC token is not of the form <user number>:<secret>",
                 "copy it again from the user's page in IXC, with the number and the colon"};
}

Result<Settings> read_settings(const protocol::Initialize& init) {
    sdk::SettingsReader reader{init};
    Settings s;
    s.base_url = base_url_from(reader.required_text("url"));
    if (const auto token = reader.required_secret("token"); !token.empty()) {
        auto authorization = basic_authorization(token);
        if (authorization) {
            s.authorization = *authorization;
        } else {
            reader.fault("token", "(a secret): " + authorization.error().text());
        }
    }
    s.trust.ca_file = reader.text("tls.ca_file");
    s.trust.pinned_key = reader.text("tls.pinned_key");
    s.trust.pinned_certificate_file = reader.text("tls.pinned_certificate_file");
    s.trust.allow_plain_http = reader.flag("tls.allow_plain_http", false);
    s.trust.settings = reader.where() + ".tls";
    s.list_by_post = reader.choice("listing", {"get", "post"}, "get") == "post";
    s.br_dates = reader.choice("dates", {"iso", "br"}, "iso") == "br";
    s.timeout = Millis{reader.integer("timeout_ms", 1'000, 120'000, 30'000)};
    s.max_in_flight = reader.integer("max_in_flight", 1, kCallsAtOnce, kCallsAtOnce);
    s.calls_per_minute = reader.integer("calls_per_minute", 1, 100'000, 600);
    s.log_calls = reader.flag("log_calls", false);
    s.invoices_by_update = reader.flag("invoices_by_update", false);
    s.pix = reader.flag("pix", true);
    s.ask_boleto = reader.flag("ask_boleto", false);
    s.retry_pause = Millis{reader.integer("retry_pause_ms", 0, 10'000, 1'000)};
    s.second_look = Millis{reader.integer("second_look_ms", 0, 10'000, 1'500)};
    s.release_by = release_by(reader.choice("release_by", {"trust", "temporary", "unblock"}, "trust"));
    s.temporary_by_get_id = reader.choice("temporary_id_field", {"id", "get_id"}, "id") == "get_id";
    s.disconnect_after_change = reader.flag("disconnect_after_change", false);
    s.utc_offset = Minutes{reader.integer("utc_offset_minutes", -720, 840, -180)};
    s.rows.warned = warned_access(reader.choice("warned_means", {"open", "reduced", "blocked"}, "reduced"));
    s.rows.uf_by_number = reader.choice("uf_numbers", {"unknown", "by_abbreviation"}, "unknown") == "by_abbreviation";
    s.rows.nas_by_id = reader.choice("nas_key", {"name", "id"}, "name") == "id";
    s.rows.honour_no_dunning = reader.flag("honour_participa_cobranca", true);
    s.rows.voice_groups = words(reader.text("voice_groups"));
    if (auto ok = reader.finish(); !ok) {
        return ok.error();
    }
    return s;
}

}  // namespace emdia::ixc
