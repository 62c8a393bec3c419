-- Events on their way into the log: what the sender said, with names resolved to rows. Same columns as the log,
-- less what append decides (series, batch, verdict, reason). Kept by the connection, emptied with each transaction:
-- making a table for each would write the catalogue a hundred times a second.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_event (
    viewer_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    id uuid NOT NULL,
    kind event_kind NOT NULL,
    campaign_id bigint,
    variant_id bigint,
    share_id bigint,
    material_id bigint,
    version smallint,
    page smallint,
    visit_id uuid,
    dwell_ms integer,
    amount numeric(14, 2),
    amount_unknown boolean NOT NULL DEFAULT false,
    grade event_grade NOT NULL DEFAULT 'unknown',
    signals smallint NOT NULL DEFAULT 0
) ON COMMIT DELETE ROWS;
DELETE FROM staged_event
