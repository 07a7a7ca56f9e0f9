"""The first schema: surveys, cases, tickets, the outbox, and full-text search."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE survey (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL UNIQUE,
    received_at INTEGER NOT NULL,
    survey_ticket_id INTEGER,
    source_ticket_id INTEGER,
    customer TEXT NOT NULL,
    agent TEXT NOT NULL,
    ratings TEXT NOT NULL,
    rating REAL,
    comment TEXT NOT NULL,
    headline TEXT NOT NULL,
    problem TEXT NOT NULL,
    raw TEXT NOT NULL
);
CREATE INDEX ix_survey_survey_ticket_id ON survey (survey_ticket_id);
CREATE INDEX ix_survey_source_ticket_id ON survey (source_ticket_id);

CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    outcome_id TEXT NOT NULL,
    fields TEXT NOT NULL,
    answers TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at INTEGER NOT NULL
);
CREATE INDEX ix_decision_survey_id ON decision (survey_id);

CREATE TABLE "case" (
    survey_id INTEGER PRIMARY KEY REFERENCES survey (id),
    stage TEXT NOT NULL,
    path TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    rank REAL NOT NULL,
    claimed_by TEXT NOT NULL,
    snoozed_until INTEGER,
    decision_id INTEGER REFERENCES decision (id),
    superseded_by INTEGER REFERENCES survey (id)
);
CREATE INDEX ix_case_due ON "case" (stage, due_at, survey_id);
CREATE INDEX ix_case_newest ON "case" (stage, received_at, survey_id);
CREATE INDEX ix_case_worst ON "case" (stage, rank, due_at, survey_id);
CREATE INDEX ix_case_path_due ON "case" (stage, path, due_at, survey_id);
CREATE INDEX ix_case_path_newest ON "case" (stage, path, received_at, survey_id);
CREATE INDEX ix_case_path_worst ON "case" (stage, path, rank, due_at, survey_id);
CREATE INDEX ix_case_claimed_due ON "case" (claimed_by, stage, due_at, survey_id) WHERE claimed_by <> '';
CREATE INDEX ix_case_claimed_newest ON "case" (claimed_by, stage, received_at, survey_id) WHERE claimed_by <> '';
CREATE INDEX ix_case_claimed_worst ON "case" (claimed_by, stage, rank, due_at, survey_id) WHERE claimed_by <> '';
CREATE INDEX ix_case_snoozed ON "case" (snoozed_until) WHERE snoozed_until IS NOT NULL;

CREATE TABLE tally (
    stage TEXT NOT NULL,
    path TEXT NOT NULL,
    cases INTEGER NOT NULL,
    PRIMARY KEY (stage, path)
) WITHOUT ROWID;
CREATE TRIGGER case_tally_insert AFTER INSERT ON "case" BEGIN
    INSERT INTO tally VALUES (new.stage, new.path, 1) ON CONFLICT DO UPDATE SET cases = cases + 1;
END;
CREATE TRIGGER case_tally_delete AFTER DELETE ON "case" BEGIN
    UPDATE tally SET cases = cases - 1 WHERE stage = old.stage AND path = old.path;
END;
CREATE TRIGGER case_tally_update AFTER UPDATE OF stage, path ON "case"
    WHEN old.stage <> new.stage OR old.path <> new.path BEGIN
    UPDATE tally SET cases = cases - 1 WHERE stage = old.stage AND path = old.path;
    INSERT INTO tally VALUES (new.stage, new.path, 1) ON CONFLICT DO UPDATE SET cases = cases + 1;
END;

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    description TEXT NOT NULL,
    requester_id INTEGER,
    requester_name TEXT NOT NULL,
    requester_email TEXT NOT NULL,
    assignee_id INTEGER,
    assignee_name TEXT NOT NULL,
    tags TEXT NOT NULL,
    fields TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    messages_stamp INTEGER
);

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    author TEXT NOT NULL,
    author_name TEXT NOT NULL,
    public INTEGER NOT NULL,
    body TEXT NOT NULL,
    channel TEXT NOT NULL,
    attachments TEXT NOT NULL,
    op_id TEXT
);
CREATE INDEX ix_message_ticket_id ON message (ticket_id);

CREATE TABLE account (
    email TEXT PRIMARY KEY NOT NULL,
    account TEXT,
    fetched_at INTEGER NOT NULL
);

CREATE TABLE answer (
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    check_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    suggested INTEGER NOT NULL,
    PRIMARY KEY (survey_id, check_id)
) WITHOUT ROWID;

CREATE TABLE draft (
    survey_id INTEGER PRIMARY KEY REFERENCES survey (id),
    outcome_id TEXT,
    fields TEXT NOT NULL,
    saved_at INTEGER NOT NULL
);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decision_id INTEGER NOT NULL REFERENCES decision (id),
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    op_id TEXT NOT NULL UNIQUE,
    ticket_id INTEGER,
    payload TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    base INTEGER,
    tags TEXT,
    state TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    read_from INTEGER,
    attempt INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reference TEXT NOT NULL,
    landed_at INTEGER,
    changed_at INTEGER NOT NULL
);
CREATE INDEX ix_outbox_decision_id ON outbox (decision_id);
CREATE INDEX ix_outbox_unsettled ON outbox (state, not_before, id) WHERE state NOT IN ('confirmed', 'withdrawn');

CREATE TABLE delivery_attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    outbox_id INTEGER NOT NULL REFERENCES outbox (id),
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    sentence TEXT NOT NULL
);
CREATE INDEX ix_delivery_attempt_outbox_id ON delivery_attempt (outbox_id);

CREATE TABLE tracker_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id TEXT NOT NULL UNIQUE,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    cells TEXT NOT NULL,
    written_at INTEGER NOT NULL
);

CREATE TABLE sync_cursor (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE lease (name TEXT PRIMARY KEY NOT NULL, holder TEXT NOT NULL, expires_at INTEGER NOT NULL);
"""

