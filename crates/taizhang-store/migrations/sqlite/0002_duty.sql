-- Derived: limits that run on somebody now (待办), one row for each limit of a living record.
CREATE TABLE duty (
    record INTEGER NOT NULL,
    limit_id TEXT NOT NULL,
    register INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    person INTEGER NOT NULL,
    started INTEGER NOT NULL,
    due INTEGER,
    warn INTEGER,
    provisional INTEGER NOT NULL,
    PRIMARY KEY (record, limit_id)
) WITHOUT ROWID;
CREATE INDEX duty_unit ON duty (unit, register, limit_id, due);
CREATE INDEX duty_person ON duty (person, due);
-- Derived: who wrote which entry about a record (已办、我发起); rows of imports are not told one by one.
CREATE TABLE deed (
    actor INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    record INTEGER NOT NULL,
    act TEXT NOT NULL,
    day INTEGER NOT NULL,
    cells INTEGER NOT NULL,
    PRIMARY KEY (actor, entry)
) WITHOUT ROWID;
CREATE INDEX deed_entry ON deed (entry);
-- What follows is not part of the journal and is never chained.
-- Links to one's own calendar of duties, by the digest of their secret.
CREATE TABLE feed (
    token BLOB PRIMARY KEY,
    actor INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) WITHOUT ROWID;
