CREATE OR REPLACE FUNCTION event_series_of(kind event_kind) RETURNS event_series LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN kind IN ('visit', 'view', 'page', 'download', 'begun')
        THEN 'insight'::event_series ELSE 'promotion'::event_series
    END
$$;
