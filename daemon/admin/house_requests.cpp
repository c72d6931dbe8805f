#include <algorithm>

#include <nlohmann/json.hpp>

#include "daemon/admin/request.hpp"

// Requests about the installation: health, tasks, holds, switches.

namespace emdia {
namespace {

/// "ixc:7301" for people; 0 is the installation itself.
Json account_name(const Request& request, AccountId id) {
    if (raw(id) == 0) {
        return nullptr;
    }
    const auto facts = request.control().facts_of(id);
    return facts ? Json(facts->subscriber.erp + ":" + facts->contract.erp_id) : Json(nullptr);
}

/// In the reader's language while the last decision still gives the reason of the task; else as it was opened.
std::string task_text(const Request& request, const TaskRow& task) {
    const auto stored = request.ledger().decision_of(task.account);
    const auto facts = stored ? request.control().facts_of(task.account) : std::nullopt;
    if (!facts) {
        return task.text;
    }
    const auto& wishes = stored->decision.tasks;
    const auto wish = std::find_if(wishes.begin(), wishes.end(), [&](const TaskWish& w) {
        return w.kind == task.kind && w.reason.invoice == task.invoice && w.priority == task.priority;
    });
    return wish == wishes.end()
               ? task.text
               : explain(wish->reason, *facts, request.control().context_of(*facts).zone, request.language());
}

constexpr std::size_t kNamesShown = 50;

Json hold_json(const Request& request, const HoldRow& hold) {
    Json names = Json::array();
    for (const AccountId id : hold.accounts) {
        if (names.size() == kNamesShown) {
            break;
        }
        names.push_back(account_name(request, id));
    }
    return {{"hold", raw(hold.id)},
            {"reason", to_string(hold.reason)},
            {"rules", rules_of(hold.reason)},
            {"scope", hold.scope},
            {"opened_at", to_rfc3339(hold.opened_at)},
            {"opened_local", request.house_time(hold.opened_at)},
            {"text", hold.text},
            {"account_count", hold.accounts.size()},
            {"accounts", std::move(names)}};
}

Json done() { return Json::object(); }

}  // namespace

Json status(const Request& request) {
    Control& control = request.control();
    const LedgerCounts counts = request.ledger().counts(control.today());
    Json parts = Json::array();
    bool healthy = true;
    for (const PartHealth& part : control.health()) {
        healthy = healthy && part.healthy;
        parts.push_back({{"part", part.part}, {"healthy", part.healthy}, {"text", part.text}});
    }
    Json freeze;
    if (const auto note = control.freeze()) {
        freeze = {{"at", to_rfc3339(note->at)},
                  {"local", request.house_time(note->at)},
                  {"author", note->author},
                  {"why", note->why}};
    }
    return {{"now", to_rfc3339(control.now())},
            {"mode", control.mode()},
            {"frozen", control.frozen()},
            {"freeze", std::move(freeze)},
            {"healthy", healthy},
            {"parts", std::move(parts)},
            {"counts",
             {{"accounts", counts.accounts},
              {"overdue_accounts", counts.overdue_accounts},
              {"blocked", counts.blocked},
              {"gap", counts.gap},
              {"messages_queued", counts.messages_queued},
              {"messages_unknown", counts.messages_unknown},
              {"promises_active", counts.promises_active},
              {"disputes_open", counts.disputes_open},
              {"tasks_open", counts.tasks_open},
              {"holds_open", counts.holds_open}}}};
}

Json task_list(const Request& request) {
    Json rows = Json::array();
    for (const TaskRow& task : request.ledger().open_tasks(request.limit())) {
        rows.push_back({{"task", raw(task.id)},
                        {"priority", task.priority},
                        {"kind", to_string(task.kind)},
                        {"account", account_name(request, task.account)},
                        {"opened_at", to_rfc3339(task.opened_at)},
                        {"opened_local", request.house_time(task.opened_at)},
                        {"owner", task.owner},
                        {"text", task_text(request, task)}});
    }
    return {{"tasks", std::move(rows)}};
}

Json task_take(const Request& request) {
    value_or_refuse(request.control().take_task(TaskId{request.number("task")}, request.by()));
    return done();
}

Json task_done(const Request& request) {
    value_or_refuse(request.control().finish_task(TaskId{request.number("task")}, request.by()));
    return done();
}

Json hold_list(const Request& request) {
    Json rows = Json::array();
    for (const HoldRow& hold : request.ledger().open_holds()) {
        rows.push_back(hold_json(request, hold));
    }
    return {{"holds", std::move(rows)}};
}

Json hold_resolve(const Request& request) {
    value_or_refuse(
        request.control().resolve_hold(HoldId{request.number("hold")}, request.flag("approve"), request.by()));
    return done();
}

Json freeze_set(const Request& request) {
    request.control().set_freeze(request.flag("on"), request.by());
    return {{"frozen", request.control().frozen()}};
}

Json go_live(const Request& request) {
    request.control().go_live(request.by());
    if (request.control().mode() == "shadow") {
        throw BadRequest{{ErrorKind::refused, "the yes is noted, but the configuration keeps emdiad in shadow",
                          "set rollout.mode = \"live\" in emdia.toml, then: systemctl reload emdiad"}};
    }
    return {{"mode", request.control().mode()}};
}

Json sync_now(const Request& request) {
    value_or_refuse(request.control().sync_now(request.text_or("erp", ""), request.by()));
    return done();
}

}  // namespace emdia
