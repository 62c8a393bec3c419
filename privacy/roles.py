"""The roles of the house and what each may do.

A role is a Django group; what it may do are the permissions of `privacy.Capability`. The migration that makes
the groups reads this table, so a role is described in one place. Sources: DESIGN's users; 5 U.S.C. 552a(b)(1)
(need to know).
"""

from django.db import models


class Role(models.TextChoices):
    SALES = "sales", "Sales"
    SALES_MANAGER = "sales manager", "Sales manager"
    MARKETING_MANAGER = "marketing manager", "Marketing manager"
    PRIVACY_OFFICER = "privacy officer", "Privacy officer"
    RECORDS_ADMINISTRATOR = "records administrator", "Records administrator"
    SECURITY_INVESTIGATOR = "security investigator", "Security investigator"
    AUDITOR = "auditor", "Auditor"
    IT_ADMINISTRATOR = "IT administrator", "IT administrator"


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

    @property
    def permission(self) -> str:
        """The name that `User.has_perm` takes."""
        return f"privacy.{self.value}"


PERMITS: dict[Role, frozenset[Permit]] = {
    Role.SALES: frozenset({Permit.VIEW_ASSIGNED_CUSTOMERS, Permit.VIEW_OWN_CAMPAIGNS, Permit.EXPORT_LISTS}),
    Role.SALES_MANAGER: frozenset(
        {
            Permit.VIEW_ASSIGNED_CUSTOMERS,
            Permit.VIEW_TEAM_CUSTOMERS,
            Permit.ASSIGN_CUSTOMERS,
            Permit.VIEW_OWN_CAMPAIGNS,
            Permit.EXPORT_LISTS,
        }
    ),
    Role.MARKETING_MANAGER: frozenset({Permit.VIEW_ALL_CAMPAIGNS, Permit.EXPORT_LISTS}),
    Role.PRIVACY_OFFICER: frozenset(
        {Permit.VIEW_ALL_CUSTOMERS, Permit.VIEW_ALL_CAMPAIGNS, Permit.EXPORT_LISTS, Permit.VIEW_ACCESS_LOG}
    ),
    Role.RECORDS_ADMINISTRATOR: frozenset({Permit.VIEW_ALL_CAMPAIGNS}),
    # Reads under purpose 8 need the number of an open incident; until there are incidents the role reads nothing.
    Role.SECURITY_INVESTIGATOR: frozenset(),
    Role.AUDITOR: frozenset({Permit.VIEW_ALL_CAMPAIGNS, Permit.VIEW_ACCESS_LOG}),
    Role.IT_ADMINISTRATOR: frozenset({Permit.MANAGE_USERS, Permit.VIEW_OPERATIONS}),
}
