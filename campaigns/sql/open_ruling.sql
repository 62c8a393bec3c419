-- What a rule finds of events: new ones, and earlier ones around them. Kept by the connection, emptied with each
-- transaction: making a table for each would write the catalogue a hundred times a second.
CREATE TEMPORARY TABLE IF NOT EXISTS ruling (
    viewer_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    id uuid NOT NULL,
    series event_series NOT NULL,
    verdict event_verdict,
    reason event_reason,
    nth smallint NOT NULL,
    is_new boolean NOT NULL,
    is_open boolean NOT NULL,
    found event_reason NOT NULL
) ON COMMIT DELETE ROWS;
DELETE FROM ruling
