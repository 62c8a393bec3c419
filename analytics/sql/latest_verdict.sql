LEFT JOIN LATERAL (
        SELECT judgement.verdict
        FROM campaigns_judgement AS judgement
        WHERE judgement.viewer_id = event.viewer_id AND judgement.occurred_at = event.occurred_at
            AND judgement.id = event.id AND judgement.series = event.series
        ORDER BY judgement.nth DESC
        LIMIT 1
    ) AS latest ON true
