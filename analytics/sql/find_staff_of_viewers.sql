-- The customers that these viewers are; and the staff who shared with them, whose customers they are at present, and
-- who manage those.
-- Relies on campaigns_viewer's key, share_of_recipient, and the indexes of customer assignments by customer and of team
-- memberships by staff and team.
WITH known AS (
    SELECT id, customer_id FROM campaigns_viewer WHERE id = ANY(%(viewers)s) AND customer_id IS NOT NULL
),
staff AS (
    SELECT share.sender_id AS id
    FROM known
    JOIN campaigns_share AS share ON share.recipient_id = known.id
    WHERE share.sender_id IS NOT NULL
    UNION
    SELECT assignment.staff_id
    FROM known
    JOIN records_customerassignment AS assignment ON assignment.customer_id = known.customer_id
    WHERE assignment.until IS NULL
),
managers AS (
    SELECT manager.staff_id
    FROM staff
    JOIN records_teammembership AS membership ON membership.staff_id = staff.id AND membership.until IS NULL
    JOIN records_teammembership AS manager
        ON manager.team_id = membership.team_id AND manager.is_manager AND manager.until IS NULL
)
SELECT
    ARRAY(SELECT DISTINCT customer_id FROM known),
    ARRAY(SELECT id FROM staff UNION SELECT staff_id FROM managers)
