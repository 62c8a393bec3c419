    -- What the rollups hold of the events that leave the log: each that was folded by its first verdict, and every folded
    -- change of its verdict. Held events stay. Two reads of the partition, each joined as a whole.
    SELECT
        campaign_id, variant_id, viewer_id, material_id, version, page, occurred_at, kind, dwell_ms, amount,
        amount_unknown, series, event.verdict, event.reason, -1 AS sign, false AS is_seen, true AS moves_extremes
    FROM {partition} AS event
    JOIN campaigns_eventbatch AS batch ON batch.id = event.batch_id AND batch.folded_at IS NOT NULL
    {not_held}
    UNION ALL
    SELECT
        campaign_id, variant_id, viewer_id, material_id, version, page, occurred_at, kind, dwell_ms, amount,
        amount_unknown, series, change.verdict, change.reason, change.sign, false, true
    FROM {partition} AS event
    JOIN campaigns_judgement AS judgement USING (viewer_id, occurred_at, id, series)
    CROSS JOIN LATERAL (
        VALUES (judgement.verdict_before, judgement.reason_before, 1), (judgement.verdict, judgement.reason, -1)
    ) AS change (verdict, reason, sign)
    WHERE NOT EXISTS (
        SELECT FROM campaigns_eventbatch AS batch WHERE batch.id = judgement.batch_id AND batch.folded_at IS NULL
    ) {and_not_held}
