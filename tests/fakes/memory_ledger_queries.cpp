// Questions over many accounts.

#include <algorithm>
#include <tuple>

#include "tests/fakes/memory_ledger.hpp"

namespace emdia::fakes {
namespace {

constexpr Days kClaimIsHot{7};

std::string lower(std::string_view text) {
    std::string folded{text};
    for (char& c : folded) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return folded;
}

bool contains_folded(std::string_view text, std::string_view piece) {
    return lower(text).find(lower(piece)) != std::string::npos;
}

/// The digits of something written like a phone number, at least four; else empty.
std::string phone_piece(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (std::string_view{" +-()"}.find(c) == std::string_view::npos) {
            return {};
        }
    }
    return digits.size() < 4 ? std::string{} : digits;
}

}  // namespace

std::vector<AccountId> MemoryLedger::accounts_of_phone(std::string_view e164) {
    std::vector<AccountId> ids;
    for (const auto& [id, account] : state_.accounts) {
        if (!e164.empty() && state_.subscribers.at(account.subscriber).said.phone == e164) {
            ids.push_back(id);
        }
    }
    return ids;
}

AccountSummary MemoryLedger::summary(AccountId id, const StoredAccount& account, Date today) const {
    AccountSummary summary;
    const ErpSubscriber& subscriber = state_.subscribers.at(account.subscriber).said;
    summary.id = id;
    summary.erp = account.erp;
    summary.contract_erp_id = account.said.id;
    summary.first_name = subscriber.first_name;
    summary.phone_tail =
        subscriber.phone.size() < 4 ? subscriber.phone : subscriber.phone.substr(subscriber.phone.size() - 4);
    summary.wanted = account.access.wanted;
    const auto first = std::find_if(state_.connections.begin(), state_.connections.end(),
                                    [&](const auto& connection) { return connection.second.account == id; });
    if (first != state_.connections.end()) {
        summary.login = first->second.said.login;
    }
    for (const auto& [invoice_id, invoice] : state_.invoices) {
        if (invoice.account == id && invoice.owed() && invoice.said.due <= today) {
            summary.open += invoice.said.open;
        }
    }
    return summary;
}

std::vector<AccountSummary> MemoryLedger::search(std::string_view text, Date today, int limit) {
    if (text.empty()) {
        return {};
    }
    std::vector<AccountSummary> exact;
    std::vector<AccountSummary> pieces;
    const std::string digits = phone_piece(text);
    for (const auto& [id, account] : state_.accounts) {
        const ErpSubscriber& subscriber = state_.subscribers.at(account.subscriber).said;
        const auto any_login = [&](const auto& fits) {
            return std::any_of(state_.connections.begin(), state_.connections.end(),
                               [&, id = id](const auto& connection) {
                                   return connection.second.account == id && fits(connection.second.said.login);
                               });
        };
        const bool whole_phone =
            !digits.empty() && (subscriber.phone == "+" + digits || subscriber.phone == "+55" + digits);
        if (text == account.said.id || text == account.erp + ":" + account.said.id || text == std::to_string(raw(id)) ||
            whole_phone || any_login([&](const std::string& login) { return login == text; })) {
            exact.push_back(summary(id, account, today));
        }
        const bool in_phone = !digits.empty() && subscriber.phone.find(digits) != std::string::npos;
        if (in_phone || contains_folded(subscriber.first_name, text) ||
            any_login([&](const std::string& login) { return contains_folded(login, text); })) {
            pieces.push_back(summary(id, account, today));
        }
    }
    auto& found = exact.empty() ? pieces : exact;
    found.resize(std::min(found.size(), static_cast<std::size_t>(limit)));
    return found;
}

std::int64_t MemoryLedger::active_contracts(std::string_view erp) {
    return static_cast<std::int64_t>(active_contract_ids(erp).size());
}

std::vector<std::string> MemoryLedger::active_contract_ids(std::string_view erp) {
    std::vector<std::string> ids;
    for (const auto& [id, account] : state_.accounts) {
        if (account.erp == erp && account.said.status == ContractStatus::active) {
            ids.push_back(account.said.id);
        }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<TrackedInvoice> MemoryLedger::hot_invoices(std::string_view erp, Instant now, int limit) {
    std::set<AccountId> hot;
    for (const auto& [id, account] : state_.accounts) {
        if (restricted(account.access)) {
            hot.insert(id);
        }
    }
    for (const auto& [id, promise] : state_.promises) {
        if (promise.row.state == PromiseState::proposed || promise.row.state == PromiseState::active) {
            hot.insert(promise.account);
        }
    }
    for (const auto& [id, row] : state_.messages) {
        if (row.message.state == MessageState::queued) {
            hot.insert(row.account);
        }
    }
    for (const auto& claim : state_.claims) {
        if (claim.row.at >= now - kClaimIsHot) {
            hot.insert(claim.account);
        }
    }
    std::vector<std::tuple<std::optional<Instant>, InvoiceId>> found;
    for (const auto& [id, invoice] : state_.invoices) {
        if (invoice.erp == erp && !invoice.settled() && hot.contains(invoice.account)) {
            found.emplace_back(invoice.read_at, id);
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<TrackedInvoice> tracked;
    for (const auto& [read_at, id] : found) {
        if (tracked.size() == static_cast<std::size_t>(limit)) {
            break;
        }
        tracked.push_back({state_.invoices.at(id).account, state_.invoices.at(id).said.id});
    }
    return tracked;
}

std::vector<TrackedInvoice> MemoryLedger::owed_invoices(std::string_view erp, Date from, Date to) {
    std::vector<std::tuple<Date, InvoiceId>> found;
    for (const auto& [id, invoice] : state_.invoices) {
        const bool in_window = from <= invoice.said.due && invoice.said.due <= to;
        if (invoice.erp == erp && invoice.owed() && in_window && raw(invoice.account) != 0) {
            found.emplace_back(invoice.said.due, id);
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<TrackedInvoice> tracked;
    for (const auto& [due, id] : found) {
        tracked.push_back({state_.invoices.at(id).account, state_.invoices.at(id).said.id});
    }
    return tracked;
}

std::optional<ConnectionRef> MemoryLedger::find_connection(std::string_view erp, std::string_view line) {
    for (const auto& [id, connection] : state_.connections) {
        if (connection.erp == erp && connection.said.id == line && raw(connection.account) != 0) {
            return ConnectionRef{connection.account, id};
        }
    }
    return std::nullopt;
}

std::vector<std::string> MemoryLedger::connection_ids(std::string_view erp) {
    std::vector<std::string> ids;
    for (const auto& [id, connection] : state_.connections) {
        if (connection.erp == erp && raw(connection.account) != 0) {
            ids.push_back(connection.said.id);
        }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace emdia::fakes
