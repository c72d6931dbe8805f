#pragma once
// The one list of the fields of every part of AccountFacts: reading and writing JSON both walk it. `archive(name,
// field)` handles one field, `archive.required(name, field)` one that has no sensible default. Private to this room.

#include <concepts>
#include <type_traits>

#include "daemon/core/model.hpp"

namespace emdia {

template <class T, class Part>
concept PartOf = std::same_as<std::remove_const_t<T>, Part>;

/// One of the structs below.
template <class T>
concept FactsPart =
    PartOf<T, Subscriber> || PartOf<T, Contract> || PartOf<T, Connection> || PartOf<T, Invoice> || PartOf<T, Payment> ||
    PartOf<T, Message> || PartOf<T, Promise> || PartOf<T, Dispute> || PartOf<T, PaymentClaim> || PartOf<T, Override> ||
    PartOf<T, AccessRecord> || PartOf<T, BlockedInterval> || PartOf<T, SourceHealth> || PartOf<T, AccountFacts>;

template <class Archive, PartOf<Subscriber> T>
void fields(Archive& archive, T& s) {
    archive("id", s.id);
    archive("erp", s.erp);
    archive("erp_id", s.erp_id);
    archive("first_name", s.first_name);
    archive("phone", s.phone);
    archive("phone_shared", s.phone_shared);
    archive("uf", s.uf);
    archive("municipality", s.municipality);
    archive("erp_no_dunning", s.erp_no_dunning);
    archive("optin_at", s.optin_at);
    archive("optin_source", s.optin_source);
    archive("optout_at", s.optout_at);
    archive("wrong_number", s.wrong_number);
    archive("undeliverable_cycles", s.undeliverable_cycles);
    archive("last_inbound_at", s.last_inbound_at);
}

template <class Archive, PartOf<Contract> T>
void fields(Archive& archive, T& c) {
    archive("erp_id", c.erp_id);
    archive("plan", c.plan);
    archive("status", c.status);
    archive("erp_access", c.erp_access);
    archive("erp_auto_block", c.erp_auto_block);
    archive("erp_no_block_until", c.erp_no_block_until);
    archive("exempt", c.exempt);
    archive("exempt_reason", c.exempt_reason);
}

template <class Archive, PartOf<Connection> T>
void fields(Archive& archive, T& c) {
    archive("id", c.id);
    archive("erp_id", c.erp_id);
    archive("login", c.login);
    archive("ipv4", c.ipv4);
    archive("ipv6_prefix", c.ipv6_prefix);
    archive("nas", c.nas);
    archive("session_id", c.session_id);
    archive("voice", c.voice);
}

template <class Archive, PartOf<Invoice> T>
void fields(Archive& archive, T& i) {
    archive("id", i.id);
    archive("erp_id", i.erp_id);
    archive.required("due", i.due);
    archive("reference", i.reference);
    archive("face", i.face);
    archive.required("open", i.open);
    archive("connection_open", i.connection_open);
    archive.required("state", i.state);
    archive("released", i.released);
    archive("payment_pending", i.payment_pending);
    archive("protested", i.protested);
    archive("period_begin", i.period_begin);
    archive("period_end", i.period_end);
    archive("read_at", i.read_at);
    archive("paid_known_at", i.paid_known_at);
}

template <class Archive, PartOf<Payment> T>
void fields(Archive& archive, T& p) {
    archive("erp_id", p.erp_id);
    archive("invoice_erp_id", p.invoice_erp_id);
    archive("amount", p.amount);
    archive("paid_on", p.paid_on);
    archive("known_at", p.known_at);
    archive("reversed", p.reversed);
}

template <class Archive, PartOf<Message> T>
void fields(Archive& archive, T& m) {
    archive("id", m.id);
    archive("stage", m.stage);
    archive("invoice", m.invoice);
    archive("channel", m.channel);
    archive("state", m.state);
    archive("attempt", m.attempt);
    archive("queued_at", m.queued_at);
    archive("sent_at", m.sent_at);
    archive("delivered_at", m.delivered_at);
    archive("failed_code", m.failed_code);
    archive("template_version", m.template_version);
    archive("text_hash", m.text_hash);
    archive("protocol", m.protocol);
}

template <class Archive, PartOf<Promise> T>
void fields(Archive& archive, T& p) {
    archive("id", p.id);
    archive("invoices", p.invoices);
    archive("amount", p.amount);
    archive("until", p.until);
    archive("state", p.state);
    archive("made_at", p.made_at);
    archive("releases_access", p.releases_access);
    archive("made_by", p.made_by);
    archive("closed_at", p.closed_at);
}

template <class Archive, PartOf<Dispute> T>
void fields(Archive& archive, T& d) {
    archive("id", d.id);
    archive("invoice", d.invoice);
    archive("opened_at", d.opened_at);
    archive("answered_at", d.answered_at);
}

template <class Archive, PartOf<PaymentClaim> T>
void fields(Archive& archive, T& c) {
    archive("invoice", c.invoice);
    archive("at", c.at);
}

template <class Archive, PartOf<Override> T>
void fields(Archive& archive, T& o) {
    archive("kind", o.kind);
    archive("from", o.from);
    archive("until", o.until);
    archive("author", o.author);
    archive("reason", o.reason);
}

template <class Archive, PartOf<AccessRecord> T>
void fields(Archive& archive, T& a) {
    archive("wanted", a.wanted);
    archive("generation", a.generation);
    archive("wanted_at", a.wanted_at);
    archive("applied", a.applied);
    archive("applied_generation", a.applied_generation);
    archive("proof", a.proof);
    archive("applied_at", a.applied_at);
    archive("blocked_since", a.blocked_since);
}

template <class Archive, PartOf<BlockedInterval> T>
void fields(Archive& archive, T& b) {
    archive("from", b.from);
    archive("until", b.until);
}

template <class Archive, PartOf<SourceHealth> T>
void fields(Archive& archive, T& s) {
    archive("healthy", s.healthy);
    archive("last_full_at", s.last_full_at);
    archive("cause", s.cause);
}

template <class Archive, PartOf<AccountFacts> T>
void fields(Archive& archive, T& f) {
    archive("id", f.id);
    archive("subscriber", f.subscriber);
    archive("contract", f.contract);
    archive("connections", f.connections);
    archive("invoices", f.invoices);
    archive("payments", f.payments);
    archive("messages", f.messages);
    archive("other_collection_at", f.other_collection_at);
    archive("other_service_at", f.other_service_at);
    archive("promises", f.promises);
    archive("disputes", f.disputes);
    archive("claims", f.claims);
    archive("overrides", f.overrides);
    archive("access", f.access);
    archive("blocked_intervals", f.blocked_intervals);
    archive("source", f.source);
}

}  // namespace emdia
