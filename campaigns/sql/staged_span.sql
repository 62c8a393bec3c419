-- How many events are staged, their span, and through which shares something came: at most so many. That something was
-- shared is on no open page.
SELECT
    count(*), min(occurred_at), max(occurred_at),
    ARRAY(
        SELECT DISTINCT share_id FROM staged_event WHERE share_id IS NOT NULL AND kind <> 'shared' LIMIT %(shares)s
    )
FROM staged_event
