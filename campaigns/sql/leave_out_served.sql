-- Who is left out for what they got before: once a month is enough for them, or they have this very share, still open.
-- Relies on the index of campaigns_viewer by customer and on share_of_recipient.
UPDATE chosen_recipient AS chosen SET left_out = found.reason
FROM (
    SELECT
        customer_id,
        CASE
            WHEN
                %(is_sent)s
                AND EXISTS (
                    SELECT FROM campaigns_viewer AS viewer
                    JOIN campaigns_recipientpreference AS wish ON wish.viewer_id = viewer.id
                    WHERE viewer.customer_id = waiting.customer_id AND wish.frequency = 'less'
                )
                AND EXISTS (
                    SELECT FROM campaigns_viewer AS viewer
                    JOIN campaigns_share AS share ON share.recipient_id = viewer.id
                    WHERE viewer.customer_id = waiting.customer_id AND share.shared_at >= %(month_ago)s
                )
                THEN 'heard'
            WHEN
                NOT %(again)s
                AND EXISTS (
                    SELECT FROM campaigns_viewer AS viewer
                    JOIN campaigns_share AS share ON share.recipient_id = viewer.id
                    WHERE viewer.customer_id = waiting.customer_id AND share.material_id = %(material)s
                        AND share.campaign_id IS NOT DISTINCT FROM %(campaign)s AND share.revoked_at IS NULL
                        AND (share.expires_at IS NULL OR share.expires_at > %(now)s)
                )
                THEN 'has it'
        END AS reason
    FROM chosen_recipient AS waiting
    WHERE left_out IS NULL
) AS found
WHERE found.customer_id = chosen.customer_id AND found.reason IS NOT NULL
