"""Who may read: the roles that may read records of a category, by what they may read for."""

from privacy.purposes import ENTITLEMENTS, is_served_by
from privacy.roles import Role


def readers(category: int) -> list[Role]:
    """The roles with a duty, or with a purpose that the category serves, in the order of the roles' table.

    Which rows they see is for their permits and their scope.
    """
    return [role for role in Role if any(is_served_by(basis, category) for basis in ENTITLEMENTS[role].bases)]
