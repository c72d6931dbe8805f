#include <algorithm>

#include "daemon/core/template_text.hpp"
#include "daemon/core/template_values.hpp"
#include "daemon/core/templates.hpp"

namespace emdia {
namespace {

constexpr std::size_t kMaxFilled = 1024;

Error refusal(const Template& tmpl, const std::string& what) {
    return Error{ErrorKind::internal, "template " + tmpl.name + " " + tmpl.version + ": " + what,
                 "correct the template or the data in the ERP; nothing was sent"};
}

bool says_overdue(Stage stage) noexcept {
    switch (stage) {
        case Stage::after:
        case Stage::notice:
        case Stage::headsup:
        case Stage::blocked:
        case Stage::promise_broken:
            return true;
        default:
            return false;
    }
}

/// I6 and A1: a text must be true on the day it leaves. F7: overdue begins when the day has ended in both zones.
std::optional<std::string> untrue_date(const ComposeInput& input, Instant now) {
    const DecisionContext& context = input.context;
    const Date today = std::min(date_of(context.zone.local(now)), date_of(context.brasilia.local(now)));
    const Invoice* invoice = invoice_of(input);
    if (says_overdue(input.wish.stage) && invoice != nullptr && today <= context.calendar.effective_due(invoice->due)) {
        return "the invoice is not overdue yet (I6)";
    }
    if (!input.wish.suspend_from) {
        return std::nullopt;
    }
    const Date suspend_from = *input.wish.suspend_from;
    if (input.wish.stage == Stage::notice && suspend_from <= today + Days{context.policy.notice.days}) {
        return "the date of suspension falls inside the notice period (A1)";
    }
    if (input.wish.stage == Stage::headsup && suspend_from <= today) {
        return "the announced date of suspension is not ahead";
    }
    return std::nullopt;
}

ButtonAction action_of(const ComposeInput& input, ButtonAction::Kind kind) {
    const Invoice* invoice = invoice_of(input);
    return ButtonAction{kind, input.facts.id, invoice != nullptr ? invoice->id : input.wish.invoice, input.wish.promise,
                        std::nullopt};
}

/// Quick replies with their payloads; a {{offer_date}} button once per date of the offer.
Result<std::vector<std::pair<std::string, std::string>>> buttons_of(const Template& tmpl, const ComposeInput& input) {
    std::vector<std::pair<std::string, std::string>> buttons;
    for (const TemplateButton& button : tmpl.buttons) {
        if (button.kind != TemplateButton::Kind::quick_reply) {
            continue;
        }
        const std::optional<ButtonAction::Kind> kind = button_kind_from(button.action);
        if (!kind) {
            return refusal(tmpl, "a button has an unknown action");
        }
        ButtonAction action = action_of(input, *kind);
        if (button.title != kOfferDate) {
            buttons.emplace_back(encode(action), button.title);
            continue;
        }
        if (!input.offer.allowed || input.offer.dates.empty()) {
            return refusal(tmpl, "there is no date to offer");
        }
        for (const Date date : input.offer.dates) {
            action.date = date;
            buttons.emplace_back(encode(action), std::string(pt_br_weekday(date)) + " " + pt_br_short(date));
        }
    }
    return buttons;
}

/// The text with the subscriber's and the bank's data blanked: the linter judges our words only.
std::string judged_text(const std::vector<TextPart>& parts, const std::map<std::string, std::string>& values) {
    return fill(parts, [&](const std::string& name) { return is_opaque_variable(name) ? "x" : values.at(name); });
}

}  // namespace

Result<ComposedMessage> compose(const Template& tmpl, const ComposeInput& input, Instant now) {
    const Result<std::vector<TextPart>> parts = split_template(tmpl.body);
    if (!parts) {
        return refusal(tmpl, parts.error().what);
    }
    if (const std::optional<std::string> untrue = untrue_date(input, now)) {
        return refusal(tmpl, *untrue);
    }
    Result<std::map<std::string, std::string>> values = template_values(input);
    if (!values) {
        return refusal(tmpl, values.error().what);
    }

    ComposedMessage message;
    message.template_name = tmpl.name;
    message.template_version = tmpl.version;
    message.language = tmpl.language;
    message.protocol = input.protocol;
    for (const std::string& name : variables_of(*parts)) {
        const auto value = values->find(name);
        if (value == values->end()) {
            return refusal(tmpl, "there is no value for {{" + name + "}}");
        }
        value->second = fold_spaces(value->second);
        message.parameters.emplace_back(name, value->second);
    }
    message.text = fill(*parts, [&](const std::string& name) { return values->at(name); });
    if (count_characters(message.text) > kMaxFilled) {
        return refusal(tmpl, "the filled text is longer than 1024 characters");
    }
    const std::vector<LintFault> faults = lint_text(tmpl.stage, judged_text(*parts, *values), input.isp);
    if (!faults.empty()) {
        return refusal(tmpl, faults.front().what + " (" + faults.front().rule + ")");
    }
    if (!tmpl.footer.empty()) {
        message.text += "\n\n" + tmpl.footer;
    }

    Result<std::vector<std::pair<std::string, std::string>>> buttons = buttons_of(tmpl, input);
    if (!buttons) {
        return buttons.error();
    }
    message.buttons = std::move(*buttons);
    message.with_order_details =
        std::any_of(tmpl.buttons.begin(), tmpl.buttons.end(),
                    [](const TemplateButton& button) { return button.kind == TemplateButton::Kind::order_details; });
    if (message.with_order_details && input.codes.pix.empty() && input.codes.boleto_line.empty()) {
        return refusal(tmpl, "its payment button has no code to show");
    }
    return message;
}

}  // namespace emdia
