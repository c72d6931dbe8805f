#pragma once
// Control without an engine: a memory ledger, a fixed time, and a list of what was asked. For tests of whoever asks.

#include <string>
#include <vector>

#include "daemon/ports/control.hpp"
#include "tests/fakes/memory_ledger.hpp"

namespace emdia::fakes {

class FakeControl final : public Control {
public:
    explicit FakeControl(Instant now) : now_(now) {}

    std::vector<std::string> asked;     ///< "freeze on by maria: ERP migration"
    std::optional<Error> refusal;       ///< What the next change answers.
    std::vector<PartHealth> parts;      ///< What health() shows.
    std::string mode_name = "shadow";   ///< What mode() shows.
    SourceHealth source{true, {}, ""};  ///< Of every ERP.
    MemoryLedger book;

    Instant now() const override { return now_; }
    Date today() const override { return date_of(zone_.local(now_)); }
    Ledger& ledger() override { return book; }
    DecisionContext context_of(const AccountFacts&) const override { return {policy_, calendar_, zone_, zone_}; }
    std::optional<AccountFacts> facts_of(AccountId id) override {
        auto facts = book.load(id);
        if (facts) {
            facts->source = source;
        }
        return facts;
    }
    std::vector<PartHealth> health() override { return parts; }
    bool frozen() const override { return frozen_; }
    std::optional<FreezeNote> freeze() override { return frozen_ ? std::optional(freeze_) : std::nullopt; }
    std::string mode() const override { return mode_name; }

    Result<void> add_override(AccountId, OverrideKind kind, Millis duration, const Operator& by) override {
        return note("override " + std::string(to_string(kind)) + " " + std::to_string(duration.count()) + "ms", by);
    }
    Result<void> end_override(AccountId, OverrideKind kind, const Operator& by) override {
        return note("end " + std::string(to_string(kind)), by);
    }
    Result<PromiseId> add_promise(AccountId, Date until, const Operator& by) override {
        const Result<void> noted = note("promise " + to_iso(until), by);
        return noted ? Result<PromiseId>(PromiseId{77}) : Result<PromiseId>(noted.error());
    }
    Result<void> cancel_promise(AccountId, PromiseId promise, const Operator& by) override {
        return note("cancel promise " + std::to_string(raw(promise)), by);
    }
    Result<void> record_notice(AccountId, InvoiceId invoice, Stage stage, Channel, Date delivered,
                               const Operator& by) override {
        return note(std::string(to_string(stage)) + " " + std::to_string(raw(invoice)) + " " + to_iso(delivered), by);
    }
    Result<void> add_dispute(AccountId, InvoiceId invoice, const Operator& by) override {
        return note("dispute " + std::to_string(raw(invoice)), by);
    }
    Result<void> answer_dispute(AccountId, DisputeId dispute, const Operator& by) override {
        return note("answer " + std::to_string(raw(dispute)), by);
    }
    Result<void> set_exempt(AccountId, bool exempt, const Operator& by) override {
        return note(exempt ? "exempt" : "not exempt", by);
    }
    Result<void> take_task(TaskId id, const Operator& by) override {
        return note("take " + std::to_string(raw(id)), by);
    }
    Result<void> finish_task(TaskId id, const Operator& by) override {
        return note("finish " + std::to_string(raw(id)), by);
    }
    Result<void> resolve_hold(HoldId id, bool approve, const Operator& by) override {
        return note((approve ? "approve " : "reject ") + std::to_string(raw(id)), by);
    }
    void set_freeze(bool on, const Operator& by) override {
        frozen_ = on;
        freeze_ = {now_, by.name, by.why};
        (void)note(on ? "freeze on" : "freeze off", by);
    }
    void go_live(const Operator& by) override {
        mode_name = "live";
        (void)note("go live", by);
    }
    Result<void> sync_now(std::string_view erp, const Operator& by) override {
        return note("sync " + std::string(erp), by);
    }

private:
    Result<void> note(const std::string& what, const Operator& by) {
        if (refusal) {
            return *std::exchange(refusal, std::nullopt);
        }
        asked.push_back(what + " by " + by.name + ": " + by.why);
        return {};
    }

    Instant now_;
    Policy policy_;
    Calendar calendar_;
    FixedZone zone_{Minutes{-180}};
    bool frozen_ = false;
    FreezeNote freeze_;
};

}  // namespace emdia::fakes
