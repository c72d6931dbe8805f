#pragma once
// What every part of the engine works with during one turn: the book, the time, the settings, and the list of things
// to do in the world once the turn is committed.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/engine/places.hpp"
#include "daemon/engine/settings.hpp"
#include "daemon/ports/digest.hpp"
#include "daemon/ports/entropy.hpp"
#include "daemon/ports/ledger.hpp"
#include "daemon/ports/log.hpp"

namespace emdia {

/// Lives as long as the engine; used by its thread only. Nothing here talks to the world.
class Desk {
public:
    /// Answers how far an ERP can be trusted now; set by the engine, asked with every account that is loaded.
    using HealthOf = std::function<SourceHealth(const std::string& erp)>;

    Desk(Ledger& book, const EngineSettings& rules, const Places& where, const Digest& hash, Entropy& chance,
         Log& lines)
        : ledger(book), settings(rules), places(where), digest(hash), entropy(chance), log(lines) {}

    Ledger& ledger;
    const EngineSettings& settings;
    const Places& places;
    const Digest& digest;
    Entropy& entropy;
    Log& log;
    Instant now{};  ///< Of this turn.
    HealthOf health_of;

    /// The account with the health of its ERP, as decide wants it.
    [[nodiscard]] std::optional<AccountFacts> facts(AccountId id);
    [[nodiscard]] Place place_of(const AccountFacts& facts) const;
    [[nodiscard]] DecisionContext context(const AccountFacts& facts) const;
    /// Civil date of the installation (Brasília time).
    [[nodiscard]] Date today() const;
    [[nodiscard]] const ErpSettings* erp(std::string_view name) const noexcept;

    /// A line of the account's history. `detail` holds ids, dates and amounts only.
    void note(AccountId account, std::string_view kind, std::string detail, std::string_view rules = {},
              std::string_view actor = "system");
    /// Opens a task unless one of the same account, kind and invoice is open, or was done since its cause stands.
    void task(AccountId account, InvoiceId invoice, TaskKind kind, int priority, std::string text,
              std::optional<Instant> since = std::nullopt);
    /// A task of the house, not of one account. `subject` tells it from others of its kind: the device, the template,
    /// the ERP and what of it.
    void house_task(std::string subject, TaskKind kind, int priority, std::string text);

    /// `act` runs after the commit of this turn, and not at all if the commit fails.
    void after_commit(std::function<void()> act) { acts_.push_back(std::move(act)); }
    [[nodiscard]] std::vector<std::function<void()>> take_acts() { return std::exchange(acts_, {}); }
    void drop_acts() noexcept { acts_.clear(); }

private:
    void open(TaskRow row, std::optional<Instant> since);

    std::vector<std::function<void()>> acts_;
};

}  // namespace emdia
