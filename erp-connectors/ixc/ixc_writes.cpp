#include "erp-connectors/ixc/ixc_writes.hpp"

#include <algorithm>

#include "erp-connectors/sdk/fields.hpp"

namespace emdia::ixc {
namespace {

constexpr const char* kBlockAction = "cliente_contrato_15300";
constexpr const char* kUnblockAction = "cliente_contrato_15464";
constexpr const char* kTrustAction = "desbloqueio_confianca";
constexpr const char* kTemporaryAction = "cliente_contrato_btn_lib_temp_24722";
constexpr const char* kDisconnectAction = "desconectar_clientes";
constexpr const char* kHistory = "cliente_contrato_historico";

Result<void> always(const Row&) { return {}; }

Result<void> trust_unblock_allowed(const Row& contract) {
    if (contract["desbloqueio_confianca"] == "N") {
        return Error{ErrorKind::refused, "IXC does not allow a trust unblock for this contract",
                     "allow it in the contract (desbloqueio de confiança), or release by hand"};
    }
    if (contract["restricao_auto_desbloqueio"] == "S") {
        return Error{ErrorKind::refused, "this contract is restricted from releasing itself in IXC",
                     "lift the restriction in the contract, or release by hand"};
    }
    return {};
}

bool is_open(const Row&, ErpAccess access) { return access == ErpAccess::open || access == ErpAccess::reduced; }

}  // namespace

ErpDone Writes::seen(const Row& contract) const {
    ErpDone done;
    done.note = "status_internet=" + std::string{sdk::trimmed(contract["status_internet"])};
    if (contract["desbloqueio_confianca_ativo"] == "S") {
        done.note += ", trust unblock in force";
    }
    if (const auto record = contract_from(contract, settings_.rows)) {
        done.access = record->access;
    }
    return done;
}

Result<ErpDone> Writes::block(const std::string& contract_id, const sdk::CallContext& context) {
    return change(contract_id,
                  {kBlockAction,
                   {{"id_contrato", contract_id}},
                   [](const Row&, ErpAccess access) { return access == ErpAccess::blocked; },
                   always},
                  context);
}

Result<ErpDone> Writes::unblock(const std::string& contract_id, const sdk::CallContext& context) {
    return change(contract_id,
                  {kUnblockAction,
                   {{"id_contrato", contract_id}},
                   [](const Row& row, ErpAccess) { return sdk::trimmed(row["status_internet"]) == "A"; },
                   always},
                  context);
}

Result<ErpDone> Writes::release(const std::string& contract_id, const sdk::CallContext& context) {
    return change(contract_id, release_change(contract_id), context);
}

Writes::Change Writes::release_change(const std::string& contract_id) const {
    switch (settings_.release_by) {
        case ReleaseBy::temporary:
            return {
                kTemporaryAction, {{settings_.temporary_by_get_id ? "get_id" : "id", contract_id}}, is_open, always};
        case ReleaseBy::unblock:
            return {kUnblockAction, {{"id_contrato", contract_id}}, is_open, always};
        case ReleaseBy::trust:
            break;
    }
    return {kTrustAction, {{"id", contract_id}}, is_open, trust_unblock_allowed};
}

Result<ErpDone> Writes::change(const std::string& contract_id, const Change& change, const sdk::CallContext& context) {
    const auto before = reads_.contract_row(contract_id, context);
    if (!before) {
        return before.error();
    }
    const auto contract = contract_from(*before, settings_.rows);
    if (!contract) {
        return contract.error();
    }
    if (change.reached(*before, contract->access)) {
        return seen(*before);
    }
    if (contract->status != ContractStatus::active || contract->access == ErpAccess::unknown) {
        return Error{
            ErrorKind::refused,
            "contract " + contract_id + " is in a state that is not ours to change (" + seen(*before).note + ")",
            "look at the contract in IXC"};
    }
    if (auto allowed = change.allowed(*before); !allowed) {
        return allowed.error();
    }
    const auto acted = client_.act(change.action, change.body, context);
    auto done = judge(contract_id, change, acted, context);
    if (done && settings_.disconnect_after_change) {
        disconnect(contract_id, context);
    }
    return done;
}

/// The contract is read back, twice if need be; what it says beats what the action answered.
Result<ErpDone> Writes::judge(const std::string& contract_id, const Change& change, const Result<ActionDone>& acted,
                              const sdk::CallContext& context) {
    std::string last_seen;
    for (const bool again : {false, true}) {
        if (again && !client_.pause(settings_.second_look, context)) {
            break;
        }
        const auto after = reads_.contract_row(contract_id, context);
        if (!after) {
            continue;
        }
        const auto contract = contract_from(*after, settings_.rows);
        if (contract && change.reached(*after, contract->access)) {
            return seen(*after);
        }
        last_seen = seen(*after).note;
        if (!acted && acted.error().kind != ErrorKind::unknown) {
            return acted.error();
        }
    }
    if (!acted) {
        return acted.error();
    }
    if (last_seen.empty()) {
        return Error{ErrorKind::unknown, change.action + " was accepted, but the contract cannot be read back",
                     "read the contract again before repeating"};
    }
    return Error{ErrorKind::refused, change.action + " was accepted without effect (" + last_seen + ")",
                 "look at the contract in IXC; the web-service user may lack the permission"};
}

/// Best effort: the state in IXC is right already, only a running session may outlive it (4.6).
void Writes::disconnect(const std::string& contract_id, const sdk::CallContext& context) {
    const auto read = reads_.contract(contract_id, context);
    if (!read) {
        return;
    }
    for (const auto& connection : read->connections) {
        static_cast<void>(client_.act(kDisconnectAction, {{"id", connection.id}}, context));
    }
}

Result<std::optional<bool>> Writes::note_exists(const std::string& contract_id, const std::string& tag,
                                                const sdk::CallContext& context) {
    Query query{kHistory, kHistory, {"id", "id_contrato", "historico"}, {}};
    query.filters = {{"id_contrato", "=", contract_id}, {"historico", "L", tag}};
    query.rows = 50;
    const auto listing = client_.list(query, context);
    if (!listing) {
        if (listing.error().kind == ErrorKind::unsupported) {
            return std::optional<bool>{};
        }
        return listing.error();
    }
    return std::optional{std::any_of(listing->rows.begin(), listing->rows.end(), [&](const Row& row) {
        return row["historico"].find(tag) != std::string_view::npos;
    })};
}

Result<ErpDone> Writes::note(const Note& note, const sdk::CallContext& context) {
    const auto tag = "[emdia " + context.idempotency_key + "]";
    const auto before = note_exists(note.contract_id, tag, context);
    if (!before) {
        return before.error();
    }
    if (before->value_or(false)) {
        return ErpDone{"the note was there already", std::nullopt};
    }
    const auto today = client_.today();
    const auto acted = client_.act(kHistory,
                                   {{"tipo", note.title},
                                    {"data", today ? sdk::br_date(*today) : std::string{}},
                                    {"historico", note.text + " " + tag},
                                    {"id_cliente", note.subscriber_id},
                                    {"id_contrato", note.contract_id}},
                                   context);
    const auto after = note_exists(note.contract_id, tag, context);
    if (after && after->value_or(false)) {
        return ErpDone{"the note was read back", std::nullopt};
    }
    if (!acted) {
        return acted.error();
    }
    if (!after) {
        return Error{ErrorKind::unknown, "the note was accepted, but cannot be read back",
                     "look into the history in IXC"};
    }
    if (after->has_value()) {
        return Error{ErrorKind::refused, "the note was accepted but is not there", "look into the history in IXC"};
    }
    return ErpDone{"accepted; this IXC does not list its history", std::nullopt};
}

}  // namespace emdia::ixc
