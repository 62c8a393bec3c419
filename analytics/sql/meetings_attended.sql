-- Each customer in each meeting that began in some days, however often they came back; and each material that was sent to them
-- in so many days before it began, or since then until so many days after it ended: before, read by when it began; after, seen
-- with it since it was sent. Whose record is merged into another is that one's person. Relies on the indexes of foreign keys,
-- on share_of_recipient, on the key of analytics_viewermaterial.
WITH attended AS MATERIALIZED (
    SELECT
        meeting.id AS meeting_id, meeting.key, meeting.number, meeting.host_name, meeting.started_at, meeting.ended_at,
        meeting.duration_seconds AS lasted, coalesce(customer.merged_into_id, customer.id) AS customer_id,
        min(part.joined_at) AS joined_at, sum(part.seconds) AS seconds,
        sum((SELECT count(*) FROM records_interval AS stretch WHERE stretch.participation_id = part.id)) - count(*) AS rejoins
    FROM records_meeting AS meeting
    JOIN records_participation AS part ON part.meeting_id = meeting.id
    JOIN records_customer AS customer ON customer.id = part.customer_id
    WHERE meeting.started_at >= %(begins)s AND meeting.started_at <= %(ends)s
        AND coalesce(customer.merged_into_id, customer.id) IN ({customers})
    GROUP BY meeting.id, coalesce(customer.merged_into_id, customer.id)
),
sent AS MATERIALIZED (
    SELECT
        attended.meeting_id, attended.customer_id, share.material_id, share.shared_at < attended.started_at AS is_before,
        bool_or(coalesce(did.views > 0 AND CASE WHEN share.shared_at < attended.started_at
            THEN did.first_at < attended.started_at ELSE did.last_at >= share.shared_at END, false)) AS was_read
    FROM attended
    JOIN campaigns_viewer AS viewer ON viewer.customer_id = attended.customer_id
    JOIN campaigns_share AS share ON share.recipient_id = viewer.id
        AND share.shared_at >= attended.started_at - make_interval(days => %(around)s)
        AND share.shared_at < coalesce(attended.ended_at, attended.started_at) + make_interval(days => %(around)s)
    LEFT JOIN analytics_viewermaterial AS did ON did.viewer_id = viewer.id AND did.material_id = share.material_id
    WHERE %(campaign)s::bigint IS NULL OR share.campaign_id = %(campaign)s
    GROUP BY 1, 2, 3, 4
)
