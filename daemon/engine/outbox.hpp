#pragma once
// Messages on their way: the last look, the payment codes, the submit, and what became of it. A row is stored as
// `sending` before it leaves, so that a crash makes it `unknown`, never sent twice.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "daemon/core/templates.hpp"
#include "daemon/engine/channel_gate.hpp"
#include "daemon/engine/desk.hpp"
#include "daemon/engine/erp_sync.hpp"
#include "daemon/engine/standing.hpp"
#include "daemon/ports/control.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

/// Used by the engine's thread only.
class Outbox {
public:
    using SyncOf = std::function<ErpSync*(const std::string& erp)>;
    Outbox(Messenger& messenger, const TemplateSet& templates, const Standing& standing, SyncOf sync_of)
        : messenger_(messenger), templates_(templates), standing_(standing), sync_of_(std::move(sync_of)) {}

    /// What was being sent when the process ended has an unknown fate.
    void recover(Desk& desk);
    void dispatch(Desk& desk);
    /// Drops what is queued for the account and no longer true: a payment cancels its messages at once (I4).
    bool withdraw_outdated(Desk& desk, const AccountFacts& facts);
    /// What waits by the old clock is looked at now.
    void clock_set_back(Desk& desk);
    void on_fresh(Desk& desk, AccountId account, bool read);
    void on_codes(Desk& desk, MessageId message, Result<PaymentCodes> codes);
    void on_result(Desk& desk, const SendResult& result);
    void on_status(Desk& desk, const MessageStatusEvent& status);
    void on_notice(Desk& desk, const ChannelNotice& notice) { gate_.on_notice(desk, notice, templates_); }

    [[nodiscard]] std::size_t under_way() const noexcept { return under_way_; }
    [[nodiscard]] PartHealth health(Instant now) const { return gate_.health(now); }

private:
    struct Ready {
        AccountFacts facts;
        PaymentCodes codes;
        const Template* tmpl = nullptr;
    };

    /// Another recipient may be reached today (D8).
    [[nodiscard]] bool within_tier(Desk& desk);
    void look(Desk& desk, OutboxRow& row);
    [[nodiscard]] bool have_codes(Desk& desk, OutboxRow& row, Ready& ready);
    void send(Desk& desk, OutboxRow& row, const Ready& ready);
    void wait(Desk& desk, OutboxRow& row, Instant until);
    void drop(Desk& desk, OutboxRow& row, const Reason& reason);
    void on_rejected(Desk& desk, OutboxRow& row, const SendRejected& rejected);
    /// The refusal was not about this message: it waits, and no try was used up.
    void again(Desk& desk, OutboxRow& row, int code, Instant when);
    void on_failed(Desk& desk, OutboxRow& row, const MessageStatusEvent& status);
    static void count_undeliverable(Desk& desk, const OutboxRow& row);
    void fail(Desk& desk, OutboxRow& row, int code, const std::string& cause);
    void set_state(Desk& desk, OutboxRow& row, MessageState state, const std::string& detail = {});

    Messenger& messenger_;
    const TemplateSet& templates_;
    const Standing& standing_;
    SyncOf sync_of_;
    std::size_t under_way_ = 0;
    std::map<MessageId, Result<PaymentCodes>> codes_;  ///< Arrived, not used yet.
    std::set<MessageId> codes_asked_;
    std::map<AccountId, std::set<MessageId>> waiting_fresh_;
    std::int64_t reached_ = 0;           ///< Recipients of the last 24 h (D8), as counted...
    std::optional<Instant> reached_at_;  ///< ... then, plus what left since.
    ChannelGate gate_;
};

}  // namespace emdia
