#pragma once
// Everything said to a subscriber is a template; only the facts inside vary. Pure: files are read elsewhere.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/decide.hpp"
#include "daemon/core/erp_records.hpp"

namespace emdia {

enum class TemplateCategory { utility, marketing };

struct TemplateButton {
    enum class Kind { quick_reply, order_details } kind = Kind::quick_reply;
    std::string title;   ///< At most 25 characters; 20 where the message also goes as free text (stages of a reply).
    std::string action;  ///< Quick replies: name of a ButtonAction::Kind. The ids are filled in, never typed.
    friend bool operator==(const TemplateButton&, const TemplateButton&) = default;
};

struct Template {
    Stage stage = Stage::before;
    Reply reply = Reply::none;  ///< For stage `reply`.
    std::string language = "pt_BR";
    std::string name;     ///< The provider's name: ^[a-z0-9_]{1,512}$.
    std::string version;  ///< Ours; part of the proof (A5).
    TemplateCategory category = TemplateCategory::utility;
    std::string body;    ///< {{variable}} by name; at most 1024 characters.
    std::string footer;  ///< At most 60.
    std::vector<TemplateButton> buttons;
    std::map<std::string, std::string> samples;  ///< One value per variable, for approval and for the linter.
    std::string origin;                          ///< File name, for messages of the linter.
    friend bool operator==(const Template&, const Template&) = default;
};

/// Who speaks (B3): the daemon refuses to start without it.
struct IspProfile {
    std::string name;
    std::string legal_name;
    std::string cnpj;
    std::string address;
    std::string care_channel;  ///< "0800 000 0000 ou WhatsApp (11) 4000-0000"
    std::string domain;        ///< The one domain links may point to.
    std::string pix_key;       ///< For order_details; may be empty.
    std::string pix_key_type;  ///< CPF, CNPJ, EMAIL, PHONE, EVP
};

struct LintFault {
    std::string origin;
    std::string rule;  ///< "B3", "D4", "section 4"...
    std::string what;
};
/// The rules of brazil-rules.md section 4 and whatsapp.md 4.1 on one template filled with its samples.
[[nodiscard]] std::vector<LintFault> lint(const Template& tmpl, const IspProfile& isp);
/// The same rules on a text that is about to leave.
[[nodiscard]] std::vector<LintFault> lint_text(Stage stage, std::string_view text, const IspProfile& isp);

/// A message ready for a channel.
struct ComposedMessage {
    std::string template_name;
    std::string template_version;
    std::string language;
    std::vector<std::pair<std::string, std::string>> parameters;  ///< In template order, white space folded.
    std::vector<std::pair<std::string, std::string>> buttons;     ///< (payload, title), quick replies in order.
    bool with_order_details = false;
    std::string text;  ///< As the subscriber reads it; hashed as proof, kept 180 days.
    std::string protocol;
};

struct ComposeInput {
    const AccountFacts& facts;
    const MessageWish& wish;
    const PaymentCodes& codes;  ///< Empty fields where there are none.
    const IspProfile& isp;
    const PromiseOffer& offer;  ///< Dates for the promise buttons; may be not allowed.
    const DecisionContext& context;
    std::string protocol;
};
/// Fills the template. Refuses (`internal`, naming template and variable) rather than send a text with a hole, with
/// parts that do not add up (B10), that calls an invoice overdue before it is (I6), or that the linter would not pass.
/// Amounts are what the ERP asks; when it quotes none, only the original amount is named.
[[nodiscard]] Result<ComposedMessage> compose(const Template& tmpl, const ComposeInput& input, Instant now);

/// The templates in force, one per stage (per reply for stage `reply`) and language. Immutable.
class TemplateSet {
public:
    /// Faults: two templates for one stage and language, a stage or reply without any in pt_BR, or lint faults. All are
    /// named, one a line; nothing is taken then (`config`).
    [[nodiscard]] static Result<TemplateSet> make(std::vector<Template> templates, const IspProfile& isp);
    [[nodiscard]] const Template* find(Stage stage, Reply reply = Reply::none,
                                       std::string_view language = "pt_BR") const noexcept;
    [[nodiscard]] const std::vector<Template>& all() const noexcept { return templates_; }

private:
    std::vector<Template> templates_;
};

/// What a button payload of ours says. Payloads are data from outside: anything else parses to nullopt.
struct ButtonAction {
    enum class Kind { paid, dispute, human, promise_pick, promise_yes, promise_no, second_copy, review } kind;
    AccountId account{};
    InvoiceId invoice{};
    PromiseId promise{};
    std::optional<Date> date;  ///< promise_pick: the date on the button; nullopt: "which dates may I choose?"
    friend bool operator==(const ButtonAction&, const ButtonAction&) = default;
};
[[nodiscard]] std::string_view to_string(ButtonAction::Kind kind) noexcept;
[[nodiscard]] std::optional<ButtonAction::Kind> button_kind_from(std::string_view name) noexcept;
/// At most 200 bytes of [a-z0-9_:.-].
[[nodiscard]] std::string encode(const ButtonAction& action);
[[nodiscard]] std::optional<ButtonAction> parse_button(std::string_view payload);

}  // namespace emdia
