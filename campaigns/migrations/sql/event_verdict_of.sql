CREATE OR REPLACE FUNCTION event_verdict_of(reason event_reason) RETURNS event_verdict
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE reason
        WHEN 'recorded_outcome' THEN 'human'::event_verdict
        WHEN 'typed_code' THEN 'human'::event_verdict
        WHEN 'no_sign' THEN 'human'::event_verdict
        WHEN 'no_focus' THEN 'unknown'::event_verdict
        WHEN 'internal_network' THEN 'internal'::event_verdict
        WHEN 'preview_agent' THEN 'preview'::event_verdict
        ELSE 'scanner'::event_verdict
    END
$$;
