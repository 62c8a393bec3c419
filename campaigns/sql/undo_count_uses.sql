-- Events of other batches that came through the shares of these, and those of people whom these drew into a campaign.
-- The first reads the log of other batches whole: taking an import back is rare, and a share's events are anybody's.
SELECT
    (
        SELECT count(*)
        FROM campaigns_event
        WHERE batch_id <> ALL(%(batches)s)
            AND share_id IN (SELECT id FROM campaigns_share WHERE batch_id = ANY(%(batches)s))
    ),
    (
        SELECT count(*)
        FROM campaigns_assignment AS assignment
        JOIN campaigns_event AS event
            ON event.viewer_id = assignment.viewer_id AND event.campaign_id = assignment.campaign_id
        WHERE assignment.batch_id = ANY(%(batches)s) AND event.batch_id <> ALL(%(batches)s)
    )
