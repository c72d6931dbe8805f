// Messages on their way.

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_decision.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {

using sqlite::ref;

namespace {

/// What makes a row unique within its account: a step of the ladder by its invoice, anything else by its cause.
std::string once_key(const MessageWish& wish, std::string_view dedupe) {
    std::string key{to_string(wish.stage)};
    if (message_class(wish.stage) != MessageClass::collection) {
        return key.append("/").append(dedupe);
    }
    return key + "/" + std::to_string(raw(wish.invoice)) + "/" + std::to_string(wish.attempt) + "/" +
           std::string{sqlite::to_string(wish.channel)};
}

/// Replies and service first, then notices, then the rest.
int urgency(Stage stage) {
    if (message_class(stage) != MessageClass::collection) {
        return 0;
    }
    return stage == Stage::notice ? 1 : 2;
}

}  // namespace

std::optional<MessageId> SqliteLedger::add_message(AccountId account, const MessageWish& wish, std::string_view dedupe,
                                                   Instant now) {
    auto& db = writer();
    const std::string once = once_key(wish, dedupe);
    if (db.value<bool>("SELECT 1 FROM message WHERE account = ? AND once = ?", account, once)) {
        return std::nullopt;
    }
    db.run(
        "INSERT INTO message (account, once, class, urgency, stage, reply, invoice, channel, attempt, promise,"
        " expires_at, suspend_from, suspend_at, reason, state, state_at, queued_at, not_before)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'queued', ?15, ?15, ?15)",
        account, once, message_class(wish.stage), urgency(wish.stage), wish.stage, wish.reply, ref(wish.invoice),
        wish.channel, wish.attempt, ref(wish.promise), wish.expires_at, wish.suspend_from, wish.suspend_at,
        sqlite::encode(wish.reason), now);
    return MessageId{db.last_id()};
}

void SqliteLedger::put_message(const OutboxRow& row) {
    const Message& m = row.message;
    const auto changed = writer().run(
        "UPDATE message SET state = ?, state_at = ?, not_before = ?, tries = ?, sent_at = ?, delivered_at = ?,"
        " failed_code = ?, provider_id = ?, template_version = ?, text_hash = ?, protocol = ?, text = ?,"
        " last_error = ? WHERE id = ?",
        m.state, row.state_at, row.not_before, row.tries, m.sent_at, m.delivered_at, m.failed_code, row.provider_id,
        m.template_version, m.text_hash, m.protocol, row.text, row.last_error, m.id);
    must_exist(changed);
}

std::optional<OutboxRow> SqliteLedger::message(MessageId id) {
    auto found = db_->query(
        "SELECT account, stage, reply, invoice, channel, attempt, promise, expires_at, suspend_from, suspend_at, "
        "reason,"
        " state, state_at, queued_at, not_before, tries, sent_at, delivered_at, failed_code, provider_id,"
        " template_version, text_hash, protocol, text, last_error FROM message WHERE id = ?",
        id);
    if (!found.next()) {
        return std::nullopt;
    }
    OutboxRow row;
    Message& m = row.message;
    MessageWish& w = row.wish;
    std::string reason;
    found.read(row.account, w.stage, w.reply, ref(w.invoice), w.channel, w.attempt, ref(w.promise), w.expires_at,
               w.suspend_from, w.suspend_at, reason, m.state, row.state_at, m.queued_at, row.not_before, row.tries,
               m.sent_at, m.delivered_at, m.failed_code, row.provider_id, m.template_version, m.text_hash, m.protocol,
               row.text, row.last_error);
    w.reason = sqlite::decode_reason(reason);
    m.id = id;
    m.stage = w.stage;
    m.invoice = w.invoice;
    m.channel = w.channel;
    m.attempt = w.attempt;
    return row;
}

std::vector<OutboxRow> SqliteLedger::messages_by(const std::vector<MessageId>& ids) {
    std::vector<OutboxRow> rows;
    rows.reserve(ids.size());
    for (const MessageId id : ids) {
        rows.push_back(*message(id));
    }
    return rows;
}

std::optional<MessageId> SqliteLedger::message_of_provider(std::string_view provider_id) {
    return db_->value<std::optional<MessageId>>(
        "SELECT id FROM message WHERE provider_id = ? AND provider_id <> '' ORDER BY id LIMIT 1", provider_id);
}

std::vector<OutboxRow> SqliteLedger::due_messages(Instant now, int limit) {
    // A queue that waits for tomorrow's window must not be walked in every turn: look at its earliest time first.
    const auto earliest =
        db_->value<std::optional<Instant>>("SELECT min(not_before) FROM message WHERE state = 'queued'");
    if (!earliest || *earliest > now) {
        return {};
    }
    return messages_by(db_->column<MessageId>(
        "SELECT id FROM message INDEXED BY message_queue WHERE state = 'queued' AND not_before <= ?"
        " ORDER BY urgency, queued_at, id LIMIT ?",
        now, limit));
}

std::vector<OutboxRow> SqliteLedger::messages_in(MessageState state, int limit) {
    return messages_by(
        db_->column<MessageId>("SELECT id FROM message WHERE state = ? ORDER BY state_at, id LIMIT ?", state, limit));
}

std::vector<OutboxRow> SqliteLedger::queued_messages_of(AccountId account) {
    return messages_by(db_->column<MessageId>(
        "SELECT id FROM message WHERE account = ? AND state = 'queued' ORDER BY queued_at, id", account));
}

std::int64_t SqliteLedger::initiated_since(Instant since) {
    return db_->value<std::int64_t>(
        "SELECT count(DISTINCT a.subscriber) FROM message m JOIN account a ON a.id = m.account"
        " WHERE m.left_at >= ? AND m.class <> 'reply'",
        since);
}

}  // namespace emdia
