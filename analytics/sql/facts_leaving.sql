    -- What batches that leave the log take out of the rollups: their folded events, and every folded judgement of their
    -- events, whose batch may be another or gone itself. Relies on campaigns_event_batch, and on the judgements'
    -- key, which begins with the event's.
    SELECT
        campaign_id, variant_id, viewer_id, material_id, version, page, occurred_at, kind, dwell_ms, amount,
        amount_unknown, series, change.verdict, change.reason, change.sign, false AS is_seen, true AS moves_extremes
    FROM {log} AS event
    CROSS JOIN LATERAL (
        SELECT event.verdict, event.reason, -1 AS sign WHERE event.batch_id = ANY(%(batches)s::bigint[])
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
    WHERE event.batch_id = ANY(%(leaving)s::bigint[])
    UNION ALL
    -- What they judged of others' events and nobody folded yet: it stays, and no fold will find it by its batch.
    SELECT
        campaign_id, variant_id, viewer_id, material_id, version, page, occurred_at, kind, dwell_ms, amount,
        amount_unknown, series, change.verdict, change.reason, change.sign, false, true
    FROM campaigns_judgement AS judgement
    JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)
    CROSS JOIN LATERAL (
        VALUES
            (judgement.verdict_before, judgement.reason_before, -1), (judgement.verdict, judgement.reason, 1)
    ) AS change (verdict, reason, sign)
    WHERE judgement.batch_id = ANY(%(leaving)s::bigint[]) AND judgement.batch_id <> ALL(%(batches)s::bigint[])
        AND event.batch_id <> ALL(%(leaving)s::bigint[])
