"""What the database holds, as one digest a table: to tell that nothing was left behind, or that two loads are alike."""

from django.db import connection

# Keys, tokens and moments of the load itself, and ids by which rows name each other.
NATURAL = {
    "users": "SELECT email, name, time_zone, is_staff, is_active, is_demo, date_joined FROM privacy_user",
    "roles": """
        SELECT email, role.name FROM privacy_user AS staff
        JOIN privacy_user_groups AS has ON has.user_id = staff.id JOIN auth_group AS role ON role.id = has.group_id
    """,
    "teams": """
        SELECT team.name, territory.code, email, is_manager, since, until FROM records_team AS team
        JOIN records_territory AS territory ON territory.id = team.territory_id
        JOIN records_teammembership AS membership ON membership.team_id = team.id
        JOIN privacy_user AS staff ON staff.id = membership.staff_id
    """,
    "customers": """
        SELECT customer.number, customer.name, email, phone, customer.street, customer.city,
            customer.state, customer.postal_code, job_title,
            organization.number, organization.name, territory.code, customer_since
        FROM records_customer AS customer
        JOIN records_organization AS organization ON organization.id = customer.organization_id
        JOIN records_territory AS territory ON territory.id = customer.territory_id
    """,
    "customer assignments": """
        SELECT number, staff.email, boss.email, until IS NULL,
            CASE WHEN given.assigned_by_id IS NULL THEN since END
        FROM records_customerassignment AS given
        JOIN records_customer AS customer ON customer.id = given.customer_id
        JOIN privacy_user AS staff ON staff.id = given.staff_id
        LEFT JOIN privacy_user AS boss ON boss.id = given.assigned_by_id
    """,
    "answers": """
        SELECT survey.slug, survey.kind, opens_on, closes_on, question.number, question.text, question.element,
            submission.number, customer.number, submitted_at, retention_rule, answer.text, answer.number,
            feeling IS NOT NULL
        FROM records_answer AS answer
        JOIN records_question AS question ON question.id = answer.question_id
        JOIN records_submission AS submission ON submission.id = answer.submission_id
        JOIN records_survey AS survey ON survey.id = submission.survey_id
        JOIN records_customer AS customer ON customer.id = submission.customer_id
    """,
    "registrations": """
        SELECT slug, gathering.name, place, starts_at, ends_at, customer.number, registered_at, registration.role,
            badge_name, attended, registration.cancelled_at, itinerary IS NOT NULL, accommodations IS NOT NULL
        FROM records_registration AS registration
        JOIN records_gathering AS gathering ON gathering.id = registration.gathering_id
        JOIN records_customer AS customer ON customer.id = registration.customer_id
    """,
    "memberships": """
        SELECT slug, list.name, list.kind, provider, terms, customer.number, since, until, end_reason
        FROM records_listmembership AS membership
        JOIN records_mailinglist AS list ON list.id = membership.mailing_list_id
        JOIN records_customer AS customer ON customer.id = membership.customer_id
    """,
    "cards": """
        SELECT customer.number, brand, last_four, provider, token FROM records_paymentcard AS card
        JOIN records_customer AS customer ON customer.id = card.customer_id
    """,
    "campaigns": """
        SELECT slug, campaign.name, description, starts_on, ends_on, source_note, is_demo, variant.name, label,
            is_control, position
        FROM campaigns_campaign AS campaign JOIN campaigns_variant AS variant ON variant.campaign_id = campaign.id
    """,
    "materials": """
        SELECT slug, title, kind, material.version, material.page_count, version.file, size, address, is_demo,
            array(SELECT tag.slug FROM campaigns_material_tags AS tagged JOIN campaigns_tag AS tag ON tag.id = tag_id
                WHERE tagged.material_id = material.id ORDER BY tag.slug) AS tags
        FROM campaigns_material AS material LEFT JOIN campaigns_materialversion AS version ON material_id = material.id
    """,
    "imports": """
        SELECT kind, file_name, content_hash, mapping_hash, state, read, loaded, already_present, rejected, is_demo
        FROM records_import WHERE state <> 'undone'
    """,
    "shares": """
        SELECT share.key, customer.number, material.slug, campaign.slug, variant.name, staff.email, shared_at
        FROM campaigns_share AS share
        JOIN campaigns_viewer AS viewer ON viewer.id = share.recipient_id
        JOIN records_customer AS customer ON customer.id = viewer.customer_id
        JOIN campaigns_material AS material ON material.id = share.material_id
        LEFT JOIN campaigns_campaign AS campaign ON campaign.id = share.campaign_id
        LEFT JOIN campaigns_variant AS variant ON variant.id = share.variant_id
        LEFT JOIN privacy_user AS staff ON staff.id = share.sender_id
    """,
    "assignments": """
        SELECT number, variant.name, campaign.slug, assigned_at FROM campaigns_assignment AS assignment
        JOIN campaigns_viewer AS viewer ON viewer.id = assignment.viewer_id
        JOIN records_customer AS customer ON customer.id = viewer.customer_id
        JOIN campaigns_variant AS variant ON variant.id = assignment.variant_id
        JOIN campaigns_campaign AS campaign ON campaign.id = assignment.campaign_id
    """,
    "events": """
        SELECT event.id, occurred_at, event.kind, customer.number, campaign.slug, variant.name, material.slug,
            share.key, page, visit_id, dwell_ms, amount, amount_unknown, grade, signals, verdict, reason,
            least(event.viewer_id, 0)
        FROM campaigns_event AS event
        LEFT JOIN campaigns_viewer AS viewer ON viewer.id = event.viewer_id
        LEFT JOIN records_customer AS customer ON customer.id = viewer.customer_id
        LEFT JOIN campaigns_campaign AS campaign ON campaign.id = event.campaign_id
        LEFT JOIN campaigns_variant AS variant ON variant.id = event.variant_id
        LEFT JOIN campaigns_material AS material ON material.id = event.material_id
        LEFT JOIN campaigns_share AS share ON share.id = event.share_id
    """,
    "campaign days": """
        SELECT slug, variant.name, day, recipients, facts, views, raw_views, visits, dwell_ms, responses, conversions,
            revenue
        FROM analytics_campaignday AS row
        JOIN campaigns_campaign AS campaign ON campaign.id = row.campaign_id
        JOIN campaigns_variant AS variant ON variant.id = row.variant_id
    """,
}


def natural_rows() -> dict[str, tuple[int, str]]:
    """For each subject of the demo: how many rows, and a digest of what they say."""
    return {name: _digest(f"SELECT row::text FROM ({query}) AS row") for name, query in NATURAL.items()}


def all_rows() -> dict[str, tuple[int, str]]:
    """For each table: how many rows, and a digest of all their columns. Without the ledger, which tells what went."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace AND NOT starts_with(relname, 'privacy_ledger') ORDER BY relname"
        )
        tables = [name for (name,) in cursor.fetchall()]
    return {table: _digest(f"SELECT row::text FROM {table} AS row") for table in tables}


def _digest(texts: str) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(md5(string_agg(md5(t), '' ORDER BY t)), '') FROM ({texts}) AS all_rows (t)"
        )
        count, digest = cursor.fetchone()
    return count, digest
