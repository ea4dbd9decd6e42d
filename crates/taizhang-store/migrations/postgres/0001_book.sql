-- The book itself: one row. `head` and `epoch` are the fence of every commit; `keys` says which key file is its own.
CREATE TABLE book (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    id BYTEA NOT NULL,
    alg BIGINT NOT NULL,
    engine BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    head BIGINT NOT NULL,
    head_hash BYTEA NOT NULL,
    recorded_at BIGINT NOT NULL,
    keys BYTEA NOT NULL
);
-- The journal. `bytes` is what is hashed; `record` only finds a record's entries.
CREATE TABLE entry (
    n BIGINT PRIMARY KEY,
    record BIGINT NOT NULL,
    head BYTEA NOT NULL,
    bytes BYTEA NOT NULL
);
CREATE INDEX entry_record ON entry (record, n);
-- Everything below is derived from the journal.
CREATE TABLE landmark (
    n BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    day BIGINT NOT NULL,
    name TEXT NOT NULL
);
CREATE TABLE dimension (
    id BIGINT PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);
CREATE TABLE posting (
    account BIGINT NOT NULL,
    record BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    unit BIGINT NOT NULL,
    dim BIGINT NOT NULL,
    day BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    reported BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    PRIMARY KEY (account, record, entry, seq)
);
CREATE INDEX posting_entry ON posting (entry);
-- Sums of postings by day (level 0), month (1) and year (2), so that a figure of any day adds few rows.
CREATE TABLE balance (
    account BIGINT NOT NULL,
    level BIGINT NOT NULL,
    period BIGINT NOT NULL,
    unit BIGINT NOT NULL,
    dim BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    reported BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    PRIMARY KEY (account, level, period, unit, dim)
);
-- Day by day what one holder of an account with a floor gains and loses.
CREATE TABLE holding (
    account BIGINT NOT NULL,
    dim TEXT NOT NULL,
    day BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (account, dim, day)
);
CREATE TABLE unique_key (
    register BIGINT NOT NULL,
    key TEXT NOT NULL,
    text TEXT NOT NULL,
    record BIGINT NOT NULL,
    PRIMARY KEY (register, key, text)
);
CREATE INDEX unique_key_record ON unique_key (record);
-- From which day a record that was taken over (期初) is known, entry by entry.
CREATE TABLE opening (
    record BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    register BIGINT NOT NULL,
    unit BIGINT NOT NULL,
    day BIGINT NOT NULL,
    void BIGINT NOT NULL,
    PRIMARY KEY (record, entry)
);
CREATE INDEX opening_register ON opening (register, unit, day);
-- Which entries name a file, as their proof or in a field.
CREATE TABLE evidence_of (
    hash BYTEA NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (hash, entry)
);
CREATE INDEX evidence_of_entry ON evidence_of (entry);
-- What follows is not part of the journal and is never chained.
-- What sealed values are compared by: keyed digests, by the entry that brought the value. In no backup.
CREATE TABLE value_digest (
    entry BIGINT NOT NULL,
    field BIGINT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (entry, field)
);
CREATE TABLE answered (
    actor BIGINT NOT NULL,
    key BYTEA NOT NULL,
    body BYTEA NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);
-- Who brought which file, under which name: whoever brings the same bytes again has a row of their own.
CREATE TABLE evidence (
    hash BYTEA NOT NULL,
    actor BIGINT NOT NULL,
    size BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (hash, actor)
);
CREATE TABLE credential (
    actor BIGINT PRIMARY KEY,
    password TEXT,
    activation BYTEA,
    activation_until BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);
CREATE TABLE session (
    token BYTEA PRIMARY KEY,
    actor BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    kind TEXT NOT NULL
);
CREATE TABLE import (
    id BIGINT PRIMARY KEY,
    actor BIGINT NOT NULL,
    state TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    started_at BIGINT NOT NULL
);
