    -- What the rollups hold of the events that leave the log: each that was folded by its first verdict, and every folded
    -- change of its verdict. Held events stay. Relies on the judgements' key, which begins with the event's.
    SELECT
        campaign_id, variant_id, viewer_id, material_id, version, page, occurred_at, kind, dwell_ms, amount,
        amount_unknown, change.verdict, change.reason, change.sign, false AS is_seen, true AS moves_extremes
    FROM {partition} AS event
    CROSS JOIN LATERAL (
        SELECT event.verdict, event.reason, -1 AS sign
        WHERE EXISTS (
            SELECT FROM campaigns_eventbatch AS batch WHERE batch.id = event.batch_id AND batch.folded_at IS NOT NULL
        )
        UNION ALL
        SELECT changed.verdict, changed.reason, changed.sign
        FROM campaigns_judgement AS judgement
        CROSS JOIN LATERAL (
            VALUES
                (judgement.verdict_before, judgement.reason_before, 1), (judgement.verdict, judgement.reason, -1)
        ) AS changed (verdict, reason, sign)
        WHERE judgement.viewer_id = event.viewer_id AND judgement.occurred_at = event.occurred_at
            AND judgement.id = event.id AND judgement.series = event.series
            AND NOT EXISTS (
                SELECT FROM campaigns_eventbatch AS batch WHERE batch.id = judgement.batch_id AND batch.folded_at IS NULL
            )
    ) AS change
    WHERE NOT EXISTS (
        SELECT FROM held_event AS held
        WHERE held.viewer_id = event.viewer_id AND held.occurred_at = event.occurred_at AND held.id = event.id
    )
