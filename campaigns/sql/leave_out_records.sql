-- Who is left out for what their record, the list and their own wish say: the first reason that holds.
-- Relies on list_membership_of_customer, on the index of campaigns_viewer by customer and the key of the preference.
UPDATE chosen_recipient AS chosen SET left_out = found.reason
FROM (
    SELECT
        customer.id,
        CASE
            WHEN customer.id NOT IN ({seen}) THEN 'not seen'
            WHEN customer.merged_into_id IS NOT NULL THEN 'merged'
            WHEN customer.relationship_ended_on IS NOT NULL THEN 'ended'
            WHEN
                EXISTS (
                    SELECT FROM records_listmembership AS former
                    WHERE former.customer_id = customer.id AND former.mailing_list_id = %(mailing_list)s
                )
                AND NOT EXISTS (
                    SELECT FROM records_listmembership AS present
                    WHERE present.customer_id = customer.id AND present.mailing_list_id = %(mailing_list)s
                        AND (present.until IS NULL OR present.until > %(today)s)
                )
                THEN 'left list'
            WHEN EXISTS (
                SELECT FROM campaigns_viewer AS viewer
                JOIN campaigns_recipientpreference AS wish ON wish.viewer_id = viewer.id
                WHERE viewer.customer_id = customer.id AND wish.frequency = 'nothing'
            ) THEN 'opted out'
            WHEN %(needs_email)s AND customer.email = '' THEN 'no address'
            WHEN %(needs_mail_address)s AND (customer.street = '' OR customer.postal_code = '') THEN 'no address'
        END AS reason
    FROM records_customer AS customer
    JOIN chosen_recipient ON customer_id = customer.id
) AS found
WHERE found.id = chosen.customer_id AND found.reason IS NOT NULL
