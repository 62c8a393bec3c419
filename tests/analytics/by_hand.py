"""The rollups by hand: what plain Python makes of events and draws, and of those that were disposed of.

The measures are written out again, by what the reports mean by them, and nothing here is taken from the fold. Rows are
told by their keys, and without what is zero, so that a row too many is a difference as well.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

Key = tuple[Any, ...]
Sums = dict[str, Any]
Rows = dict[Key, Sums]
Tables = dict[str, Rows]

INSIGHT = ("visit", "view", "page", "download", "begun")
SENT = ("shared", "delivered")
MOMENTS = ("first_at", "last_at")
ENOUGH = 5  # people, whose sums stay when they go


@dataclass(frozen=True)
class Fact:
    """An event as it holds: what was stored, and the latest verdict on it."""

    viewer_id: int
    occurred_at: datetime
    id: UUID
    kind: str
    verdict: str
    reason: str
    campaign_id: int | None = None
    variant_id: int | None = None
    material_id: int | None = None
    version: int | None = None
    page: int | None = None
    dwell_ms: int | None = None
    amount: Decimal | None = None
    amount_unknown: bool = False

    @property
    def is_human(self) -> bool:
        return self.verdict in ("human", "unknown")

    @property
    def is_seen(self) -> bool:
        """A sign of the person, by which first and last moments are told."""
        return self.is_human and self.kind not in SENT

    @property
    def day(self) -> date:
        return agency_day(self.occurred_at)

    @property
    def series(self) -> str:
        return series_of(self.kind)

    @property
    def month(self) -> date:
        """The log's month, in UTC."""
        return self.occurred_at.date().replace(day=1)


@dataclass(frozen=True)
class Draw:
    """Somebody drawn into an arm."""

    viewer_id: int
    campaign_id: int
    variant_id: int
    assigned_at: datetime

    @property
    def day(self) -> date:
        return agency_day(self.assigned_at)


def agency_day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.AGENCY_TIME_ZONE)).date()


def series_of(kind: str) -> str:
    return "insight" if kind in INSIGHT else "promotion"


# What one event or draw counts as -------------------------------------------------------------------------------------


def engagement(one: Fact | Draw) -> Sums:
    if isinstance(one, Draw):
        return {"facts": 1, "recipients": 1}
    did = {
        "facts": 1,
        "shares": one.kind == "shared",
        "deliveries": one.kind == "delivered",
        "raw_visits": one.kind == "visit",
        "raw_views": one.kind == "view",
    }
    if not one.is_human:
        return did
    return did | {
        "visits": one.kind == "visit",
        "views": one.kind == "view",
        "unsure_views": one.kind == "view" and one.verdict == "unknown",
        "dwell_ms": one.dwell_ms or 0,
        "responses": one.kind == "response",
        "conversions": one.kind == "conversion",
        "revenue": one.amount or 0,
        "unknown_amounts": one.amount_unknown,
    }


def reading(one: Fact | Draw) -> Sums:
    assert isinstance(one, Fact)
    return {"facts": 1, "reads": one.is_human, "dwell_ms": (one.dwell_ms or 0) * one.is_human}


def by_verdict(one: Fact | Draw) -> Sums:
    assert isinstance(one, Fact)
    return {"facts": 1, "raw_visits": one.kind == "visit", "raw_views": one.kind == "view"}


# The tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """`of` tells what of a row's key an event or draw is: none where the table has nothing to do with it."""

    grain: tuple[str, ...]
    of: Callable[[Any], bool]
    counts: Callable[[Fact | Draw], Sums] = engagement
    has_moments: bool = False

    def key(self, one: Fact | Draw) -> Key:
        return tuple(getattr(one, name) if name != "of_campaign" else one.campaign_id or 0 for name in self.grain)


def is_event(one: Fact | Draw) -> bool:
    return isinstance(one, Fact)


