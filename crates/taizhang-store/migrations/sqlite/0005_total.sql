-- What a money account was debited and credited, whoever held it: by day (level 0), month (1) and year (2).
-- Filled from the postings by the program that makes it.
CREATE TABLE total (
    account INTEGER NOT NULL,
    level INTEGER NOT NULL,
    period INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    PRIMARY KEY (account, level, period, unit),
    CONSTRAINT whole_sum CHECK (typeof(debit) = 'integer' AND typeof(credit) = 'integer')
) WITHOUT ROWID;
-- All that was posted of one holder.
CREATE INDEX posting_holder ON posting (dim, account, day) WHERE dim > 0;
