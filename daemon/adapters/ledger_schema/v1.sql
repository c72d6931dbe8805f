-- The ledger, schema version 1. Applied once, inside one transaction; later versions are files of their own beside this
-- one and never change it.
--
-- Conventions: *_at are UTC milliseconds; dates (due, until_date, ...) are days since 1970-01-01; amounts are centavos;
-- states are words. Text that comes from outside is not checked here: one odd row must not stop a turn.

-- What the ERPs say ----------------------------------------------------------------------------------------------

CREATE TABLE subscriber (
    id                   INTEGER PRIMARY KEY,
    erp                  TEXT    NOT NULL,
    erp_id               TEXT    NOT NULL,
    known                INTEGER NOT NULL CHECK (known IN (0, 1)),  -- 0: named by a contract, not told yet
    first_name           TEXT    NOT NULL DEFAULT '',
    phone                TEXT    NOT NULL DEFAULT '',
    uf                   TEXT    NOT NULL DEFAULT '',
    municipality         TEXT    NOT NULL DEFAULT '',
    no_dunning           INTEGER NOT NULL DEFAULT 0 CHECK (no_dunning IN (0, 1)),
    -- Consent and channel: ours, never overwritten by the ERP.
    optin_at             INTEGER,
    optin_source         TEXT    NOT NULL DEFAULT '',
    optout_at            INTEGER,
    wrong_number         INTEGER NOT NULL DEFAULT 0 CHECK (wrong_number IN (0, 1)),
    undeliverable_cycles INTEGER NOT NULL DEFAULT 0,
    last_inbound_at      INTEGER,
    UNIQUE (erp, erp_id)
) STRICT;
CREATE INDEX subscriber_phone ON subscriber (phone) WHERE phone <> '';
CREATE INDEX subscriber_unasked ON subscriber (erp) WHERE optin_at IS NULL AND optout_at IS NULL;

