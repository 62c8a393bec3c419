"""Reads of lists and the home page: rollups, limited to what the reader may see. Each is one statement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BigIntegerField,
    DecimalField,
    F,
    Field,
    FloatField,
    Func,
    Max,
    Model,
    TextField,
)

from analytics.exports.small_groups import COUNTED, of_few
from analytics.models import CampaignVariant, ViewerTotal
from analytics.reports.campaign import VariantResult, recorded_measures, variant_result
from analytics.reports.goals import SO_FAR
from analytics.reports.judged import campaign_test
from analytics.reports.returns import held_out, revenue_of_sent, told_people
from analytics.reports.sums import added_up
from campaigns.models import Campaign, CampaignQuerySet, Variant
from campaigns.share_visits import VisitCount, counts_of
from privacy.models import User
from privacy.prepared import Prepared, ask
from records.models import Customer, CustomerQuerySet
from records.models.customer import OWN_CUSTOMERS, seen_in_sql

SEEN_OF_OWN = Prepared(
    (Path(__file__).parent / "sql" / "seen_of_own.sql").read_text().format(own=OWN_CUSTOMERS.format(staff="%(staff)s")),
    staff="bigint", last="bigint", since="timestamptz",
)  # fmt: skip


class OfEach(Func):
    """One value of the rows that a table has for each row of the outer query.

    Its text stands here: Django takes a third of a millisecond to write a `Subquery`, and lists have up to seven.
    """

    template = "(SELECT %(value)s FROM %(rows)s = %(expressions)s)"


# Which rows of a rollup are the outer row's. Those of a customer by the index of Viewer by customer; both rely on the
# rollup's key, which leads with what they are found by.
ROWS_OF_EACH: dict[type[Model], str] = {
    ViewerTotal: (
        "campaigns_viewer AS viewer JOIN analytics_viewertotal AS total ON total.viewer_id = viewer.id"
        " WHERE viewer.customer_id"
    ),
    CampaignVariant: "analytics_campaignvariant WHERE campaign_id",
}
PRESENT_STAFF = (
    "records_customerassignment AS assigned JOIN privacy_user AS staff ON staff.id = assigned.staff_id"
    " WHERE assigned.until IS NULL AND assigned.customer_id"
)


def summed(rollup: type[Model], measure: str) -> OfEach:
    """The sum of a measure over the rollup's rows of the outer row; zero where there are none."""
    return _of_rollup(rollup, measure, f"coalesce(sum({measure}), 0)")


def last_seen() -> OfEach:
    """When the outer query's customer was seen last by what people did; null where they never were."""
    return _of_rollup(ViewerTotal, "last_at", "max(last_at)")


def _of_rollup(rollup: type[Model], column: str, value: str) -> OfEach:
    kind: Any = rollup._meta.get_field(column)
    return OfEach("pk", value=value, rows=ROWS_OF_EACH[rollup], output_field=kind)


def present_staff() -> OfEach:
    """The names of the staff whose customer the outer query's row is, in one text."""
    names = "string_agg(staff.name, ', ' ORDER BY staff.name)"
    return OfEach("pk", value=names, rows=PRESENT_STAFF, output_field=TextField())


def customer_rows(user: User, *, few: bool = False) -> CustomerQuerySet:
    """The customers whom the user sees, each with what the list of customers shows; `few` as in `visible_to`."""
    return Customer.objects.visible_to(user, few=few).annotate(
        organization_name=F("organization__name"),
        territory_name=F("territory__name"),
        staff_names=present_staff(),
        views=summed(ViewerTotal, "views"),
        last_seen_at=last_seen(),
        conversions=summed(ViewerTotal, "conversions"),
    )


@dataclass(frozen=True)
class Shown:
    """What the list of campaigns shows of one: `value` is of the rows of all its variants together, null where nobody
    recorded any, and tells of each of `people`."""

    value: str
    people: tuple[str, ...]
    kind: "Field[Any, Any]"

    is_of_goal: bool = False

    def told(self, *, hides_few: bool) -> Func:
        """The value; with `hides_few` none where it tells of few people, so that nothing is found or sorted by it."""
        value = f"CASE WHEN {of_few(*self.people)} THEN NULL ELSE {self.value} END" if hides_few else self.value
        if self.is_of_goal:
            return OfGoal(value, self.kind)
        return OfEach("pk", value=value, rows=ROWS_OF_EACH[CampaignVariant], output_field=self.kind)


class OfGoal(Func):
    """One value of the rows of a campaign's variants, which may be none, and of its goal's `measure` and `target`.

    Relies on the rollup's key.
    """

    template = (
        "(SELECT %(value)s FROM (VALUES (%(expressions)s)) AS goal (campaign_id, measure, target)"
        " LEFT JOIN analytics_campaignvariant AS arm USING (campaign_id) GROUP BY measure, target)"
    )

    def __init__(self, value: str, kind: "Field[Any, Any]") -> None:
        super().__init__("pk", "goal_measure", "goal_value", value=value, output_field=kind)


