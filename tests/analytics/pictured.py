"""Made-up reports for tests of pictures, and a picture drawn as its file is."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import vl_convert

from analytics.pictures.base import Picture
from analytics.reports.base import Freshness
from analytics.reports.campaign import LIFTED, CampaignReport, DayResult, VariantResult
from analytics.reports.judged import JudgedLift

CLEAR = JudgedLift(0.0042, 0.23, 0.0016, 0.0067, p=0.001, verdict="clear")
UNCLEAR = JudgedLift(-0.001, -0.05, -0.004, 0.002, p=0.4, more_recipients=4000, worth=0.005, verdict="unclear")
TOO_FEW = JudgedLift(0.5, None, None, None, verdict="too few")
NOWHERE = Freshness(None, None, 0)
NUMBERS = {int, float, float | None, "int", "float", "float | None"}
COUNTS = [field.name for field in fields(VariantResult) if field.type in NUMBERS]


def variant(name: str, lift: JudgedLift | None = None, **values: Any) -> VariantResult:
    """An arm of 1,000 recipients, nothing recorded but these values; the same lift for every measure."""
    filled: dict[str, Any] = {**dict.fromkeys(COUNTS, 0), "recipients": 1000, "revenue": Decimal(0), **values}
    lifts: dict[str, JudgedLift | None] | None = dict.fromkeys(LIFTED, lift) if lift else None
    return VariantResult(name=name, label=name.title(), is_control=name == "control", lift=lifts, **filled)


def report(
    *variants: VariantResult,
    recorded: tuple[str, ...] = ("response_rate",),
    totals: VariantResult | None = None,
    **values: Any,
) -> CampaignReport:
    """Of these arms, seven responses in all where no totals are given."""
    parts: dict[str, Any] = {"slug": "spring", "name": "Spring", "description": "", "starts_on": None, "ends_on": None}
    parts |= {"source_note": "", "is_demo": False, "days": (), "freshness": NOWHERE, **values}
    return CampaignReport(recorded=recorded, totals=totals or variant("all", responses=7), variants=variants, **parts)


def day(number: int, name: str, *, month: int = 3, **counts: int) -> DayResult:
    zeros = dict.fromkeys(("recipients", "deliveries", "views", "raw_views", "visits", "responses", "conversions"), 0)
    return DayResult(day=date(2026, month, number), variant=name, revenue=Decimal(0), **{**zeros, **counts})


def drawn(picture: Picture) -> str:
    """The picture as SVG, by the same Vega-Lite as the browser's; an invalid specification raises."""
    sized = {**picture.specification, "width": 600, "height": 300}
    return vl_convert.vegalite_to_svg(sized)


def marks(picture: Picture, kind: str) -> int:
    """How many marks of a kind (`bar`, `point`, `line mark`, `text mark` …) are drawn."""
    return drawn(picture).count(f'aria-roledescription="{kind}"')
