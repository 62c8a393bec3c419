    -- Who was drawn into a campaign long enough ago, on which day, and whether they responded to it in so many days: the newest
    -- draws, holdouts left out. An answer counts by the verdict that holds. Whoever has ended the relationship takes no part.
    -- Relies on the log's key, which leads with the viewer, within the partitions of promotion.
    SELECT customer_id, campaign_id, min(day) AS day, bool_or(responded) AS responded
    FROM (
        SELECT viewer.customer_id, draw.campaign_id, (draw.assigned_at AT TIME ZONE %(zone)s)::date AS day, EXISTS (
            SELECT FROM campaigns_event AS event
            LEFT JOIN LATERAL (
                SELECT judgement.verdict FROM campaigns_judgement AS judgement
                WHERE judgement.viewer_id = event.viewer_id AND judgement.occurred_at = event.occurred_at
                    AND judgement.id = event.id AND judgement.series = event.series
                ORDER BY judgement.nth DESC LIMIT 1
            ) AS latest ON true
            WHERE event.series = 'promotion' AND event.viewer_id = draw.viewer_id AND event.kind = 'response'
                AND event.campaign_id = draw.campaign_id AND event.occurred_at >= draw.assigned_at
                AND event.occurred_at < draw.assigned_at + %(window)s
                AND coalesce(latest.verdict, event.verdict) IN ('human', 'unknown')
        ) AS responded
        FROM campaigns_assignment AS draw
        JOIN campaigns_variant AS variant ON variant.id = draw.variant_id AND NOT variant.is_holdout
        JOIN campaigns_viewer AS viewer ON viewer.id = draw.viewer_id
        JOIN records_customer AS customer ON customer.id = viewer.customer_id AND customer.relationship_ended_on IS NULL
        WHERE draw.assigned_at <= %(until)s
        ORDER BY draw.assigned_at DESC, draw.id
        LIMIT %(most)s
    ) AS draw
    GROUP BY 1, 2