APPEND_ONLY = "decision", "delivery_attempt"

SEARCH = """
CREATE VIRTUAL TABLE survey_text USING fts5 (
    comment, customer, agent, content='survey', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER survey_text_insert AFTER INSERT ON survey BEGIN
    INSERT INTO survey_text (rowid, comment, customer, agent)
    VALUES (new.id, new.comment, new.customer, new.agent);
END;
CREATE TRIGGER survey_text_delete AFTER DELETE ON survey BEGIN
    INSERT INTO survey_text (survey_text, rowid, comment, customer, agent)
    VALUES ('delete', old.id, old.comment, old.customer, old.agent);
END;
CREATE TRIGGER survey_text_update AFTER UPDATE OF comment, customer, agent ON survey BEGIN
    INSERT INTO survey_text (survey_text, rowid, comment, customer, agent)
    VALUES ('delete', old.id, old.comment, old.customer, old.agent);
    INSERT INTO survey_text (rowid, comment, customer, agent)
    VALUES (new.id, new.comment, new.customer, new.agent);
END;
CREATE VIRTUAL TABLE message_text USING fts5 (
    body, content='message', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_text_insert AFTER INSERT ON message BEGIN
    INSERT INTO message_text (rowid, body) VALUES (new.id, new.body);
END;
CREATE TRIGGER message_text_delete AFTER DELETE ON message BEGIN
    INSERT INTO message_text (message_text, rowid, body) VALUES ('delete', old.id, old.body);
END;
CREATE TRIGGER message_text_update AFTER UPDATE OF body ON message BEGIN
    INSERT INTO message_text (message_text, rowid, body) VALUES ('delete', old.id, old.body);
    INSERT INTO message_text (rowid, body) VALUES (new.id, new.body);
END;
"""


def statements(script: str) -> list[str]:
    """Cut a script at each line that closes a statement; a trigger closes with its END."""
    found: list[str] = []
    lines: list[str] = []
    for line in script.strip().splitlines():
        lines.append(line)
        in_trigger = lines[0].startswith("CREATE TRIGGER")
        if line == "END;" if in_trigger else line.endswith(";"):
            found.append("\n".join(lines).removesuffix(";"))
            lines = []
        elif not line:
            lines = []
    return found


def upgrade() -> None:
    for statement in statements(TABLES) + statements(SEARCH):
        op.get_bind().exec_driver_sql(statement)
    for table in APPEND_ONLY:
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} "
            "WHEN NOT EXISTS (SELECT 1 FROM sync_cursor WHERE name = 'retention') BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
