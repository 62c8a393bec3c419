"""The roles of the house and what each may do.

A role is a Django group; what it may do are the permissions of `privacy.Capability`. The migration that makes
the groups reads this table, so a role is described in one place. Sources: DESIGN's users; 5 U.S.C. 552a(b)(1)
(need to know).
"""

from django.db import models
from django.utils.translation import gettext_noop


class Role(models.TextChoices):
    SALES = "sales", gettext_noop("Sales")
    SALES_MANAGER = "sales manager", gettext_noop("Sales manager")
    MARKETING_MANAGER = "marketing manager", gettext_noop("Marketing manager")
    PRIVACY_OFFICER = "privacy officer", gettext_noop("Privacy officer")
    RECORDS_ADMINISTRATOR = "records administrator", gettext_noop("Records administrator")
    SECURITY_INVESTIGATOR = "security investigator", gettext_noop("Security investigator")
    AUDITOR = "auditor", gettext_noop("Auditor")
    IT_ADMINISTRATOR = "IT administrator", gettext_noop("IT administrator")

    @property
    def people(self) -> str:
        """Those who have the role, within a sentence: `sales managers`; marked, and not translated yet."""
        return PEOPLE[self]


PEOPLE = {
    Role.SALES: gettext_noop("sales staff"),
    Role.SALES_MANAGER: gettext_noop("sales managers"),
    Role.MARKETING_MANAGER: gettext_noop("marketing managers"),
    Role.PRIVACY_OFFICER: gettext_noop("privacy officers"),
    Role.RECORDS_ADMINISTRATOR: gettext_noop("records administrators"),
    Role.SECURITY_INVESTIGATOR: gettext_noop("security investigators"),
    Role.AUDITOR: gettext_noop("auditors"),
    Role.IT_ADMINISTRATOR: gettext_noop("IT administrators"),
}


class Permit(models.TextChoices):
    """Codenames of the permissions of `privacy.Capability`; in Django's terms `privacy.<codename>`."""

    VIEW_ASSIGNED_CUSTOMERS = "view_assigned_customers", "See the customers assigned to oneself"
    VIEW_TEAM_CUSTOMERS = "view_team_customers", "See the customers assigned to one's team"
    VIEW_ALL_CUSTOMERS = "view_all_customers", "See every customer"
    ASSIGN_CUSTOMERS = "assign_customers", "Assign, reassign and hand over customers of one's team"
    VIEW_OWN_CAMPAIGNS = "view_own_campaigns", "See the campaigns that reach the customers one sees"
    VIEW_ALL_CAMPAIGNS = "view_all_campaigns", "See every campaign"
    EXPORT_LISTS = "export_lists", "Export lists and reports"
    VIEW_OPERATIONS = "view_operations", "See failed tasks and run them again"
    MANAGE_USERS = "manage_users", "Make accounts and give roles"
    VIEW_ACCESS_LOG = "view_access_log", "Read the access log"
    KEEP_CUSTOMERS = "keep_customers", "Make and change records of the customers one sees"
    VIEW_PROGRAMMES = "view_programmes", "See organizations, surveys, contests, events, lists and suppliers"
    KEEP_PROGRAMMES = "keep_programmes", "Make and change organizations, surveys, contests, events, lists and suppliers"
    FIND_MEETINGS = "find_meetings", "Find meetings and their records"
    KEEP_MEETINGS = "keep_meetings", "Make and change records of meetings"
    IMPORT_RECORDS = "import_records", "Import records from files, and take imports back"
    MERGE_CUSTOMERS = "merge_customers", "Merge records of the same customer, and undo it"
    SHARE_MATERIALS = "share_materials", "Share materials with the customers one sees, and revoke shares"
    KEEP_MATERIALS = "keep_materials", "Upload materials, make custom web pages, and change one's own"
    KEEP_ALL_MATERIALS = "keep_all_materials", "Change and withdraw everybody's materials"
    KEEP_CAMPAIGNS = "keep_campaigns", "Make, approve and run campaigns and mailings"
    KEEP_RESPONSES = "keep_responses", "Record responses and conversions, and take them back"
    MAKE_API_KEYS = "make_api_keys", "Make API keys that act as oneself"
    KEEP_WEBHOOKS = "keep_webhooks", "Say which programs are told of what happens, and look after deliveries"
    ANSWER_REQUESTS = "answer_requests", "Answer individuals' requests under the Privacy Act"
    KEEP_NOTICE = "keep_notice", "Draft versions of the notice, and record their publication"
    ACCOUNT_DISCLOSURES = "account_disclosures", "Disclose records outside the agency, and account for it"

    VIEW_RETENTION = "view_retention", "See retention rules, holds, disposition lists and certificates"
    KEEP_RETENTION = "keep_retention", "Approve retention rules, sign disposition lists and run them"
    KEEP_HOLDS = "keep_holds", "Place legal holds and release them"
    VIEW_SAFEGUARDS = "view_safeguards", "See safeguards, reviews of access and security incidents"
    KEEP_SAFEGUARDS = "keep_safeguards", "Look after safeguards and review who has access"
    KEEP_INCIDENTS = "keep_incidents", "Open security incidents, say who may read for them, and close them"
    VIEW_OWN_INCIDENTS = "view_own_incidents", "See the security incidents that one reads for"
    CONFIRM_READINGS = "confirm_readings", "Confirm or change what we read into the notice"
    VIEW_EVIDENCE = "view_evidence", "Audit who reads what, and take the evidence of a period along"

    @property
    def permission(self) -> str:
        """The name that `User.has_perm` takes."""
        return f"privacy.{self.value}"


