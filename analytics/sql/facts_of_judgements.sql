    -- Judgements: the event once less under the verdict before, and once more under the new one.
    -- Relies on the judgements' index by batch and on the log's key.
    SELECT
        campaign_id, variant_id, viewer_id, material_id, version, page, occurred_at, kind, dwell_ms, amount,
        amount_unknown, series, change.verdict, change.reason, change.sign,
        false AS is_seen,
        (judgement.verdict_before IN ('human', 'unknown')) <> (judgement.verdict IN ('human', 'unknown'))
            AS moves_extremes
    FROM campaigns_judgement AS judgement
    JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
    CROSS JOIN LATERAL (
        VALUES
            (judgement.verdict_before, judgement.reason_before, -1), (judgement.verdict, judgement.reason, 1)
    ) AS change (verdict, reason, sign)
    WHERE judgement.batch_id = ANY(%(batches)s::bigint[])
