-- Relies on the log's key, which begins with viewer_id.
DELETE FROM campaigns_viewer AS viewer
USING leaving_viewer AS leaving
WHERE viewer.id = leaving.viewer_id
    AND NOT EXISTS (SELECT FROM campaigns_assignment WHERE viewer_id = viewer.id)
    AND NOT EXISTS (SELECT FROM campaigns_share WHERE recipient_id = viewer.id)
    AND NOT EXISTS (SELECT FROM campaigns_event WHERE viewer_id = viewer.id)
