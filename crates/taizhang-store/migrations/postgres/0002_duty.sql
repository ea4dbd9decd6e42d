-- Derived: limits that run on somebody now (待办), one row for each limit of a living record.
CREATE TABLE duty (
    record BIGINT NOT NULL,
    limit_id TEXT NOT NULL,
    register BIGINT NOT NULL,
    unit BIGINT NOT NULL,
    person BIGINT NOT NULL,
    started BIGINT NOT NULL,
    due BIGINT,
    warn BIGINT,
    provisional BIGINT NOT NULL,
    PRIMARY KEY (record, limit_id)
);
CREATE INDEX duty_unit ON duty (unit, register, limit_id, due);
CREATE INDEX duty_person ON duty (person, due);
-- Derived: who wrote which entry about a record (已办、我发起); rows of imports are not told one by one.
CREATE TABLE deed (
    actor BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    record BIGINT NOT NULL,
    act TEXT NOT NULL,
    day BIGINT NOT NULL,
    cells BIGINT NOT NULL,
    PRIMARY KEY (actor, entry)
);
CREATE INDEX deed_entry ON deed (entry);
-- What follows is not part of the journal and is never chained.
-- Links to one's own calendar of duties, by the digest of their secret.
CREATE TABLE feed (
    token BYTEA PRIMARY KEY,
    actor BIGINT NOT NULL,
    made_at BIGINT NOT NULL
);
