-- Whoever waited for the lock reads the table of tables itself: what a session remembers of a name (to_regclass) may be
-- from before the other made the partition.
CREATE OR REPLACE FUNCTION make_event_partition(series event_series, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text := format('campaigns_event_%s_%s', series, to_char(month, 'YYYY_MM'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('make_event_partition'));
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'campaigns_event'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF campaigns_event FOR VALUES FROM (%L, %L) TO (%L, %L)', partition,
        series, month::timestamp AT TIME ZONE 'UTC', series, (month + interval '1 month') AT TIME ZONE 'UTC'
    );
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM CURRENT_USER, PUBLIC', partition);
END
$$;
