#include "tests/fakes/fake_erp.hpp"

#include <type_traits>
#include <utility>

namespace emdia::fakes {
namespace {

template <class Row, class Keep>
std::vector<Row> rows_of(const std::map<std::string, Row>& all, const Keep& keep) {
    std::vector<Row> rows;
    for (const auto& [id, row] : all) {
        if (keep(id, row)) {
            rows.push_back(row);
        }
    }
    return rows;
}

}  // namespace

void FakeErp::come_up() { sink_(ErpStateChange{name_, true, methods, {}}); }

void FakeErp::go_down(std::string cause) { sink_(ErpStateChange{name_, false, {}, std::move(cause)}); }

void FakeErp::pay(const std::string& invoice, Date on, std::optional<Money> amount) {
    ErpInvoice& row = invoices.at(invoice);
    const Money paid = amount.value_or(row.open);
    ErpPayment payment;
    payment.id = "pay-" + std::to_string(payments.size() + 1);
    payment.invoice_id = invoice;
    payment.amount = paid;
    payment.paid_on = on;
    payments.emplace(payment.id, payment);
    row.open = paid >= row.open ? Money{} : row.open - paid;
    row.state = row.open.is_zero() ? InvoiceState::paid : InvoiceState::partial;
}

void FakeErp::submit(ErpRequest request) {
    asked.push_back(request);
    if (!request.idempotency_key.empty()) {
        writes.push_back(request);
    }
    if (silent || !sink_) {
        return;
    }
    if ((late_writes && !request.idempotency_key.empty()) ||
        (late_contracts && std::holds_alternative<ErpReadContract>(request.call))) {
        late_.push_back(std::move(request));
        return;
    }
    reply(request);
}

void FakeErp::answer_late() {
    for (const ErpRequest& request : std::exchange(late_, {})) {
        reply(request);
    }
}

void FakeErp::reply(const ErpRequest& request) {
    const bool read_again = std::holds_alternative<ErpReadInvoices>(request.call);
    if (refuse_reads && (read_again || std::holds_alternative<ErpReadContract>(request.call))) {
        sink_(ErpReply{name_, request.id, *refuse_reads});
        return;
    }
    sink_(refuse ? ErpReply{name_, request.id, *refuse} : ErpReply{name_, request.id, answer(request.call)});
}

ErpPage FakeErp::page(const ErpPull& pull) {
    ++pulls;
    ErpPage page;
    page.kind = pull.kind;
    const auto listed = [&](const std::string& id, const auto&) { return !hide || !hide(id); };
    switch (pull.kind) {
        case RecordKind::subscribers:
            page.records = rows_of(subscribers, listed);
            break;
        case RecordKind::contracts:
            page.records = rows_of(contracts, listed);
            break;
        case RecordKind::connections:
            page.records = rows_of(connections, listed);
            break;
        case RecordKind::invoices:
            page.records = rows_of(invoices, [&](const std::string& id, const ErpInvoice& row) {
                return listed(id, row) && row.state != InvoiceState::paid &&
                       (!pull.due_from || row.due >= *pull.due_from) && (!pull.due_to || row.due <= *pull.due_to);
            });
            break;
        case RecordKind::payments:
            page.records = rows_of(payments, listed);
            break;
    }
    if (!never_ends.empty() && pull.kind == RecordKind::invoices) {
        page.next_cursor = never_ends;
    }
    return page;
}

ErpAnswer FakeErp::set_access(const std::string& contract, ErpAccess access) {
    contracts.at(contract).access = access;
    return ErpDone{"done", access};
}

Result<ErpAnswer> FakeErp::answer(const ErpCall& call) {
    if (const auto* pull = std::get_if<ErpPull>(&call)) {
        return ErpAnswer{page(*pull)};
    }
    if (const auto* read = std::get_if<ErpReadInvoices>(&call)) {
        ++invoice_reads;
        ErpInvoicesRead result;
        for (const auto& id : read->invoice_ids) {
            if (const auto found = invoices.find(id); found != invoices.end()) {
                result.invoices.push_back(found->second);
            } else {
                result.missing.push_back(id);
            }
            for (const auto& [key, payment] : payments) {
                if (payment.invoice_id == id) {
                    result.payments.push_back(payment);
                }
            }
        }
        return ErpAnswer{result};
    }
    if (const auto* read = std::get_if<ErpReadContract>(&call)) {
        ++contract_reads;
        ErpContractRead result;
        if (!contracts.contains(read->contract_id)) {
            return Error{ErrorKind::not_found, "no such contract", {}};
        }
        result.contract = contracts.at(read->contract_id);
        result.connections = rows_of(
            connections, [&](const auto&, const ErpConnection& c) { return c.contract_id == read->contract_id; });
        return ErpAnswer{result};
    }
    if (const auto* wanted = std::get_if<ErpGetPaymentCodes>(&call)) {
        const ErpInvoice& invoice = invoices.at(wanted->invoice_id);
        if (codes) {
            return ErpAnswer{codes(invoice)};
        }
        PaymentCodes plain;
        plain.pix = "code-of-" + invoice.id;
        plain.original = invoice.open;
        plain.total = invoice.open;
        return ErpAnswer{plain};
    }
    if (std::holds_alternative<ErpHealthCheck>(call)) {
        return sick ? Result<ErpAnswer>{*sick} : ErpAnswer{ErpHealthReport{"fake", "all can be read"}};
    }
    if (const auto* block = std::get_if<ErpBlock>(&call)) {
        return ErpAnswer{set_access(block->contract_id, ErpAccess::blocked)};
    }
    if (const auto* unblock = std::get_if<ErpUnblock>(&call)) {
        return set_access(unblock->contract_id, ErpAccess::open);
    }
    if (const auto* release = std::get_if<ErpRelease>(&call)) {
        return set_access(release->contract_id, ErpAccess::open);
    }
    return ErpAnswer{ErpDone{"done", std::nullopt}};
}

}  // namespace emdia::fakes
