#pragma once
// The facts about one account: what the ERP says, what we sent, what was promised, what people decided.
// Plain values. An account is a contract (architecture, section 2): the unit that is dunned, promised, blocked.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"
#include "daemon/core/uf.hpp"

namespace emdia {

// Ids of rows in our own ledger. Positive; 0 means "not stored yet".
enum class AccountId : std::int64_t {};
enum class SubscriberId : std::int64_t {};
enum class InvoiceId : std::int64_t {};
enum class ConnectionId : std::int64_t {};
enum class MessageId : std::int64_t {};
enum class PromiseId : std::int64_t {};
enum class DisputeId : std::int64_t {};
enum class TaskId : std::int64_t {};
enum class CommandId : std::int64_t {};
enum class HoldId : std::int64_t {};
template <class Id>
[[nodiscard]] constexpr std::int64_t raw(Id id) noexcept {
    return static_cast<std::int64_t>(id);
}

/// The person or company that signed. Holds no document number, address or full name (E3).
struct Subscriber {
    SubscriberId id{};
    std::string erp;            ///< Name of the ERP in the configuration, e.g. "ixc".
    std::string erp_id;         ///< Its key there.
    std::string first_name;     ///< As used in messages.
    std::string phone;          ///< E.164 digits with '+', or empty: unknown. The number on the contract (C7).
    bool phone_shared = false;  ///< Other subscribers have the same number: number is not identity.
    std::optional<Uf> uf;
    std::string municipality;     ///< IBGE code, 7 digits, or empty.
    bool erp_no_dunning = false;  ///< The ERP says "do not collect" (IXC participa_cobranca=N).
    // Consent and channel state (D1, D2, C8): ours, never overwritten by the ERP.
    std::optional<Instant> optin_at;
    std::string optin_source;  ///< e.g. "contract clause 7, v3".
    std::optional<Instant> optout_at;
    bool wrong_number = false;
    int undeliverable_cycles = 0;            ///< 131026 seen in this many separate cycles; 2 marks the channel bad.
    std::optional<Instant> last_inbound_at;  ///< Opens the 24 h window (D9).
    friend bool operator==(const Subscriber&, const Subscriber&) = default;
};

enum class ContractStatus { active, cancelled, pending, other };
/// What the ERP says about access. `unknown`: touch nothing.
enum class ErpAccess { open, reduced, blocked, unknown };

struct Contract {
    std::string erp_id;
    std::string plan;
    ContractStatus status = ContractStatus::other;
    ErpAccess erp_access = ErpAccess::unknown;
    bool erp_auto_block = false;             ///< The ERP's own blocking job is on for it.
    std::optional<Date> erp_no_block_until;  ///< The ERP's own "hold until".
    bool exempt = false;                     ///< A18: health, school, police, court order... A person decides.
    std::string exempt_reason;
    friend bool operator==(const Contract&, const Contract&) = default;
};

/// An access line: what equipment knows. `voice` connections are never touched (A7).
struct Connection {
    ConnectionId id{};
    std::string erp_id;
    std::string login;
    std::string ipv4;         ///< Dotted, or empty.
    std::string ipv6_prefix;  ///< CIDR, or empty.
    std::string nas;          ///< Key of the NAS/site in the ERP; routing to a driver is configuration.
    std::string session_id;   ///< Acct-Session-Id exactly as accounting gave it, or empty.
    bool voice = false;
    friend bool operator==(const Connection&, const Connection&) = default;
};

enum class InvoiceState { open, partial, paid, cancelled, unknown };

struct Invoice {
    InvoiceId id{};
    std::string erp_id;
    Date due{};
    Date reference{};       ///< First day of the month the invoice is for.
    Money face;             ///< As issued.
    Money open;             ///< Still to pay, without late charges. Dun on this.
    Money connection_open;  ///< Share of `open` that arises from the connection itself (A13).
    InvoiceState state = InvoiceState::unknown;
    bool released = true;              ///< The ERP shows it to the subscriber (IXC liberado). Never dun otherwise.
    bool payment_pending = false;      ///< Card or gateway confirmation pending: hold the block.
    bool protested = false;            ///< With the notary: no automation.
    std::optional<Date> period_begin;  ///< Service period, when the ERP tells (A14).
    std::optional<Date> period_end;
    std::optional<Instant> read_at;        ///< When this row was last confirmed by the ERP.
    std::optional<Instant> paid_known_at;  ///< When we learned that it is settled.
    friend bool operator==(const Invoice&, const Invoice&) = default;

