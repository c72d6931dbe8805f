// The rules of brazil-rules.md section 4 and whatsapp.md section 4.1 on one template.
#include <algorithm>
#include <array>
#include <set>

#include "daemon/core/template_text.hpp"
#include "daemon/core/template_values.hpp"
#include "daemon/core/templates.hpp"

namespace emdia {
namespace {

constexpr std::string_view kMeta = "whatsapp 4.1";
constexpr std::size_t kMaxName = 512;
constexpr std::size_t kMaxBody = 1024;
constexpr std::size_t kMaxFooter = 60;
constexpr std::size_t kMaxButtons = 10;
constexpr std::size_t kMaxTemplateTitle = 25;
// The same message goes as free text inside the 24 h window, where a message holds three buttons of 20 characters.
constexpr std::size_t kMaxReplyButtons = 3;
constexpr std::size_t kMaxReplyTitle = 20;

/// A3: the fourteen fields of the formal notice.
constexpr std::array<std::string_view, 14> kNoticeFields{
    "isp_name",        "isp_address", "isp_cnpj", "care_channel", "protocol", "first_name", "contract_masked",
    "reference_month", "due_date",    "original", "fine",         "interest", "total",      "suspend_from_date"};

struct FixedSentence {
    std::string_view words;  ///< Plain letters.
    std::string_view rule;
    std::string_view meaning;
};
constexpr std::array<FixedSentence, 10> kNoticeSentences{{
    {"em aberto a fatura", "A3", "the reason: an overdue invoice"},
    {"podera ser suspenso", "A3", "the suspension"},
    {"60 dias de suspensao", "A8", "the end of the contract after 60 days of suspension"},
    {"novo aviso", "A8", "another warning before the contract ends"},
    {"so depois do encerramento", "A3", "registration in credit files only after the contract ended"},
    {"aviso do proprio orgao", "G2", "the bureau's own notice"},
    {"ate 1 dia", "A3", "the time in which service comes back"},
    {"nao concorda", "A12", "how to dispute"},
    {"atendente", "D3", "how to reach a person"},
    {"se ja pagou", "B4", "\"se já pagou, desconsidere\""},
}};

bool is_answer(Stage stage) noexcept {
    return stage == Stage::reply || stage == Stage::promise_offer || stage == Stage::promise_confirmed;
}

class TemplateLinter {
public:
    TemplateLinter(const Template& tmpl, const IspProfile& isp) : tmpl_(tmpl), isp_(isp) {}

    std::vector<LintFault> run() {
        check_head();
        check_buttons();
        if (tmpl_.body.empty() || count_characters(tmpl_.body) > kMaxBody) {
            add(kMeta, "the body must have 1..1024 characters");
        }
        if (count_characters(tmpl_.footer) > kMaxFooter || tmpl_.footer.find("{{") != std::string::npos) {
            add(kMeta, "the footer must have at most 60 characters and no variable");
        }
        const Result<std::vector<TextPart>> parts = split_template(tmpl_.body);
        if (!parts) {
            add(kMeta, parts.error().text());
            return std::move(faults_);
        }
        parts_ = *parts;
        names_ = variables_of(parts_);
        check_positions();
        check_variables();
        check_typed_dates();
        check_stage();
        check_filled();
        return std::move(faults_);
    }

private:
    void add(std::string_view rule, std::string what) {
        faults_.push_back({tmpl_.origin, std::string(rule), std::move(what)});
    }

    [[nodiscard]] bool uses(std::string_view name) const {
        return std::find(names_.begin(), names_.end(), name) != names_.end();
    }

    void check_head() {
        const auto name_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
        if (tmpl_.name.empty() || tmpl_.name.size() > kMaxName ||
            !std::all_of(tmpl_.name.begin(), tmpl_.name.end(), name_letter)) {
            add(kMeta, "the name must be 1..512 lower case letters, digits or '_'");
        }
        if (tmpl_.version.empty()) {
            add("A5", "the version is missing: it is part of the proof");
        }
        if (tmpl_.category != TemplateCategory::utility) {
            add("D6", "messages about the subscriber's own invoice are of category utility");
        }
        if ((tmpl_.stage == Stage::reply) != (tmpl_.reply != Reply::none)) {
            add("section 4", "stage \"reply\", and only it, says which reply");
        }
    }

