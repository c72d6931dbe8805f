#include "daemon/admin/facts_json.hpp"

#include <limits>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "daemon/admin/enum_names.hpp"
#include "daemon/admin/facts_fields.hpp"

namespace emdia {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
concept Named = kEnumCount<T>
!= 0;
template <class T>
concept RowId = std::is_enum_v<T> && std::same_as<std::underlying_type_t<T>, std::int64_t>;

// --- writing -------------------------------------------------------------------------------------------------

template <FactsPart T>
Json to_json_value(const T& part);

Json to_json_value(const std::string& v) { return v; }
Json to_json_value(bool v) { return v; }
template <std::integral T>
Json to_json_value(T v) {
    return v;
}
Json to_json_value(Money v) { return v.plain(); }
Json to_json_value(Date v) { return to_iso(v); }
Json to_json_value(Instant v) { return to_rfc3339(v); }
Json to_json_value(Uf v) { return to_string(v); }
template <Named T>
Json to_json_value(T v) {
    return enum_name(v);
}
template <RowId T>
Json to_json_value(T v) {
    return raw(v);
}
template <class T>
Json to_json_value(const std::optional<T>& v) {
    return v ? to_json_value(*v) : Json(nullptr);
}
template <class T>
Json to_json_value(const std::vector<T>& v) {
    Json list = Json::array();
    for (const T& item : v) {
        list.push_back(to_json_value(item));
    }
    return list;
}

class Writer {
public:
    template <class T>
    void operator()(const char* name, const T& field) {
        out[name] = to_json_value(field);
    }
    template <class T>
    void required(const char* name, const T& field) {
        (*this)(name, field);
    }
    Json out = Json::object();
};

template <FactsPart T>
Json to_json_value(const T& part) {
    Writer writer;
    fields(writer, part);
    return std::move(writer.out);
}

// --- reading -------------------------------------------------------------------------------------------------

using Faults = std::vector<std::string>;

void expect(Faults& faults, const std::string& path, const std::string& what) {
    faults.push_back(path + ": must be " + what);
}

/// The value itself is never repeated in a fault: it may be personal data.
template <class T>
void take(std::optional<T> value, T& out, const std::string& path, Faults& faults, const std::string& what) {
    if (value) {
        out = *std::move(value);
    } else {
        expect(faults, path, what);
    }
}

template <class T>
std::optional<T> to_optional(Result<T> result) {
    return result ? std::optional(*std::move(result)) : std::nullopt;
}

std::optional<std::string> text_of(const Json& json) {
    return json.is_string() ? std::optional(json.get<std::string>()) : std::nullopt;
}

std::optional<std::int64_t> number_of(const Json& json) {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    const bool too_large = json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{largest};
    return json.is_number_integer() && !too_large ? std::optional(json.get<std::int64_t>()) : std::nullopt;
}

template <FactsPart T>
void read_value(const Json& json, T& out, const std::string& path, Faults& faults);

void read_value(const Json& json, std::string& out, const std::string& path, Faults& faults) {
    take(text_of(json), out, path, faults, "a text");
}
void read_value(const Json& json, bool& out, const std::string& path, Faults& faults) {
    take(json.is_boolean() ? std::optional(json.get<bool>()) : std::nullopt, out, path, faults, "true or false");
}
template <std::signed_integral T>
void read_value(const Json& json, T& out, const std::string& path, Faults& faults) {
    auto number = number_of(json);
    if (number && (*number < std::numeric_limits<T>::min() || *number > std::numeric_limits<T>::max())) {
        number.reset();
    }
    take(number ? std::optional(static_cast<T>(*number)) : std::nullopt, out, path, faults, "a whole number");
}
template <RowId T>
void read_value(const Json& json, T& out, const std::string& path, Faults& faults) {
    const auto number = number_of(json);
    take(number ? std::optional(T{*number}) : std::nullopt, out, path, faults, "a whole number");
}
void read_value(const Json& json, Money& out, const std::string& path, Faults& faults) {
    const auto text = text_of(json);
    take(text ? to_optional(Money::parse(*text)) : std::nullopt, out, path, faults,
         "an amount as text, such as \"99.90\"");
}
void read_value(const Json& json, Date& out, const std::string& path, Faults& faults) {
    const auto text = text_of(json);
    take(text ? to_optional(parse_date(*text)) : std::nullopt, out, path, faults, "a date such as \"2026-03-10\"");
}
void read_value(const Json& json, Instant& out, const std::string& path, Faults& faults) {
    const auto text = text_of(json);
    take(text ? to_optional(parse_instant(*text)) : std::nullopt, out, path, faults,
         "a time such as \"2026-03-10T13:00:03Z\"");
}
void read_value(const Json& json, Uf& out, const std::string& path, Faults& faults) {
    const auto text = text_of(json);
    take(text ? uf_from(*text) : std::nullopt, out, path, faults,
         "two letters of a unit of the federation, such as \"SP\"");
}
template <Named T>
void read_value(const Json& json, T& out, const std::string& path, Faults& faults) {
    const auto text = text_of(json);
    take(text ? enum_from<T>(*text) : std::nullopt, out, path, faults, "one of " + enum_choices<T>());
}
template <class T>
void read_value(const Json& json, std::optional<T>& out, const std::string& path, Faults& faults) {
    if (json.is_null()) {
        out.reset();
        return;
    }
    read_value(json, out.emplace(), path, faults);
}
template <class T>
void read_value(const Json& json, std::vector<T>& out, const std::string& path, Faults& faults) {
    if (!json.is_array()) {
        expect(faults, path, "a list");
        return;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
        read_value(json[i], out.emplace_back(), path + "[" + std::to_string(i) + "]", faults);
    }
}

class Reader {
public:
    Reader(const Json& object, std::string path, Faults& faults)
        : object_(object), path_(std::move(path)), faults_(faults) {}

