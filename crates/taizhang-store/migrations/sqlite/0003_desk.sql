-- What people keep for themselves; not part of the journal and never chained.
-- Chosen columns, saved views, what was seen of the tour.
CREATE TABLE preference (
    actor INTEGER NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    shared INTEGER NOT NULL,
    PRIMARY KEY (actor, name)
) WITHOUT ROWID;
CREATE INDEX preference_shared ON preference (name, shared);
-- What was typed into a form and not sent, sealed with a key of its actor. In no backup.
CREATE TABLE typed_draft (
    actor INTEGER NOT NULL,
    place TEXT NOT NULL,
    sealed BLOB NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (actor, place)
) WITHOUT ROWID;
