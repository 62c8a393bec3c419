-- Whom an issue goes to: who subscribes by this way, and what was ordered once, is paid, and waits. `left_out` says who
-- does not get it: the first reason that holds. What somebody said themselves, from their mailbox, holds against what was older.
-- Relies on list_membership_open_once, the index of orders by publication and of campaigns_viewer by customer.
DROP TABLE IF EXISTS pg_temp.chosen_copy;
CREATE TEMPORARY TABLE chosen_copy ON COMMIT DROP AS
WITH wanted AS (
    SELECT
        member.id AS membership_id, NULL::bigint AS order_id, member.customer_id, member.copies, member.street,
        member.postal_code, member.address AS email, member.confirmed_at
    FROM records_listmembership AS member
    WHERE %(subscribers)s AND member.mailing_list_id = %(mailing_list)s AND member.way = %(way)s
        AND member.since <= %(today)s AND (member.until IS NULL OR member.until > %(today)s)
    UNION ALL
    SELECT
        NULL, asked.id, asked.customer_id, asked.copies, asked.street, asked.postal_code, asked.email,
        asked.confirmed_at
    FROM records_publicationorder AS asked
    WHERE %(orders)s AND asked.publication_id = %(publication)s AND asked.way = %(way)s
        AND asked.confirmed_at IS NOT NULL AND asked.cancelled_at IS NULL AND asked.held_until IS NULL
        AND NOT EXISTS (SELECT FROM records_fulfilmententry AS entry WHERE entry.order_id = asked.id)
), addressed AS (
    SELECT
        wanted.membership_id, wanted.order_id, person.id AS customer_id, wanted.copies, wanted.confirmed_at,
        person.relationship_ended_on,
        coalesce(nullif(wanted.email, ''), person.email) AS email,
        CASE
            WHEN wanted.street <> '' THEN wanted.street || ' ' || wanted.postal_code
            WHEN person.street <> '' AND person.postal_code <> '' THEN person.street || ' ' || person.postal_code
            ELSE ''
        END AS address,
        wanted.order_id IS NULL AND row_number() OVER (
            PARTITION BY person.id, wanted.order_id ORDER BY wanted.confirmed_at DESC NULLS LAST, wanted.membership_id
        ) > 1 AS is_twice
    FROM wanted
    JOIN records_customer AS customer ON customer.id = wanted.customer_id
    JOIN records_customer AS person ON person.id = coalesce(customer.merged_into_id, customer.id)
)
SELECT
    row_number() OVER (ORDER BY membership_id, order_id) AS number, membership_id, order_id, customer_id, copies,
    confirmed_at, email, address, NULL::bytea AS address_hash,
    CASE
        WHEN is_twice THEN 'twice'
        WHEN EXISTS (
            SELECT FROM records_fulfilmententry AS former
            JOIN records_customer AS known ON known.id = former.customer_id
            WHERE coalesce(known.merged_into_id, known.id) = addressed.customer_id AND former.came_back_why = 'died'
        ) THEN 'died'
        WHEN relationship_ended_on IS NOT NULL
            AND (
                confirmed_at IS NULL
                OR (confirmed_at AT TIME ZONE %(time_zone)s)::date <= relationship_ended_on
            )
            THEN 'ended'
        WHEN EXISTS (
            SELECT FROM campaigns_viewer AS viewer
            JOIN campaigns_recipientpreference AS wish ON wish.viewer_id = viewer.id
            WHERE viewer.customer_id = addressed.customer_id AND wish.frequency = 'nothing'
                AND wish.changed_at > coalesce(confirmed_at, '-infinity')
        ) THEN 'opted out'
        WHEN %(way)s = 'email' AND email = '' THEN 'no address'
        WHEN %(way)s = 'post' AND address = '' THEN 'no address'
    END AS left_out
FROM addressed
