#include "daemon/core/explain.hpp"

#include "daemon/core/explain_texts.hpp"

namespace emdia {
namespace {

/// Values of one reason, as a reader of the language writes them.
class Values {
public:
    Values(const Reason& reason, const AccountFacts& facts, const Zone& zone, Language language)
        : reason_(reason), facts_(facts), zone_(zone), language_(language) {}

    [[nodiscard]] std::optional<std::string> of(std::string_view variable) const {
        if (variable == "invoice") {
            return invoice();
        }
        if (variable == "date") {
            return reason_.date ? std::optional{day(*reason_.date)} : std::nullopt;
        }
        if (variable == "at") {
            return reason_.at ? std::optional{moment(*reason_.at)} : std::nullopt;
        }
        return reason_.amount ? std::optional{reason_.amount->pt_br()} : std::nullopt;
    }

private:
    [[nodiscard]] std::optional<std::string> invoice() const {
        if (reason_.invoice == InvoiceId{}) {
            return std::nullopt;
        }
        const Invoice* known = facts_.find_invoice(reason_.invoice);
        return known != nullptr ? known->erp_id : "#" + std::to_string(raw(reason_.invoice));
    }
    [[nodiscard]] std::string day(Date d) const { return language_ == Language::en ? to_iso(d) : pt_br(d); }
    [[nodiscard]] std::string moment(Instant t) const {
        const LocalTime local = zone_.local(t);
        const std::string iso = to_iso(local);
        return language_ == Language::en ? iso : pt_br(date_of(local)) + iso.substr(iso.find(' '));
    }

    const Reason& reason_;
    const AccountFacts& facts_;
    const Zone& zone_;
    Language language_;
};

/// The text with its variables filled; nullopt when one of them is not known.
std::optional<std::string> filled(std::string_view text, const Values& values) {
    std::string result;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        result += text.substr(0, open);
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t close = text.find('}', open);
        const auto value = values.of(text.substr(open + 1, close - open - 1));
        if (!value) {
            return std::nullopt;
        }
        result += *value;
        text.remove_prefix(close + 1);
    }
    return result;
}

std::string sentence(std::string_view text, const Values& values) {
    std::string result;
    while (!text.empty()) {
        const std::size_t open = text.find('[');
        result += filled(text.substr(0, open), values).value_or("");
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t close = text.find(']', open);
        result += filled(text.substr(open + 1, close - open - 1), values).value_or("");
        text.remove_prefix(close + 1);
    }
    return result;
}

}  // namespace

std::string explain(const Reason& reason, const AccountFacts& facts, const Zone& zone, Language language) {
    const detail::ReasonText text = detail::reason_text(reason.code);
    const Values values(reason, facts, zone, language);
    return sentence(language == Language::en ? text.en : text.pt_br, values) + " (" +
           std::string(rules_of(reason.code)) + ")";
}

}  // namespace emdia