CREATE TABLE account (
    id             INTEGER PRIMARY KEY,
    erp            TEXT    NOT NULL,
    erp_id         TEXT    NOT NULL,  -- of the contract
    subscriber     INTEGER NOT NULL REFERENCES subscriber (id),
    plan           TEXT    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('active', 'cancelled', 'pending', 'other')),
    erp_access     TEXT    NOT NULL CHECK (erp_access IN ('open', 'reduced', 'blocked', 'unknown')),
    auto_block     INTEGER NOT NULL CHECK (auto_block IN (0, 1)),
    no_block_until INTEGER,
    exempt         INTEGER NOT NULL DEFAULT 0 CHECK (exempt IN (0, 1)),
    exempt_reason  TEXT    NOT NULL DEFAULT '',
    wake_at        INTEGER,           -- decide again at; NULL: only an event wakes it
    UNIQUE (erp, erp_id)
) STRICT;
CREATE INDEX account_wake ON account (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX account_contract ON account (erp_id);
CREATE INDEX account_subscriber ON account (subscriber);
CREATE INDEX account_active ON account (erp) WHERE status = 'active';

CREATE TABLE connection (
    id              INTEGER PRIMARY KEY,
    erp             TEXT    NOT NULL,
    erp_id          TEXT    NOT NULL,
    contract_erp_id TEXT    NOT NULL,  -- '': the ERP has the line no longer
    account         INTEGER REFERENCES account (id),  -- NULL: contract not told yet, or none
    login           TEXT    NOT NULL,
    ipv4            TEXT    NOT NULL,
    ipv6_prefix     TEXT    NOT NULL,
    nas             TEXT    NOT NULL,
    session_id      TEXT    NOT NULL,
    voice           INTEGER NOT NULL CHECK (voice IN (0, 1)),
    UNIQUE (erp, erp_id)
) STRICT;
CREATE INDEX connection_account ON connection (account) WHERE account IS NOT NULL;
CREATE INDEX connection_orphan ON connection (erp, contract_erp_id) WHERE account IS NULL;
CREATE INDEX connection_login ON connection (login) WHERE login <> '';

CREATE TABLE invoice (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,  -- travels in buttons: never used twice
    erp               TEXT    NOT NULL,
    erp_id            TEXT    NOT NULL,
    contract_erp_id   TEXT    NOT NULL,
    subscriber_erp_id TEXT    NOT NULL,
    account           INTEGER REFERENCES account (id),  -- NULL: contract not told yet
    due               INTEGER NOT NULL,
    reference         INTEGER NOT NULL,
    face              INTEGER NOT NULL,
    open              INTEGER NOT NULL,
    connection_open   INTEGER,                          -- NULL: all of `open`
    state             TEXT    NOT NULL CHECK (state IN ('open', 'partial', 'paid', 'cancelled', 'unknown')),
    released          INTEGER NOT NULL CHECK (released IN (0, 1)),
    payment_pending   INTEGER NOT NULL CHECK (payment_pending IN (0, 1)),
    protested         INTEGER NOT NULL CHECK (protested IN (0, 1)),
    period_begin      INTEGER,
    period_end        INTEGER,
    read_at           INTEGER NOT NULL,
    paid_known_at     INTEGER,
    UNIQUE (erp, erp_id),
    CHECK ((state IN ('paid', 'cancelled')) = (paid_known_at IS NOT NULL))
) STRICT;
CREATE INDEX invoice_account ON invoice (account, paid_known_at) WHERE account IS NOT NULL;
CREATE INDEX invoice_owed ON invoice (due, erp, account) WHERE state IN ('open', 'partial');
CREATE INDEX invoice_settled ON invoice (due) WHERE paid_known_at IS NOT NULL;
CREATE INDEX invoice_orphan ON invoice (erp, contract_erp_id) WHERE account IS NULL;

CREATE TABLE payment (
    id             INTEGER PRIMARY KEY,
    erp            TEXT    NOT NULL,
    erp_id         TEXT    NOT NULL,
    invoice_erp_id TEXT    NOT NULL,
    account        INTEGER REFERENCES account (id),  -- NULL: invoice or its contract not told yet
    amount         INTEGER NOT NULL,
    paid_on        INTEGER NOT NULL,
    reversed       INTEGER NOT NULL CHECK (reversed IN (0, 1)),
    known_at       INTEGER NOT NULL,
    UNIQUE (erp, erp_id)
) STRICT;
CREATE INDEX payment_account ON payment (account, known_at) WHERE account IS NOT NULL;
CREATE INDEX payment_invoice ON payment (erp, invoice_erp_id);

-- What we decided and what equipment does ------------------------------------------------------------------------

CREATE TABLE decision (
    account          INTEGER PRIMARY KEY REFERENCES account (id),
    at               INTEGER NOT NULL,
    policy_version   TEXT    NOT NULL,
    calendar_version TEXT    NOT NULL,
    tz_version       TEXT    NOT NULL,
    body             TEXT    NOT NULL  -- JSON, see sqlite_decision.hpp
) STRICT;

CREATE TABLE access (
    account            INTEGER PRIMARY KEY REFERENCES account (id),
    wanted             TEXT    NOT NULL CHECK (wanted IN ('open', 'reduced', 'blocked')),
    generation         INTEGER NOT NULL CHECK (generation >= 0),
    wanted_at          INTEGER NOT NULL,
    applied            TEXT    CHECK (applied IN ('open', 'reduced', 'blocked')),
    applied_generation INTEGER NOT NULL,
    proof              TEXT    NOT NULL CHECK (proof IN ('none', 'acknowledged', 'observed')),
    applied_at         INTEGER,
    blocked_since      INTEGER,
    restricted         INTEGER NOT NULL GENERATED ALWAYS AS (
        wanted <> 'open' OR ifnull(applied, 'open') <> 'open' OR (applied IS NULL AND generation > 0)) STORED
) STRICT;
CREATE INDEX access_restricted ON access (account) WHERE restricted;

CREATE TABLE blocked_interval (
    id       INTEGER PRIMARY KEY,
    account  INTEGER NOT NULL REFERENCES account (id),
    from_at  INTEGER NOT NULL,
    until_at INTEGER
) STRICT;
CREATE UNIQUE INDEX blocked_interval_open ON blocked_interval (account) WHERE until_at IS NULL;
CREATE INDEX blocked_interval_account ON blocked_interval (account);
CREATE INDEX blocked_interval_from ON blocked_interval (from_at);

-- What waits to leave --------------------------------------------------------------------------------------------

CREATE TABLE message (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,  -- travels to the provider: never used twice
    account          INTEGER NOT NULL REFERENCES account (id),
    once             TEXT    NOT NULL,                   -- what makes it unique, see sqlite_ledger_outbox.cpp
    class            TEXT    NOT NULL CHECK (class IN ('collection', 'service', 'reply')),
    urgency          INTEGER NOT NULL,                   -- 0 leaves first
    -- The wish
    stage            TEXT    NOT NULL,
    reply            TEXT    NOT NULL,
    invoice          INTEGER REFERENCES invoice (id) ON DELETE CASCADE,
    channel          TEXT    NOT NULL CHECK (channel IN ('whatsapp', 'email', 'sms', 'letter')),
    attempt          INTEGER NOT NULL CHECK (attempt >= 1),
    promise          INTEGER,
    expires_at       INTEGER NOT NULL,
    suspend_from     INTEGER,
    suspend_at       INTEGER,
    reason           TEXT    NOT NULL,                   -- JSON, see sqlite_decision.hpp
    -- Its way
    state            TEXT    NOT NULL CHECK (state IN (
        'queued', 'sending', 'accepted', 'sent', 'delivered', 'read', 'failed', 'unknown', 'dropped')),
    state_at         INTEGER NOT NULL,
    queued_at        INTEGER NOT NULL,
    not_before       INTEGER NOT NULL,
    tries            INTEGER NOT NULL DEFAULT 0,
    sent_at          INTEGER,
    delivered_at     INTEGER,
    left_at          INTEGER GENERATED ALWAYS AS (       -- it left, or may have left
        ifnull(sent_at, CASE WHEN state IN ('sending', 'unknown') THEN state_at END)) STORED,
    failed_code      INTEGER NOT NULL DEFAULT 0,
    provider_id      TEXT    NOT NULL DEFAULT '',
    template_version TEXT    NOT NULL DEFAULT '',
    text_hash        TEXT    NOT NULL DEFAULT '',
    protocol         TEXT    NOT NULL DEFAULT '',
    text             TEXT    NOT NULL DEFAULT '',        -- kept 180 days
    last_error       TEXT    NOT NULL DEFAULT '',
    UNIQUE (account, once)
) STRICT;
CREATE INDEX message_account ON message (account, queued_at);
CREATE INDEX message_invoice ON message (invoice) WHERE invoice IS NOT NULL;
CREATE INDEX message_queue ON message (urgency, queued_at, not_before) WHERE state = 'queued';
CREATE INDEX message_due ON message (not_before) WHERE state = 'queued';
CREATE INDEX message_state ON message (state, state_at);
CREATE INDEX message_left ON message (left_at) WHERE left_at IS NOT NULL;
CREATE INDEX message_text ON message (queued_at) WHERE text <> '';
CREATE INDEX message_provider ON message (provider_id) WHERE provider_id <> '';

CREATE TABLE command (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account     INTEGER NOT NULL REFERENCES account (id),
    connection  INTEGER NOT NULL REFERENCES connection (id),
    driver      TEXT    NOT NULL,
    access      TEXT    NOT NULL CHECK (access IN ('open', 'reduced', 'blocked')),
    generation  INTEGER NOT NULL CHECK (generation >= 0),
    state       TEXT    NOT NULL CHECK (state IN (
        'queued', 'sent', 'acknowledged', 'observed', 'no_session', 'refused', 'unknown', 'superseded')),
    tries       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    cause       TEXT    NOT NULL
) STRICT;
CREATE INDEX command_account ON command (account, generation);
CREATE INDEX command_due ON command (next_try_at) WHERE state IN ('queued', 'unknown');
CREATE INDEX command_waiting ON command (connection) WHERE state IN ('queued', 'unknown', 'refused');
CREATE INDEX command_state ON command (state, created_at);

CREATE TABLE erp_write (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,       -- makes the idempotency key
    account     INTEGER NOT NULL REFERENCES account (id),
    erp         TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('promise_record', 'release', 'block', 'unblock', 'note')),
    urgency     INTEGER NOT NULL GENERATED ALWAYS AS (kind NOT IN ('unblock', 'release')) STORED,
    promise     INTEGER,
    until_date  INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    title       TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN (
        'queued', 'sent', 'acknowledged', 'observed', 'no_session', 'refused', 'unknown', 'superseded')),
    tries       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    cause       TEXT    NOT NULL
) STRICT;
CREATE INDEX erp_write_account ON erp_write (account);
CREATE INDEX erp_write_due ON erp_write (next_try_at) WHERE state IN ('queued', 'unknown');
CREATE INDEX erp_write_state ON erp_write (state, created_at);

