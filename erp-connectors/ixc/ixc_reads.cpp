#include "erp-connectors/ixc/ixc_reads.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "erp-connectors/ixc/ixc_cursor.hpp"
#include "erp-connectors/sdk/fields.hpp"

namespace emdia::ixc {
namespace {

/// Rows changed shortly before a mark may be committed after it was taken (TAP reads with such an overlap, section 6).
constexpr Minutes kOverlap{10};
/// More ids than these vanishing at once looks like a misunderstood filter, not like deleted titles; nor is there time
/// to ask for each.
constexpr std::size_t kMostVanished = 20;
constexpr int kMostContractsPerAsk = 1000;

Query base_query(RecordKind kind) {
    switch (kind) {
        case RecordKind::subscribers:
            return {"cliente", "cliente", columns_of(kind), {{"ativo", "=", "S"}}};
        case RecordKind::contracts:
            return {"cliente_contrato", "cliente_contrato", columns_of(kind), {}};
        case RecordKind::connections:
            return {"radusuarios", "radusuarios", columns_of(kind), {{"ativo", "=", "S"}}};
        case RecordKind::invoices:
            return {"fn_areceber", "fn_areceber", columns_of(kind), {}};
        case RecordKind::payments:
            break;
    }
    // Receipts are listed under one name and their columns addressed by another (3.6).
    return {"fn_areceber_baixas", "fn_movim_finan", columns_of(kind), {}};
}

std::string joined(const std::vector<std::string>& ids) {
    std::string list;
    for (const auto& id : ids) {
        list += (list.empty() ? "" : ",") + id;
    }
    return list;
}

bool is_number(const std::string& id) {
    return !id.empty() && id.size() <= 18 &&
           std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error not_found(const std::string& table, const std::string& id) {
    return {ErrorKind::not_found, table + " " + id + " does not exist in IXC", "it was deleted or never existed"};
}

Error nothing_listed(const std::string& resource) {
    return {ErrorKind::protocol, resource + ": IXC lists no row at all",
            "nothing is concluded from an empty base; check that the web-service user may read " + resource};
}

/// A base without subscribers or contracts is an answer gone wrong; the other lists may well be empty.
bool never_empty(RecordKind kind) { return kind == RecordKind::subscribers || kind == RecordKind::contracts; }

/// Records of a page and the faults of rows that gave none.
template <class Record>
struct Converted {
    std::vector<Record> records;
    std::vector<std::string> subscribers;  ///< Of each record, for finding contracts.
    std::vector<std::string> quarantined;

    void take(const Row& row, Result<Record> record) {
        if (!record) {
            quarantined.push_back(record.error().what);
            return;
        }
        records.push_back(std::move(*record));
        subscribers.emplace_back(sdk::trimmed(row["id_cliente"]));
    }
};

void quarantine_without_contract(Converted<ErpConnection>& converted) {
    const auto lost = [](const ErpConnection& c) { return c.contract_id.empty(); };
    for (const auto& connection : converted.records) {
        if (lost(connection)) {
            converted.quarantined.push_back("radusuarios " + connection.id +
                                            ": belongs to no contract, or its subscriber has several");
        }
    }
    converted.records.erase(std::remove_if(converted.records.begin(), converted.records.end(), lost),
                            converted.records.end());
}

Cursor advanced(Cursor cursor, const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        cursor.after_id = std::max(cursor.after_id, row_id(row).value_or(0));
        if (const auto changed = sdk::read_date_time(row["ultima_atualizacao"]); changed && *changed) {
            cursor.newest = std::max(cursor.newest.value_or(**changed), **changed);
        }
    }
    return cursor;
}

}  // namespace

Query Reads::query_for(const ErpPull& pull) const {
    auto query = base_query(pull.kind);
    query.rows = pull.page_size;
    const auto day = [this](Date date) { return settings_.br_dates ? sdk::br_date(date) : to_iso(date); };
    const auto window = [&](const char* column) {
        if (pull.due_from) {
            query.filters.push_back({column, ">=", day(*pull.due_from)});
        }
        if (pull.due_to) {
            query.filters.push_back({column, "<=", day(*pull.due_to)});
        }
    };
    const auto since = read_cursor(pull.full ? "" : pull.since);
    const auto changed_since = since && since->newest && pull.kind != RecordKind::payments &&
                               (pull.kind != RecordKind::invoices || settings_.invoices_by_update);
    if (changed_since) {
        query.filters.push_back({"ultima_atualizacao", ">=", to_iso(*since->newest - kOverlap)});
        return query;
    }
    if (pull.kind == RecordKind::invoices) {
        window("data_vencimento");
        if (!pull.full) {
            query.filters.push_back({"status", "!=", "R"});
            query.filters.push_back({"status", "!=", "C"});
        }
    } else if (pull.kind == RecordKind::payments) {
        if (since && since->after_id > 0) {
            query.after_id = since->after_id;
        } else {
            window("data");
        }
    } else if (pull.kind == RecordKind::contracts) {
        query.filters.push_back({"status", "!=", "I"});
    }
    return query;
}

Result<ErpPage> Reads::pull(const ErpPull& pull, const sdk::CallContext& context) {
    auto cursor = read_cursor(pull.cursor);
    if (!cursor) {
        return cursor.error();
    }
    auto query = query_for(pull);
    query.after_id = std::max(query.after_id, cursor->after_id);
    const auto listing = client_.list(query, context);
    if (!listing) {
        if (pull.kind == RecordKind::payments && listing.error().kind == ErrorKind::unsupported) {
            // No row is lost by it: titles say themselves that they are paid, and health names the missing right.
            return ErpPage{pull.kind, std::vector<ErpPayment>{}, "", "", {}};
        }
        return listing.error();
    }
    if (pull.full && pull.cursor.empty() && never_empty(pull.kind) && listing->rows.empty()) {
        return nothing_listed(query.resource);
    }
    ErpPage page;
    page.kind = pull.kind;
    const auto finish = [&](auto converted, const Result<void>& contracts) -> Result<ErpPage> {
        if (!contracts) {
            return contracts.error();
        }
        page.records = std::move(converted.records);
        page.quarantined = std::move(converted.quarantined);
        auto next = advanced(*cursor, listing->rows);
        next.after_id = std::max(next.after_id, query.after_id);
        const bool last = static_cast<int>(listing->rows.size()) < query.rows;
        if (!last && next.after_id == query.after_id) {
            return Error{ErrorKind::protocol, query.resource + ": a page of rows without ids", "report it"};
        }
        (last ? page.since : page.next_cursor) = to_text(next);
        return page;
    };
    switch (pull.kind) {
        case RecordKind::subscribers: {
            Converted<ErpSubscriber> c;
            for (const auto& row : listing->rows) {
                c.take(row, subscriber_from(row, settings_.rows));
            }
            return finish(std::move(c), {});
        }
        case RecordKind::contracts: {
            Converted<ErpContract> c;
            for (const auto& row : listing->rows) {
                c.take(row, contract_from(row, settings_.rows));
            }
            return finish(std::move(c), {});
        }
        case RecordKind::connections: {
            Converted<ErpConnection> c;
            for (const auto& row : listing->rows) {
                c.take(row, connection_from(row, settings_.rows));
            }
            auto contracts = fill_contracts(c.records, c.subscribers, context);
            quarantine_without_contract(c);
            return finish(std::move(c), std::move(contracts));
        }
        case RecordKind::invoices: {
            Converted<ErpInvoice> c;
            for (const auto& row : listing->rows) {
                c.take(row, invoice_from(row));
            }
            auto contracts = fill_contracts(c.records, c.subscribers, context);
            return finish(std::move(c), std::move(contracts));
        }
        case RecordKind::payments:
            break;
    }
    Converted<ErpPayment> c;
    for (const auto& row : listing->rows) {
        auto payment = payment_from(row);
        if (!payment) {
            c.quarantined.push_back(payment.error().what);
        } else if (*payment) {
            c.records.push_back(std::move(**payment));
        }
    }
    return finish(std::move(c), {});
}

Result<Listing> Reads::rows_of(RecordKind kind, Filter filter, int rows, const sdk::CallContext& context) {
    auto query = base_query(kind);
    query.filters.push_back(std::move(filter));
    query.rows = rows;
    return client_.list(query, context);
}

Result<std::optional<Row>> Reads::find_row(RecordKind kind, const std::string& id, const sdk::CallContext& context) {
    auto listing = rows_of(kind, {"id", "=", id}, 2, context);
    if (!listing) {
        return listing.error();
    }
    if (listing->rows.empty()) {
        return std::optional<Row>{};
    }
    if (listing->rows.size() > 1 || sdk::trimmed(listing->rows.front()["id"]) != id) {
        return Error{ErrorKind::protocol, base_query(kind).resource + ": IXC sends rows that were not asked for",
                     "this IXC ignores a filter we rely on; report it"};
    }
    return std::optional{std::move(listing->rows.front())};
}

Result<void> Reads::check_lists_anything(RecordKind kind, const sdk::CallContext& context) {
    auto query = base_query(kind);
    query.rows = 1;
    const auto listing = client_.list(query, context);
    if (!listing) {
        return listing.error();
    }
    return listing->rows.empty() ? Result<void>{nothing_listed(query.resource)} : Result<void>{};
}

Result<Row> Reads::one_row(RecordKind kind, const std::string& id, const sdk::CallContext& context) {
    const auto table = base_query(kind).table;
    if (!is_number(id)) {
        return not_found(table, "with this id");
    }
    auto row = find_row(kind, id, context);
    if (!row) {
        return row.error();
    }
    if (*row) {
        return std::move(**row);
    }
    if (auto ok = check_lists_anything(kind, context); !ok) {
        return ok.error();
    }
    return not_found(table, id);
}

Result<Row> Reads::invoice_row(const std::string& id, const sdk::CallContext& context) {
    return one_row(RecordKind::invoices, id, context);
}

Result<Row> Reads::contract_row(const std::string& id, const sdk::CallContext& context) {
    return one_row(RecordKind::contracts, id, context);
}

Result<ErpInvoicesRead> Reads::invoices(const std::vector<std::string>& ids, const sdk::CallContext& context) {
    ErpInvoicesRead read;
    if (ids.empty()) {
        return read;
    }
    if (!std::all_of(ids.begin(), ids.end(), is_number)) {
        return Error{ErrorKind::bad_input, "an invoice id of IXC is a number", ""};
    }
    const auto listing =
        rows_of(RecordKind::invoices, {"id", "IN", joined(ids)}, static_cast<int>(ids.size()), context);
    if (!listing) {
        return listing.error();
    }
    const std::set<std::string> asked(ids.begin(), ids.end());
    Converted<ErpInvoice> c;
    std::set<std::string> seen;
    for (const auto& row : listing->rows) {
        std::string id{sdk::trimmed(row["id"])};
        if (asked.count(id) == 0) {
            return Error{ErrorKind::protocol, "fn_areceber: IXC sends titles that were not asked for",
                         "this IXC ignores the operator IN; report it"};
        }
        seen.insert(std::move(id));
        c.take(row, invoice_from(row));
    }
    if (auto ok = fill_contracts(c.records, c.subscribers, context); !ok) {
        return ok.error();
    }
    read.invoices = std::move(c.records);
    read.quarantined = std::move(c.quarantined);
    std::vector<std::string> unseen;
    std::set_difference(asked.begin(), asked.end(), seen.begin(), seen.end(), std::back_inserter(unseen));
    if (unseen.size() == asked.size() && unseen.size() > kMostVanished) {
        return Error{ErrorKind::protocol, "fn_areceber: " + std::to_string(unseen.size()) + " titles vanished at once",
                     "nothing is concluded from such an answer; look whether titles were deleted in IXC"};
    }
    if (auto ok = confirm_missing(unseen, read, context); !ok) {
        return ok.error();
    }
    read.payments = payments_of(ids, read.quarantined, context);
    return read;
}

/// A title that a list leaves out is asked for by itself before it is called missing (6.5).
Result<void> Reads::confirm_missing(const std::vector<std::string>& unseen, ErpInvoicesRead& read,
                                    const sdk::CallContext& context) {
    if (unseen.size() > kMostVanished) {
        // Of these nothing is concluded; they must not keep us from believing the others.
        for (const auto& id : unseen) {
            read.quarantined.push_back("fn_areceber " + id + ": IXC left it out of a list, as it did " +
                                       std::to_string(unseen.size() - 1) + " others; was it deleted?");
        }
        return {};
    }
    for (const auto& id : unseen) {
        const auto row = find_row(RecordKind::invoices, id, context);
        if (!row) {
            return row.error();
        }
        if (*row) {
            return Error{ErrorKind::protocol, "fn_areceber: a list left out a title that exists",
                         "this IXC answers lists of ids incompletely; report it"};
        }
        read.missing.push_back(id);
    }
    return unseen.empty() ? Result<void>{} : check_lists_anything(RecordKind::invoices, context);
}

std::vector<ErpPayment> Reads::payments_of(const std::vector<std::string>& ids, std::vector<std::string>& quarantined,
                                           const sdk::CallContext& context) {
    std::vector<ErpPayment> payments;
    const std::set<std::string> asked(ids.begin(), ids.end());
    const auto listing = rows_of(RecordKind::payments, {"id_receber", "IN", joined(ids)},
                                 static_cast<int>(protocol::kMaxRecords), context);
    if (!listing) {
        // The title itself says whether it is paid; receipts only add when and how, and the next pull brings them.
        return payments;
    }
    for (const auto& row : listing->rows) {
        auto payment = payment_from(row);
        if (!payment) {
            quarantined.push_back(payment.error().what);
        } else if (*payment && asked.count((*payment)->invoice_id) > 0) {
            payments.push_back(std::move(**payment));
        }
    }
    return payments;
}

Result<std::vector<ErpConnection>> Reads::connections_of(const ErpContract& contract, const sdk::CallContext& context) {
    const auto listing = rows_of(RecordKind::connections, {"id_cliente", "=", contract.subscriber_id}, 500, context);
    if (!listing) {
        return listing.error();
    }
    Converted<ErpConnection> c;
    for (const auto& row : listing->rows) {
        c.take(row, connection_from(row, settings_.rows));
    }
    if (auto ok = fill_contracts(c.records, c.subscribers, context); !ok) {
        return ok.error();
    }
    const auto foreign = [&](const ErpConnection& connection) { return connection.contract_id != contract.id; };
    c.records.erase(std::remove_if(c.records.begin(), c.records.end(), foreign), c.records.end());
    return std::move(c.records);
}

Result<ErpContractRead> Reads::contract(const std::string& id, const sdk::CallContext& context) {
    const auto row = contract_row(id, context);
    if (!row) {
        return row.error();
    }
    auto contract = contract_from(*row, settings_.rows);
    if (!contract) {
        return contract.error();
    }
    auto connections = connections_of(*contract, context);
    if (!connections) {
        return connections.error();
    }
    return ErpContractRead{std::move(*contract), std::move(*connections)};
}

/// Records without a contract get the only active contract of their subscriber, if there is exactly one (3.3, 3.4).
template <class Record>
Result<void> Reads::fill_contracts(std::vector<Record>& records, const std::vector<std::string>& subscribers,
                                   const sdk::CallContext& context) {
    std::set<std::string> wanting;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].contract_id.empty() && is_number(subscribers[i])) {
            wanting.insert(subscribers[i]);
        }
    }
    std::map<std::string, std::vector<std::string>> contracts;
    for (auto at = wanting.begin(); at != wanting.end();) {
        std::vector<std::string> ids;
        for (; at != wanting.end() && ids.size() < protocol::kMaxInvoiceIds; ++at) {
            ids.push_back(*at);
        }
        auto query = base_query(RecordKind::contracts);
        query.filters = {{"id_cliente", "IN", joined(ids)}, {"status", "=", "A"}};
        query.rows = kMostContractsPerAsk;
        const auto listing = client_.list(query, context);
        if (!listing) {
            return listing.error();
        }
        if (static_cast<int>(listing->rows.size()) >= query.rows) {
            continue;  // what did not fit could be the second contract of any of them
        }
        for (const auto& row : listing->rows) {
            contracts[std::string{sdk::trimmed(row["id_cliente"])}].emplace_back(sdk::trimmed(row["id"]));
        }
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto found = contracts.find(subscribers[i]);
        if (records[i].contract_id.empty() && found != contracts.end() && found->second.size() == 1) {
            records[i].contract_id = found->second.front();
        }
    }
    return {};
}

}  // namespace emdia::ixc
