// What the ERP says, and how an account is put together from it.

#include <algorithm>
#include <tuple>

#include "tests/fakes/memory_ledger.hpp"

namespace emdia::fakes {
namespace {

ErpKey key(std::string_view erp, std::string_view id) { return {std::string{erp}, std::string{id}}; }

/// The account of a contract, or 0.
AccountId account_or_none(const MemoryState& state, std::string_view erp, std::string_view contract) {
    const auto found = state.contract_keys.find(key(erp, contract));
    return found == state.contract_keys.end() ? AccountId{} : found->second;
}

/// The subscriber of that ERP key; an empty one is made if none has come yet.
SubscriberId subscriber_of(MemoryState& state, std::string_view erp, const std::string& id) {
    const auto found = state.subscriber_keys.find(key(erp, id));
    if (found != state.subscriber_keys.end()) {
        return found->second;
    }
    const auto made = state.next_id<SubscriberId>();
    StoredSubscriber& stored = state.subscribers[made];
    stored.erp = erp;
    stored.said.id = id;
    stored.ours.id = made;
    state.subscriber_keys[key(erp, id)] = made;
    return made;
}

/// Wakes what is not 0 and reports the first of them.
Ingested changed(MemoryState& state, std::initializer_list<AccountId> accounts) {
    Ingested done{true, std::nullopt};
    for (const AccountId id : accounts) {
        if (raw(id) != 0) {
            state.accounts.at(id).wake = Instant{};
            done.account = done.account ? done.account : std::optional{id};
        }
    }
    return done;
}

/// Keeps what lies within kRecentDays of the newest; `at` gives a row's time.
template <class Row, class At>
void keep_recent(std::vector<Row>& rows, At at) {
    if (rows.empty()) {
        return;
    }
    const Instant newest =
        at(*std::max_element(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return at(a) < at(b); }));
    rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const Row& r) { return at(r) < newest - kRecentDays; }),
               rows.end());
}

Subscriber compose(const MemoryState& state, const StoredSubscriber& stored) {
    Subscriber subscriber = stored.ours;
    subscriber.erp = stored.erp;
    subscriber.erp_id = stored.said.id;
    subscriber.first_name = stored.said.first_name;
    subscriber.phone = stored.said.phone;
    subscriber.uf = uf_from(stored.said.uf);
    subscriber.municipality = stored.said.municipality;
    subscriber.erp_no_dunning = stored.said.no_dunning;
    subscriber.phone_shared = !subscriber.phone.empty() &&
                              std::any_of(state.subscribers.begin(), state.subscribers.end(), [&](const auto& s) {
                                  return s.first != subscriber.id && s.second.said.phone == subscriber.phone;
                              });
    return subscriber;
}

Contract compose(const StoredAccount& account) {
    const ErpContract& said = account.said;
    return {said.id,         said.plan,           said.status,    said.access,
            said.auto_block, said.no_block_until, account.exempt, account.exempt_reason};
}

Connection compose(ConnectionId id, const ErpConnection& said) {
    return {id, said.id, said.login, said.ipv4, said.ipv6_prefix, said.nas, said.session_id, said.voice};
}

Invoice compose(InvoiceId id, const StoredInvoice& stored) {
    const ErpInvoice& said = stored.said;
    Invoice invoice;
    invoice.id = id;
    invoice.erp_id = said.id;
    invoice.due = said.due;
    invoice.reference = said.reference;
    invoice.face = said.face;
    invoice.open = said.open;
    invoice.connection_open = said.connection_open.value_or(said.open);
    invoice.state = said.state;
    invoice.released = said.released;
    invoice.payment_pending = said.payment_pending;
    invoice.protested = said.protested;
    invoice.period_begin = said.period_begin;
    invoice.period_end = said.period_end;
    invoice.read_at = stored.read_at;
    invoice.paid_known_at = stored.paid_known_at;
    return invoice;
}

std::vector<Invoice> invoices_of(const MemoryState& state, AccountId account) {
    std::vector<Invoice> unsettled;
    std::vector<Invoice> settled;
    for (const auto& [id, stored] : state.invoices) {
        if (stored.account == account) {
            (stored.settled() ? settled : unsettled).push_back(compose(id, stored));
        }
    }
    keep_recent(settled, [](const Invoice& invoice) { return invoice.paid_known_at.value_or(Instant{}); });
    unsettled.insert(unsettled.end(), settled.begin(), settled.end());
    std::sort(unsettled.begin(), unsettled.end(),
              [](const Invoice& a, const Invoice& b) { return std::tie(a.due, a.id) < std::tie(b.due, b.id); });
    return unsettled;
}

