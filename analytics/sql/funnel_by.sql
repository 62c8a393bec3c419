-- How far those drawn into a campaign came: a row for each group and each set of steps that people of it reached, with how
-- many they are and their revenue. Who is in two groups counts in both, and in a group once. What people did is what they did
-- in the campaign; of a material it is also asked that they did it with that material. Relies on the assignments' index of
-- their campaign, on share_of_recipient and on the keys of the rollups by viewer.
WITH member AS (
    SELECT DISTINCT drawn.viewer_id, drawn.variant_id, {key} AS key, {came} AS came, {stayed} AS stayed
    FROM campaigns_assignment AS drawn
    {joins}
    WHERE drawn.campaign_id = %(campaign)s
)
SELECT
    member.key,
    did.shares > 0 AS shared,
    did.deliveries > 0 AS delivered,
    did.raw_views > 0 AS raw_viewed,
    did.views > 0 AND member.came AS viewed,
    did.visits > 0 AS visited,
    {engaged} AND member.stayed AS engaged,
    did.responses > 0 AS responded,
    did.conversions > 0 AS converted,
    count(*) AS people,
    sum(did.revenue) AS revenue
FROM member
JOIN analytics_campaignviewer AS did
    ON did.viewer_id = member.viewer_id AND did.campaign_id = %(campaign)s AND did.variant_id = member.variant_id
WHERE did.recipients > 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
