-- A limit in hours ends at a minute of its last day; all others with the day.
ALTER TABLE duty ADD COLUMN minute BIGINT;
-- The daily round asks which duties of a limit have come to a day.
CREATE INDEX duty_limit ON duty (register, limit_id, due);
