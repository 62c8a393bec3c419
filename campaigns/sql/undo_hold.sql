-- Until the transaction ends nobody hangs anything more on what may go: a new row's foreign key waits for these locks.
-- In the order of their keys, so that two who take back wait for each other.
SELECT
    (SELECT count(*) FROM (
        SELECT FROM campaigns_eventbatch WHERE id = ANY(%(batches)s) ORDER BY id FOR UPDATE
    ) AS batch),
    (SELECT count(*) FROM (
        SELECT FROM campaigns_share WHERE batch_id = ANY(%(batches)s) ORDER BY id FOR UPDATE
    ) AS share),
    (SELECT count(*) FROM (
        SELECT FROM campaigns_viewer WHERE id IN (SELECT viewer_id FROM leaving_viewer) ORDER BY id FOR UPDATE
    ) AS viewer),
    (SELECT count(*) FROM (
        SELECT FROM campaigns_campaign WHERE source_import_id = %(import)s ORDER BY id FOR UPDATE
    ) AS campaign),
    (SELECT count(*) FROM (
        SELECT
        FROM campaigns_variant
        WHERE campaign_id IN (SELECT id FROM campaigns_campaign WHERE source_import_id = %(import)s)
        ORDER BY id
        FOR UPDATE
    ) AS variant)
