"""Who is likely to respond to a campaign: customers by their probability, each with its reasons, and how sure that is.

For the notice's purpose 12. It shows what the last training foretold (analytics.insight.responding.training), of those
who may still be asked: whoever was drawn into the campaign since, has ended, or wants nothing is left out at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Ntile

from analytics.enums import LikelyState
from analytics.models import Likelihood, ResponseModel
from campaigns.enums import CampaignState
from campaigns.models import Assignment, Campaign
from campaigns.reaching import reached
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Permit
from records.models import Customer
from records.models.customer import IsOneOf

STATEMENT = (Path(__file__).parents[1] / "sql" / "likely_tenths.sql").read_text()
SHOWN = 25
OVER, WAITING = "over", "waiting"


@dataclass(frozen=True)
class LikelyQuery:
    """Of the customers whom the user sees, or of everybody for those who see every campaign. `most` customers are named
    where the user keeps customers, nobody otherwise."""

    user: User
    campaign: Campaign
    most: int = SHOWN


@dataclass(frozen=True)
class LikelyReason:
    """A field (analytics.insight.responding.fields) and its value; with the usual one in its place the probability
    would be `without`. A kind of campaign is a word, None is never."""

    field: str
    value: float | str | None
    usual: float | str | None
    without: float


@dataclass(frozen=True)
class LikelyCustomer:
    """`tenth` is 1 for the tenth of the people that ranks highest."""

    key: UUID
    number: str
    name: str
    probability: float
    tenth: int
    reasons: tuple[LikelyReason, ...]


@dataclass(frozen=True)
class Tenth:
    """A tenth of the people by probability, the highest first: the lowest and the mean probability, and how many
    responses to expect if all of them were asked. None where it tells of few people."""

    tenth: int
    people: int | None
    lowest: float | None
    probability: float | None
    expected: float | None


@dataclass(frozen=True)
class Foretelling:
    """How it was learnt and how well it foretold, as ResponseModel has it; measures are None where there was too little
    to measure by."""

    version: int
    trained_at: datetime
    draws: int
    responses: int
    campaigns: int
    people: int
    parts: dict[str, list[int]]
    fields: list[str]
    auc: float | None
    auc_low: float | None
    lift: float | None
    calibration_error: float | None
    plain_auc: float | None
    plain_lift: float | None
    plain_calibration_error: float | None


@dataclass(frozen=True)
class LikelyReport:
    """`state` is "ready", or why nobody is named: "few" (too little to learn from), "chance" (it foretold no better
    than chance), "waiting" (not worked out yet), "over" (the campaign is). `people` is None where it tells of few."""

    campaign: str
    campaign_slug: str
    state: str
    people: int | None
    tenths: tuple[Tenth, ...]
    customers: tuple[LikelyCustomer, ...]
    model: Foretelling | None


def names_people(user: User) -> bool:
    """Whoever keeps customers may see who it is; others see how many."""
    return user.has_permit(Permit.KEEP_CUSTOMERS)


def likely_report(query: LikelyQuery) -> LikelyReport:
    """Four queries for those who keep customers, three for others; a few more where addresses are kept out of mail."""
    model = ResponseModel.objects.trained().order_by("-trained_at").first()
    state = state_of(query.campaign, model)
    rows = likelihoods(query.user, query.campaign) if state == LikelyState.READY else None
    tenths = tuple(tenths_of(rows)) if rows is not None else ()
    if rows is not None and not tenths:
        state = WAITING
    shows = bool(tenths) and names_people(query.user)
    return LikelyReport(
        campaign=query.campaign.name,
        campaign_slug=query.campaign.slug,
        state=state,
        people=sum(one.people or 0 for one in tenths),
        tenths=tenths,
        customers=tuple(customers_of(rows, query.most)) if shows and rows is not None else (),
        model=foretelling(model) if model else None,
    )


def state_of(campaign: Campaign, model: ResponseModel | None) -> str:
    if campaign.state == CampaignState.CLOSED or (campaign.ends_on and campaign.ends_on < agency_today()):
        return OVER
    return LikelyState(model.state).value if model else WAITING


def likelihoods(user: User, campaign: Campaign) -> "QuerySet[Likelihood]":
    """Those of the customers in the user's scope whom the campaign reaches and who are not in it, with their tenth."""
    drawn = Assignment.objects.filter(campaign=campaign, viewer__customer=OuterRef("customer"))
    latest = ResponseModel.objects.trained().order_by("-trained_at").values("pk")[:1]
    rows = Likelihood.objects.filter(~Exists(drawn), campaign=campaign, model=Subquery(latest))
    highest = (F("probability").desc(), F("id"))
    tenth = Window(Ntile(10), order_by=highest)
    return rows.filter(may_be_asked(user, campaign)).annotate(tenth=tenth).order_by(*highest)


def may_be_asked(user: User, campaign: Campaign) -> Q:
    """Of one's own customers it begins with who they are, each looked up by likelihood_once: PostgreSQL takes those who
    are reached for few, and compares everybody with each of them (2.5 s of 1,400 among 16,000; so 50 ms)."""
    if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
        return Q(customer__in=reached(Customer.objects.people(), campaign.channels).order_by().values("pk"))
    own = Customer.objects.visible_to(user).order_by().values("pk")
    asked = reached(Customer.objects.filter(IsOneOf("pk", ArraySubquery(own))), campaign.channels)
    return Q(IsOneOf("customer", ArraySubquery(asked.order_by().values("pk"))))


def customers_of(rows: "QuerySet[Likelihood]", most: int | None = None) -> Iterator[LikelyCustomer]:
    """The first `most` of them, all without it. One query."""
    found = rows.select_related("customer").only(
        "probability", "reasons", "customer__key", "customer__number", "customer__name"
    )
    for row in found[:most] if most is not None else found.iterator(chunk_size=2_000):
        yield LikelyCustomer(
            row.customer.key, row.customer.number, row.customer.name, row.probability, row.tenth,  # type: ignore[attr-defined]
            tuple(LikelyReason(**reason) for reason in row.reasons),
        )  # fmt: skip


def tenths_of(rows: "QuerySet[Likelihood]") -> Iterator[Tenth]:
    """One query."""
    chosen, values = rows.order_by().values("tenth", "probability").query.sql_with_params()  # type: ignore[misc]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(rows=chosen), values)
        found: list[Any] = cursor.fetchall()
    for tenth, people, lowest, mean, expected in found:
        yield Tenth(tenth, people, lowest, mean, expected)


def foretelling(model: ResponseModel) -> Foretelling:
    values = {name: getattr(model, name) for name in Foretelling.__dataclass_fields__ if name != "version"}
    return Foretelling(version=model.pk, **values)
