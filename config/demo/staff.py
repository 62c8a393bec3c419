"""The made-up staff: who they are, their roles, teams and territories."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import Group

from privacy.models import User
from privacy.roles import Role
from records.models import Team, TeamMembership, Territory

DOMAIN = "demo.waymark.test"


@dataclass(frozen=True)
class Region:
    """A territory and the team that works in it. Staff are told by name: the manager, then four in sales."""

    code: str
    name: str
    team: str
    time_zone: str
    manager: str
    sales: tuple[str, ...]


REGIONS = (
    Region(
        "demo-coast",
        "Coast (demonstration)",
        "Coast sales (demonstration)",
        "America/New_York",
        "Ingrid Halvorsen",
        ("Maria Santos", "Tomasz Zielinski", "Aisha Bello", "Daniel O'Keefe"),
    ),
    Region(
        "demo-plains",
        "Plains (demonstration)",
        "Plains sales (demonstration)",
        "America/Chicago",
        "Kwame Asante",
        ("Linh Tran", "Rosa Delgado", "Peter Novak", "Yusuf Demir"),
    ),
    Region(
        "demo-west",
        "West (demonstration)",
        "West sales (demonstration)",
        "America/Los_Angeles",
        "Naomi Fukuda",
        ("Claire Dubois", "Arjun Mehta", "Leilani Kahale", "Samuel Okoro"),
    ),
)
SALES = tuple(name for region in REGIONS for name in region.sales)
OTHERS = (
    ("Beatriz Carvalho", Role.MARKETING_MANAGER),
    ("Henrik Lindqvist", Role.PRIVACY_OFFICER),
    ("Grace Mwangi", Role.RECORDS_ADMINISTRATOR),
    ("Oleksandr Bondar", Role.RECORDS_ADMINISTRATOR),
    ("Fatima Haddad", Role.SECURITY_INVESTIGATOR),
    ("Walter Kim", Role.AUDITOR),
    ("Priya Raman", Role.IT_ADMINISTRATOR),
)


def email_of(name: str) -> str:
    """The demo address of a member of staff, in plain ASCII."""
    return f"{name.lower().replace(chr(39), '').replace(' ', '.')}@{DOMAIN}"


def make_staff(passwords: dict[str, str], since: date) -> None:
    """Accounts, teams and territories. `passwords` holds the hashed password of each e-mail address."""
    for region in REGIONS:
        _make_team(region, passwords, since)
    for name, role in OTHERS:
        _make_account(name, role, passwords, settings.AGENCY_TIME_ZONE, since)


def names() -> list[str]:
    """Everybody's name, those in sales first."""
    return [*SALES, *(region.manager for region in REGIONS), *(name for name, _role in OTHERS)]


def _make_team(region: Region, passwords: dict[str, str], since: date) -> None:
    territory = Territory.objects.create(code=region.code, name=region.name, is_demo=True)
    team = Team.objects.create(name=region.team, territory=territory, is_demo=True)
    members = [(region.manager, Role.SALES_MANAGER), *((name, Role.SALES) for name in region.sales)]
    for name, role in members:
        user = _make_account(name, role, passwords, region.time_zone, since)
        TeamMembership.objects.create(team=team, staff=user, is_manager=role == Role.SALES_MANAGER, since=since)


def _make_account(name: str, role: Role, passwords: dict[str, str], time_zone: str, since: date) -> User:
    email = email_of(name)
    user = User.objects.create(
        email=email,
        name=name,
        password=passwords[email],
        time_zone=time_zone,
        is_staff=role == Role.IT_ADMINISTRATOR,
        is_demo=True,
        date_joined=datetime.combine(since, time(), ZoneInfo(settings.AGENCY_TIME_ZONE)),
    )
    user.groups.add(Group.objects.get(name=role.value))
    return user
