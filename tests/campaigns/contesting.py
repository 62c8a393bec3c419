"""A contest that takes entries, and somebody who enters it, for the tests of contests."""

from datetime import timedelta
from typing import Any

from campaigns.enums import MaterialKind
from campaigns.models import Material, Share
from campaigns.programmes.entering import enter
from campaigns.programmes.telling import Way
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Role
from records import contests
from records.contests import PROMOTING
from records.models import Contest, Customer, Submission, Survey
from tests.campaigns.lettering import told
from tests.campaigns.viewing import share_with
from tests.factories import make_customer, make_user

OF_SURVEY = ("name", "name_es", "description", "opens_on", "closes_on", "is_open")


def make_contest(slug: str = "slogans", *, is_published: bool = True, by: User | None = None, **fields: Any) -> Contest:
    """Open for anybody since yesterday and for ten days, with its seed fixed, unless it is not published."""
    today = agency_today()
    known = {"name": f"The {slug}", "opens_on": today - timedelta(days=1), "closes_on": today + timedelta(days=10)}
    known |= {"is_open": True} | {name: fields.pop(name) for name in OF_SURVEY if name in fields}
    survey = Survey.objects.create(slug=slug, kind="contest", **known)
    contest = Contest.objects.create(survey=survey, **{"rules": "Be kind.", "prizes": "A globe", **fields})
    if is_published:
        contests.publish(contest, by or make_user(Role.MARKETING_MANAGER), PROMOTING)
    return Contest.objects.select_related("survey").get(pk=contest.pk)


def enters(contest: Contest, number: str, **fields: Any) -> Submission:
    """Entered, and told so."""
    customer = make_customer(number, **{"email": f"{number.lower()}@example.org", **fields})
    return told(enter(contest, customer, [], {}, Way(language="en"))[0])


def entrant(entry: Submission) -> Customer:
    assert entry.customer is not None
    return entry.customer


def seed_of(contest: Contest) -> str:
    assert contest.seed is not None
    return contest.seed


def number_of(entry: Submission) -> str:
    assert entry.entry_number is not None
    return entry.entry_number


def close(contest: Contest) -> Contest:
    """As if its days were over."""
    today = agency_today()
    dates = {"opens_on": today - timedelta(days=9), "closes_on": today - timedelta(days=1)}
    Survey.objects.filter(pk=contest.survey_id).update(**dates)
    return Contest.objects.select_related("survey").get(pk=contest.pk)


def invited(contest: Contest, customer: Customer | None = None) -> Share:
    """The contest's own link, shared with a customer."""
    material, _ = Material.objects.get_or_create(
        survey=contest.survey,
        defaults={"slug": f"m-{contest.survey.slug}", "title": contest.survey.name, "kind": MaterialKind.LINK,
                  "version": 1, "address": "https://example.org/contest/"},
    )  # fmt: skip
    return share_with(customer or make_customer("C-1", email="ann@example.org"), material)
