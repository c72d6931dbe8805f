#pragma once
// What the channel says of more than one message: how fast it takes them, whether it takes any, whether it takes what
// we begin, and which templates. Whatever is shut is tried again with one message, so that a lost webhook stops nothing
// for ever.

#include <map>
#include <optional>
#include <string>

#include "daemon/core/templates.hpp"
#include "daemon/engine/desk.hpp"
#include "daemon/engine/pace.hpp"
#include "daemon/ports/control.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

/// Used by the engine's thread only. LedgerFailure comes through.
class ChannelGate {
public:
    void recover(Desk& desk);
    /// What waits by the old clock may try now.
    void clock_set_back(Desk& desk);

    /// Messages that may be under way at once, at most `most`.
    [[nodiscard]] std::size_t allowed(std::size_t most) const { return pace_.allowed(most); }
    /// When to look again; nullopt: now. `reply`: an answer inside the 24 h window.
    [[nodiscard]] std::optional<Instant> shut(Desk& desk, bool reply);
    /// The same for a template (D6, D7).
    [[nodiscard]] std::optional<Instant> template_shut(Desk& desk, const std::string& name) const;
    /// The row is sent; if something is shut, it is the one that tries.
    void leaves(Desk& desk, const OutboxRow& row);

    void accepted(Desk& desk, const OutboxRow& row);
    /// A status says that it went on its way, so nothing holds it any more.
    void passed(Desk& desk, const OutboxRow& row);
    /// A refusal, as the answer or by webhook. When the same row may go again without a try being used up; nullopt: the
    /// refusal is about this message.
    std::optional<Instant> refused(Desk& desk, const OutboxRow& row, const SendRejected& rejected,
                                   std::size_t under_way);
    void on_notice(Desk& desk, const ChannelNotice& notice, const TemplateSet& templates);

    [[nodiscard]] PartHealth health(Instant now) const;

private:
    /// Business-initiated messages only; kept in the ledger.
    struct Hold {
        Instant until{};
        std::string cause;
        MessageId probe{};   ///< The one that was let through to try.
        bool taken = false;  ///< It was accepted; nothing was said against it since.
    };
    void stop(Desk& desk, const std::string& cause);
    void hold(Desk& desk, const std::string& cause, std::optional<Millis> retry_after);
    void lift_hold(Desk& desk);
    void store_hold(Desk& desk) const;
    void stop_template(Desk& desk, std::string_view kind, const std::string& name, const std::string& cause);
    static void lift_template(Desk& desk, std::string_view kind, const std::string& name);

    Pace pace_;
    std::string slow_cause_;
    std::optional<Instant> stopped_until_;  ///< The whole channel; one message tries then.
    std::string stop_cause_;
    std::optional<Hold> hold_;
    std::map<std::string, MessageId> probes_;  ///< By template: the one that was let through to try.
};

}  // namespace emdia
