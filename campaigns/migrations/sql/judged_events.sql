-- Relies on the judgements' key, which begins with the event's.
CREATE VIEW campaigns_judgedevent AS
SELECT
    event.viewer_id, event.occurred_at, event.id, event.series, event.batch_id, event.kind, event.campaign_id,
    event.variant_id, event.share_id, event.material_id, event.version, event.page, event.visit_id, event.dwell_ms,
    event.amount, event.amount_unknown, event.grade, event.signals,
    coalesce(latest.verdict, event.verdict) AS verdict,
    coalesce(latest.reason, event.reason) AS reason,
    coalesce(latest.nth, 0::smallint) AS judgements
FROM campaigns_event AS event
LEFT JOIN LATERAL (
    SELECT judgement.verdict, judgement.reason, judgement.nth
    FROM campaigns_judgement AS judgement
    WHERE judgement.viewer_id = event.viewer_id AND judgement.occurred_at = event.occurred_at
        AND judgement.id = event.id AND judgement.series = event.series
    ORDER BY judgement.nth DESC
    LIMIT 1
) AS latest ON true;
