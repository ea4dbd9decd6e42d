-- A limit in hours ends at a minute of its last day; all others with the day.
ALTER TABLE duty ADD COLUMN minute BIGINT;
-- The daily round asks which duties of a limit have come to a day.
CREATE INDEX duty_limit ON duty (register, limit_id, due);
-- What has a person's name on it lies on that person's desk alone, and is passed over on the unit's.
DROP INDEX duty_unit;
CREATE INDEX duty_unit ON duty (unit, register, limit_id, person, due);
