#include <nlohmann/json.hpp>

#include "daemon/admin/enum_names.hpp"
#include "daemon/admin/facts_json.hpp"
#include "daemon/admin/request.hpp"

// Requests about one account, and the search that finds it.

namespace emdia {
namespace {

AccountFacts facts_or_refuse(const Request& request) {
    auto facts = request.control().facts_of(request.account());
    if (!facts) {
        throw BadRequest{{ErrorKind::not_found, "there is no such account", "look for it: emdia subscriber SEARCH"}};
    }
    return *std::move(facts);
}

std::string account_name(const AccountFacts& facts) { return facts.subscriber.erp + ":" + facts.contract.erp_id; }

Json optional_instant(const std::optional<Instant>& at) { return at ? Json(to_rfc3339(*at)) : Json(nullptr); }

Json access_json(const AccessRecord& access) {
    return {{"wanted", enum_name(access.wanted)},
            {"generation", access.generation},
            {"wanted_at", to_rfc3339(access.wanted_at)},
            {"applied", access.applied ? Json(enum_name(*access.applied)) : Json(nullptr)},
            {"proof", enum_name(access.proof)},
            {"applied_at", optional_instant(access.applied_at)},
            {"blocked_since", optional_instant(access.blocked_since)}};
}

Json event_json(const TimelineEvent& event, const Zone& zone) {
    return {{"at", to_rfc3339(event.at)}, {"local", to_iso(zone.local(event.at))},
            {"actor", event.actor},       {"kind", event.kind},
            {"detail", event.detail},     {"rules", event.rules}};
}

Json events_json(const Request& request, AccountId id, const Zone& zone, int limit) {
    Json events = Json::array();
    for (const TimelineEvent& event : request.ledger().timeline(id, limit)) {
        events.push_back(event_json(event, zone));
    }
    return events;
}

Json timeline_json(const Request& request, const AccountFacts& facts, int limit) {
    return events_json(request, facts.id, request.control().context_of(facts).zone, limit);
}

Json done(const AccountFacts& facts) { return {{"account", account_name(facts)}}; }

std::optional<OverrideKind> override_kind(std::string_view text) {
    if (text == "open") {
        return OverrideKind::force_open;
    }
    if (text == "blocked") {
        return OverrideKind::force_blocked;
    }
    return text == "freeze" ? std::optional(OverrideKind::freeze) : std::nullopt;
}

OverrideKind override_kind_of(const Request& request) {
    const auto kind = override_kind(request.text("kind"));
    if (!kind) {
        throw BadRequest{{ErrorKind::bad_input, "the kind of an override is open, blocked or freeze", ""}};
    }
    return *kind;
}

}  // namespace

Json subscriber_search(const Request& request) {
    Json rows = Json::array();
    for (const AccountSummary& row :
         request.ledger().search(request.text("search"), request.control().today(), request.limit())) {
        rows.push_back({{"account", row.erp + ":" + row.contract_erp_id},
                        {"first_name", row.first_name},
                        {"phone_tail", row.phone_tail},
                        {"login", row.login},
                        {"access", enum_name(row.wanted)},
                        {"overdue", row.open.plain()}});
    }
    return {{"accounts", std::move(rows)}};
}

Json why(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    Control& control = request.control();
    const DecisionContext context = control.context_of(facts);
    auto stored = request.ledger().decision_of(facts.id);
    if (!stored) {
        stored = StoredDecision{control.now(), context.policy.version, context.calendar.version(), "",
                                decide(facts, context, control.now())};
    }
    return {{"account", account_name(facts)},
            {"first_name", facts.subscriber.first_name},
            {"decided_at", to_rfc3339(stored->at)},
            {"decided_local", to_iso(context.zone.local(stored->at))},
            {"policy_version", stored->policy_version},
            {"calendar_version", stored->calendar_version},
            {"tz_version", stored->tz_version},
            {"mode", control.mode()},
            {"frozen", control.frozen()},
            {"access", access_json(facts.access)},
            {"decision", Json::parse(decision_to_json(stored->decision, facts, context.zone, request.language()))},
            {"history", timeline_json(request, facts, 10)}};
}

Json facts(const Request& request) { return Json::parse(facts_to_json(facts_or_refuse(request))); }

Json timeline(const Request& request) {
    if (!request.has("account")) {
        const Zone& zone = request.control().context_of(AccountFacts{}).brasilia;
        return {{"account", nullptr}, {"events", events_json(request, AccountId{}, zone, request.limit())}};
    }
    const AccountFacts facts = facts_or_refuse(request);
    return {{"account", account_name(facts)}, {"events", timeline_json(request, facts, request.limit())}};
}

Json override_set(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    const OverrideKind kind = override_kind_of(request);
    const Millis duration = request.duration("for");
    value_or_refuse(request.control().add_override(facts.id, kind, duration, request.by()));
    Json out = done(facts);
    const Instant until = request.control().now() + duration;
    out["until"] = to_rfc3339(until);
    out["until_local"] = to_iso(request.control().context_of(facts).zone.local(until));
    return out;
}

Json override_end(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    value_or_refuse(request.control().end_override(facts.id, override_kind_of(request), request.by()));
    return done(facts);
}

Json promise_add(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    const Date until = request.date("until");
    const PromiseId id = value_or_refuse(request.control().add_promise(facts.id, until, request.by()));
    Json out = done(facts);
    out["promise"] = raw(id);
    out["until"] = to_iso(until);
    return out;
}

Json promise_list(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    Json rows = Json::array();
    for (const Promise& promise : facts.promises) {
        rows.push_back({{"promise", raw(promise.id)},
                        {"state", enum_name(promise.state)},
                        {"until", to_iso(promise.until)},
                        {"amount", promise.amount.plain()},
                        {"made_at", to_rfc3339(promise.made_at)},
                        {"made_by", promise.made_by},
                        {"closed_at", optional_instant(promise.closed_at)}});
    }
    Control& control = request.control();
    const PromiseOffer offer = promise_offer(facts, control.context_of(facts), control.now());
    Json out = done(facts);
    out["promises"] = std::move(rows);
    out["possible"] = offer.allowed;
    out["last_date"] = offer.allowed ? Json(to_iso(offer.last_date)) : Json(nullptr);
    out["why"] = explain(offer.reason, facts, control.context_of(facts).zone, request.language());
    return out;
}

Json promise_cancel(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    value_or_refuse(request.control().cancel_promise(facts.id, PromiseId{request.number("promise")}, request.by()));
    return done(facts);
}

namespace {

/// The invoice that the ERP numbers so; 0 when none is named.
InvoiceId named_invoice(const Request& request, const AccountFacts& facts) {
    const std::string wanted = request.text_or("invoice", "");
    for (const Invoice& row : facts.invoices) {
        if (!wanted.empty() && row.erp_id == wanted) {
            return row.id;
        }
    }
    if (!wanted.empty()) {
        throw BadRequest{{ErrorKind::not_found, "the account has no such invoice", "use the number the ERP shows"}};
    }
    return InvoiceId{};
}

template <class Value>
Value one_of(const std::string& wanted, std::initializer_list<std::pair<std::string_view, Value>> known,
             const char* cure) {
    for (const auto& [name, value] : known) {
        if (wanted == name) {
            return value;
        }
    }
    throw BadRequest{{ErrorKind::bad_input, "unknown word '" + wanted + "'", cure}};
}

}  // namespace

Json dispute_open(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    value_or_refuse(request.control().add_dispute(facts.id, named_invoice(request, facts), request.by()));
    return done(facts);
}

Json notice_record(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    const auto stage = one_of<Stage>(request.text_or("stage", "notice"),
                                     {{"notice", Stage::notice}, {"promise_broken", Stage::promise_broken}},
                                     "stage is notice or promise_broken");
    const auto channel = one_of<Channel>(
        request.text("channel"), {{"email", Channel::email}, {"sms", Channel::sms}, {"letter", Channel::letter}},
        "channel is email, sms or letter");
    value_or_refuse(request.control().record_notice(facts.id, named_invoice(request, facts), stage, channel,
                                                    request.date("delivered"), request.by()));
    return done(facts);
}

Json dispute_answer(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    Json answered = Json::array();
    for (const Dispute& dispute : facts.disputes) {
        if (!dispute.answered_at) {
            value_or_refuse(request.control().answer_dispute(facts.id, dispute.id, request.by()));
            answered.push_back(raw(dispute.id));
        }
    }
    if (answered.empty()) {
        throw BadRequest{{ErrorKind::not_found, "the account has no open dispute", ""}};
    }
    Json out = done(facts);
    out["disputes"] = std::move(answered);
    return out;
}

Json exempt_set(const Request& request) {
    const AccountFacts facts = facts_or_refuse(request);
    value_or_refuse(request.control().set_exempt(facts.id, request.flag("exempt"), request.by()));
    return done(facts);
}

}  // namespace emdia