    [[nodiscard]] bool owed() const noexcept { return state == InvoiceState::open || state == InvoiceState::partial; }
};

struct Payment {
    std::string erp_id;
    std::string invoice_erp_id;
    Money amount;
    Date paid_on{};
    Instant known_at{};  ///< Of the payment; once it is reversed, of that.
    bool reversed = false;
    friend bool operator==(const Payment&, const Payment&) = default;
};

/// A step of the ladder or a service message. Order is the order of severity within the ladder (C5).
enum class Stage {
    before,             ///< day -2, reminder (C10)
    after,              ///< day +1, collection
    notice,             ///< day +5, the formal notice (A1..A5)
    headsup,            ///< at least 24 h before the block
    blocked,            ///< service: the block happened
    promise_offer,      ///< service, reply: confirm the chosen date
    promise_confirmed,  ///< service, reply
    promise_reminder,   ///< service: on the promised day
    promise_broken,     ///< service: suspension returns at ...
    payment_received,   ///< service
    unblocked,          ///< service
    reply               ///< answer to something the subscriber wrote (C2)
};
[[nodiscard]] std::string_view to_string(Stage stage) noexcept;
[[nodiscard]] std::optional<Stage> stage_from(std::string_view name) noexcept;

/// Which text a message of stage `reply` carries; `none` for every other stage. Names are stored.
enum class Reply {
    none,
    received,          ///< a person will read what was written
    claim_noted,       ///< "já paguei" holds messages and block (I3)
    dispute_opened,    ///< A12
    human_called,      ///< D3 A16
    payment_code,      ///< Pix code or boleto line; also goes after a template as its second message
    promise_dates,     ///< the dates a promise may name, one button each
    promise_refused,   ///< no promise possible now
    promise_declined,  ///< the subscriber said no to the date
    review_opened,     ///< E8
    nothing_owed,
    opted_out,    ///< D2
    wrong_number  ///< C8
};
[[nodiscard]] std::string_view to_string(Reply reply) noexcept;
[[nodiscard]] std::optional<Reply> reply_from(std::string_view name) noexcept;

/// Which caps and hours apply (C2, C3, C4).
enum class MessageClass { collection, service, reply };
[[nodiscard]] MessageClass message_class(Stage stage) noexcept;

enum class Channel { whatsapp, email, sms, letter };

/// queued -> sending -> accepted -> sent -> delivered -> read; failed and unknown branch off `sending` or later;
/// dropped (by us, with a reason) only from `queued`. States only move forward, except that `delivered` beats
/// `failed` and any status resolves `unknown` (whatsapp.md 7.3, 10).
enum class MessageState { queued, sending, accepted, sent, delivered, read, failed, unknown, dropped };
[[nodiscard]] std::string_view to_string(MessageState state) noexcept;

/// A message as decide sees it. Bodies and phone numbers are not here.
struct Message {
    MessageId id{};
    Stage stage = Stage::before;
    InvoiceId invoice{};  ///< Anchor invoice, or 0.
    Channel channel = Channel::whatsapp;
    MessageState state = MessageState::queued;
    int attempt = 1;
    Instant queued_at{};
    std::optional<Instant> sent_at;       ///< First of accepted/sent.
    std::optional<Instant> delivered_at;  ///< First of delivered/read: the proof (A5).
    int failed_code = 0;
    std::string template_version;
    std::string text_hash;  ///< SHA-256 hex of the rendered text.
    std::string protocol;   ///< Protocol number shown to the subscriber.
    friend bool operator==(const Message&, const Message&) = default;
};

enum class PromiseState { proposed, active, kept, kept_late, partial, broken, cancelled };
[[nodiscard]] std::string_view to_string(PromiseState state) noexcept;

struct Promise {
    PromiseId id{};
    std::vector<InvoiceId> invoices;
    Money amount;
    Date until{};  ///< Last day to pay.
    PromiseState state = PromiseState::proposed;
    Instant made_at{};  ///< Confirmation for active ones, offer for proposed ones.
    bool releases_access = true;
    std::string made_by;               ///< "subscriber (button)", "subscriber (text)", "person: maria".
    std::optional<Instant> closed_at;  ///< When it left proposed/active.
    friend bool operator==(const Promise&, const Promise&) = default;
};

/// A12. Clocks stop from `opened_at` until `answered_at` (the answer reached the subscriber).
struct Dispute {
    DisputeId id{};
    InvoiceId invoice{};  ///< 0: the whole account.
    Instant opened_at{};
    std::optional<Instant> answered_at;
    friend bool operator==(const Dispute&, const Dispute&) = default;
};

/// "Já paguei": holds messages and block for policy.claim_hold.
struct PaymentClaim {
    InvoiceId invoice{};  ///< 0: the whole account.
    Instant at{};
    friend bool operator==(const PaymentClaim&, const PaymentClaim&) = default;
};

enum class OverrideKind {
    force_open,     ///< No block; wanted is open.
    force_blocked,  ///< A person's block; still needs no notice, but is logged with its author.
    freeze          ///< Nothing is sent and nothing is blocked; unblocks go on (E8 review, 48 h).
};
[[nodiscard]] std::string_view to_string(OverrideKind kind) noexcept;

struct Override {
    OverrideKind kind = OverrideKind::freeze;
    Instant from{};
    Instant until{};
    std::string author;
    std::string reason;
    friend bool operator==(const Override&, const Override&) = default;
};

enum class Access { open, reduced, blocked };
[[nodiscard]] std::string_view to_string(Access access) noexcept;

/// How much we know of what the equipment does (network.md 0.1: an ACK proves nothing).
enum class Proof {
    none,          ///< Never asked, or unknown.
    acknowledged,  ///< The device said yes; it cannot show it.
    observed       ///< Seen in a listing, accounting or reported state.
};

struct AccessRecord {
    Access wanted = Access::open;
    std::int64_t generation = 0;  ///< Rises by one with every change of `wanted`.
    Instant wanted_at{};
    std::optional<Access> applied;  ///< nullopt: unknown.
    std::int64_t applied_generation = 0;
    Proof proof = Proof::none;
    std::optional<Instant> applied_at;
    std::optional<Instant> blocked_since;  ///< Start of the present uninterrupted block (A8), else nullopt.
    friend bool operator==(const AccessRecord&, const AccessRecord&) = default;
};

/// [from, until): service was blocked (A14).
struct BlockedInterval {
    Instant from{};
    std::optional<Instant> until;
    friend bool operator==(const BlockedInterval&, const BlockedInterval&) = default;
};

/// How far the ERP can be trusted at this moment.
struct SourceHealth {
    bool healthy = true;                  ///< Connector answers and no interlock is raised for it.
    std::optional<Instant> last_full_at;  ///< Last complete pull.
    std::string cause;                    ///< Why it is not healthy; a person can act on it.
    friend bool operator==(const SourceHealth&, const SourceHealth&) = default;
};

/// Everything decide needs about one account.
struct AccountFacts {
    AccountId id{};
    Subscriber subscriber;
    Contract contract;
    std::vector<Connection> connections;
    std::vector<Invoice> invoices;  ///< Owed ones, and those settled lately.
    std::vector<Payment> payments;  ///< Lately known ones.
    std::vector<Message> messages;  ///< Of this account, newest cycle; oldest first.
    /// Times of collection and service messages to the same subscriber through other accounts (C4 counts per person).
    std::vector<Instant> other_collection_at;
    std::vector<Instant> other_service_at;
    std::vector<Promise> promises;  ///< Oldest first.
    std::vector<Dispute> disputes;
    std::vector<PaymentClaim> claims;
    std::vector<Override> overrides;
    AccessRecord access;
    std::vector<BlockedInterval> blocked_intervals;
    SourceHealth source;
    friend bool operator==(const AccountFacts&, const AccountFacts&) = default;

    [[nodiscard]] const Invoice* find_invoice(InvoiceId invoice) const noexcept;
};

}  // namespace emdia
