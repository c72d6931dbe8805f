#pragma once
// What the imitated ERP knows: typed rows and what may happen to them. How a particular ERP spells them is not here.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"
#include "daemon/core/uf.hpp"

namespace emdia::lab {

struct Customer {
    std::int64_t id = 0;
    std::string name;      ///< Upper case, as ERPs keep it.
    std::string tax_id;    ///< Masked: "000.000.001-91".
    std::string mobile;    ///< Masked: "(11) 90000-0001".
    std::string whatsapp;  ///< Masked or empty (erp-ixc.md 3.1: about two in three are filled).
    Uf uf = Uf::SP;
    std::int64_t city = 0;
    bool no_dunning = false;
    Instant updated{};
};

struct Contract {
    std::int64_t id = 0;
    std::int64_t customer = 0;
    std::string plan;
    Money price;
    char status = 'A';         ///< erp-ixc.md 3.2: A I P N D.
    std::string access = "A";  ///< A D CM CA FA AA.
    bool auto_block = false;   ///< The ERP's own rule; off where emdia owns the block.
    std::optional<Date> no_block_until;
    char trust_allowed = 'S';
    bool trust_active = false;
    std::optional<Date> trust_used_on;
    std::optional<Date> trust_until;
    std::optional<Date> temporary_release_on;
    std::optional<Date> auto_blocked_on;
    std::optional<Date> manually_blocked_on;
    Date activated{};
    Instant updated{};
};

struct Title {
    std::int64_t id = 0;
    std::int64_t customer = 0;
    std::int64_t contract = 0;
    char status = 'A';  ///< A open, P partially received, R received, C cancelled (erp-ixc.md 3.3).
    Date issued{};
    Date due{};
    Date period_begin{};
    Date period_end{};
    Money face;
    Money received;
    bool released = true;
    bool protested = false;
    bool payment_pending = false;
    bool by_pix = false;
    bool charge_registered = false;  ///< get_pix and get_boleto create the charge at the gateway.
    std::optional<Date> paid_on;
    std::optional<Instant> written_off;
    std::optional<Date> cancelled_on;
    Instant updated{};

    [[nodiscard]] bool is_open() const { return status == 'A' || status == 'P'; }
    [[nodiscard]] Money open() const;
};

struct Login {
    std::int64_t id = 0;
    std::int64_t customer = 0;
    std::int64_t contract = 0;
    std::string name;
    std::string ip;
    bool fixed_ip = true;  ///< false: `ip` is the address of the last session.
    std::string mac;
    std::int64_t nas = 0;
    bool active = true;
    bool online = true;
    Instant updated{};
};

struct Receipt {
    std::int64_t id = 0;
    std::int64_t title = 0;
    Money amount;    ///< What came in, late charges included.
    Money interest;  ///< The part above the open amount.
    Date on{};
    bool by_pix = true;
    bool cancelled = false;
    Instant updated{};
};

struct Nas {
    std::int64_t id = 0;
    std::string name;
    std::string address;
};

struct City {
    std::int64_t id = 0;
    std::string name;
    Uf uf = Uf::SP;
};

struct HistoryNote {
    std::int64_t id = 0;
    std::int64_t customer = 0;
    std::int64_t contract = 0;
    std::string kind;
    std::string text;
    Date on{};
    Instant updated{};
};

/// Rows of one kind in ascending id order, found by id. References stay valid when rows are added.
template <class Row>
class Rows {
public:
    Row& add(Row row) {
        index_.emplace(row.id, rows_.size());
        return rows_.emplace_back(std::move(row));
    }
    [[nodiscard]] Row* find(std::int64_t id) {
        const auto found = index_.find(id);
        return found == index_.end() ? nullptr : &rows_[found->second];
    }
    [[nodiscard]] const std::deque<Row>& all() const { return rows_; }
    [[nodiscard]] std::deque<Row>& all() { return rows_; }
    [[nodiscard]] std::int64_t next_id(std::int64_t first) const { return rows_.empty() ? first : rows_.back().id + 1; }

private:
    std::deque<Row> rows_;
    std::unordered_map<std::int64_t, std::size_t> index_;
};

/// How a payment comes in.
struct Payment {
    std::int64_t title = 0;
    Money amount;
    Instant at{};
    bool by_pix = true;
};

enum class TrustAnswer { released, no_such_contract, already_active, inactive, not_available };

/// Not thread-safe: guarded by the lab's lock.
class ErpWorld {
public:
    Rows<Customer> customers;
    Rows<Contract> contracts;
    Rows<Title> titles;
    Rows<Login> logins;
    Rows<Receipt> receipts;
    Rows<Nas> nases;
    Rows<City> cities;
    Rows<HistoryNote> notes;

    /// The server's wall clock: Brasília, no offset in the answers (erp-ixc.md 2, "Values in answers").
    [[nodiscard]] LocalTime local(Instant t) const { return brasilia_.local(t); }
    [[nodiscard]] Date today(Instant t) const { return date_of(local(t)); }
    [[nodiscard]] Instant instant(LocalTime t) const { return brasilia_.instant(t); }

    /// Adds a title and remembers it under its contract.
    Title& add_title(Title title);
    [[nodiscard]] std::vector<Title*> titles_of(std::int64_t contract);
    /// The titles of a contract that are open and due before `today`, oldest first.
    [[nodiscard]] std::vector<Title*> overdue(std::int64_t contract, Date today);

    /// Books a payment: partial, full or with late charges on top. The last overdue title paid releases CA and FA
    /// (erp-ixc.md 7.4). `not_found`; `refused` when the title is received or cancelled.
    [[nodiscard]] Result<void> pay(const Payment& payment);
    /// Takes a receipt back: the title is open again.
    [[nodiscard]] Result<void> reverse(std::int64_t receipt, Instant at);
    [[nodiscard]] Result<void> cancel(std::int64_t title, Instant at);

    void set_access(Contract& contract, const std::string& access, Instant at);
    /// erp-ixc.md 4.4. Ends by itself after `days`.
    [[nodiscard]] TrustAnswer trust_release(std::int64_t contract, int days, Instant at);
    /// 72 h, once in 30 days (erp-ixc.md 4.5).
    [[nodiscard]] bool temporary_release(std::int64_t contract, Instant at);
    /// Ends of trust and temporary releases; with `block_overdue` the ERP's own dunning rule as well.
    void night_job(Instant at, bool block_overdue);

private:
    FixedZone brasilia_{Minutes{-180}};
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> titles_of_;
};

}  // namespace emdia::lab