FIRST = {
    "analytics_campaignday": Table(("campaign_id", "day", "variant_id"), lambda one: one.campaign_id is not None),
    "analytics_materialday": Table(("material_id", "day"), lambda one: is_event(one) and one.material_id is not None),
    "analytics_campaignviewer": Table(
        ("viewer_id", "campaign_id", "variant_id"), lambda one: one.campaign_id is not None, has_moments=True
    ),
    "analytics_viewermaterial": Table(
        ("viewer_id", "material_id"), lambda one: is_event(one) and one.material_id is not None, has_moments=True
    ),
    "analytics_viewerpage": Table(
        ("viewer_id", "material_id", "version", "page"),
        lambda one: is_event(one) and one.kind == "page" and None not in (one.material_id, one.version, one.page),
        counts=reading,
        has_moments=True,
    ),
    "analytics_viewerday": Table(("viewer_id", "day", "series", "month"), is_event),
    "analytics_viewertotal": Table(("viewer_id",), is_event, has_moments=True),
    "analytics_verdictday": Table(
        ("day", "of_campaign", "verdict", "reason"),
        lambda one: is_event(one) and one.kind not in SENT,
        counts=by_verdict,
    ),
}


def variant_people(row: Sums) -> Sums:
    """What one viewer of an arm counts as: a person of it where they were drawn into it."""
    sums = without_moments(row)
    if not row.get("recipients"):
        return sums
    is_known = not row.get("unknown_amounts")
    revenue = row.get("revenue", 0)
    return sums | {
        "recipients": 1,
        "viewers": bool(row.get("views")),
        "raw_viewers": bool(row.get("raw_views")),
        "visitors": bool(row.get("visits")),
        "responders": bool(row.get("responses")),
        "converters": bool(row.get("conversions")),
        "shared_people": bool(row.get("shares")),
        "delivered_people": bool(row.get("deliveries")),
        "engaged_people": row.get("dwell_ms", 0) >= 10_000 or row.get("visits", 0) > 1,
        "unknown_amount_people": not is_known,
        "revenue_of_known": revenue * is_known,
        "revenue_squares_of_known": revenue * revenue * is_known,
    }


def material_people(row: Sums) -> Sums:
    has_it, dwell_ms = bool(row.get("shares")), row.get("dwell_ms", 0)
    return without_moments(row) | {
        "recipients": has_it,
        "viewers": bool(row.get("views")),
        "raw_viewers": bool(row.get("raw_views")),
        "viewing_recipients": has_it and bool(row.get("views")),
        "responding_recipients": has_it and bool(row.get("responses")),
        "readers": dwell_ms > 0,
        "dwell_squares": dwell_ms * dwell_ms,
    }


def page_readers(row: Sums) -> Sums:
    dwell_ms = row.get("dwell_ms", 0)
    ends = (1, 2, 4, 7, 12, 20, 30, 45, 70, 120, 300)
    stretch = next((f"within_{end}" for end in ends if dwell_ms < end * 1000), "beyond")
    return {
        "facts": row["facts"],
        "raw_readers": 1,
        "readers": bool(row.get("reads")),
        "dwell_ms": dwell_ms,
        **({stretch: 1} if dwell_ms else {}),
    }


def without_moments(row: Sums) -> Sums:
    return {name: value for name, value in row.items() if name not in MOMENTS}


@dataclass(frozen=True)
class Second:
    """People counted over the rows of another table."""

    of: str
    grain: tuple[str, ...]
    counts: Callable[[Sums], Sums]


SECOND = {
    "analytics_campaignvariant": Second("analytics_campaignviewer", ("campaign_id", "variant_id"), variant_people),
    "analytics_materialtotal": Second("analytics_viewermaterial", ("material_id",), material_people),
    "analytics_materialpage": Second("analytics_viewerpage", ("material_id", "version", "page"), page_readers),
}
GRAINS = {name: table.grain for name, table in FIRST.items()} | {name: table.grain for name, table in SECOND.items()}
OF_GROUPS = [name for name, grain in GRAINS.items() if "viewer_id" not in grain]


# Adding up ------------------------------------------------------------------------------------------------------------


def rows_of(facts: Iterable[Fact | Draw]) -> Tables:
    """Every table, from nothing."""
    facts = list(facts)
    tables = {name: first_level(table, facts) for name, table in FIRST.items()}
    return tables | {name: second_level(second, tables[second.of]) for name, second in SECOND.items()}