std::vector<Payment> payments_of(const MemoryState& state, AccountId account) {
    std::vector<Payment> payments;
    for (const auto& [payment_key, stored] : state.payments) {
        const auto invoice = state.invoice_keys.find(key(stored.erp, stored.said.invoice_id));
        if (invoice != state.invoice_keys.end() && state.invoices.at(invoice->second).account == account) {
            const ErpPayment& said = stored.said;
            payments.push_back({said.id, said.invoice_id, said.amount, said.paid_on, stored.known_at, said.reversed});
        }
    }
    keep_recent(payments, [](const Payment& payment) { return payment.known_at; });
    std::sort(payments.begin(), payments.end(), [](const Payment& a, const Payment& b) {
        return std::tie(a.known_at, a.erp_id) < std::tie(b.known_at, b.erp_id);
    });
    return payments;
}

std::vector<Message> messages_of(const MemoryState& state, AccountId account) {
    std::vector<Message> of_unsettled;
    std::vector<Message> others;
    std::optional<Instant> newest;
    for (const auto& [id, row] : state.messages) {
        if (row.account != account) {
            continue;
        }
        const Message& message = row.message;
        newest = newest ? std::max(*newest, message.queued_at) : message.queued_at;
        const auto invoice = state.invoices.find(message.invoice);
        const bool unsettled = invoice != state.invoices.end() && !invoice->second.settled();
        (unsettled ? of_unsettled : others).push_back(message);
    }
    for (const Message& message : others) {
        if (message.queued_at >= *newest - kRecentDays) {
            of_unsettled.push_back(message);
        }
    }
    std::sort(of_unsettled.begin(), of_unsettled.end(), [](const Message& a, const Message& b) {
        return std::tie(a.queued_at, a.id) < std::tie(b.queued_at, b.id);
    });
    return of_unsettled;
}

/// C4 counts per person: what left through the other accounts of the same subscriber.
void add_other_contacts(const MemoryState& state, AccountFacts& facts) {
    std::vector<std::pair<Instant, MessageClass>> left;
    for (const auto& [id, row] : state.messages) {
        const bool other = row.account != facts.id && state.accounts.at(row.account).subscriber == facts.subscriber.id;
        if (const auto at = left_at(row); other && at) {
            left.emplace_back(*at, message_class(row.message.stage));
        }
    }
    keep_recent(left, [](const auto& contact) { return contact.first; });
    std::sort(left.begin(), left.end());
    for (const auto& [at, sort] : left) {
        if (sort == MessageClass::collection) {
            facts.other_collection_at.push_back(at);
        } else if (sort == MessageClass::service) {
            facts.other_service_at.push_back(at);
        }
    }
}

template <class Rows, class Row>
void copy_owned(const Rows& rows, AccountId account, std::vector<Row>& to) {
    for (const auto& owned : rows) {
        if (owned.account == account) {
            to.push_back(owned.row);
        }
    }
}

template <class Rows, class Row>
void copy_owned_values(const Rows& rows, AccountId account, std::vector<Row>& to) {
    for (const auto& [id, owned] : rows) {
        if (owned.account == account) {
            to.push_back(owned.row);
        }
    }
}

}  // namespace

Ingested MemoryLedger::put(std::string_view erp, const ErpSubscriber& row, Instant) {
    MemoryState& state = writable();
    const bool known = state.subscriber_keys.contains(key(erp, row.id));
    const SubscriberId id = subscriber_of(state, erp, row.id);
    StoredSubscriber& stored = state.subscribers.at(id);
    if (known && stored.said == row) {
        return {};
    }
    if (known && stored.said.phone != row.phone) {
        stored.ours.wrong_number = false;
        stored.ours.undeliverable_cycles = 0;
        stored.ours.last_inbound_at.reset();
    }
    stored.said = row;
    Ingested done{true, std::nullopt};
    for (auto& [account_id, account] : state.accounts) {
        if (account.subscriber == id) {
            account.wake = Instant{};
            done.account = done.account ? done.account : std::optional{account_id};
        }
    }
    return done;
}

Ingested MemoryLedger::put(std::string_view erp, const ErpContract& row, Instant) {
    MemoryState& state = writable();
    AccountId id = account_or_none(state, erp, row.id);
    if (raw(id) != 0 && state.accounts.at(id).said == row) {
        return {};
    }
    if (raw(id) == 0) {
        id = state.next_id<AccountId>();
        state.contract_keys[key(erp, row.id)] = id;
        for (auto& [connection_id, connection] : state.connections) {
            if (connection.erp == erp && connection.said.contract_id == row.id) {
                connection.account = id;
            }
        }
        for (auto& [invoice_id, invoice] : state.invoices) {
            if (invoice.erp == erp && invoice.said.contract_id == row.id) {
                invoice.account = id;
            }
        }
    }
    StoredAccount& account = state.accounts[id];
    account.erp = erp;
    account.said = row;
    account.subscriber = subscriber_of(state, erp, row.subscriber_id);
    return changed(state, {id});
}

Ingested MemoryLedger::put(std::string_view erp, const ErpConnection& row, Instant) {
    MemoryState& state = writable();
    auto [place, fresh] = state.connection_keys.try_emplace(key(erp, row.id));
    if (fresh) {
        place->second = state.next_id<ConnectionId>();
    }
    StoredConnection& stored = state.connections[place->second];
    if (!fresh && stored.said == row) {
        return {};
    }
    const AccountId before = stored.account;
    stored = {std::string{erp}, row, account_or_none(state, erp, row.contract_id)};
    return changed(state, {stored.account, before});
}

