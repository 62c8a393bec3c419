-- One batch of the draw. Relies on nothing: the temporary table is read in stretches of its own count.
INSERT INTO campaigns_assignment (campaign_id, variant_id, viewer_id, batch_id, assigned_at)
SELECT %(campaign)s, variant_id, viewer_id, %(batch)s, %(at)s
FROM drawn_person
WHERE nth > %(after)s AND nth <= %(after)s + %(size)s AND viewer_id IS NOT NULL
