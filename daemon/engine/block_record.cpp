#include "daemon/engine/block_record.hpp"

namespace emdia {
namespace {

std::string moment(const std::optional<Instant>& at) { return at ? to_rfc3339(*at) : "-"; }

std::string number(InvoiceId id) { return std::to_string(raw(id)); }

std::string number(bool yes) { return yes ? "1" : "0"; }

std::string line(std::initializer_list<std::string> fields) {
    std::string text;
    for (const std::string& field : fields) {
        text += field + ' ';
    }
    return text + '\n';
}

std::string line(const Invoice& i) {
    return line({"invoice", number(i.id), to_iso(i.due), i.face.plain(), i.open.plain(), i.connection_open.plain(),
                 std::to_string(static_cast<int>(i.state)), number(i.released), number(i.payment_pending),
                 number(i.protested), moment(i.read_at)});
}

/// One line for each fact that can speak for or against a block, in the order of the ledger. Only the hash of it is
/// kept: whoever has the facts can show that they are these.
std::string snapshot(const AccountFacts& facts) {
    const Contract& contract = facts.contract;
    std::string text = line({"contract", std::to_string(static_cast<int>(contract.status)), number(contract.exempt),
                             std::to_string(static_cast<int>(contract.erp_access)),
                             contract.erp_no_block_until ? to_iso(*contract.erp_no_block_until) : "-"});
    for (const Invoice& invoice : facts.invoices) {
        text += line(invoice);
    }
    for (const Payment& p : facts.payments) {
        text += line({"payment", p.erp_id, p.invoice_erp_id, p.amount.plain(), to_iso(p.paid_on), number(p.reversed)});
    }
    for (const Message& m : facts.messages) {
        text += line({"message", std::to_string(raw(m.id)), std::string(to_string(m.stage)), number(m.invoice),
                      std::string(to_string(m.state)), moment(m.delivered_at), m.text_hash});
    }
    for (const Promise& p : facts.promises) {
        text += line({"promise", to_iso(p.until), p.amount.plain(), std::string(to_string(p.state)),
                      number(p.releases_access), moment(p.closed_at)});
        for (const InvoiceId invoice : p.invoices) {
            text += line({"of", number(invoice)});
        }
    }
    for (const Dispute& d : facts.disputes) {
        text += line({"dispute", number(d.invoice), to_rfc3339(d.opened_at), moment(d.answered_at)});
    }
    for (const PaymentClaim& claim : facts.claims) {
        text += line({"claim", number(claim.invoice), to_rfc3339(claim.at)});
    }
    for (const Override& o : facts.overrides) {
        text += line({"override", std::string(to_string(o.kind)), to_rfc3339(o.from), to_rfc3339(o.until)});
    }
    for (const BlockedInterval& away : facts.blocked_intervals) {
        text += line({"away", to_rfc3339(away.from), moment(away.until)});
    }
    return text + line({"source", number(facts.source.healthy), moment(facts.source.last_full_at)});
}

const Message* notice_delivered(const AccountFacts& facts, InvoiceId invoice, std::optional<Instant> at) {
    for (const Message& m : facts.messages) {
        if (m.stage == Stage::notice && m.invoice == invoice && m.delivered_at && m.delivered_at == at) {
            return &m;
        }
    }
    return nullptr;
}

}  // namespace

std::string block_record(const Desk& desk, const AccountFacts& facts, const Decision& decision) {
    std::string text;
    for (const Reason& reason : decision.access_reasons) {
        const Invoice* invoice = facts.find_invoice(reason.invoice);
        if (reason.code != ReasonCode::notice_period_over || invoice == nullptr) {
            continue;
        }
        const Message* notice = notice_delivered(facts, reason.invoice, reason.at);
        text += "invoice=" + number(reason.invoice) +
                " notice=" + (notice != nullptr ? std::to_string(raw(notice->id)) : "-") +
                " delivered=" + moment(reason.at) + " read_at=" + moment(invoice->read_at) + " ";
    }
    return text + "facts=" + desk.digest.sha256_hex(snapshot(facts)) + " policy=" + desk.settings.policy.version +
           " calendar=" + desk.context(facts).calendar.version() + " tz=" + desk.places.tz_version();
}

}  // namespace emdia
