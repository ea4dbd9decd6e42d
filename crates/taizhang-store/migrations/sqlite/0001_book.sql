-- The book itself: one row. `head` and `epoch` are the fence of every commit; `keys` says which key file is its own.
CREATE TABLE book (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL,
    alg INTEGER NOT NULL,
    engine INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    head INTEGER NOT NULL,
    head_hash BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    keys BLOB NOT NULL
);
-- The journal. `bytes` is what is hashed; `record` only finds a record's entries.
CREATE TABLE entry (
    n INTEGER PRIMARY KEY,
    record INTEGER NOT NULL,
    head BLOB NOT NULL,
    bytes BLOB NOT NULL
);
CREATE INDEX entry_record ON entry (record, n);
-- Everything below is derived from the journal.
CREATE TABLE landmark (
    n INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    name TEXT NOT NULL
);
CREATE TABLE dimension (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);
CREATE TABLE posting (
    account INTEGER NOT NULL,
    record INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    dim INTEGER NOT NULL,
    day INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    PRIMARY KEY (account, record, entry, seq)
) WITHOUT ROWID;
CREATE INDEX posting_entry ON posting (entry);
-- Sums of postings by day (level 0), month (1) and year (2), so that a figure of any day adds few rows.
CREATE TABLE balance (
    account INTEGER NOT NULL,
    level INTEGER NOT NULL,
    period INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    dim INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    PRIMARY KEY (account, level, period, unit, dim),
    -- A sum beyond 64 bits would become a floating point number here.
    CONSTRAINT whole_sum CHECK (typeof(amount) = 'integer')
) WITHOUT ROWID;
-- Day by day what one holder of an account with a floor gains and loses.
CREATE TABLE holding (
    account INTEGER NOT NULL,
    dim TEXT NOT NULL,
    day INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (account, dim, day),
    CONSTRAINT whole_sum CHECK (typeof(amount) = 'integer')
) WITHOUT ROWID;
CREATE TABLE unique_key (
    register INTEGER NOT NULL,
    key TEXT NOT NULL,
    text TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (register, key, text)
) WITHOUT ROWID;
CREATE INDEX unique_key_record ON unique_key (record);
-- From which day a record that was taken over (期初) is known, entry by entry.
CREATE TABLE opening (
    record INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    register INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    day INTEGER NOT NULL,
    void INTEGER NOT NULL,
    PRIMARY KEY (record, entry)
) WITHOUT ROWID;
CREATE INDEX opening_register ON opening (register, unit, day);
-- Which entries name a file, as their proof or in a field.
CREATE TABLE evidence_of (
    hash BLOB NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (hash, entry)
) WITHOUT ROWID;
CREATE INDEX evidence_of_entry ON evidence_of (entry);
-- What follows is not part of the journal and is never chained.
-- What sealed values are compared by: keyed digests, by the entry that brought the value. In no backup.
CREATE TABLE value_digest (
    entry INTEGER NOT NULL,
    field INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (entry, field)
) WITHOUT ROWID;
CREATE TABLE answered (
    actor INTEGER NOT NULL,
    key BLOB NOT NULL,
    body BLOB NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) WITHOUT ROWID;
-- Who brought which file, under which name: whoever brings the same bytes again has a row of their own.
CREATE TABLE evidence (
    hash BLOB NOT NULL,
    actor INTEGER NOT NULL,
    size INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (hash, actor)
) WITHOUT ROWID;
CREATE TABLE credential (
    actor INTEGER PRIMARY KEY,
    password TEXT,
    activation BLOB,
    activation_until INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
);
CREATE TABLE session (
    token BLOB PRIMARY KEY,
    actor INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    kind TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE import (
    id INTEGER PRIMARY KEY,
    actor INTEGER NOT NULL,
    state TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    started_at INTEGER NOT NULL
);
