-- The last viewer of the next slice of the log: whole viewers, up to about so many events. Relies on the log's key.
SELECT max(viewer_id)
FROM (
    SELECT viewer_id
    FROM campaigns_event
    WHERE viewer_id > %(after)s AND occurred_at >= coalesce(%(since)s::timestamptz, '-infinity')
    ORDER BY viewer_id
    LIMIT %(limit)s
) AS slice
