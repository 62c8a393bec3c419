-- The shares that this chunk makes (with their ids, not yet stored), and those that its people have already.
-- Relies on the unique key of campaigns_share (key) and on share_of_recipient.
DROP TABLE IF EXISTS pg_temp.staged_share, pg_temp.known_share;
CREATE TEMPORARY TABLE staged_share ON COMMIT DROP AS
SELECT
    nextval(pg_get_serial_sequence('campaigns_share', 'id')) AS id, fact.id AS key, viewer.id AS recipient_id,
    material_id, campaign_id, variant_id, sender_id, occurred_at AS shared_at, row_number() OVER () AS nth
FROM (
    SELECT DISTINCT ON (id) *
    FROM staged_fact
    WHERE kind = 'shared' AND line NOT IN (SELECT line FROM staged_reject)
    ORDER BY id, line
) AS fact
JOIN campaigns_viewer AS viewer USING (key)
WHERE NOT EXISTS (SELECT FROM campaigns_share AS share WHERE share.key = fact.id);

CREATE TEMPORARY TABLE known_share ON COMMIT DROP AS
SELECT id, key, recipient_id, material_id, campaign_id, shared_at FROM staged_share
UNION ALL
SELECT share.id, share.key, recipient_id, material_id, campaign_id, shared_at
FROM campaigns_share AS share
WHERE recipient_id IN (SELECT viewer.id FROM staged_fact JOIN campaigns_viewer AS viewer USING (key));
ANALYZE known_share;

-- A share's row belongs to its share; any other to the newest share of that material not after it, else the newest.
DROP TABLE IF EXISTS pg_temp.staged_link;
CREATE TEMPORARY TABLE staged_link ON COMMIT DROP AS
SELECT DISTINCT ON (line) line, share.id AS share_id
FROM staged_fact AS fact
JOIN campaigns_viewer AS viewer USING (key)
JOIN known_share AS share ON share.recipient_id = viewer.id AND share.material_id = fact.material_id
WHERE share.campaign_id IS NOT DISTINCT FROM fact.campaign_id AND (fact.kind <> 'shared' OR share.key = fact.id)
ORDER BY line, share.shared_at <= fact.occurred_at DESC, share.shared_at DESC, share.id DESC;

INSERT INTO staged_reject (line, field, reason)
SELECT
    line, CASE WHEN forwarded THEN 'customer' ELSE 'event_id' END,
    CASE WHEN forwarded THEN 'has no share of this material to come through' ELSE 'is the id of another share' END
FROM staged_fact
WHERE (forwarded OR kind = 'shared') AND line NOT IN (SELECT line FROM staged_link)
    AND line NOT IN (SELECT line FROM staged_reject)
