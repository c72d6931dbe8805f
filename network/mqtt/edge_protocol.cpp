#include "network/mqtt/edge_protocol.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace emdia {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestPayload = 16U << 20U;
constexpr std::size_t kLongestKey = 200;
constexpr std::size_t kLongestHash = 128;
constexpr std::size_t kMostChunks = 65'536;

/// Reads fields of one object; remembers whether all that were asked for were there and of their kind.
class Reader {
public:
    explicit Reader(std::string_view payload)
        : Reader(payload.size() > kLongestPayload ? Json() : Json::parse(payload, nullptr, false)) {}
    explicit Reader(Json object) : object_(std::move(object)), fine_(object_.is_object()) {}

    [[nodiscard]] bool fine() const noexcept { return fine_; }

    std::int64_t number(const char* name) {
        const Json* const value = find(name);
        if (value == nullptr || !value->is_number_integer() ||
            (value->is_number_unsigned() && value->get<std::uint64_t>() > most_integer)) {
            fine_ = false;
            return 0;
        }
        return value->get<std::int64_t>();
    }
    std::size_t size(const char* name) {
        const std::int64_t value = number(name);
        fine_ = fine_ && value >= 0;
        return fine_ ? static_cast<std::size_t>(value) : 0;
    }
    std::string text(const char* name, std::size_t longest) {
        const Json* const value = find(name);
        if (value == nullptr || !value->is_string() || value->get_ref<const std::string&>().size() > longest) {
            fine_ = false;
            return {};
        }
        return value->get<std::string>();
    }
    bool yes(const char* name) {
        const Json* const value = find(name);
        fine_ = fine_ && value != nullptr && value->is_boolean();
        return fine_ && value->get<bool>();
    }
    std::optional<Instant> instant(const char* name) {
        return has(name) ? std::optional(Instant{Millis{number(name)}}) : std::nullopt;
    }
    std::vector<std::string> texts(const char* name, std::size_t longest, bool required) {
        std::vector<std::string> values;
        if (!required && !has(name)) {
            return values;
        }
        for (const Json& value : array(name)) {
            if (!value.is_string() || value.get_ref<const std::string&>().size() > longest) {
                fine_ = false;
                return {};
            }
            values.push_back(value.get<std::string>());
        }
        return values;
    }
    std::vector<EdgeItem> items(const char* name) {
        std::vector<EdgeItem> items;
        for (const Json& value : array(name)) {
            Reader fields(value);
            items.push_back(fields.item());
            fine_ = fine_ && fields.fine();
        }
        return items;
    }
    EdgeVersion version() { return {number("epoch"), number("version")}; }

private:
    static constexpr std::uint64_t most_integer = 1ULL << 62U;

