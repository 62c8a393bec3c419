-- The event `shared` of each share that is about to be made.
INSERT INTO staged_event (viewer_id, occurred_at, id, kind, campaign_id, variant_id, share_id, material_id, grade)
SELECT viewer_id, %(shared_at)s, share_key, 'shared', %(campaign)s, %(variant)s, share_id, %(material)s, 'addressee'
FROM named_recipient