GOAL_SO_FAR = f"CASE WHEN target IS NOT NULL THEN coalesce({SO_FAR}, 0) END"
BUYERS = ("recipients", "converters", "conversions")
# Of a row of a campaign's variants, what analytics.reports.returns.got_nothing says. By the keys of both tables.
WAS_SENT = "shared_people <> 0 OR deliveries <> 0 OR raw_views <> 0"
GOT_NOTHING = f"""EXISTS (
    SELECT FROM campaigns_variant AS meant
    WHERE meant.id = variant_id AND (meant.is_holdout OR meant.is_control AND NOT ({WAS_SENT}) AND EXISTS (
        SELECT FROM analytics_campaignvariant AS other WHERE other.campaign_id = meant.campaign_id
        AND (other.shared_people <> 0 OR other.deliveries <> 0 OR other.raw_views <> 0)
    ))
)"""
REVENUE_OF_SENT = f"coalesce(sum(revenue) FILTER (WHERE NOT {GOT_NOTHING}), 0)"
# Beside what all of them brought, the revenue of these tells that of the others, too.
PAYERS = (
    *BUYERS,
    f"CASE WHEN {GOT_NOTHING} THEN 0 ELSE converters END",
    f"CASE WHEN {GOT_NOTHING} THEN converters ELSE 0 END",
)
# What nobody recorded has no number, which is something else than zero.
VIEWERS = "CASE WHEN sum(raw_views) > 0 THEN sum(viewers) END"
RESPONSE_RATE = "CASE WHEN sum(responses) > 0 THEN sum(responders)::float8 / nullif(sum(recipients), 0) END"
SHOWN_OF_CAMPAIGN = {
    "recipients": Shown("coalesce(sum(recipients), 0)", ("recipients",), BigIntegerField()),
    "viewers": Shown(VIEWERS, ("recipients", "viewers"), BigIntegerField()),
    "response_rate": Shown(RESPONSE_RATE, ("recipients", "responders"), FloatField()),
    "conversions": Shown("coalesce(sum(conversions), 0)", BUYERS, BigIntegerField()),
    "revenue": Shown(REVENUE_OF_SENT, PAYERS, DecimalField(max_digits=18, decimal_places=2)),
    "goal_so_far": Shown(GOAL_SO_FAR, COUNTED, DecimalField(max_digits=18, decimal_places=2), is_of_goal=True),
    "goal_share": Shown(f"(({GOAL_SO_FAR}) / target)::float8", COUNTED, FloatField(), is_of_goal=True),
}


def campaign_rows(user: User, *, hides_few: bool = False) -> CampaignQuerySet:
    """The campaigns that the user sees, each with what the list of campaigns shows: sums over all its variants.

    With `hides_few` what tells of few people has no value here, and `hidden` names it: one look at the rollup for each.
    """
    told = {name: one.told(hides_few=hides_few) for name, one in SHOWN_OF_CAMPAIGN.items()}
    more = {"hidden": hidden_of_campaign()} if hides_few else {}
    return Campaign.objects.visible_to(user).annotate(**told, **more)


def hidden_of_campaign() -> OfGoal:
    """The names of what of a campaign tells of few people and is known."""
    names = ", ".join(
        f"CASE WHEN ({of_few(*one.people)}) AND ({one.value}) IS NOT NULL THEN '{name}' END"
        for name, one in SHOWN_OF_CAMPAIGN.items()
    )
    return OfGoal(f"array_remove(ARRAY[{names}], NULL)", ArrayField(TextField()))


@dataclass(frozen=True)
class BestLift:
    """A campaign, and its strongest arm by the measure furthest down the funnel that it recorded.

    `totals` are those of all `arms` together; `measure` is None where none was recorded, `variant` where there are not
    two arms to compare.
    """

    campaign: Campaign
    totals: CampaignVariant
    measure: str | None
    variant: VariantResult | None
    arms: tuple[VariantResult, ...]
    # Of those it was sent to, and how many got nothing (analytics.reports.returns); how many people that tells of.
    revenue: Decimal
    held_out: int
    told: tuple[int, ...]

    @property
    def recipients(self) -> int:
        return self.totals.recipients


# What decides which arm is best: the measure nearest to the purpose of a campaign that was recorded.
DECIDING = ("conversion_rate", "response_rate", "visit_rate", "view_rate")


def best_lifts(campaigns: Iterable[Campaign]) -> list[BestLift]:
    """The best arm of each campaign. One query."""
    campaigns = list(campaigns)
    arms = arms_by_campaign(campaigns)
    return [best_lift(campaign, arms[campaign.pk]) for campaign in campaigns]


def arms_by_campaign(campaigns: Iterable[Campaign]) -> dict[int, list[CampaignVariant]]:
    """The numbers of each campaign's variants, by its primary key. One query, none without campaigns."""
    found: dict[int, list[CampaignVariant]] = {campaign.pk: [] for campaign in campaigns}
    for row in arms_of(list(found)) if found else ():
        found[row.campaign_id].append(row)
    return found


