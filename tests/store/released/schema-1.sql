-- A database as csat-tui 0.1.0 (schema 1) wrote it: its own statements, then rows in every table.

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
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
CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    outcome_id TEXT NOT NULL,
    fields TEXT NOT NULL,
    answers TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at INTEGER NOT NULL
);
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
CREATE TABLE tally (
    stage TEXT NOT NULL,
    path TEXT NOT NULL,
    cases INTEGER NOT NULL,
    PRIMARY KEY (stage, path)
) WITHOUT ROWID;
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
CREATE TABLE delivery_attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    outbox_id INTEGER NOT NULL REFERENCES outbox (id),
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    sentence TEXT NOT NULL
);
CREATE TABLE tracker_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id TEXT NOT NULL UNIQUE,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    cells TEXT NOT NULL,
    written_at INTEGER NOT NULL
);
CREATE TABLE sync_cursor (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE lease (name TEXT PRIMARY KEY NOT NULL, holder TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE VIRTUAL TABLE survey_text USING fts5 (
    comment, customer, agent, content='survey', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE message_text USING fts5 (
    body, content='message', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE INDEX ix_survey_survey_ticket_id ON survey (survey_ticket_id);
CREATE INDEX ix_survey_source_ticket_id ON survey (source_ticket_id);
CREATE INDEX ix_decision_survey_id ON decision (survey_id);
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
CREATE INDEX ix_message_ticket_id ON message (ticket_id);
CREATE INDEX ix_outbox_decision_id ON outbox (decision_id);
CREATE INDEX ix_outbox_unsettled ON outbox (state, not_before, id) WHERE state NOT IN ('confirmed', 'withdrawn');
CREATE INDEX ix_delivery_attempt_outbox_id ON delivery_attempt (outbox_id);
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
CREATE TRIGGER decision_is_append_only BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER decision_keeps BEFORE DELETE ON decision WHEN NOT EXISTS (SELECT 1 FROM sync_cursor WHERE name = 'retention') BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER delivery_attempt_is_append_only BEFORE UPDATE ON delivery_attempt BEGIN SELECT RAISE(ABORT, 'delivery_attempt is append-only'); END;
CREATE TRIGGER delivery_attempt_keeps BEFORE DELETE ON delivery_attempt WHEN NOT EXISTS (SELECT 1 FROM sync_cursor WHERE name = 'retention') BEGIN SELECT RAISE(ABORT, 'delivery_attempt is append-only'); END;

INSERT INTO "survey" (id, source, received_at, survey_ticket_id, source_ticket_id, customer, agent, ratings, rating, comment, headline, problem, raw) VALUES (1, 'ticket:9900001', 1773144060000, 9900001, 7300001, 'customer1@example.com', 'Sol', '{"ease":2,"resolution":2,"speed":1}', 1.66666666666666674068e+00, 'My box was 1 days late — “nobody” told me why; it''s a pity.', 'My box was 1 days late', '', 'Ticket #7300001
Customer customer1@example.com
');
INSERT INTO "survey" (id, source, received_at, survey_ticket_id, source_ticket_id, customer, agent, ratings, rating, comment, headline, problem, raw) VALUES (2, 'ticket:9900002', 1773144120000, 9900002, 7300002, 'customer2@example.com', 'Sol', '{"ease":2,"resolution":3,"speed":1}', 2.25, 'My box was 2 days late — “nobody” told me why; it''s a pity.', 'My box was 2 days late', '', 'Ticket #7300002
Customer customer2@example.com
');
INSERT INTO "survey" (id, source, received_at, survey_ticket_id, source_ticket_id, customer, agent, ratings, rating, comment, headline, problem, raw) VALUES (3, 'ticket:9900003', 1773144180000, 9900003, 7300003, 'customer3@example.com', 'Sol', '{"ease":2,"resolution":4,"speed":1}', 1.66666666666666674068e+00, 'My box was 3 days late — “nobody” told me why; it''s a pity.', 'My box was 3 days late', '', 'Ticket #7300003
Customer customer3@example.com
');
INSERT INTO "survey" (id, source, received_at, survey_ticket_id, source_ticket_id, customer, agent, ratings, rating, comment, headline, problem, raw) VALUES (4, 'ticket:9900004', 1773144240000, 9900004, 7300004, 'customer4@example.com', 'Sol', '{"ease":2,"resolution":5,"speed":1}', 2.25, 'My box was 4 days late — “nobody” told me why; it''s a pity.', 'My box was 4 days late', '', 'Ticket #7300004
Customer customer4@example.com
');
INSERT INTO "survey" (id, source, received_at, survey_ticket_id, source_ticket_id, customer, agent, ratings, rating, comment, headline, problem, raw) VALUES (5, 'ticket:9900005', 1773144300000, 9900005, 7300005, 'customer5@example.com', 'Sol', '{"ease":2,"resolution":1,"speed":1}', 1.66666666666666674068e+00, 'My box was 5 days late — “nobody” told me why; it''s a pity.', 'My box was 5 days late', 'no rating found', 'Ticket #7300005
Customer customer5@example.com
');
INSERT INTO "survey" (id, source, received_at, survey_ticket_id, source_ticket_id, customer, agent, ratings, rating, comment, headline, problem, raw) VALUES (6, 'qualtrics:R_6', 1773144360000, NULL, 7300006, 'customer6@example.com', 'Sol', '{"ease":2,"resolution":2,"speed":1}', 2.25, 'My box was 6 days late — “nobody” told me why; it''s a pity.', 'My box was 6 days late', '', 'Ticket #7300006
Customer customer6@example.com
');
INSERT INTO "decision" (id, survey_id, outcome_id, fields, answers, decided_by, decided_at) VALUES (1, 1, 'follow-up', '{"reply":"Sorry for the trouble.","resolution":"credit","summary":"late box"}', '{"issue-logged":"yes"}', 'Ana', 1773144600000);
INSERT INTO "decision" (id, survey_id, outcome_id, fields, answers, decided_by, decided_at) VALUES (2, 2, 'needs-evaluation', '{"question":"billing has to look","summary":"charged twice?"}', '{}', 'Ana', 1773144700000);
INSERT INTO "case" (survey_id, stage, path, received_at, due_at, rank, claimed_by, snoozed_until, decision_id, superseded_by) VALUES (1, 'decided', 'non-dsat', 1773144060000, 1773147660000, 1.66666666666666674068e+00, '', NULL, 1, NULL);
INSERT INTO "case" (survey_id, stage, path, received_at, due_at, rank, claimed_by, snoozed_until, decision_id, superseded_by) VALUES (2, 'decided', 'dsat', 1773144120000, 1773147720000, 2.25, '', NULL, 2, NULL);
INSERT INTO "case" (survey_id, stage, path, received_at, due_at, rank, claimed_by, snoozed_until, decision_id, superseded_by) VALUES (3, 'open', 'non-dsat', 1773144180000, 1773147780000, 1.66666666666666674068e+00, 'Ana', NULL, NULL, NULL);
INSERT INTO "case" (survey_id, stage, path, received_at, due_at, rank, claimed_by, snoozed_until, decision_id, superseded_by) VALUES (4, 'snoozed', 'dsat', 1773144240000, 1773147840000, 2.25, '', 1773153000000, NULL, NULL);
INSERT INTO "case" (survey_id, stage, path, received_at, due_at, rank, claimed_by, snoozed_until, decision_id, superseded_by) VALUES (5, 'superseded', 'non-dsat', 1773144300000, 1773147900000, 1.66666666666666674068e+00, '', NULL, NULL, 3);
INSERT INTO "case" (survey_id, stage, path, received_at, due_at, rank, claimed_by, snoozed_until, decision_id, superseded_by) VALUES (6, 'gone', 'dsat', 1773144360000, 1773147960000, 2.25, '', NULL, NULL, NULL);
INSERT INTO "ticket" (id, subject, status, created_at, updated_at, channel, description, requester_id, requester_name, requester_email, assignee_id, assignee_name, tags, fields, fetched_at, messages_stamp) VALUES (7300001, 'Where is box 1?', 'solved', 1773143999000, 1773144000000, 'email', 'It never came.', 11, 'Pat', 'customer1@example.com', NULL, '', '["late","box"]', '{"360001":"yes"}', 1773144000000, 1773144000000);
INSERT INTO "message" (id, ticket_id, created_at, author, author_name, public, body, channel, attachments, op_id) VALUES (501, 7300001, 1773144000000, 'customer', 'Pat', 1, 'My box 1 never arrived.', 'email', '[]', NULL);
INSERT INTO "ticket" (id, subject, status, created_at, updated_at, channel, description, requester_id, requester_name, requester_email, assignee_id, assignee_name, tags, fields, fetched_at, messages_stamp) VALUES (7300002, 'Where is box 2?', 'solved', 1773143999000, 1773144000000, 'email', 'It never came.', 11, 'Pat', 'customer2@example.com', NULL, '', '["late","box"]', '{"360001":"yes"}', 1773144000000, 1773144000000);
INSERT INTO "message" (id, ticket_id, created_at, author, author_name, public, body, channel, attachments, op_id) VALUES (502, 7300002, 1773144000000, 'customer', 'Pat', 1, 'My box 2 never arrived.', 'email', '[]', NULL);
INSERT INTO "account" (email, account, fetched_at) VALUES ('customer1@example.com', '{"id":"C-1","name":"Pat"}', 1773144000000);
INSERT INTO "account" (email, account, fetched_at) VALUES ('customer2@example.com', NULL, 1773144000000);
INSERT INTO "answer" (survey_id, check_id, answer, at, suggested) VALUES (1, 'issue-logged', 'yes', 1773144500000, 1);
INSERT INTO "answer" (survey_id, check_id, answer, at, suggested) VALUES (3, 'concern-read', 'no', 1773144510000, 0);
INSERT INTO "draft" (survey_id, outcome_id, fields, saved_at) VALUES (3, 'follow-up', '{"summary":"half a thought"}', 1773144520000);
INSERT INTO "draft" (survey_id, outcome_id, fields, saved_at) VALUES (5, NULL, '{"summary":"older words"}', 1773144100000);
INSERT INTO "outbox" (id, decision_id, survey_id, position, kind, op_id, ticket_id, payload, payload_hash, base, tags, state, not_before, read_from, attempt, reason, reference, landed_at, changed_at) VALUES (1, 1, 1, 0, 'reply', '019a0000-0000-7000-8000-000000000001', 7300001, '{"add_tags":[],"body":"words","status":null}', '9da7a0352d3a726c49793c8b605f2a4635e1a5f4f207285d2d3a2fe67d1e6c15', 1773144000000, NULL, 'confirmed', 1773144610000, 1773144611000, 1, '', '801', 1773144612000, 1773144612000);
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (1, 1, 1773144611000, 'claimed', 'sending', '');
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (1, 1, 1773144612000, 'landed', 'confirmed', '');
INSERT INTO "outbox" (id, decision_id, survey_id, position, kind, op_id, ticket_id, payload, payload_hash, base, tags, state, not_before, read_from, attempt, reason, reference, landed_at, changed_at) VALUES (2, 1, 1, 1, 'note', '019a0000-0000-7000-8000-000000000002', 7300001, '{"add_tags":[],"body":"words","status":null}', '47414ac2557a00a52172e6e4c69d84c117a8606c8743e42aff94922459e2a2a4', 1773144000000, NULL, 'confirmed', 1773144610000, 1773144611000, 1, '', '802', 1773144612000, 1773144612000);
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (2, 1, 1773144611000, 'claimed', 'sending', '');
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (2, 1, 1773144612000, 'landed', 'confirmed', '');
INSERT INTO "outbox" (id, decision_id, survey_id, position, kind, op_id, ticket_id, payload, payload_hash, base, tags, state, not_before, read_from, attempt, reason, reference, landed_at, changed_at) VALUES (3, 1, 1, 2, 'tracker', '019a0000-0000-7000-8000-000000000003', NULL, '{"cells":{"A":"x"}}', '9679bffa205796ecca7a1272bcb02378b385f72db5a2feb71c3da33c46bf0f72', NULL, NULL, 'confirmed', 1773144610000, 1773144611000, 1, '', '803', 1773144612000, 1773144612000);
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (3, 1, 1773144611000, 'claimed', 'sending', '');
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (3, 1, 1773144612000, 'landed', 'confirmed', '');
INSERT INTO "outbox" (id, decision_id, survey_id, position, kind, op_id, ticket_id, payload, payload_hash, base, tags, state, not_before, read_from, attempt, reason, reference, landed_at, changed_at) VALUES (4, 2, 2, 0, 'note', '019a0000-0000-7000-8000-000000000004', 7300002, '{"add_tags":[],"body":"words","status":null}', '70047cd2152537f6cb4dc16eb7775dfe6da3ee606fd8b7d77321bcad4c8b0014', 1773144000000, NULL, 'unknown', 1773144610000, 1773144611000, 1, '', '', NULL, 1773144612000);
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (4, 1, 1773144611000, 'claimed', 'sending', '');
INSERT INTO "delivery_attempt" (outbox_id, attempt, at, event, state, sentence) VALUES (4, 1, 1773144612000, 'lost', 'unknown', '');
INSERT INTO "outbox" (id, decision_id, survey_id, position, kind, op_id, ticket_id, payload, payload_hash, base, tags, state, not_before, read_from, attempt, reason, reference, landed_at, changed_at) VALUES (5, 2, 2, 1, 'tracker', '019a0000-0000-7000-8000-000000000005', NULL, '{"cells":{"A":"x"}}', '46d36246c5f4d4f292fd3bae6fb88aa56930835a2a04b6347252164738ef5906', NULL, NULL, 'queued', 1773144610000, NULL, 0, '', '', NULL, 1773144612000);
INSERT INTO "tracker_row" (id, op_id, survey_id, cells, written_at) VALUES (1, '019a0000-0000-7000-8000-000000000003', 1, '{"A":"x"}', 1773144612000);
INSERT INTO "sync_cursor" (name, value, at) VALUES ('helpdesk', 'https://example.zendesk.com', 1773144000000);
INSERT INTO "sync_cursor" (name, value, at) VALUES ('agent', 'Ana', 1773144000000);
INSERT INTO "lease" (name, holder, expires_at) VALUES ('delivery', 'host/1/x', 1773144090000);
INSERT INTO alembic_version VALUES ('0001');
PRAGMA user_version = 1;