-- What subscribers and people bring in ---------------------------------------------------------------------------

CREATE TABLE promise (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,   -- travels in buttons
    account         INTEGER NOT NULL REFERENCES account (id),
    amount          INTEGER NOT NULL,
    until_date      INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN (
        'proposed', 'active', 'kept', 'kept_late', 'partial', 'broken', 'cancelled')),
    made_at         INTEGER NOT NULL,
    releases_access INTEGER NOT NULL CHECK (releases_access IN (0, 1)),
    made_by         TEXT    NOT NULL,
    closed_at       INTEGER
) STRICT;
CREATE INDEX promise_account ON promise (account);
CREATE INDEX promise_closed ON promise (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX promise_open ON promise (state, account) WHERE state IN ('proposed', 'active');

CREATE TABLE promise_invoice (
    promise  INTEGER NOT NULL REFERENCES promise (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    invoice  INTEGER NOT NULL REFERENCES invoice (id) ON DELETE CASCADE,
    PRIMARY KEY (promise, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX promise_invoice_invoice ON promise_invoice (invoice);

CREATE TABLE dispute (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account     INTEGER NOT NULL REFERENCES account (id),
    invoice     INTEGER REFERENCES invoice (id) ON DELETE CASCADE,  -- NULL: the whole account
    opened_at   INTEGER NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE INDEX dispute_account ON dispute (account);
CREATE INDEX dispute_invoice ON dispute (invoice) WHERE invoice IS NOT NULL;
CREATE INDEX dispute_answered ON dispute (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX dispute_open ON dispute (opened_at) WHERE answered_at IS NULL;

CREATE TABLE claim (
    id      INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id),
    invoice INTEGER REFERENCES invoice (id) ON DELETE CASCADE,      -- NULL: the whole account
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_account ON claim (account);
CREATE INDEX claim_invoice ON claim (invoice) WHERE invoice IS NOT NULL;
CREATE INDEX claim_at ON claim (at);

CREATE TABLE access_override (
    id       INTEGER PRIMARY KEY,
    account  INTEGER NOT NULL REFERENCES account (id),
    kind     TEXT    NOT NULL CHECK (kind IN ('force_open', 'force_blocked', 'freeze')),
    from_at  INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    author   TEXT    NOT NULL,
    reason   TEXT    NOT NULL
) STRICT;
CREATE INDEX access_override_account ON access_override (account);
CREATE INDEX access_override_until ON access_override (until_at);

CREATE TABLE task (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,         -- people write it down
    account   INTEGER REFERENCES account (id),           -- NULL: not about one account
    invoice   INTEGER,
    kind      TEXT    NOT NULL,
    subject   TEXT    NOT NULL,                          -- a device, a template, an ERP; '' where the rest says it
    priority  INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    text      TEXT    NOT NULL,
    owner     TEXT    NOT NULL,
    done_at   INTEGER,
    outcome   TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX task_open_once ON task (ifnull(account, 0), kind, ifnull(invoice, 0), subject)
    WHERE done_at IS NULL;
CREATE INDEX task_cause ON task (ifnull(account, 0), kind, ifnull(invoice, 0), subject, done_at);
CREATE INDEX task_done ON task (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX task_open ON task (priority, opened_at) WHERE done_at IS NULL;

CREATE TABLE hold (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    reason       TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    opened_at    INTEGER NOT NULL,
    text         TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'expired')),
    resolved_by  TEXT    NOT NULL,
    resolved_why TEXT    NOT NULL,
    resolved_at  INTEGER
) STRICT;
CREATE INDEX hold_open ON hold (id) WHERE state = 'open';
CREATE INDEX hold_resolved ON hold (resolved_at) WHERE resolved_at IS NOT NULL;

CREATE TABLE hold_account (
    hold     INTEGER NOT NULL REFERENCES hold (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    account  INTEGER NOT NULL REFERENCES account (id),
    PRIMARY KEY (hold, position)
) STRICT, WITHOUT ROWID;

-- History --------------------------------------------------------------------------------------------------------

CREATE TABLE timeline (
    id      INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,                            -- 0: the installation
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    detail  TEXT    NOT NULL,
    rules   TEXT    NOT NULL
) STRICT;
CREATE INDEX timeline_account ON timeline (account);
CREATE INDEX timeline_at ON timeline (at);

CREATE TABLE seen (
    scope TEXT    NOT NULL,
    id    TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

CREATE TABLE inbound (
    id          INTEGER PRIMARY KEY,
    account     INTEGER NOT NULL,                        -- 0: sender not known
    provider_id TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX inbound_account ON inbound (account);
CREATE INDEX inbound_at ON inbound (at);

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
