#include <array>
#include <charconv>
#include <utility>

#include "daemon/core/templates.hpp"

namespace emdia {
namespace {

using Kind = ButtonAction::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 8> kKinds{{
    {Kind::paid, "paid"},
    {Kind::dispute, "dispute"},
    {Kind::human, "human"},
    {Kind::promise_pick, "promise_pick"},
    {Kind::promise_yes, "promise_yes"},
    {Kind::promise_no, "promise_no"},
    {Kind::second_copy, "second_copy"},
    {Kind::review, "review"},
}};

constexpr std::size_t kMaxPayload = 200;

std::optional<std::int64_t> parse_id(std::string_view text) noexcept {
    std::int64_t id = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), id);
    const bool whole = fault == std::errc{} && end == text.data() + text.size();
    // One spelling per id, so that a payload can be compared as text.
    const bool padded = text.size() > 1 && text.front() == '0';
    return whole && id >= 0 && !padded && text.front() != '-' ? std::optional{id} : std::nullopt;
}

/// Takes the text up to the next ':' off the front; nullopt when nothing is left to take.
class Fields {
public:
    explicit Fields(std::string_view text) : rest_(text) {}
    std::optional<std::string_view> next() noexcept {
        if (ended_) {
            return std::nullopt;
        }
        const std::size_t colon = rest_.find(':');
        const std::string_view field = rest_.substr(0, colon);
        ended_ = colon == std::string_view::npos;
        rest_ = ended_ ? std::string_view{} : rest_.substr(colon + 1);
        return field;
    }
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    std::string_view rest_;
    bool ended_ = false;
};

std::optional<std::int64_t> next_id(Fields& fields) noexcept {
    const std::optional<std::string_view> field = fields.next();
    return field ? parse_id(*field) : std::nullopt;
}

}  // namespace

std::string_view to_string(ButtonAction::Kind kind) noexcept {
    for (const auto& [value, name] : kKinds) {
        if (value == kind) {
            return name;
        }
    }
    return "human";
}

std::optional<ButtonAction::Kind> button_kind_from(std::string_view name) noexcept {
    for (const auto& [value, known] : kKinds) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

std::string encode(const ButtonAction& action) {
    std::string payload(to_string(action.kind));
    for (const std::int64_t id : {raw(action.account), raw(action.invoice), raw(action.promise)}) {
        payload += ':' + std::to_string(id);
    }
    if (action.date) {
        payload += ':' + to_iso(*action.date);
    }
    return payload;
}

std::optional<ButtonAction> parse_button(std::string_view payload) {
    if (payload.size() > kMaxPayload) {
        return std::nullopt;
    }
    Fields fields(payload);
    const std::optional<std::string_view> name = fields.next();
    const std::optional<Kind> kind = name ? button_kind_from(*name) : std::nullopt;
    const std::optional<std::int64_t> account = next_id(fields);
    const std::optional<std::int64_t> invoice = next_id(fields);
    const std::optional<std::int64_t> promise = next_id(fields);
    if (!kind || !account || !invoice || !promise || *account == 0) {
        return std::nullopt;
    }
    ButtonAction action{*kind, AccountId{*account}, InvoiceId{*invoice}, PromiseId{*promise}, std::nullopt};
    if (const std::optional<std::string_view> text = fields.next()) {
        const Result<Date> date = parse_date(*text);
        if (!date || !fields.ended() || *kind != Kind::promise_pick) {
            return std::nullopt;
        }
        action.date = *date;
    }
    return action;
}

}  // namespace emdia
