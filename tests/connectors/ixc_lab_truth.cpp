#include "tests/connectors/ixc_lab_truth.hpp"

#include <cctype>

namespace emdia::test {
namespace {

/// "ÍRIS DE TESTE" is greeted as "Íris".
std::string greeting(const std::string& full_name) {
    std::string name = full_name.substr(0, full_name.find(' '));
    const bool accented = static_cast<unsigned char>(name[0]) >= 0x80U;
    for (std::size_t i = accented ? 2 : 1; i < name.size(); ++i) {
        const auto byte = static_cast<unsigned char>(name[i]);
        if (byte == 0xC3U) {
            name[i + 1] = static_cast<char>(static_cast<unsigned char>(name[i + 1]) + 0x20U);
            ++i;
        } else {
            name[i] = static_cast<char>(std::tolower(byte));
        }
    }
    return name;
}

ErpAccess access_of(const std::string& status_internet) {
    if (status_internet == "A") {
        return ErpAccess::open;
    }
    if (status_internet == "FA") {
        return ErpAccess::reduced;
    }
    return status_internet == "CM" || status_internet == "CA" ? ErpAccess::blocked : ErpAccess::unknown;
}

InvoiceState state_of(char status) {
    switch (status) {
        case 'A':
            return InvoiceState::open;
        case 'P':
            return InvoiceState::partial;
        case 'R':
            return InvoiceState::paid;
        default:
            return InvoiceState::cancelled;
    }
}

template <class Record, class Row, class Convert>
std::vector<Record> each(lab::Lab& lab, const lab::Rows<Row>& rows, Convert convert) {
    const std::lock_guard lock{lab.state().mutex};
    std::vector<Record> records;
    for (const Row& row : rows.all()) {
        records.push_back(convert(row));
    }
    return records;
}

}  // namespace

std::vector<ErpSubscriber> true_subscribers(lab::Lab& lab) {
    return each<ErpSubscriber>(lab, lab.state().erp.customers, [](const lab::Customer& row) {
        const auto digits = lab::contact_number(row);
        return ErpSubscriber{std::to_string(row.id),
                             greeting(row.name),
                             digits.empty() ? "" : "+" + digits,
                             std::string{to_string(row.uf)},
                             "",
                             row.no_dunning};
    });
}

std::vector<ErpContract> true_contracts(lab::Lab& lab) {
    return each<ErpContract>(lab, lab.state().erp.contracts, [](const lab::Contract& row) {
        return ErpContract{std::to_string(row.id), std::to_string(row.customer), row.plan,
                           ContractStatus::active, access_of(row.access),        row.auto_block,
                           row.no_block_until};
    });
}

std::vector<ErpConnection> true_connections(lab::Lab& lab) {
    return each<ErpConnection>(lab, lab.state().erp.logins, [](const lab::Login& row) {
        return ErpConnection{std::to_string(row.id),
                             std::to_string(row.contract),
                             row.name,
                             row.fixed_ip ? row.ip : "",
                             "",
                             "BRAS-0" + std::to_string(row.nas),
                             "",
                             false};
    });
}

std::vector<ErpInvoice> true_invoices(lab::Lab& lab) {
    return each<ErpInvoice>(lab, lab.state().erp.titles, [](const lab::Title& row) {
        ErpInvoice invoice;
        invoice.id = std::to_string(row.id);
        invoice.contract_id = std::to_string(row.contract);
        invoice.subscriber_id = std::to_string(row.customer);
        invoice.due = row.due;
        invoice.reference = row.period_begin;
        invoice.face = row.face;
        invoice.open = row.is_open() ? row.open() : Money{};
        invoice.state = state_of(row.status);
        invoice.released = row.released;
        invoice.payment_pending = row.payment_pending;
        invoice.protested = row.protested;
        invoice.period_begin = row.period_begin;
        invoice.period_end = row.period_end;
        return invoice;
    });
}

std::vector<ErpPayment> true_payments(lab::Lab& lab) {
    return each<ErpPayment>(lab, lab.state().erp.receipts, [](const lab::Receipt& row) {
        return ErpPayment{std::to_string(row.id), std::to_string(row.title), row.amount, row.on, row.cancelled};
    });
}

}  // namespace emdia::test
