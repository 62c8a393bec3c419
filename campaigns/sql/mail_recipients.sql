-- Of each share what a letter needs, and why it must not be sent, if so (campaigns.enums.LeftOut). What one person said as
-- one viewer holds for all that they are. Whoever wants less had one if another of theirs was sent within 30 days, is in
-- doubt, or is being sent by whoever claimed the message with the smaller id.
-- Relies on the primary key of shares, and on the index of campaigns_viewer by customer.
SELECT
    share.id, share.token, coalesce(customer.name, '') AS name, coalesce(customer.email, '') AS email,
    material.title AS material, coalesce(sender.name, '') AS sender_name, coalesce(sender.email, '') AS sender_email,
    coalesce(said.language, 'en') AS language,
    CASE
        WHEN customer.id IS NULL THEN 'no customer is known as the recipient'
        WHEN share.revoked_at IS NOT NULL THEN 'the share was revoked'
        WHEN share.expires_at <= statement_timestamp() THEN 'the share has expired'
        WHEN material.withdrawn_at IS NOT NULL THEN 'the material was withdrawn'
        WHEN customer.email = '' THEN 'no e-mail address'
        WHEN said.wants_nothing THEN 'wants no e-mail'
        WHEN said.wants_less AND EXISTS (
            SELECT
            FROM campaigns_viewer AS viewer_too
            JOIN campaigns_share AS other ON other.recipient_id = viewer_too.id AND other.id <> share.id
            JOIN campaigns_mailmessage AS earlier ON earlier.share_id = other.id
            WHERE viewer_too.customer_id = customer.id
                AND (
                    earlier.sent_at > statement_timestamp() - interval '30 days'
                    OR earlier.state = 'in doubt'
                    OR (earlier.state = 'claimed' AND earlier.id < coalesce(message.id, 9223372036854775807))
                )
        ) THEN 'had an e-mail within the last 30 days'
        ELSE ''
    END AS left_out
FROM campaigns_share AS share
JOIN campaigns_material AS material ON material.id = share.material_id
JOIN campaigns_viewer AS viewer ON viewer.id = share.recipient_id
LEFT JOIN campaigns_mailmessage AS message ON message.share_id = share.id
LEFT JOIN records_customer AS customer ON customer.id = viewer.customer_id
LEFT JOIN privacy_user AS sender ON sender.id = coalesce(share.sender_id, %(sender)s)
LEFT JOIN LATERAL (
    SELECT
        bool_or(preference.frequency = 'nothing') AS wants_nothing,
        bool_or(preference.frequency = 'less') AS wants_less,
        (array_agg(preference.language ORDER BY preference.changed_at DESC))[1] AS language
    FROM campaigns_viewer AS same
    JOIN campaigns_recipientpreference AS preference ON preference.viewer_id = same.id
    WHERE same.customer_id = customer.id
) AS said ON true
WHERE share.id = ANY(%(shares)s)
ORDER BY share.id
