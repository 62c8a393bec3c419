"""Who may read: the roles that may read records of a category, by what they may read for."""

from privacy.notice import in_force
from privacy.purposes import ENTITLEMENTS, Basis
from privacy.roles import Role


def readers(category: int) -> list[Role]:
    """The roles with a duty, or with a purpose that the category serves, in the order of the roles' table.

    Which rows they see is for their permits and their scope.
    """
    return [role for role in Role if any(_serves(category, basis) for basis in ENTITLEMENTS[role].bases)]


def _serves(category: int, basis: Basis) -> bool:
    return basis.duty is not None or category in in_force().purpose(basis.purpose or 0).categories
