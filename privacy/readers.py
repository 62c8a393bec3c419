"""Who may read: the roles that may see records of persons, by category of records."""

from privacy.guards import roles_with
from privacy.roles import Permit, Role


def readers(category: int) -> list[Role]:
    """The roles that may read identifiable records of a category, in the order of the roles' table.

    Today a permit opens whole customers, so every category has the same readers.
    """
    return roles_with(Permit.VIEW_ASSIGNED_CUSTOMERS, Permit.VIEW_TEAM_CUSTOMERS, Permit.VIEW_ALL_CUSTOMERS)
