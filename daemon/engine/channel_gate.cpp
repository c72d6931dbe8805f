#include "daemon/engine/channel_gate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace emdia {
namespace {

constexpr Minutes kStoppedProbe{10};
constexpr Hours kHoldProbe{1};
constexpr Hours kTemplateAgain{1};  // rows of a stopped template are looked at so often
constexpr Hours kTemplateProbe{24};
constexpr Millis kLeastPause{5'000};
constexpr int kPausesBeforeTask = 6;  // half an hour of "too much"
constexpr int kAll = 1'000'000;

constexpr std::string_view kHold = "channel.hold";
// Why a template is stopped. Each is lifted by its own news: a template that is no longer paused may still be
// marketing.
constexpr std::string_view kStatus = "status";      // the platform's word, or the code of a refusal
constexpr std::string_view kQuality = "quality";    // D7
constexpr std::string_view kCategory = "category";  // D6

std::string template_key(std::string_view kind, const std::string& name) {
    return "template.off." + std::string(kind) + "." + name;
}

std::string template_of(const OutboxRow& row) {
    return row.message.template_version.substr(0, row.message.template_version.find('/'));
}

bool is_reply(const OutboxRow& row) { return message_class(row.message.stage) == MessageClass::reply; }

/// Other states (FLAGGED, PENDING, IN_APPEAL...) say nothing about whether the template may be sent.
bool stops_template(std::string_view state) {
    constexpr std::array<std::string_view, 8> stops{"PAUSED",  "DISABLED",       "REJECTED", "PENDING_DELETION",
                                                    "DELETED", "LIMIT_EXCEEDED", "LOCKED",   "ARCHIVED"};
    return std::find(stops.begin(), stops.end(), state) != stops.end();
}

/// An instant and a cause as one small setting: "1795300000000 billing problem".
std::string stamped(Instant at, const std::string& cause) {
    return std::to_string(at.time_since_epoch().count()) + " " + (cause.empty() ? "stopped" : cause);
}

std::optional<std::pair<Instant, std::string>> read_stamped(const std::optional<std::string>& stored) {
    if (!stored || stored->empty()) {
        return std::nullopt;
    }
    const std::size_t blank = std::min(stored->find(' '), stored->size());
    std::int64_t ms = 0;
    std::from_chars(stored->data(), stored->data() + blank, ms);
    return std::pair{Instant{Millis{ms}}, stored->substr(std::min(blank + 1, stored->size()))};
}

/// What may have waited for that moment is looked at now; who waits for something else goes on waiting.
void wake(Desk& desk, Instant until) {
    for (OutboxRow& row : desk.ledger.messages_in(MessageState::queued, kAll)) {
        if (row.not_before > desk.now && row.not_before <= until) {
            row.not_before = desk.now;
            desk.ledger.put_message(row);
        }
    }
}

}  // namespace

void ChannelGate::recover(Desk& desk) {
    *this = ChannelGate{};
    if (auto stored = read_stamped(desk.ledger.meta(kHold))) {
        hold_ = Hold{stored->first, std::move(stored->second), {}, false};
    }
}

void ChannelGate::clock_set_back(Desk& desk) {
    pace_.forget_pause();
    stopped_until_.reset();
    if (hold_) {
        hold_->until = desk.now;
        store_hold(desk);
    }
}

std::optional<Instant> ChannelGate::shut(Desk& desk, bool reply) {
    if (stopped_until_ && *stopped_until_ > desk.now) {
        return stopped_until_;
    }
    if (const auto paused = pace_.paused_until(desk.now)) {
        return paused;
    }
    if (reply || !hold_) {
        return std::nullopt;
    }
    if (hold_->until > desk.now) {
        return hold_->until;
    }
    if (hold_->taken) {  // Refusals by webhook come within seconds; an hour of silence is a yes.
        lift_hold(desk);
    }
    return std::nullopt;
}

std::optional<Instant> ChannelGate::template_shut(Desk& desk, const std::string& name) const {
    const auto off = [&](std::string_view kind) { return read_stamped(desk.ledger.meta(template_key(kind, name))); };
    if (off(kQuality) || off(kCategory)) {
        return desk.now + kTemplateAgain;
    }
    const auto stopped = off(kStatus);
    const bool tries = !stopped || desk.now < stopped->first || desk.now - stopped->first >= kTemplateProbe;
    return tries ? std::nullopt : std::optional{std::min(desk.now + kTemplateAgain, stopped->first + kTemplateProbe)};
}

void ChannelGate::leaves(Desk& desk, const OutboxRow& row) {
    if (is_reply(row)) {
        return;
    }
    if (hold_) {
        hold_->until = desk.now + kHoldProbe;
        hold_->probe = row.message.id;
        hold_->taken = false;
        store_hold(desk);
    }
    const std::string name = template_of(row);
    if (const auto stopped = read_stamped(desk.ledger.meta(template_key(kStatus, name)))) {
        desk.ledger.put_meta(template_key(kStatus, name), stamped(desk.now, stopped->second));
        probes_[name] = row.message.id;
    }
}

void ChannelGate::accepted(Desk& desk, const OutboxRow& row) {
    pace_.accepted(desk.now, static_cast<std::size_t>(std::max(desk.settings.channel.in_flight, 1)));
    if (const auto until = std::exchange(stopped_until_, std::nullopt)) {
        stop_cause_.clear();
        wake(desk, *until);
    }
    if (hold_ && hold_->probe == row.message.id) {
        hold_->taken = true;
    }
    if (const auto probe = probes_.find(template_of(row)); probe != probes_.end() && probe->second == row.message.id) {
        const std::string name = probe->first;
        probes_.erase(probe);
        lift_template(desk, kStatus, name);
    }
}

void ChannelGate::passed(Desk& desk, const OutboxRow& row) {
    if (hold_ && hold_->probe == row.message.id) {
        lift_hold(desk);
    }
}

std::optional<Instant> ChannelGate::refused(Desk& desk, const OutboxRow& row, const SendRejected& rejected,
                                            std::size_t under_way) {
    const std::string cause = rejected.error.text();
    const auto& after = rejected.error.retry_after;
    switch (rejected.verdict) {
        case SendVerdictKind::slow_down:
            if (pace_.refused(desk.now, std::max(after.value_or(kLeastPause), kLeastPause), under_way + 1,
                              desk.entropy.next())) {
                slow_cause_ = cause;
                desk.log.write(LogLevel::warning, "WHATSAPP-SLOWED", cause);
                if (pace_.pauses() == kPausesBeforeTask) {
                    desk.house_task("whatsapp rate", TaskKind::channel_problem, 2,
                                    "WhatsApp has taken no message for a while: " + cause);
                }
            }
            return pace_.paused_until(desk.now);
        case SendVerdictKind::not_now:
        case SendVerdictKind::retry_recipient:
            return desk.now + std::max(after.value_or(kLeastPause), Millis{1});
        case SendVerdictKind::channel_stopped:
            stop(desk, cause);
            return stopped_until_;
        case SendVerdictKind::hold_initiated:
            hold(desk, cause, after);
            return is_reply(row) ? std::nullopt : std::optional{hold_->until};
        case SendVerdictKind::template_unusable:
            if (is_reply(row)) {  // Free text has no template.
                return std::nullopt;
            }
            stop_template(desk, kStatus, template_of(row), cause);
            return desk.now + kTemplateAgain;
        case SendVerdictKind::retry_later:
        case SendVerdictKind::undeliverable:
        case SendVerdictKind::needs_template:
        case SendVerdictKind::dead:
            break;
    }
    return std::nullopt;
}

void ChannelGate::stop(Desk& desk, const std::string& cause) {
    const bool news = !stopped_until_ || *stopped_until_ <= desk.now;
    stopped_until_ = desk.now + kStoppedProbe;
    stop_cause_ = cause;
    pace_.one_at_a_time();
    desk.house_task("whatsapp", TaskKind::channel_problem, 1, "WhatsApp is stopped: " + cause);
    if (news) {
        desk.log.write(LogLevel::error, "WHATSAPP-STOPPED", cause);
    }
}

void ChannelGate::hold(Desk& desk, const std::string& cause, std::optional<Millis> retry_after) {
    const bool news = !hold_ || hold_->probe != MessageId{};
    Hold next{desk.now + retry_after.value_or(Millis{kHoldProbe}), cause, {}, false};
    if (hold_) {
        next.until = std::max(next.until, hold_->until);
    }
    hold_ = std::move(next);
    store_hold(desk);
    desk.house_task("whatsapp limit", TaskKind::channel_problem, 2, "WhatsApp takes answers only: " + cause);
    if (news) {
        desk.log.write(LogLevel::error, "WHATSAPP-ANSWERS-ONLY", cause);
    }
}

void ChannelGate::lift_hold(Desk& desk) {
    if (const auto ended = std::exchange(hold_, std::nullopt)) {
        desk.ledger.put_meta(kHold, "");
        desk.note(AccountId{}, "channel.open", {}, "D8");
        wake(desk, ended->until);
    }
}

void ChannelGate::store_hold(Desk& desk) const { desk.ledger.put_meta(kHold, stamped(hold_->until, hold_->cause)); }

void ChannelGate::stop_template(Desk& desk, std::string_view kind, const std::string& name, const std::string& cause) {
    const bool tried = probes_.erase(name) > 0;
    const bool news = desk.ledger.meta(template_key(kind, name)).value_or("").empty();
    desk.ledger.put_meta(template_key(kind, name), stamped(desk.now, cause));
    desk.house_task("template " + name, TaskKind::channel_problem, 2, "template " + name + " cannot be used: " + cause);
    if (news || tried) {
        desk.log.write(LogLevel::warning, "TEMPLATE-STOPPED", cause, {{"template", name}});
    }
}

void ChannelGate::lift_template(Desk& desk, std::string_view kind, const std::string& name) {
    if (!desk.ledger.meta(template_key(kind, name)).value_or("").empty()) {
        desk.ledger.put_meta(template_key(kind, name), "");
        desk.note(AccountId{}, "template.on", "template=" + name + " was=" + std::string(kind), "D6 D7");
    }
}

void ChannelGate::on_notice(Desk& desk, const ChannelNotice& notice, const TemplateSet& templates) {
    desk.note(AccountId{}, "channel." + notice.kind, "subject=" + notice.subject + " value=" + notice.value, "D6 D7");
    if (notice.kind == "account") {
        desk.house_task("whatsapp account", TaskKind::channel_problem, 1, "WhatsApp account: " + notice.value);
        return;
    }
    const auto& all = templates.all();
    if (std::none_of(all.begin(), all.end(), [&](const Template& t) { return t.name == notice.subject; })) {
        return;
    }
    const std::string cause = notice.kind + " " + notice.value;
    if (notice.kind == "template_status" && stops_template(notice.value)) {
        stop_template(desk, kStatus, notice.subject, cause);
    } else if (notice.kind == "template_status" && (notice.value == "APPROVED" || notice.value == "REINSTATED")) {
        lift_template(desk, kStatus, notice.subject);
        lift_template(desk, kQuality, notice.subject);  // Approved anew: without messages it could never get better.
    } else if (notice.kind == "template_quality" && notice.value == "RED") {
        stop_template(desk, kQuality, notice.subject, cause);
    } else if (notice.kind == "template_quality") {
        lift_template(desk, kQuality, notice.subject);
    } else if (notice.kind == "template_category" && notice.value == "MARKETING") {
        stop_template(desk, kCategory, notice.subject, cause);
    } else if (notice.kind == "template_category" && notice.value == "UTILITY") {
        lift_template(desk, kCategory, notice.subject);
    }
}

PartHealth ChannelGate::health(Instant now) const {
    if (stopped_until_ && *stopped_until_ > now) {
        return PartHealth{"whatsapp", false, stop_cause_};
    }
    if (hold_) {
        return PartHealth{"whatsapp", false, "answers only: " + hold_->cause};
    }
    const bool slow = pace_.paused_until(now).has_value();
    return PartHealth{"whatsapp", true, slow ? "slowed down: " + slow_cause_ : "messages may go"};
}

}  // namespace emdia
