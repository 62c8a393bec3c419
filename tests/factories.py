"""Small makers of what tests need: a user of a role, a team, a customer, a campaign with engagement."""

from datetime import UTC, date, datetime
from typing import Any

from campaigns.models import Share, Variant, Viewer
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, CustomerAssignment, Team, TeamMembership
from tests.events import NOON, append, event, make_campaign, make_material

PASSWORD = "correct horse battery staple"


def make_user(role: Role | None = None, name: str = "", **fields: Any) -> User:
    """Somebody of this role who can sign in with PASSWORD; the name makes the address."""
    name = name or (role.label if role else "Nobody")
    user = User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.com", PASSWORD, name=name, **fields)
    if role:
        user.give_role(role)
    return user


def make_team(*members: User, manager: User | None = None, name: str = "North") -> Team:
    """A team of these members, managed by `manager`."""
    team = Team.objects.create(name=name)
    for staff in members:
        TeamMembership.objects.create(team=team, staff=staff, since=date(2026, 1, 1))
    if manager:
        TeamMembership.objects.create(team=team, staff=manager, is_manager=True, since=date(2026, 1, 1))
    return team


def make_customer(number: str = "C-1", *staff: User, **fields: Any) -> Customer:
    """A customer with a viewer, assigned to these staff."""
    customer = Customer.objects.create(number=number, **{"name": f"Customer {number}", **fields})
    Viewer.objects.create(key=customer.key, customer=customer)
    for person in staff:
        CustomerAssignment.objects.create(customer=customer, staff=person)
    return customer


def viewer_of(customer: Customer) -> Viewer:
    return Viewer.objects.get(customer=customer)


def moment(day: date, hour: int = 16) -> datetime:
    """An hour (UTC) of a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def make_share(customer: Customer, sender: User, material: str = "price-list") -> Share:
    made = make_material(material)
    return Share.objects.create(
        key=customer.key, material=made, recipient=viewer_of(customer), sender=sender, shared_at=NOON
    )


def engage(customer: Customer, *kinds: str, **columns: Any) -> None:
    """These things done by the customer at NOON, in the log (fold them with analytics.folding.fold_all)."""
    append(*(event(viewer_of(customer), kind, **columns) for kind in kinds))


def enroll(customer: Customer, variant: Variant, *kinds: str, **columns: Any) -> None:
    """The customer drawn into a variant, and what they did there."""
    viewer = viewer_of(customer)
    append(*(event(viewer, kind, variant=variant, **columns) for kind in kinds), assigned=[(viewer, variant)])


__all__ = [
    "NOON",
    "PASSWORD",
    "engage",
    "enroll",
    "make_campaign",
    "make_customer",
    "make_material",
    "make_share",
    "make_team",
    "make_user",
    "moment",
    "viewer_of",
]
