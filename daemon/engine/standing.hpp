#pragma once
// May the daemon act at all: frozen, shadow, pilot (architecture, section 9).

#include <optional>

#include "daemon/engine/desk.hpp"

namespace emdia {

/// Lives in the ledger's settings so that it survives a restart; read once, written through. Engine's thread only.
class Standing {
public:
    void recover(Desk& desk);
    void set_freeze(Desk& desk, bool on, const std::string& author);
    void go_live(Desk& desk, const std::string& author);

    [[nodiscard]] bool frozen() const noexcept { return frozen_; }
    [[nodiscard]] bool live() const noexcept { return live_; }
    /// Why nothing may be sent to or taken from this account now, besides its own facts; nullopt: it may.
    [[nodiscard]] std::optional<Reason> stops(const Desk& desk, const AccountFacts& facts) const;
    /// For a block that was decided and never took effect: when to look at it again, because the house or the account
    /// is frozen or no block may begin at this hour (F11, I2). nullopt: it may go to the equipment now.
    [[nodiscard]] std::optional<Instant> block_waits(const Desk& desk, const AccountFacts& facts) const;

private:
    bool frozen_ = false;
    bool live_ = false;
};

}  // namespace emdia
