-- Shares by who sent them, by material, by channel, and all of them; how many people and materials each went to, and how
-- many of these people, each with the material, were seen with it after it was sent and viewed or answered it at any time.
-- Views are people's, by whichever share of the material they came. Relies on share_of_sender, share_newest and on the key of
-- analytics_viewermaterial.
SELECT
    grouping(share.sender_id) = 0 AS by_sender, grouping(share.material_id) = 0 AS by_material,
    grouping(share.channel) = 0 AS by_channel, share.sender_id, share.material_id, share.channel,
    count(*) AS shares,
    count(DISTINCT share.recipient_id) AS people,
    count(DISTINCT (share.recipient_id, share.material_id)) AS sent,
    count(DISTINCT (share.recipient_id, share.material_id)) FILTER (WHERE did.views > 0) AS viewed,
    count(DISTINCT (share.recipient_id, share.material_id)) FILTER (WHERE did.responses > 0) AS responded,
    max(share.shared_at) AS last_at
FROM campaigns_share AS share
LEFT JOIN analytics_viewermaterial AS did
    ON did.viewer_id = share.recipient_id AND did.material_id = share.material_id AND did.last_at >= share.shared_at
WHERE share.id IN ({shares})
GROUP BY GROUPING SETS ((share.sender_id), (share.material_id), (share.channel), ())