    void check_buttons() {
        const bool answer = is_answer(tmpl_.stage);
        if (tmpl_.buttons.size() > (answer ? kMaxReplyButtons : kMaxButtons)) {
            add(kMeta, answer ? "an answer has at most three buttons" : "a template has at most ten buttons");
        }
        std::set<std::string> titles;
        for (const TemplateButton& button : tmpl_.buttons) {
            const std::size_t longest = answer ? kMaxReplyTitle : kMaxTemplateTitle;
            if (button.title.empty() || count_characters(button.title) > longest) {
                add(kMeta, "button \"" + button.title + "\": the title must have 1.." + std::to_string(longest) +
                               " characters");
            }
            if (!titles.insert(button.title).second) {
                add(kMeta, "button \"" + button.title + "\" stands twice");
            }
            check_button_kind(button);
        }
    }

    void check_button_kind(const TemplateButton& button) {
        if (button.kind == TemplateButton::Kind::order_details) {
            if (tmpl_.buttons.size() != 1) {
                add("whatsapp 5.2", "an order_details button stands alone");
            }
            return;
        }
        if (!button_kind_from(button.action)) {
            add(kMeta, "button \"" + button.title + "\": action \"" + button.action + "\" does not exist");
        }
        const bool dates = button.title == kOfferDate;
        if (button.title.find("{{") != std::string::npos && !(dates && tmpl_.reply == Reply::promise_dates)) {
            add(kMeta,
                "button \"" + button.title + "\": titles hold no variables, but {{offer_date}} in promise_dates");
        }
    }

    /// Variables are not first, not last, not adjacent (2388299), and not too many for the text (2388293).
    void check_positions() {
        if (parts_.empty()) {
            return;
        }
        if (parts_.front().variable || parts_.back().variable) {
            add(kMeta, "the body must neither begin nor end with a variable");
        }
        std::string literal;
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            const bool between = i > 0 && i + 1 < parts_.size();
            if (!parts_[i].variable) {
                literal += ' ' + parts_[i].text;
                if (between && fold_spaces(parts_[i].text).empty()) {
                    add(kMeta, "two variables stand side by side");
                }
            } else if (i > 0 && parts_[i - 1].variable) {
                add(kMeta, "two variables stand side by side");
            }
        }
        // Meta names no figure. 2n + 1 words is what template authors report as accepted.
        const std::string folded = fold_spaces(literal);
        const auto words = static_cast<std::size_t>(std::count(folded.begin(), folded.end(), ' ')) + 1;
        if (words < 2 * names_.size() + 1) {
            add(kMeta, "too many variables for so few words");
        }
    }

    void check_variables() {
        std::set<std::string> seen;
        for (const std::string& name : names_) {
            const auto known = body_variables();
            if (std::find(known.begin(), known.end(), name) == known.end()) {
                add("section 4", "variable {{" + name + "}} does not exist");
            }
            if (!seen.insert(name).second) {
                add(kMeta, "variable {{" + name + "}} stands twice");
            }
            const auto sample = tmpl_.samples.find(name);
            if (sample == tmpl_.samples.end() || sample->second.empty()) {
                add(kMeta, "variable {{" + name + "}} has no sample");
            } else if (fold_spaces(sample->second) != sample->second) {
                add("132018", "the sample of {{" + name + "}} holds line ends, tabs or double spaces");
            }
        }
        for (const auto& [name, value] : tmpl_.samples) {
            if (!seen.contains(name)) {
                add(kMeta, "there is a sample for {{" + name + "}}, which the body does not use");
            }
        }
    }

    /// Dates are computed, never typed.
    void check_typed_dates() {
        const auto digit = [](char c) { return c >= '0' && c <= '9'; };
        for (const TextPart& part : parts_) {
            const std::string& text = part.text;
            for (std::size_t at = text.find('/'); !part.variable && at != std::string::npos;
                 at = text.find('/', at + 1)) {
                if (at > 0 && at + 1 < text.size() && digit(text[at - 1]) && digit(text[at + 1])) {
                    add("section 4", "a date is typed into the text");
                    return;
                }
            }
        }
    }

