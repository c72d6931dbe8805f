#include "daemon/adapters/sqlite_decision.hpp"

#include <nlohmann/json.hpp>

#include "daemon/adapters/sqlite_codec.hpp"

namespace emdia::sqlite {
namespace {

using Json = nlohmann::json;

// Writing is by hand because every decision of every account passes here; all words are ours and need no escaping.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void add(std::int64_t value) { out_ += std::to_string(value); }
    void add(int value) { out_ += std::to_string(value); }
    void add(bool value) { out_ += value ? "true" : "false"; }
    void add(Instant value) { add(value.time_since_epoch().count()); }
    void add(Date value) { add(static_cast<std::int64_t>(value.time_since_epoch().count())); }
    void add(Money value) { add(value.centavos()); }
    template <class E>
    void add(E value) requires std::is_enum_v<E> {
        if constexpr (NamedEnum<E>) {
            out_ += '"';
            out_ += to_string(value);
            out_ += '"';
        } else {
            add(raw(value));
        }
    }
    template <class T>
    void add(const std::optional<T>& value) {
        if (value) {
            add(*value);
        } else {
            out_ += "null";
        }
    }
    template <class T>
    void add(const std::vector<T>& values) {
        list(values, [this](const T& value) { add(value); });
    }
    void add(const Reason& r) { row(r.code, r.invoice, r.date, r.at, r.amount); }
    void add(const MessageWish& w) {
        row(w.stage, w.invoice, w.channel, w.attempt, w.promise, w.expires_at, w.suspend_from, w.suspend_at, w.reason,
            w.reply);
    }
    void add(const PromiseChange& c) { row(c.promise, c.to, c.reason); }
    void add(const TaskWish& t) { row(t.kind, t.priority, t.reason); }
    void add(const Decision& d) {
        row(d.access, d.access_reasons, d.messages, d.message_reasons, d.promises, d.tasks, d.refresh, d.next_wake);
    }

private:
    template <class First, class... Rest>
    void row(const First& first, const Rest&... rest) {
        out_ += '[';
        add(first);
        ((out_ += ',', add(rest)), ...);
        out_ += ']';
    }
    template <class Values, class Add>
    void list(const Values& values, Add add_one) {
        out_ += '[';
        bool first = true;
        for (const auto& value : values) {
            if (!std::exchange(first, false)) {
                out_ += ',';
            }
            add_one(value);
        }
        out_ += ']';
    }

    std::string& out_;
};

// Reading: one overload per kind of value, the mirror of Writer.
void take(const Json& json, int& out) { out = json.get<int>(); }
void take(const Json& json, bool& out) { out = json.get<bool>(); }
void take(const Json& json, Instant& out) { out = Instant{Millis{json.get<std::int64_t>()}}; }
void take(const Json& json, Date& out) { out = Date{Days{json.get<Days::rep>()}}; }
void take(const Json& json, Money& out) { out = Money::centavos(json.get<std::int64_t>()); }
template <class E>
void take(const Json& json, E& out) requires std::is_enum_v<E> {
    if constexpr (NamedEnum<E>) {
        out = enum_from<E>(json.get_ref<const std::string&>());
    } else {
        out = E{json.get<std::int64_t>()};
    }
}
void take(const Json& json, Reason& out);
void take(const Json& json, MessageWish& out);
void take(const Json& json, PromiseChange& out);
void take(const Json& json, TaskWish& out);
template <class T>
void take(const Json& json, std::optional<T>& out) {
    if (json.is_null()) {
        out.reset();
    } else {
        take(json, out.emplace());
    }
}
template <class T>
void take(const Json& json, std::vector<T>& out) {
    for (const Json& element : json) {
        take(element, out.emplace_back());
    }
}

template <class... T>
void take_row(const Json& json, T&... out) {
    std::size_t column = 0;
    (take(json.at(column++), out), ...);
}
void take(const Json& json, Reason& r) { take_row(json, r.code, r.invoice, r.date, r.at, r.amount); }
void take(const Json& json, MessageWish& w) {
    take_row(json, w.stage, w.invoice, w.channel, w.attempt, w.promise, w.expires_at, w.suspend_from, w.suspend_at,
             w.reason, w.reply);
}
void take(const Json& json, PromiseChange& c) { take_row(json, c.promise, c.to, c.reason); }
void take(const Json& json, TaskWish& t) { take_row(json, t.kind, t.priority, t.reason); }
void take(const Json& json, Decision& d) {
    take_row(json, d.access, d.access_reasons, d.messages, d.message_reasons, d.promises, d.tasks, d.refresh,
             d.next_wake);
}

template <class T>
std::string written(const T& value) {
    std::string out;
    Writer{out}.add(value);
    return out;
}

template <class T>
T parsed(std::string_view text) {
    try {
        T value;
        take(Json::parse(text), value);
        return value;
    } catch (const Json::exception&) {
        throw LedgerFailure({ErrorKind::bad_input, "the ledger holds a decision that cannot be read",
                             "it was written by a newer emdia or by hand; restore a backup"});
    }
}

}  // namespace

std::string encode(const Reason& reason) { return written(reason); }
std::string encode(const Decision& decision) { return written(decision); }
Reason decode_reason(std::string_view json) { return parsed<Reason>(json); }
Decision decode_decision(std::string_view json) { return parsed<Decision>(json); }

}  // namespace emdia::sqlite