void MemoryLedger::detach_connection(std::string_view erp, std::string_view line) {
    MemoryState& state = writable();
    const auto place = state.connection_keys.find(key(erp, line));
    if (place == state.connection_keys.end()) {
        return;
    }
    StoredConnection& stored = state.connections.at(place->second);
    const AccountId before = std::exchange(stored.account, AccountId{});
    stored.said.contract_id.clear();
    for (auto& [id, command] : state.commands) {
        const bool unfinished = command.state == CommandState::queued || command.state == CommandState::unknown ||
                                command.state == CommandState::refused;
        if (command.connection == place->second && unfinished) {
            command.state = CommandState::superseded;
        }
    }
    static_cast<void>(changed(state, {before}));
}

std::optional<Connection> MemoryLedger::detached_connection(std::string_view erp, std::string_view line) {
    for (const auto& [id, connection] : state_.connections) {
        if (connection.erp == erp && connection.said.id == line && connection.said.contract_id.empty()) {
            return compose(id, connection.said);
        }
    }
    return std::nullopt;
}

Ingested MemoryLedger::put(std::string_view erp, const ErpInvoice& row, Instant now) {
    MemoryState& state = writable();
    auto [place, fresh] = state.invoice_keys.try_emplace(key(erp, row.id));
    if (fresh) {
        place->second = state.next_id<InvoiceId>();
    }
    StoredInvoice& stored = state.invoices[place->second];
    if (!fresh && stored.said == row) {
        return {};
    }
    const AccountId before = stored.account;
    stored.erp = erp;
    stored.said = row;
    stored.account = account_or_none(state, erp, row.contract_id);
    stored.read_at = now;
    stored.paid_known_at = stored.settled() ? std::optional{stored.paid_known_at.value_or(now)} : std::nullopt;
    return changed(state, {stored.account, before});
}

Ingested MemoryLedger::put(std::string_view erp, const ErpPayment& row, Instant now) {
    MemoryState& state = writable();
    auto [place, fresh] = state.payments.try_emplace(key(erp, row.id));
    StoredPayment& stored = place->second;
    if (!fresh && stored.said == row) {
        return {};
    }
    const bool news = fresh || (row.reversed && !stored.said.reversed);
    stored = {std::string{erp}, row, news ? now : stored.known_at};
    return changed(state, {account_of_invoice(erp, row.invoice_id).value_or(AccountId{})});
}

void MemoryLedger::note_read(std::string_view erp, std::string_view invoice, Instant at) {
    MemoryState& state = writable();
    const auto found = state.invoice_keys.find(key(erp, invoice));
    if (found != state.invoice_keys.end()) {
        state.invoices.at(found->second).read_at = at;
    }
}

void MemoryLedger::grant_optin(std::string_view erp, std::string_view source, Instant now) {
    for (auto& [id, stored] : writable().subscribers) {
        if (stored.erp == erp && !stored.ours.optin_at && !stored.ours.optout_at) {
            stored.ours.optin_at = now;
            stored.ours.optin_source = source;
        }
    }
}

std::optional<AccountFacts> MemoryLedger::load(AccountId id) {
    const auto found = state_.accounts.find(id);
    if (found == state_.accounts.end()) {
        return std::nullopt;
    }
    const StoredAccount& account = found->second;
    AccountFacts facts;
    facts.id = id;
    facts.subscriber = compose(state_, state_.subscribers.at(account.subscriber));
    facts.contract = compose(account);
    for (const auto& [connection_id, connection] : state_.connections) {
        if (connection.account == id) {
            facts.connections.push_back(compose(connection_id, connection.said));
        }
    }
    facts.invoices = invoices_of(state_, id);
    facts.payments = payments_of(state_, id);
    facts.messages = messages_of(state_, id);
    add_other_contacts(state_, facts);
    copy_owned_values(state_.promises, id, facts.promises);
    copy_owned_values(state_.disputes, id, facts.disputes);
    copy_owned(state_.claims, id, facts.claims);
    copy_owned(state_.overrides, id, facts.overrides);
    copy_owned(state_.blocked_intervals, id, facts.blocked_intervals);
    facts.access = account.access;
    return facts;
}

std::optional<AccountId> MemoryLedger::account_of_contract(std::string_view erp, std::string_view contract) {
    const AccountId id = account_or_none(state_, erp, contract);
    return raw(id) == 0 ? std::nullopt : std::optional{id};
}

std::optional<AccountId> MemoryLedger::account_of_invoice(std::string_view erp, std::string_view invoice) {
    const auto found = state_.invoice_keys.find(key(erp, invoice));
    if (found == state_.invoice_keys.end() || raw(state_.invoices.at(found->second).account) == 0) {
        return std::nullopt;
    }
    return state_.invoices.at(found->second).account;
}

}  // namespace emdia::fakes