ARM, VARIANT = ([field.attname for field in model._meta.concrete_fields] for model in (CampaignVariant, Variant))
# Written out: of half a hundred columns Django's writing took longer than all else. Relies on the rollup's key.
ARMS = f"""
SELECT {", ".join(f"arm.{name}" for name in ARM)}, {", ".join(f"variant.{name}" for name in VARIANT)}
FROM analytics_campaignvariant AS arm
JOIN campaigns_variant AS variant ON variant.id = arm.variant_id
WHERE arm.campaign_id = ANY (%(campaigns)s)
ORDER BY variant.position, variant.id
"""


def arms_of(campaigns: list[int]) -> Iterator[CampaignVariant]:
    """The numbers of all variants of some campaigns, each with its variant, in their order. One query."""
    with connection.cursor() as cursor:
        ask(cursor, ARMS, {"campaigns": campaigns})
        rows = cursor.fetchall()
    for row in rows:
        arm = CampaignVariant.from_db(connection.alias, ARM, row[: len(ARM)])
        arm.variant = Variant.from_db(connection.alias, VARIANT, row[len(ARM) :])
        yield arm


def best_lift(campaign: Campaign, rows: list[CampaignVariant]) -> BestLift:
    totals = added_up(rows)
    recorded = recorded_measures(totals)
    measure = next((measure for measure in DECIDING if measure in recorded), None)
    test = campaign_test(campaign, rows, recorded)
    arms = [variant_result(row, test) for row in rows]
    best = best_arm(arms, measure) if measure and len(arms) > 1 else None
    told = told_people(rows, "responders", "converters")
    return BestLift(campaign, totals, measure, best, tuple(arms), revenue_of_sent(rows), held_out(rows), told)


def best_arm(arms: Iterable[VariantResult], measure: str) -> VariantResult | None:
    """The arm with the highest value of the measure, of equal ones the control; none where no arm has any."""
    known = [arm for arm in arms if getattr(arm, measure) is not None]
    return max(known, key=lambda arm: (float(getattr(arm, measure)), arm.is_control), default=None)


@dataclass(frozen=True)
class Seen:
    """Customers who were seen, and when: arrays of one length, the last seen first, each as a list or as PostgreSQL
    writes it."""

    customers: "list[int] | str"
    moments: "list[datetime] | str"


def seen_of_own(staff: User, since: datetime, last: int) -> Seen | None:
    """The customers of one member of staff who were seen since then, and the last who were, so many; None where nobody
    was seen. One query."""
    with connection.cursor() as cursor:
        SEEN_OF_OWN.execute(cursor, {"staff": staff.pk, "last": last, "since": since})
        customers, moments = cursor.fetchone()
    return Seen(customers, moments) if customers else None


def seen_last(user: User, limit: int) -> Seen | None:
    """Of all whom the user sees those who were seen last; None where nobody was seen. One query."""
    seen = Customer.objects.visible_to(user).filter(viewers__total__last_at__isnull=False).order_by()
    latest = seen.values("pk").annotate(seen_at=Max("viewers__total__last_at")).order_by("-seen_at", "pk")
    rows = list(latest.values_list("pk", "seen_at")[:limit])
    return Seen([pk for pk, _ in rows], [seen_at for _, seen_at in rows]) if rows else None


@dataclass(frozen=True)
class Known:
    """A customer as a line names them."""

    pk: int
    key: UUID
    name: str


NO_VISIT = VisitCount()


@dataclass(frozen=True)
class Landed:
    """A share, by whom it was got (None of somebody whom the sender does not see any more), and what came of it: visits
    by people through it, and no others."""

    pk: int
    recipient_id: int
    key: UUID
    shared_at: datetime
    material: str
    customer: Known | None
    visits: VisitCount = NO_VISIT


# Relies on share_of_sender.
LATEST_SHARES = """
SELECT share.id, share.recipient_id, share.key, share.shared_at, material.title,
    customer.id, customer.key, customer.name
FROM (
    SELECT * FROM campaigns_share WHERE sender_id = %(sender)s ORDER BY shared_at DESC, id DESC LIMIT {limit}
) AS share
JOIN campaigns_material AS material ON material.id = share.material_id
JOIN campaigns_viewer AS viewer ON viewer.id = share.recipient_id
LEFT JOIN records_customer AS customer ON customer.id = viewer.customer_id AND {seen}
ORDER BY share.shared_at DESC, share.id DESC
"""


def latest_shares(sender: User, limit: int) -> list[Landed]:
    """What the user shared last, and how it landed. Two queries, one where nothing was shared."""
    seen, values = seen_in_sql(sender)
    with connection.cursor() as cursor:
        ask(cursor, LATEST_SHARES.format(seen=seen, limit=limit), {**values, "sender": sender.pk})
        rows = cursor.fetchall()
    shares = [
        Landed(pk, recipient, key, shared_at, material, Known(*who) if who[0] else None)
        for pk, recipient, key, shared_at, material, *who in rows
    ]
    counts = counts_of(shares)
    return [replace(share, visits=counts.get(share.pk, NO_VISIT)) for share in shares]
