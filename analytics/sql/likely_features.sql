-- What each customer had done before a day on which they were, or may be, drawn into a campaign. `asked` gives customers with
-- the campaign, the day (the agency's) and whether they responded (null where nobody knows yet). Nothing of that day or later
-- is read: of the rollup by day the days before, of a material when somebody came to it first, of draws their moment. It holds
-- what people did, machines left out. Relies on the index of viewers by customer and on the rollups' keys, which lead with the
-- viewer.
WITH asked AS MATERIALIZED (
{asked}
),
moment AS MATERIALIZED (
    SELECT customer_id, campaign_id, day, day::timestamp AT TIME ZONE %(zone)s AS begins FROM asked
),
did AS MATERIALIZED (
    SELECT viewer.customer_id, done.day, done.views, done.dwell_ms, done.responses, done.conversions, done.shares,
        done.visits > 0 OR done.views > 0 OR done.dwell_ms > 0 OR done.responses > 0 OR done.conversions > 0 AS came
    FROM (SELECT DISTINCT customer_id FROM asked) AS person
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = person.customer_id
    JOIN analytics_viewerday AS done ON done.viewer_id = viewer.id
    WHERE (done.series, done.month) IN %(partitions)s
),
of_days AS MATERIALIZED (
    SELECT asked.customer_id, asked.campaign_id,
        min(asked.day - did.day) FILTER (WHERE did.came) AS days_since_came,
        count(DISTINCT did.day) FILTER (WHERE did.came AND did.day >= asked.day - 84) AS days_came,
        sum(did.views) AS views, sum(did.dwell_ms) / 60000.0 AS minutes_read, sum(did.responses) AS responses,
        sum(did.conversions) AS conversions, sum(did.shares) FILTER (WHERE did.day >= asked.day - 84) AS shares
    FROM asked
    JOIN did ON did.customer_id = asked.customer_id AND did.day < asked.day AND did.day >= asked.day - 365
    GROUP BY 1, 2
),
topic AS (
    SELECT DISTINCT variant.campaign_id, other.material_id
    FROM campaigns_variant AS variant
    JOIN campaigns_material_tags AS own ON own.material_id = variant.material_id
    JOIN campaigns_material_tags AS other ON other.tag_id = own.tag_id
),
of_topics AS MATERIALIZED (
    SELECT moment.customer_id, moment.campaign_id, count(DISTINCT seen.material_id) AS topic_materials
    FROM moment
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = moment.customer_id
    JOIN analytics_viewermaterial AS seen ON seen.viewer_id = viewer.id AND seen.first_at < moment.begins
    JOIN topic ON topic.campaign_id = moment.campaign_id AND topic.material_id = seen.material_id
    GROUP BY 1, 2
),
of_draws AS MATERIALIZED (
    SELECT moment.customer_id, moment.campaign_id, count(DISTINCT draw.campaign_id) AS campaigns
    FROM moment
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = moment.customer_id
    JOIN campaigns_assignment AS draw ON draw.viewer_id = viewer.id AND draw.campaign_id <> moment.campaign_id
        AND draw.assigned_at < moment.begins AND draw.assigned_at >= moment.begins - interval '365 days'
    JOIN campaigns_variant AS variant ON variant.id = draw.variant_id AND NOT variant.is_holdout
    GROUP BY 1, 2
)
SELECT
    asked.customer_id, asked.campaign_id, asked.day, asked.responded,
    of_days.days_since_came, coalesce(of_days.days_came, 0) AS days_came, coalesce(of_days.views, 0) AS views,
    coalesce(of_days.minutes_read, 0) AS minutes_read, coalesce(of_topics.topic_materials, 0) AS topic_materials,
    coalesce(of_days.responses, 0) AS responses, coalesce(of_days.conversions, 0) AS conversions,
    coalesce(of_days.shares, 0) AS shares, coalesce(of_draws.campaigns, 0) AS campaigns, campaign.kind
FROM asked
JOIN campaigns_campaign AS campaign ON campaign.id = asked.campaign_id
LEFT JOIN of_days USING (customer_id, campaign_id)
LEFT JOIN of_topics USING (customer_id, campaign_id)
LEFT JOIN of_draws USING (customer_id, campaign_id)
ORDER BY asked.day, asked.customer_id, asked.campaign_id
