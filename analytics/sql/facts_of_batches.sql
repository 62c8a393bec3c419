    -- The events by their first verdict; first and last signs by the one that holds.
    -- Relies on campaigns_event_batch within the partitions of the batches' span.
    SELECT
        campaign_id, variant_id, viewer_id, material_id, version, page, occurred_at, kind, dwell_ms, amount,
        amount_unknown, series, event.verdict, event.reason, 1 AS sign,
        coalesce(latest.verdict, event.verdict) IN ('human', 'unknown') AS is_seen, false AS moves_extremes
    FROM {log} AS event
    {latest}
    WHERE event.batch_id = ANY(%(batches)s::bigint[])