    void check_stage() {
        const std::string plain = plain_letters(fold_spaces(fill(parts_, [](const std::string&) { return "x"; })));
        const bool shows_total = uses("total");
        const bool shows_parts = uses("original") && uses("fine") && uses("interest");
        if (shows_total && !shows_parts) {
            add("B10", "{{total}} needs {{original}}, {{fine}} and {{interest}} beside it; or use {{amount_detail}}");
        }
        const bool collects = tmpl_.stage == Stage::after || tmpl_.stage == Stage::headsup;
        if (collects && !has_word(plain, "se ja pagou")) {
            add("B4", "\"se já pagou, desconsidere\" is missing");
        }
        if (tmpl_.stage == Stage::notice) {
            check_notice(plain);
        }
        if (tmpl_.stage == Stage::blocked) {
            check_blocked(plain);
        }
    }

    void check_notice(std::string_view plain) {
        for (const std::string_view field : kNoticeFields) {
            if (!uses(field)) {
                add("A3", "the formal notice needs {{" + std::string(field) + "}}");
            }
        }
        for (const FixedSentence& sentence : kNoticeSentences) {
            if (!has_word(plain, sentence.words)) {
                add(sentence.rule, "the formal notice must name " + std::string(sentence.meaning) + " (\"" +
                                       std::string(sentence.words) + "\")");
            }
        }
    }

    void check_blocked(std::string_view plain) {
        const auto offers = [&](std::string_view action) {
            return std::any_of(tmpl_.buttons.begin(), tmpl_.buttons.end(),
                               [&](const TemplateButton& button) { return button.action == action; });
        };
        if (!has_word(plain, "revisao") && !offers("review")) {
            add("E8", "the block message must say how to ask for a review");
        }
        if (!has_word(plain, "atendente") && !offers("human")) {
            add("D3", "the block message must say how to reach a person");
        }
    }

    [[nodiscard]] std::string sample_of(const std::string& name) const {
        const auto found = tmpl_.samples.find(name);
        return found == tmpl_.samples.end() ? std::string() : found->second;
    }

    void check_filled() {
        const std::string filled = fill(parts_, [this](const std::string& name) {
            if (name == "isp_name") {
                return isp_.name;
            }
            if (name == "isp_cnpj") {
                return isp_.cnpj;
            }
            if (name == "isp_address") {
                return isp_.address;
            }
            if (name == "care_channel") {
                return isp_.care_channel;
            }
            return is_opaque_variable(name) ? std::string("x") : sample_of(name);
        });
        if (count_characters(fill(parts_, [this](const std::string& name) { return sample_of(name); })) > kMaxBody) {
            add("132005", "filled with its samples the body is longer than 1024 characters");
        }
        for (LintFault& fault : lint_text(tmpl_.stage, filled + "\n" + tmpl_.footer, isp_)) {
            add(fault.rule, std::move(fault.what));
        }
        for (const TemplateButton& button : tmpl_.buttons) {
            for (LintFault& fault : lint_text(Stage::reply, button.title, isp_)) {
                add(fault.rule, "button \"" + button.title + "\" " + fault.what);
            }
        }
        if (uses("total") && uses("original") && uses("fine") && uses("interest")) {
            check_sample_sum();
        }
    }

    void check_sample_sum() {
        Money sum;
        for (const std::string name : {"original", "fine", "interest"}) {
            const Result<Money> part = Money::parse(sample_of(name));
            if (!part) {
                add("B10", "the sample of {{" + name + "}} is no amount");
                return;
            }
            sum += *part;
        }
        const Result<Money> total = Money::parse(sample_of("total"));
        if (!total || *total != sum) {
            add("B10", "the sample amounts do not add up");
        }
    }

    const Template& tmpl_;
    const IspProfile& isp_;
    std::vector<TextPart> parts_;
    std::vector<std::string> names_;
    std::vector<LintFault> faults_;
};

}  // namespace

std::vector<LintFault> lint(const Template& tmpl, const IspProfile& isp) { return TemplateLinter(tmpl, isp).run(); }

}  // namespace emdia
