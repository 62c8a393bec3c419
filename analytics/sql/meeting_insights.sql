, told AS (
    -- What the service measured and asked: sound lost, in per cent of packets a minute, and polls answered.
    SELECT
        attended.meeting_id, attended.customer_id, avg(sound.loss) AS loss,
        count(*) FILTER (WHERE record.attributes ? 'c10-polling-associated-responses') AS answers
    FROM attended
    JOIN records_record AS record ON record.meeting_number = attended.number AND record.category = 10
        AND record.collected_at >= attended.started_at - interval '10 minutes'
        AND record.collected_at < coalesce(attended.ended_at, attended.started_at + interval '1 day') + interval '1 hour'
    JOIN records_customer AS customer ON customer.id = record.customer_id
        AND coalesce(customer.merged_into_id, customer.id) = attended.customer_id
    LEFT JOIN LATERAL (
        SELECT avg(substring(record.attributes -> name ->> 'avg_loss' FROM '^([0-9]+(?:\.[0-9]+)?) ?%%$')::numeric) AS loss
        FROM unnest(ARRAY['c10-participant-audio-input', 'c10-participant-audio-output']) AS name
    ) AS sound ON true
    WHERE record.collected_at >= %(begins)s::timestamptz - interval '1 day'
        AND record.collected_at <= %(ends)s::timestamptz + interval '3 days'
    GROUP BY 1, 2
),
wrote AS (
    -- Under their address, or under the name by which they and nobody else took part in the meeting.
    SELECT DISTINCT attended.meeting_id, attended.customer_id
    FROM attended
    JOIN records_participation AS part ON part.meeting_id = attended.meeting_id
    JOIN records_customer AS customer ON customer.id = part.customer_id
        AND coalesce(customer.merged_into_id, customer.id) = attended.customer_id
    JOIN records_message AS message ON message.meeting_id = attended.meeting_id AND message.state = 'sent'
        AND (message.customer_id = part.customer_id OR part.name <> '' AND message.sender = part.name AND NOT EXISTS (
            SELECT FROM records_participation AS other
            WHERE other.meeting_id = part.meeting_id AND other.name = part.name
                AND other.customer_id IS DISTINCT FROM part.customer_id
        ))
),
around AS (
    SELECT
        meeting_id, customer_id, bool_or(is_before) AS sent_before, bool_or(is_before AND was_read) AS read_before,
        bool_or(NOT is_before) AS sent_after, bool_or(NOT is_before AND was_read) AS read_after
    FROM sent
    GROUP BY 1, 2
)
SELECT
    grouping(attended.meeting_id) = 0 AS by_meeting, grouping(attended.host_name) = 0 AS by_host,
    attended.host_name, (array_agg(attended.host_name))[1] AS hosted_by,
    (array_agg(attended.key))[1] AS key, max(attended.started_at) AS started_at,
    count(DISTINCT attended.meeting_id) AS meetings, count(DISTINCT attended.customer_id) AS people,
    count(*) AS attendances,
    count(*) FILTER (WHERE joined_at > attended.started_at + make_interval(mins => %(late)s)) AS late,
    count(*) FILTER (WHERE rejoins > 0) AS rejoined,
    count(*) FILTER (WHERE wrote.customer_id IS NOT NULL) AS wrote,
    count(*) FILTER (WHERE told.answers > 0) AS answered,
    count(told.loss) AS measured,
    count(*) FILTER (WHERE told.loss >= %(loss)s) AS lost_sound,
    count(*) FILTER (WHERE around.sent_before) AS sent_before, count(*) FILTER (WHERE around.read_before) AS read_before,
    count(*) FILTER (WHERE around.sent_after) AS sent_after, count(*) FILTER (WHERE around.read_after) AS read_after,
    (sum(least(seconds, lasted)) FILTER (WHERE lasted > 0) / nullif(sum(lasted) FILTER (WHERE lasted > 0), 0))::float AS stayed
FROM attended
LEFT JOIN told USING (meeting_id, customer_id)
LEFT JOIN wrote USING (meeting_id, customer_id)
LEFT JOIN around USING (meeting_id, customer_id)
GROUP BY GROUPING SETS ((attended.meeting_id), (attended.host_name), ())