    [[nodiscard]] const Json* find(const char* name) const {
        const auto found = object_.is_object() ? object_.find(name) : object_.end();
        return found == object_.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool has(const char* name) const { return find(name) != nullptr; }
    Json array(const char* name) {
        const Json* const value = find(name);
        if (value == nullptr || !value->is_array()) {
            fine_ = false;
            return Json::array();
        }
        return *value;
    }
    EdgeItem item() {
        EdgeItem item;
        item.key = text("k", kLongestKey);
        const std::string mode = text("mode", kLongestKey);
        item.mode = mode == "reduced" ? Access::reduced : Access::blocked;
        item.generation = number("g");
        item.ipv4 = texts("ip4", kLongestKey, false);
        item.ipv6 = texts("ip6", kLongestKey, false);
        item.not_after = instant("not_after");
        fine_ = fine_ && !item.key.empty() && (mode == "reduced" || mode == "blocked");
        return item;
    }

    Json object_;
    bool fine_;
};

Json item_json(const EdgeItem& item) {
    Json json{{"k", item.key},
              {"mode", item.mode == Access::reduced ? "reduced" : "blocked"},
              {"g", item.generation},
              {"ip4", item.ipv4},
              {"ip6", item.ipv6}};
    if (item.not_after) {
        json["not_after"] = item.not_after->time_since_epoch().count();
    }
    return json;
}

Json items_json(const std::vector<EdgeItem>& items) {
    Json json = Json::array();
    for (const EdgeItem& item : items) {
        json.push_back(item_json(item));
    }
    return json;
}

Json versioned(const EdgeVersion& version) { return {{"epoch", version.epoch}, {"version", version.version}}; }

/// What an ERP wrote in another encoding must not stop everybody else's state.
std::string print(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Error unreadable(const char* what) {
    return {ErrorKind::protocol, std::string("the ") + what + " of an edge agent cannot be read",
            "docs/EDGE-PROTOCOL.md has the format"};
}

}  // namespace

std::string to_payload(const EdgeHead& head) {
    Json json = versioned(head.version);
    json["count"] = head.count;
    json["sha256"] = head.hash;
    json["chunks"] = head.chunks;
    return print(json);
}

std::string to_payload(const EdgeChunk& chunk) { return print({{"items", items_json(chunk.items)}}); }

std::string to_payload(const EdgeReport& report) {
    Json json = versioned(report.version);
    json["count"] = report.count;
    json["sha256"] = report.hash;
    json["alive_since"] = report.alive_since.time_since_epoch().count();
    return print(json);
}

std::string to_payload(const EdgeListing& listing) {
    Json json = versioned(listing.version);
    json["alive_since"] = listing.alive_since.time_since_epoch().count();
    json["items"] = items_json(listing.items);
    json["foreign"] = listing.foreign;
    return print(json);
}

std::string to_payload(const EdgeStatus& status) {
    Json json{{"online", status.online}};
    if (status.alive_since) {
        json["alive_since"] = status.alive_since->time_since_epoch().count();
    }
    return print(json);
}

std::string report_command() { return R"({"op":"report"})"; }

bool is_report_command(std::string_view payload) {
    Reader reader(payload);
    return reader.text("op", kLongestKey) == "report" && reader.fine();
}

Result<EdgeHead> parse_edge_head(std::string_view payload) {
    Reader reader(payload);
    EdgeHead head{reader.version(), reader.size("count"), reader.text("sha256", kLongestHash),
                  reader.texts("chunks", kLongestHash, true)};
    if (!reader.fine() || head.chunks.size() > kMostChunks) {
        return unreadable("head");
    }
    return head;
}

Result<EdgeChunk> parse_edge_chunk(std::string_view payload) {
    Reader reader(payload);
    EdgeChunk chunk{reader.items("items")};
    if (!reader.fine()) {
        return unreadable("chunk");
    }
    return chunk;
}

Result<EdgeReport> parse_edge_report(std::string_view payload) {
    Reader reader(payload);
    EdgeReport report{reader.version(), reader.size("count"), reader.text("sha256", kLongestHash),
                      Instant{Millis{reader.number("alive_since")}}};
    if (!reader.fine()) {
        return unreadable("report");
    }
    return report;
}

Result<EdgeListing> parse_edge_listing(std::string_view payload) {
    Reader reader(payload);
    EdgeListing listing{reader.version(), Instant{Millis{reader.number("alive_since")}}, reader.items("items"),
                        reader.texts("foreign", kLongestKey, false)};
    if (!reader.fine()) {
        return unreadable("listing");
    }
    return listing;
}

Result<EdgeStatus> parse_edge_status(std::string_view payload) {
    Reader reader(payload);
    EdgeStatus status{reader.yes("online"), reader.instant("alive_since")};
    if (!reader.fine()) {
        return unreadable("status");
    }
    return status;
}

EdgeTopics::EdgeTopics(std::string_view prefix, std::string_view site)
    : base_(std::string(prefix) + "/site/" + std::string(site)) {}

std::optional<std::size_t> EdgeTopics::chunk_number(std::string_view topic) const {
    const std::string chunks = base_ + "/desired/chunk/";
    if (topic.substr(0, chunks.size()) != chunks) {
        return std::nullopt;
    }
    topic.remove_prefix(chunks.size());
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(topic.data(), topic.data() + topic.size(), number);
    const bool fine = error == std::errc{} && end == topic.data() + topic.size() && number < kMostChunks;
    return fine ? std::optional(number) : std::nullopt;
}

bool EdgeTopics::owns(std::string_view topic) const {
    return topic.size() > base_.size() && topic.substr(0, base_.size()) == base_ && topic[base_.size()] == '/';
}

bool is_site_name(std::string_view name) {
    constexpr std::size_t longest = 64;
    return !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    });
}

}  // namespace emdia
