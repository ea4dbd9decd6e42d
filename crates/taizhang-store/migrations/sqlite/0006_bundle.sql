-- What each account was posted by 4,096 entries in a row, as bytes: read for figures as known earlier.
-- Filled from the postings by the program that makes it.
CREATE TABLE bundle (
    account INTEGER NOT NULL,
    block INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (account, block, part)
);
-- Holders are found on accounts of money alone, by an index that the program makes for those.
DROP INDEX IF EXISTS posting_holder;
-- Half of a keyed digest tells requests apart as well as all of it.
UPDATE answered SET key = substr(key, 1, 16), body = substr(body, 1, 16);
