#include "erp-connectors/ixc/ixc_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "erp-connectors/sdk/fields.hpp"
#include "erp-connectors/sdk/log.hpp"

namespace emdia::ixc {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kLongestRetrySeconds = 300;

std::string latin1_to_utf8(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80U) {
            out += c;
        } else {
            out += static_cast<char>(0xC0U | (byte >> 6U));
            out += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return out;
}

/// Answers nest five deep (get_pix); the parser would follow a hostile one until its stack or our memory ends.
constexpr int kDeepest = 32;

bool nests_too_deep(std::string_view body) {
    int depth = 0;
    bool in_text = false;
    for (std::size_t at = 0; at < body.size(); ++at) {
        const char c = body[at];
        if (in_text) {
            at += c == '\\' ? 1 : 0;
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kDeepest) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

/// Some installs send ISO-8859-1 (2.19); such a body is not UTF-8 and fails the first reading.
Json parse(std::string_view body) {
    auto json = Json::parse(body, nullptr, false);
    if (json.is_discarded()) {
        json = Json::parse(latin1_to_utf8(body), nullptr, false);
    }
    return json;
}

std::string text_of(const Json& value) {
    if (value.is_string()) {
        return sdk::without_mojibake(value.get_ref<const std::string&>());
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "S" : "N";
    }
    return value.is_number() ? value.dump() : std::string{};
}

std::string member(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? std::string{} : text_of(*found);
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// What the texts of `type: error` mean.
Error error_of_message(const std::string& resource, const std::string& message) {
    if (contains(message, "IP") && contains(message, "liberado")) {
        return {ErrorKind::forbidden, "IXC does not accept calls from our address",
                "add this server's address to 'Redes Permitidas' of the web-service user's group in IXC"};
    }
    if (contains(message, "Recurso ") && contains(message, "dispon")) {
        return {ErrorKind::unsupported, "IXC does not offer " + resource + " to our user",
                "give the web-service user permission for it, or do without"};
    }
    if (contains(message, "webservice") && contains(message, "dispon")) {
        return {ErrorKind::config, "IXC does not know this version of its web service",
                "correct the setting url; it ends in /webservice/v1"};
    }
    return {ErrorKind::refused, resource + ": IXC says: " + sdk::presentable(message),
            "look at the record in IXC; the same call will be refused again"};
}

Error retry_later(const std::string& what, const HttpResponse& response) {
    Error error{ErrorKind::rate_limited, what, "lower calls_per_minute if this happens often"};
    const auto header = response.header("Retry-After");
    std::int64_t seconds = 0;
    if (std::from_chars(header.data(), header.data() + header.size(), seconds).ec == std::errc{} && seconds >= 0) {
        error.retry_after = Seconds{std::min(seconds, kLongestRetrySeconds)};
    }
    return error;
}

std::optional<Error> error_of_status(const std::string& resource, const HttpResponse& response) {
    const auto status = std::to_string(response.status);
    switch (response.status) {
        case 401:
            return Error{ErrorKind::unauthorized, "IXC does not know our token (HTTP 401)",
                         "the token changes with the user's login or password; generate it again and store it"};
        case 403:
            return Error{ErrorKind::forbidden, "IXC's server refuses us (HTTP 403)",
                         "check the server's rules, and the token if IXC was moved to another server"};
        case 404:
            return Error{ErrorKind::config, resource + " was not found (HTTP 404)",
                         "check the setting url; if a proxy removes the header ixcsoft, let it pass; if this IXC lists "
                         "by POST only, set listing to post"};
        case 429:
            return retry_later("IXC asks us to slow down (HTTP 429)", response);
        default:
            break;
    }
    if (response.status >= 500) {
        return Error{ErrorKind::unavailable, resource + ": IXC failed (HTTP " + status + ")",
                     "IXC or its database is overloaded or down"};
    }
    if (response.status >= 400) {
        return Error{
            ErrorKind::config, resource + ": the server does not accept the call (HTTP " + status + ")",
            "check scheme and port of the setting url; if a firewall refuses GET with a body, set listing to post"};
    }
    if (response.status >= 300) {
        return Error{ErrorKind::config, "the server redirects us elsewhere (HTTP " + status + ")",
                     "put the final address into the setting url"};
    }
    return std::nullopt;
}

Error error_of_text(const std::string& resource, std::string_view body) {
    if (sdk::trimmed(body).empty()) {
        return {ErrorKind::protocol, resource + ": the answer is empty", "try again; report it if it stays so"};
    }
    if (contains(body, "Ocorreu um erro ao processar")) {
        return {ErrorKind::protocol, resource + ": IXC could not process our query",
                "this IXC lacks a column we use, or wants another date form (setting dates); report it"};
    }
    if (body.front() == '<' || contains(body.substr(0, 500), "<html")) {
        return {ErrorKind::protocol, resource + ": the answer is a web page, not data",
                "check the setting url; a login page means that the token was revoked"};
    }
    return {ErrorKind::protocol, resource + ": the answer is not complete JSON", "try again; report it if it stays so"};
}

/// The JSON object of an answer that reports no error.
Result<Json> read_object(const std::string& resource, const HttpResponse& response) {
    if (nests_too_deep(response.body)) {
        return Error{ErrorKind::protocol, resource + ": the answer is nested deeper than any IXC answer",
                     "check that the setting url leads to IXC; report it if it does"};
    }
    auto json = parse(response.body);
    if (json.is_object()) {
        if (member(json, "type") == "error") {
            return error_of_message(resource, member(json, "message"));
        }
        if (!member(json, "tipo").empty() && member(json, "tipo") != "sucesso" && member(json, "codigo") != "107") {
            auto error = error_of_message(resource, member(json, "mensagem"));
            error.what += " (code " + sdk::presentable(member(json, "codigo")) + ")";
            return error;
        }
    }
    if (auto error = error_of_status(resource, response)) {
        return *error;
    }
    if (json.is_array() && !json.empty() && json.front().is_object()) {
        return Json(json.front());
    }
    if (!json.is_object()) {
        return error_of_text(resource, response.body);
    }
    return json;
}

Row row_of(const Json& record, const Columns& columns) {
    Row row;
    for (const auto& column : columns) {
        if (const auto found = record.find(column); found != record.end()) {
            row.set(column, text_of(*found));
        }
    }
    return row;
}

}  // namespace

std::string_view Row::operator[](std::string_view column) const noexcept {
    const auto found = texts_.find(column);
    return found == texts_.end() ? std::string_view{} : std::string_view{found->second};
}

Result<Listing> read_listing(const std::string& resource, const HttpResponse& response, const Columns& columns) {
    auto object = read_object(resource, response);
    if (!object) {
        return object.error();
    }
    Listing listing;
    const auto total = member(*object, "total");
    std::int64_t count = 0;
    if (const auto [end, error] = std::from_chars(total.data(), total.data() + total.size(), count);
        error == std::errc{} && end == total.data() + total.size() && count >= 0) {
        listing.total = count;
    }
    const auto records = object->find("registros");
    if (records == object->end() || records->is_null()) {
        if (!listing.total) {
            return Error{ErrorKind::protocol, resource + ": neither rows nor a total in the answer",
                         "report it: this IXC answers listings in a form we do not know"};
        }
        return listing;
    }
    if (!records->is_structured()) {
        return Error{ErrorKind::protocol, resource + ": registros is not a list", "report it"};
    }
    for (const auto& record : *records) {  // an object keyed by index iterates over its values (2.18)
        if (!record.is_object()) {
            return Error{ErrorKind::protocol, resource + ": a row is not an object", "report it"};
        }
        listing.rows.push_back(row_of(record, columns));
    }
    return listing;
}

Result<ActionDone> read_action(const std::string& resource, const HttpResponse& response) {
    const auto object = read_object(resource, response);
    if (!object) {
        return object.error();
    }
    if (member(*object, "type") == "success" || !member(*object, "tipo").empty()) {
        return ActionDone{member(*object, "id")};
    }
    // desconectar_clientes wraps the outcome in a list (4.6).
    if (const auto wrapped = object->find("msg"); wrapped != object->end() && wrapped->is_array() &&
                                                  !wrapped->empty() && wrapped->front().is_object() &&
                                                  member(wrapped->front(), "type") == "success") {
        return ActionDone{};
    }
    return Error{ErrorKind::protocol, resource + ": the answer says neither success nor error", "report it"};
}

Result<std::vector<std::string>> read_texts(const std::string& resource, const HttpResponse& response,
                                            const std::vector<Path>& paths) {
    const auto object = read_object(resource, response);
    if (!object) {
        return object.error();
    }
    std::vector<std::string> texts;
    for (const auto& path : paths) {
        const Json* at = &*object;
        for (const auto& name : path) {
            const auto found = at->is_object() ? at->find(name) : at->end();
            at = at->is_object() && found != at->end() ? &*found : nullptr;
            if (at == nullptr) {
                break;
            }
        }
        texts.push_back(at == nullptr ? std::string{} : text_of(*at));
    }
    return texts;
}

}  // namespace emdia::ixc
