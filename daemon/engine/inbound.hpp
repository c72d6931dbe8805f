#pragma once
// What subscribers say: buttons are acted on, the few words that must be obeyed are obeyed, everything else is kept
// and given to a person.

#include <optional>
#include <string>
#include <vector>

#include "daemon/core/templates.hpp"
#include "daemon/engine/desk.hpp"
#include "daemon/engine/erp_writer.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

/// Used by the engine's thread only.
class Inbound {
public:
    explicit Inbound(ErpWriter& writer) : writer_(writer) {}

    void on_message(Desk& desk, const InboundMessage& message);

private:
    void on_button(Desk& desk, AccountFacts& facts, const ButtonAction& action, const std::string& dedupe);
    void on_text(Desk& desk, AccountFacts& facts, const InboundMessage& message,
                 const std::vector<AccountId>& accounts);
    /// C8: the person has another number now. Nothing goes to the old one, nor to the new one until the ERP has it.
    static void number_changed(Desk& desk, const std::vector<AccountId>& accounts);
    /// D2: who shares the number has asked for silence as well.
    static void opt_out(Desk& desk, const std::vector<AccountId>& accounts);
    void pick_promise(Desk& desk, const AccountFacts& facts, const ButtonAction& action, const std::string& dedupe);
    void confirm_promise(Desk& desk, const AccountFacts& facts, PromiseId promise, const std::string& dedupe);
    void decline_promise(Desk& desk, const AccountFacts& facts, PromiseId promise, const std::string& dedupe);
    void open_dispute(Desk& desk, const AccountFacts& facts, InvoiceId invoice, const std::string& dedupe);
    static void reply(Desk& desk, AccountId account, Reply reply, InvoiceId invoice, const std::string& dedupe);
    [[nodiscard]] static std::optional<AccountId> account_of(Desk& desk, const InboundMessage& message,
                                                             const std::vector<AccountId>& accounts);

    ErpWriter& writer_;
};

}  // namespace emdia
