-- What a figure costs that is put together from history tables on PostgreSQL, for docs/decisions/0001. Repeat it with
--   cargo xtask pg -- sh -c 'psql "$TAIZHANG_TEST_PG" -f benches/history.sql'
-- One million projects of two hundred units, one in ten corrected once, back-dated. What is printed is the CPU time of
-- the server's process in hundredths of a second, before and after each work; nothing runs in parallel.
\set ON_ERROR_STOP 1
\pset tuples_only on
SET max_parallel_workers_per_gather = 0;
SET work_mem = '64MB';
SELECT pg_backend_pid() AS pid \gset
\setenv BACKEND :pid

CREATE TABLE project (
    id bigint PRIMARY KEY, unit int NOT NULL, status text NOT NULL, amount bigint NOT NULL, occurred_on date NOT NULL
);
CREATE TABLE project_history (
    id bigint NOT NULL, recorded_at bigint NOT NULL, unit int NOT NULL, status text NOT NULL, amount bigint NOT NULL,
    occurred_on date NOT NULL, PRIMARY KEY (id, occurred_on, recorded_at)
);
CREATE SEQUENCE moment;
-- The usual trigger: every change leaves the row as it is from then on.
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO project_history
    VALUES (NEW.id, nextval('moment'), NEW.unit, NEW.status, NEW.amount, NEW.occurred_on);
    RETURN NEW;
END $$;
CREATE TRIGGER keep AFTER INSERT OR UPDATE ON project FOR EACH ROW EXECUTE FUNCTION keep();

\echo 'create 1,000,000 by one statement, history by trigger'
\! awk '{print $14 + $15}' /proc/$BACKEND/stat
INSERT INTO project
SELECT n, n % 200, (ARRAY['reserve', 'signed', 'started', 'building'])[1 + n % 4], n % 9000,
       DATE '2024-01-01' + (n * 37 % 240)::int
FROM generate_series(1, 1000000) AS n;
\! awk '{print $14 + $15}' /proc/$BACKEND/stat
UPDATE project SET amount = amount + 1, occurred_on = occurred_on - 10 WHERE id % 10 = 0;
CREATE INDEX ON project (unit);
CREATE INDEX ON project_history (unit, occurred_on);
VACUUM ANALYZE;

\echo 'today, one unit'
\! awk '{print $14 + $15}' /proc/$BACKEND/stat
SELECT count(*), sum(amount) FROM project WHERE unit = 7;
\! awk '{print $14 + $15}' /proc/$BACKEND/stat

\echo 'today, all 200 units'
\! awk '{print $14 + $15}' /proc/$BACKEND/stat
SELECT count(*), sum(total) FROM (SELECT unit, sum(amount) AS total FROM project GROUP BY unit) AS units;
\! awk '{print $14 + $15}' /proc/$BACKEND/stat

\echo 'as of 30 June, as known after the first million, one unit'
\! awk '{print $14 + $15}' /proc/$BACKEND/stat
SELECT count(*), sum(amount) FROM (
    SELECT DISTINCT ON (id) unit, amount FROM project_history h
    WHERE occurred_on <= '2024-06-30' AND recorded_at <= 1000000
      AND id IN (SELECT id FROM project_history WHERE unit = 7)
    ORDER BY id, occurred_on DESC, recorded_at DESC) AS known WHERE unit = 7;
\! awk '{print $14 + $15}' /proc/$BACKEND/stat

\echo 'as of 30 June, as known after the first million, all 200 units'
\! awk '{print $14 + $15}' /proc/$BACKEND/stat
SELECT count(*), sum(total) FROM (
    SELECT unit, sum(amount) AS total FROM (
        SELECT DISTINCT ON (id) unit, amount FROM project_history
        WHERE occurred_on <= '2024-06-30' AND recorded_at <= 1000000
        ORDER BY id, occurred_on DESC, recorded_at DESC) AS known GROUP BY unit) AS units;
\! awk '{print $14 + $15}' /proc/$BACKEND/stat
