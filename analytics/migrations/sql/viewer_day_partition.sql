CREATE OR REPLACE FUNCTION make_viewer_day_partition(series event_series, month date)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partition text := format('analytics_viewerday_%s_%s', series, to_char(month, 'YYYY_MM'));
BEGIN
    -- By the parent that the search path names: a rebuild has one of its own.
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'analytics_viewerday'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('make_viewer_day_partition'));
    IF EXISTS (
        SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'analytics_viewerday'::regclass AND relname = partition
    ) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE analytics_viewerday INCLUDING INDEXES) WITH (fillfactor = 80)', partition);
    EXECUTE format(
        'ALTER TABLE analytics_viewerday ATTACH PARTITION %I FOR VALUES FROM (%L, %L) TO (%L, %L)', partition,
        series, month, series, (month + interval '1 month')::date
    );
END
$$;