# Whoever holds one of them sees some customers.
SEES_CUSTOMERS = (Permit.VIEW_ASSIGNED_CUSTOMERS, Permit.VIEW_TEAM_CUSTOMERS, Permit.VIEW_ALL_CUSTOMERS)
SEES_KEYS = (Permit.MAKE_API_KEYS, Permit.MANAGE_USERS)

PERMITS: dict[Role, frozenset[Permit]] = {
    Role.SALES: frozenset(
        {
            Permit.VIEW_ASSIGNED_CUSTOMERS,
            Permit.VIEW_OWN_CAMPAIGNS,
            Permit.EXPORT_LISTS,
            Permit.KEEP_CUSTOMERS,
            Permit.VIEW_PROGRAMMES,
            Permit.SHARE_MATERIALS,
            Permit.KEEP_MATERIALS,
            Permit.KEEP_RESPONSES,
        }
    ),
    Role.SALES_MANAGER: frozenset(
        {
            Permit.VIEW_ASSIGNED_CUSTOMERS,
            Permit.VIEW_TEAM_CUSTOMERS,
            Permit.ASSIGN_CUSTOMERS,
            Permit.VIEW_OWN_CAMPAIGNS,
            Permit.EXPORT_LISTS,
            Permit.KEEP_CUSTOMERS,
            Permit.VIEW_PROGRAMMES,
            Permit.SHARE_MATERIALS,
            Permit.KEEP_MATERIALS,
            Permit.KEEP_RESPONSES,
            Permit.FIND_MEETINGS,
            Permit.IMPORT_RECORDS,
            Permit.MERGE_CUSTOMERS,
            Permit.MAKE_API_KEYS,
        }
    ),
    Role.MARKETING_MANAGER: frozenset(
        {
            Permit.VIEW_ALL_CAMPAIGNS,
            Permit.EXPORT_LISTS,
            Permit.VIEW_PROGRAMMES,
            Permit.KEEP_PROGRAMMES,
            Permit.IMPORT_RECORDS,
            Permit.SHARE_MATERIALS,
            Permit.KEEP_MATERIALS,
            Permit.KEEP_RESPONSES,
            Permit.KEEP_ALL_MATERIALS,
            Permit.KEEP_CAMPAIGNS,
            Permit.MAKE_API_KEYS,
            Permit.KEEP_WEBHOOKS,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Permit.VIEW_ALL_CUSTOMERS,
            Permit.VIEW_ALL_CAMPAIGNS,
            Permit.EXPORT_LISTS,
            Permit.VIEW_ACCESS_LOG,
            Permit.VIEW_PROGRAMMES,
            Permit.FIND_MEETINGS,
            Permit.MERGE_CUSTOMERS,
            Permit.MAKE_API_KEYS,
            Permit.ANSWER_REQUESTS,
            Permit.KEEP_NOTICE,
            Permit.ACCOUNT_DISCLOSURES,
            Permit.VIEW_RETENTION,
            Permit.KEEP_HOLDS,
            Permit.VIEW_SAFEGUARDS,
            Permit.KEEP_SAFEGUARDS,
            Permit.KEEP_INCIDENTS,
            Permit.CONFIRM_READINGS,
        }
    ),
    Role.RECORDS_ADMINISTRATOR: frozenset(
        {
            Permit.VIEW_RETENTION,
            Permit.KEEP_RETENTION,
            Permit.KEEP_HOLDS,
            Permit.VIEW_ALL_CAMPAIGNS,
            Permit.FIND_MEETINGS,
            Permit.KEEP_MEETINGS,
            Permit.IMPORT_RECORDS,
            Permit.MAKE_API_KEYS,
        }
    ),
    # Reads under purpose 8 need the number of an open incident.
    Role.SECURITY_INVESTIGATOR: frozenset({Permit.FIND_MEETINGS, Permit.VIEW_OWN_INCIDENTS}),
    Role.AUDITOR: frozenset(
        {
            Permit.VIEW_ALL_CAMPAIGNS,
            Permit.VIEW_ACCESS_LOG,
            Permit.VIEW_PROGRAMMES,
            Permit.VIEW_RETENTION,
            Permit.VIEW_SAFEGUARDS,
            Permit.VIEW_EVIDENCE,
        }
    ),
    Role.IT_ADMINISTRATOR: frozenset(
        {
            Permit.MANAGE_USERS,
            Permit.VIEW_OPERATIONS,
            Permit.KEEP_WEBHOOKS,
            Permit.VIEW_SAFEGUARDS,
            Permit.KEEP_SAFEGUARDS,
        }
    ),
}