    template <class T>
    void operator()(const char* name, T& field) {
        known_.emplace(name);
        if (const auto found = object_.find(name); found != object_.end()) {
            read_value(*found, field, path_ + "." + name, faults_);
        }
    }
    template <class T>
    void required(const char* name, T& field) {
        (*this)(name, field);
        if (!object_.contains(name)) {
            faults_.push_back(path_ + "." + name + ": is missing");
        }
    }
    void refuse_unknown() {
        for (const auto& item : object_.items()) {
            if (!known_.contains(item.key())) {
                faults_.push_back(path_ + "." + item.key() + ": is no field of this object");
            }
        }
    }

private:
    const Json& object_;
    std::string path_;
    Faults& faults_;
    std::set<std::string, std::less<>> known_;
};

template <FactsPart T>
void read_value(const Json& json, T& out, const std::string& path, Faults& faults) {
    if (!json.is_object()) {
        expect(faults, path, "an object");
        return;
    }
    Reader reader(json, path, faults);
    fields(reader, out);
    reader.refuse_unknown();
}

/// Invoices in a hand-written file need no id of ours, no face value and no split: the rest follows from `open`.
void fill_in(AccountFacts& facts, const Json& json) {
    if (!json.contains("invoices")) {
        return;
    }
    for (std::size_t i = 0; i < facts.invoices.size(); ++i) {
        Invoice& invoice = facts.invoices[i];
        const Json& row = json["invoices"][i];
        if (raw(invoice.id) == 0) {
            invoice.id = InvoiceId{static_cast<std::int64_t>(i) + 1};
        }
        if (!row.contains("face")) {
            invoice.face = invoice.open;
        }
        if (!row.contains("connection_open")) {
            invoice.connection_open = invoice.open;
        }
        if (!row.contains("reference")) {
            const std::chrono::year_month_day due{invoice.due};
            invoice.reference = Date{due.year() / due.month() / 1};
        }
    }
}

Json reason_json(const Reason& reason, const AccountFacts& facts, const Zone& zone, Language language) {
    Json out = {{"code", to_string(reason.code)},
                {"rules", rules_of(reason.code)},
                {"sentence", explain(reason, facts, zone, language)}};
    if (raw(reason.invoice) != 0) {
        out["invoice"] = raw(reason.invoice);
    }
    if (reason.date) {
        out["date"] = to_iso(*reason.date);
    }
    if (reason.at) {
        out["at"] = to_rfc3339(*reason.at);
    }
    if (reason.amount) {
        out["amount"] = reason.amount->plain();
    }
    return out;
}

}  // namespace

Result<AccountFacts> facts_from_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return Error{ErrorKind::bad_input, "$: is no JSON", "check it with: python3 -m json.tool FILE"};
    }
    AccountFacts facts;
    Faults faults;
    read_value(json, facts, "$", faults);
    if (!faults.empty()) {
        std::string all;
        for (const std::string& fault : faults) {
            all += (all.empty() ? "" : "\n") + fault;
        }
        return Error{ErrorKind::bad_input, std::move(all), "docs/DECIDE.md lists every field"};
    }
    fill_in(facts, json);
    return facts;
}

std::string facts_to_json(const AccountFacts& facts) { return to_json_value(facts).dump(2); }

std::string decision_to_json(const Decision& decision, const AccountFacts& facts, const Zone& zone, Language language) {
    const auto reasons = [&](const std::vector<Reason>& list) {
        Json out = Json::array();
        for (const Reason& reason : list) {
            out.push_back(reason_json(reason, facts, zone, language));
        }
        return out;
    };
    Json messages = Json::array();
    for (const MessageWish& wish : decision.messages) {
        messages.push_back({{"stage", to_string(wish.stage)},
                            {"invoice", raw(wish.invoice)},
                            {"channel", enum_name(wish.channel)},
                            {"attempt", wish.attempt},
                            {"promise", raw(wish.promise)},
                            {"expires_at", to_rfc3339(wish.expires_at)},
                            {"suspend_from", to_json_value(wish.suspend_from)},
                            {"suspend_at", to_json_value(wish.suspend_at)},
                            {"reason", reason_json(wish.reason, facts, zone, language)}});
    }
    Json promises = Json::array();
    for (const PromiseChange& change : decision.promises) {
        promises.push_back({{"promise", raw(change.promise)},
                            {"to", enum_name(change.to)},
                            {"reason", reason_json(change.reason, facts, zone, language)}});
    }
    Json tasks = Json::array();
    for (const TaskWish& task : decision.tasks) {
        tasks.push_back({{"kind", to_string(task.kind)},
                         {"priority", task.priority},
                         {"reason", reason_json(task.reason, facts, zone, language)}});
    }
    const Json out = {{"access", enum_name(decision.access)},
                      {"access_reasons", reasons(decision.access_reasons)},
                      {"messages", std::move(messages)},
                      {"message_reasons", reasons(decision.message_reasons)},
                      {"promises", std::move(promises)},
                      {"tasks", std::move(tasks)},
                      {"refresh", decision.refresh},
                      {"next_wake", to_json_value(decision.next_wake)},
                      {"next_wake_local", decision.next_wake ? Json(to_iso(zone.local(*decision.next_wake))) : Json()}};
    return out.dump(2);
}

}  // namespace emdia
