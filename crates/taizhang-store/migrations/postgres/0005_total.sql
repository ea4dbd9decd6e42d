-- What a money account was debited and credited, whoever held it: by day (level 0), month (1) and year (2).
-- Filled from the postings by the program that makes it.
CREATE TABLE total (
    account BIGINT NOT NULL,
    level BIGINT NOT NULL,
    period BIGINT NOT NULL,
    unit BIGINT NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    reported BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    PRIMARY KEY (account, level, period, unit)
);
-- All that was posted of one holder.
CREATE INDEX posting_holder ON posting (dim, account, day) WHERE dim > 0;
-- Holders by the first of their dimensions, whatever the locale.
CREATE INDEX dimension_bytes ON dimension (text COLLATE "C");
