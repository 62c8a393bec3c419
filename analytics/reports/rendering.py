"""A report as JSON and as rows of a table. The keys, with their units, are documented in docs/reports.md."""

import csv
import dataclasses
import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from analytics.reports.campaign import LIFTED, CampaignReport, VariantResult
from analytics.reports.customer import CustomerReport, MaterialOutcome
from analytics.reports.returns import Incremental
from privacy.spreadsheets import inert
from records.listing import Kind

Cell = str | int | float | Decimal | date | datetime | bool | None


def as_data(report: Any) -> dict[str, Any]:
    """The report as plain values for JSON: numbers as numbers, moments in ISO 8601 (UTC), days as YYYY-MM-DD."""
    return {key: _plain(value) for key, value in _shallow(report).items()}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(inner) for key, inner in _shallow(value).items()}
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, uuid.UUID) else value


def _shallow(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def as_json(report: CampaignReport | CustomerReport) -> str:
    return json.dumps(as_data(report), indent=2, ensure_ascii=False)


def as_csv(report: CampaignReport | CustomerReport) -> str:
    """The report's table: a campaign's variants with their lifts, a customer's materials. Formulas are neutralised."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([inert(as_text(cell)) for cell in row] for row in table(report))
    return out.getvalue()


def as_text(cell: Cell) -> Cell:
    """Days and moments as JSON has them; everything else as it is."""
    return cell.isoformat() if isinstance(cell, date | datetime) else cell


def kind_of(column: str) -> Kind:
    """How a column of a report's table is typed in a sheet; its name says it."""
    if column.endswith("_at"):
        return Kind.MOMENT
    if column.endswith("_lift_more_recipients"):
        return Kind.COUNT
    if column.endswith(("_lift_p", "_lift_verdict")):
        return Kind.TEXT
    if column.endswith(("_rate", "_lift_relative")) or "_rate_lift_" in column:
        return Kind.RATE
    if column.startswith(("campaign_return", "campaign_incremental_return")):
        return Kind.RATE
    if column.startswith(("revenue", "campaign_cost", "campaign_revenue", "campaign_incremental_revenue")):
        return Kind.MONEY
    return Kind.COUNT if column in COUNTED else Kind.TEXT


def table(report: CampaignReport | CustomerReport) -> Iterator[list[Cell]]:
    """The heading row and the rows of the report's main table, as typed cells; what nobody recorded is empty."""
    return recorded_table(report) if isinstance(report, CampaignReport) else customer_table(report)


def recorded_table(report: CampaignReport) -> Iterator[list[Cell]]:
    heading, *rows = campaign_table(report)
    empty = unrecorded(report)
    gone = [str(name).partition("_lift_")[0] in empty for name in heading]
    yield heading
    for row in rows:
        yield [None if is_gone else cell for is_gone, cell in zip(gone, row, strict=True)]


# Of all variants together the sum without which nobody recorded what the columns tell, as of a step of the funnel
# (analytics.reports.steps): there 0 is no number of anything.
SIGNS = {
    "shared_people": ("shared_people",),
    "deliveries": ("deliveries", "delivered_people"),
    "raw_views": ("viewers", "raw_viewers", "engaged_people", "views", "raw_views", "dwell_seconds", "view_rate"),
    "raw_visits": ("visitors", "visits", "raw_visits", "visit_rate"),
    "responses": ("responders", "responses", "response_rate"),
    "conversions": ("converters", "conversions", "conversion_rate"),
    "revenue": ("revenue", "unknown_amount_people", "revenue_per_recipient"),
}


def unrecorded(report: CampaignReport) -> frozenset[str]:
    """The columns of a campaign's table of which nobody recorded anything, in any variant."""
    return frozenset(
        column
        for sign, columns in SIGNS.items()
        if not getattr(report.totals, sign)
        for column in columns
        if not getattr(report.totals, column)
    )


PLAIN_COLUMNS = tuple(field.name for field in dataclasses.fields(VariantResult) if field.name != "lift")
COUNTED = frozenset(
    field.name
    for table in (VariantResult, MaterialOutcome)
    for field in dataclasses.fields(table)
    if field.type in {int, "int"}
)
LIFT_COLUMNS = (
    "absolute", "relative", "ci_low", "ci_high", "always_low", "always_high", "p", "verdict", "more_recipients",
)  # fmt: skip


def campaign_table(report: CampaignReport) -> Iterator[list[Cell]]:
    """A row a variant. What the whole campaign cost stands in each of them, under names that say so; only if known."""
    cost = cost_columns(report)
    lifts = (f"{measure}_lift_{part}" for measure in LIFTED for part in LIFT_COLUMNS)
    yield [*PLAIN_COLUMNS, *lifts, *cost]
    for variant in report.variants:
        yield [*(getattr(variant, name) for name in PLAIN_COLUMNS), *lift_cells(variant), *cost.values()]


def cost_columns(report: CampaignReport) -> dict[str, Cell]:
    if report.cost is None:
        return {}
    return {
        "campaign_cost": report.cost.cost,
        "campaign_cost_per_response": report.cost.per_response,
        "campaign_cost_per_conversion": report.cost.per_conversion,
        "campaign_revenue_of_sent": report.cost.revenue if report.totals.revenue else None,
        "campaign_return_on_cost": report.cost.return_on_cost,
        **(incremental_columns(report.cost.incremental) if report.cost.incremental else {}),
    }


def incremental_columns(more: Incremental) -> dict[str, Cell]:
    return {
        "campaign_incremental_revenue": more.revenue,
        "campaign_incremental_revenue_low": more.low,
        "campaign_incremental_revenue_high": more.high,
        "campaign_incremental_return": more.return_on_cost,
        "campaign_incremental_return_low": more.return_low,
        "campaign_incremental_return_high": more.return_high,
    }


def lift_cells(variant: VariantResult) -> Iterable[Cell]:
    for measure in LIFTED:
        lift = variant.lift_in(measure)
        yield from [getattr(lift, part) if lift else None for part in LIFT_COLUMNS]


def customer_table(report: CustomerReport) -> Iterator[list[Cell]]:
    outcome = ("share_count", "last_shared_at", "views", "raw_views", "dwell_seconds", "first_at", "last_at")
    yield ["material", "campaigns", "shared_by", *outcome]
    for row in report.materials:
        campaigns = joined(share.campaign for share in row.shares)
        senders = joined(share.shared_by for share in row.shares)
        yield [row.material, campaigns, senders, *(getattr(row, name) for name in outcome)]


def joined(names: Iterable[str | None]) -> str:
    """Each name once, in their order."""
    return "; ".join(dict.fromkeys(name for name in names if name))