def first_level(table: Table, facts: list[Fact | Draw]) -> Rows:
    rows: Rows = {}
    for one in facts:
        if table.of(one):
            add(rows, table.key(one), table.counts(one))
    if table.has_moments:
        for key, row in rows.items():
            seen = [
                one.occurred_at
                for one in facts
                if isinstance(one, Fact) and one.is_seen and table.of(one) and table.key(one) == key
            ]
            row.update({"first_at": min(seen), "last_at": max(seen)} if seen else {})
    return rows


def second_level(second: Second, people: Rows) -> Rows:
    rows: Rows = {}
    grain = FIRST[second.of].grain
    for key, row in people.items():
        named = dict(zip(grain, key, strict=True))
        add(rows, tuple(named[name] for name in second.grain), second.counts(row))
    return rows


def add(rows: Rows, key: Key, sums: Sums, sign: int = 1) -> None:
    row = rows.setdefault(key, {})
    for name, value in sums.items():
        row[name] = row.get(name, 0) + sign * value


def together(rows: Rows, more: Rows, sign: int = 1) -> Rows:
    total = {key: dict(row) for key, row in rows.items()}
    for key, row in more.items():
        add(total, key, row, sign)
    return total


def told(rows: Rows) -> Rows:
    """Without what is zero."""
    return {key: {name: value for name, value in row.items() if value} for key, row in rows.items()}


# What leaves ----------------------------------------------------------------------------------------------------------


class Frozen:
    """The sums that stay of what was disposed of: of groups of five people and more."""

    def __init__(self) -> None:
        self.tables: Tables = {name: {} for name in OF_GROUPS}

    def with_rest(self, facts: Iterable[Fact | Draw]) -> Tables:
        """Every table, of what is left of the log and what was kept."""
        tables = rows_of(facts)
        return tables | {name: together(tables[name], self.tables[name]) for name in OF_GROUPS}

    def keep_month(self, before: list[Fact | Draw], leaving: list[Fact | Draw]) -> None:
        """Of a month that goes, a group is large where five people go with it."""
        large = {name: large_among(name, leaving) for name in OF_GROUPS}
        self._keep(before, leaving, large)

    def keep_draws(self, before: list[Fact | Draw], leaving: list[Fact | Draw]) -> None:
        """Draws go in batches: a group is large by all its recipients. Of materials and verdicts they say nothing."""
        shown = self.with_rest(before)
        large = {
            name: {key for key, row in shown[name].items() if row.get("recipients", 0) >= ENOUGH}
            for name in ("analytics_campaignday", "analytics_campaignvariant")
        }
        self._keep(before, leaving, large)

    def _keep(self, before: list[Fact | Draw], leaving: list[Fact | Draw], large: dict[str, set[Key]]) -> None:
        gone = set(leaving)
        rest = [one for one in before if one not in gone]
        now, then = rows_of(rest), rows_of(before)
        for name, groups in large.items():
            touched = touched_by(name, leaving) & groups
            lost = together(then[name], now[name], -1)
            self.tables[name] = together(self.tables[name], {key: lost[key] for key in touched})


def group_of(name: str, one: Fact | Draw) -> Key | None:
    """Which row of a table of groups somebody's event or draw is about."""
    table = FIRST[SECOND[name].of] if name in SECOND else FIRST[name]
    if not table.of(one):
        return None
    named = dict(zip(table.grain, table.key(one), strict=True))
    return tuple(named[column] for column in GRAINS[name])


def touched_by(name: str, leaving: list[Fact | Draw]) -> set[Key]:
    return {group for one in leaving if (group := group_of(name, one)) is not None}


def large_among(name: str, leaving: list[Fact | Draw]) -> set[Key]:
    people: dict[Key, set[int]] = {}
    for one in leaving:
        if (group := group_of(name, one)) is not None:
            people.setdefault(group, set()).add(one.viewer_id)
    return {group for group, members in people.items() if len(members) >= ENOUGH}
