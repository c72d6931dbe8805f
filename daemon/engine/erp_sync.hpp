#pragma once
// Keeps our copy of one ERP true: full and incremental pulls, fast re-reads of invoices that matter now, fresh reads
// before a message or a block. What is absent from a list is re-read, never believed to be paid.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/core/interlocks.hpp"
#include "daemon/engine/desk.hpp"
#include "daemon/ports/control.hpp"
#include "daemon/ports/erp_source.hpp"

namespace emdia {

/// Most ids of one ErpReadInvoices.
inline constexpr std::size_t kErpIdsPerRead = 400;
/// How long a fresh read that failed is not tried again, nor that of a contract that vanished.
inline constexpr Millis kErpFreshAgain{60'000};
/// Single reads on their way at once. The deadline of a request runs from the moment it is given to the connector,
/// which serves a few at a time: all at once, the last of a thousand would be late, and the connector be taken for
/// hanging.
inline constexpr std::size_t kErpReadsAtOnce = 6;
/// The check of a slow ERP makes a dozen calls.
inline constexpr Millis kErpHealthDeadline{90'000};

/// Why this is no answer to what was asked.
[[nodiscard]] Error erp_cause(const Result<ErpAnswer>& answer);

/// One per ERP; used by the engine's thread only. Remembers nothing that a crash may not take: what is under way is
/// asked again.
class ErpSync {
public:
    /// Told when an account's invoices were re-read at its request, whether or not it worked.
    using FreshSink = std::function<void(AccountId, bool read)>;
    using CodesSink = std::function<void(MessageId, Result<PaymentCodes>)>;
    /// Told when a line is no longer of this account; `holder` is its new one, nullopt: nobody we know.
    using LineLeft =
        std::function<void(Desk&, const AccountFacts& from, const Connection&, std::optional<AccountId> holder)>;

    ErpSync(ErpSettings settings, ErpSource& source, LineLeft line_left)
        : settings_(std::move(settings)), source_(source), line_left_(std::move(line_left)) {}

    /// What the book remembers of the last pulls. Forgets everything under way.
    void recover(Desk& desk);

    void on_state(Desk& desk, const ErpStateChange& change);
    /// True if the answer belonged to a request of this part (writes belong to ErpWriter).
    bool on_reply(Desk& desk, ErpReply& reply, const FreshSink& fresh, const CodesSink& codes);
    /// Starts whatever is due at `desk.now`.
    void run_due(Desk& desk);

    /// Re-read these invoices of the account; one request serves many accounts. A contract named here is re-read with
    /// its lines too.
    void want_fresh(const Desk& desk, AccountId account, const std::vector<std::string>& invoice_ids,
                    const std::string& contract = {});
    /// Its contract and lines were re-read of late, or cannot be: what a new block needs beside fresh invoices.
    [[nodiscard]] bool contract_read(AccountId account, Instant now) const;
    void want_codes(Desk& desk, MessageId message, const std::string& invoice_id, Date today);
    /// Something waits for a payment from now on: poll its invoices fast. Polling ends by itself when nothing does.
    void expect_payment(Instant now);
    /// A full pull at the next turn.
    void want_full(Instant now) { next_full_ = now; }
    /// A person says that the smaller base is right.
    void accept_shrink(Desk& desk);

    [[nodiscard]] SourceHealth health(Instant now) const;
    [[nodiscard]] PartHealth part_health(Instant now) const;
    [[nodiscard]] std::optional<Instant> next_due() const;
    [[nodiscard]] std::size_t under_way() const noexcept { return asked_.size(); }
    /// Fresh rows are about to come. Not so while the ERP is down or refuses: nobody else waits for it then.
    [[nodiscard]] bool refreshing() const noexcept {
        return fresh_under_way_ > 0 || (up_ && !fresh_not_before_ && (!wanted_fresh_.empty() || fresh_waits()));
    }
    /// The clock was set back: what was due by the old one is due soon.
    void clock_set_back(Instant now);
    [[nodiscard]] const ErpSettings& settings() const noexcept { return settings_; }
    [[nodiscard]] bool up() const noexcept { return up_; }
    /// The connector has said what it can do since this process began; before that `can` knows nothing.
    [[nodiscard]] bool announced() const noexcept { return announced_; }
    [[nodiscard]] bool can(std::string_view method) const { return capabilities_.contains(std::string(method)); }
    /// Also used by ErpWriter, so that ids are unique per source.
    [[nodiscard]] ErpRequestId next_request_id() noexcept { return ++last_request_; }
    [[nodiscard]] ErpSource& source() noexcept { return source_; }

private:
    static constexpr std::string_view kShrunk = "its last full pull lost too much of the base";
    /// The most urgent first. Those up to `vanished_contract` are single reads, which queue for their turn.
    enum class Purpose { hot, fresh, codes, fresh_contract, again, vanished_contract, page, health };
    struct Asked {
        Purpose purpose{};
        std::vector<AccountId> accounts;  ///< fresh, fresh_contract
        MessageId message{};              ///< codes
        std::string contract;             ///< fresh_contract, vanished_contract
        int tries = 0;                    ///< vanished_contract: failed so far.
    };
    struct Waiting {
        ErpCall call;
        Asked asked;
    };
    struct Wanted {
        std::vector<std::string> invoices;
        std::string contract;  ///< Empty: only the invoices.
    };
    struct Fresh {
        int open = 0;  ///< Requests that still serve it.
        bool read = true;
    };
    /// A pull of all lists, one page at a time.
    struct Pull {
        bool full = true;
        RecordKind kind = RecordKind::subscribers;
        std::string cursor;
        /// Hashes of the ids of the list being read; sorted, each once, when the list ends. Eight bytes a row, because
        /// a base may have millions.
        std::vector<std::uint64_t> seen;
        int pages = 0;
        std::int64_t quarantined = 0;
        std::int64_t homeless = 0;  ///< Invoices whose contract is not known.
        bool shrunk = false;
    };

    void ask(Desk& desk, ErpCall call, Asked asked);
    void give(Desk& desk, ErpCall call, Asked asked);
    void ask_waiting(Desk& desk);
    [[nodiscard]] bool fresh_waits() const noexcept;
    [[nodiscard]] bool may_ask(Purpose purpose) const noexcept;
    void start_pull(Desk& desk, bool full);
    void ask_page(Desk& desk);
    void on_page(Desk& desk, ErpPage& page);
    void end_of_list(Desk& desk, const ErpPage& page);
    void contracts_listed(Desk& desk);
    [[nodiscard]] bool has_open_hold(Desk& desk) const;
    void connections_listed(Desk& desk);
    [[nodiscard]] bool whole(Desk& desk, const PullSummary& summary, const std::string& rows);
    void take_connection(Desk& desk, const ErpConnection& row);
    void drop_connection(Desk& desk, const std::string& line);
    void invoices_listed(Desk& desk);
    void whole_again(Desk& desk);
    void pull_done(Desk& desk);
    void pull_failed(Desk& desk, const Error& error);
    void keep_full_mark(Desk& desk);
    void take_invoices(Desk& desk, const ErpInvoicesRead& read);
    void log_quarantined(Desk& desk, const std::vector<std::string>& rows);
    void quarantine_task(Desk& desk, std::int64_t rows, std::int64_t homeless);
    void ask_invoices(Desk& desk, Purpose purpose, const std::vector<std::string>& ids);
    void start_fresh(Desk& desk);
    void fresh_part_done(Desk& desk, AccountId account, bool read, const FreshSink& fresh);
    void on_fresh_invoices(Desk& desk, const Asked& asked, const Result<ErpAnswer>& answer, const FreshSink& fresh);
    void on_fresh_contract(Desk& desk, const Asked& asked, const Result<ErpAnswer>& answer, const FreshSink& fresh);
    void fresh_failed(Desk& desk, const Result<ErpAnswer>& answer);
    void reread_done(Desk& desk, const Result<ErpAnswer>& answer);
    void ask_health(Desk& desk);
    void on_health(Desk& desk, const Result<ErpAnswer>& answer);
    [[nodiscard]] bool under_way(Purpose purpose) const;
    void poll_hot(Desk& desk);
    void on_vanished_contract(Desk& desk, const Asked& asked, const Result<ErpAnswer>& answer);
    void decide_again(Desk& desk);
    void set_trouble(Desk& desk, const std::string& of, const std::string& cause);
    void clear_trouble(Desk& desk, const std::string& of);
    [[nodiscard]] std::string meta_key(std::string_view what) const;

    const ErpSettings settings_;
    ErpSource& source_;
    const LineLeft line_left_;
    std::set<std::string> capabilities_;
    bool announced_ = false;
    bool up_ = false;  ///< The connector answers.
    std::string down_cause_{"the connector has not answered yet"};
    /// Why its data is not believed now, though it answers, by what shows it: "pull", "re-read", "health".
    std::map<std::string, std::string> troubles_;
    std::string about_;  ///< What its health check said: version and note.
    bool shrunk_ = false;
    bool accept_shrink_ = false;
    std::optional<Instant> last_full_;
    std::optional<Instant> full_mark_;  ///< Of a full pull whose re-reads are not all answered.
    std::optional<Instant> next_full_;
    std::optional<Instant> next_incremental_;
    std::optional<Instant> next_hot_;
    std::optional<Instant> fresh_not_before_;
    int failures_ = 0;
    int rereads_failed_ = 0;  ///< In a row.
    std::optional<Pull> pull_;
    std::map<ErpRequestId, Asked> asked_;
    std::map<Purpose, std::deque<Waiting>> waiting_;  ///< Single reads that are not with the connector yet.
    std::optional<Instant> vanished_not_before_;
    std::map<AccountId, Wanted> wanted_fresh_;
    std::map<AccountId, Fresh> fresh_accounts_;   ///< Under way.
    std::map<AccountId, Instant> unclear_until_;  ///< The ERP shows rows of theirs that cannot be believed.
    std::map<AccountId, Instant> contracts_read_;
    int fresh_under_way_ = 0;
    bool hot_under_way_ = false;
    ErpRequestId last_request_ = 0;
};

}  // namespace emdia
