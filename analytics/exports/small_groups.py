"""Numbers about few people, left out of files for those who may not see people.

A group of 1 to 4 people is hidden with everything that would give it away: what these people did, rates, and lifts.
Where one hidden cell of a column could be computed from the column's sum, which other pages show, the next smallest
goes too. Zero is nobody and stays. The threshold is the design's, as for periods whose people are gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, gettext_noop

from analytics.exports.base import HIDDEN, Notes
from analytics.reports.campaign import LIFTED, CampaignReport
from analytics.reports.material import DayOfMaterial, MaterialReport, VersionReading
from analytics.reports.rendering import as_data, campaign_table
from analytics.reports.webpages import WebPageReport

FEWEST = 5
NOTE = gettext_noop(
    "Groups of fewer than 5 people are marked “hidden”, along with anything that would give them away; where "
    "one hidden number could be computed from a sum, the next smallest is hidden too. Zeros are real zeros."
)

# Whose number stands in the column, and the columns that tell of the same people.
TELLING = {
    "shared_people": (),
    "delivered_people": ("deliveries",),
    "engaged_people": (),
    "viewers": ("views", "dwell_seconds", "view_rate"),
    "raw_viewers": ("raw_views",),
    "visitors": ("visits", "raw_visits", "visit_rate"),
    "responders": ("responses", "response_rate"),
    "converters": ("conversions", "conversion_rate", "revenue", "revenue_per_recipient", "unknown_amount_people"),
}
INCREMENTAL = tuple(
    f"campaign_incremental_{what}{end}" for what in ("revenue", "return") for end in ("", "_low", "_high")
)
WHOLE = {
    "responders": ("campaign_cost_per_response", *INCREMENTAL),
    "converters": (
        "campaign_cost_per_conversion", "campaign_revenue_of_sent", "campaign_return_on_cost", *INCREMENTAL,
    ),
}  # fmt: skip
NAMES = ("name", "label", "is_control")
Row = dict[str, Any]


def said_of_few(*, hides_few: bool) -> Notes:
    """What a file says of it, where such numbers are left out of it."""
    return ((gettext("Small groups"), gettext(NOTE)),) if hides_few else ()


def hide_small_groups(rows: list[Row]) -> list[Row]:
    """The rows of a campaign's variants, by column name, without what tells of few people."""
    small = [{people for people in TELLING if is_few(row[people])} for row in rows]
    for place, row in enumerate(rows):
        if is_few(row["recipients"]):
            small[place] |= set(TELLING)
    for people in TELLING:
        _complement(people, rows, small)
    return [_hidden(row, small[place], _of_control(rows, small), _anywhere(small)) for place, row in enumerate(rows)]


def is_few(people: Any) -> bool:
    return isinstance(people, int) and 0 < people < FEWEST


def _complement(people: str, rows: list[Row], small: list[set[str]]) -> None:
    """One hidden number is the sum less the others: hide the next smallest that is not zero."""
    if sum(people in names for names in small) != 1:
        return
    others = [place for place, row in enumerate(rows) if people not in small[place] and row[people]]
    if others:
        small[min(others, key=lambda place: rows[place][people])].add(people)


def _of_control(rows: list[Row], small: list[set[str]]) -> set[str]:
    """What is hidden of the control: with a lift and the arm's own rate it could be computed."""
    return {people for row, names in zip(rows, small, strict=True) if row.get("is_control") for people in names}


def _anywhere(small: list[set[str]]) -> set[str]:
    return set().union(*small)


def _hidden(row: Row, small: set[str], of_control: set[str], anywhere: set[str]) -> Row:
    gone = {name for people in small for name in (people, *TELLING[people])}
    lifts = {name for people in small | of_control for name in TELLING[people]}
    gone |= {name for people in anywhere for name in WHOLE.get(people, ())}
    if is_few(row["recipients"]):
        gone |= row.keys() - set(NAMES) - {name for name in row if name.startswith("campaign_cost")}
    return {
        name: HIDDEN if cell is not None and (name in gone or _is_lift_of(name, lifts)) else cell
        for name, cell in row.items()
    }


def _is_lift_of(name: str, measures: set[str]) -> bool:
    return any(name.startswith(f"{measure}_lift_") for measure in measures)


def rows_without_few(report: CampaignReport) -> list[Row]:
    """The variants of a report by column name, without what tells of few people."""
    heading, *cells = campaign_table(report)
    return hide_small_groups([dict(zip(map(str, heading), row, strict=True)) for row in cells])


def tells_of_few(sums: Any) -> bool:
    """Whether anything that is counted in all tells of few people; then nothing is told of how far the goal is."""
    return any(map(is_few, counted_people(sums)))


COUNTED = ("recipients", *TELLING)


def counted_people(sums: Any) -> tuple[int, ...]:
    """How many people each count of a campaign tells of."""
    return tuple(getattr(sums, people) for people in COUNTED)


ALL = "all"  # the name of the totals' row
Hidden = Mapping[str, frozenset[str]]  # by the variant's name and under ALL, the columns that tell of few people


def hidden_columns(report: CampaignReport) -> Hidden:
    """What of a campaign's report is not shown to whoever may not see people."""
    rows = rows_without_few(report)
    found = {row["name"]: frozenset(name for name, cell in row.items() if cell is HIDDEN) for row in rows}
    totals = vars(report.totals)
    few = [people for people in TELLING if is_few(totals[people])]
    whole = {name for people in few for name in (people, *TELLING[people])}
    if is_few(report.totals.recipients):
        whole |= totals.keys() - set(NAMES)
    return found | {ALL: frozenset(whole)}


# The objects of the report's JSON whose numbers may be null.
NULLED = frozenset({"VariantResult", "DayResult", "CostResult", "GoalResult"})
OF_DAYS = ("recipients", "deliveries", "views", "raw_views", "visits", "responses", "conversions")


def data_without_few(report: CampaignReport) -> dict[str, Any]:
    """The report as JSON has it, with None for what tells of few people."""
    data, hidden = as_data(report), hidden_columns(report)
    for row in (data["totals"], *data["variants"]):
        gone = hidden.get(row["name"], frozenset())
        row |= {name: None for name in row if name in gone}
        if row["lift"]:
            row["lift"] |= {measure: None for measure in row["lift"] if f"{measure}_lift_absolute" in gone}
    for name in OF_DAYS:
        for day, count in zip(data["days"], without_few(day[name] for day in data["days"]), strict=True):
            day[name] = count
            if name == "conversions" and count is None:
                day["revenue"] = None
    if any(hidden.values()):
        data["goal"] = None
        data["cost"] = data["cost"] and {**dict.fromkeys(data["cost"]), "cost": data["cost"]["cost"]}
    return data


def hidden_lifts(report: CampaignReport) -> frozenset[tuple[str, str]]:
    """The lifts that tell of few people: the variant's name and the measure."""
    rows = rows_without_few(report)
    return frozenset(
        (row["name"], measure) for row in rows for measure in LIFTED if row[f"{measure}_lift_absolute"] is HIDDEN
    )


def without_few(counts: Iterable[int]) -> list[int | None]:
    """Counts whose sum other pages show, without (None) those of 1 to 4, and without the next smallest where one hidden
    count could be computed from the sum."""
    counts = list(counts)
    hidden = {place for place, count in enumerate(counts) if is_few(count)}
    others = [place for place, count in enumerate(counts) if count and place not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda place: counts[place]))
    return [None if place in hidden else count for place, count in enumerate(counts)]


def version_without_few(one: VersionReading) -> VersionReading:
    """A version's reading, without what tells of few people: of few readers nothing, and not how few read the end."""
    if is_few(one.began):
        return replace(one, began=None, finished=None, left_after=None, dwell_seconds=None)
    few = one.finished is not None and one.began is not None and is_few(one.began - one.finished)
    return replace(one, finished=None) if few or is_few(one.finished) else one


def material_without_few(report: MaterialReport) -> MaterialReport:
    """How a material was read, version by version and day by day, without what tells of few people."""
    versions = tuple(map(version_without_few, report.versions))
    return replace(report, versions=versions, days=days_without_few(report))


def days_without_few(report: MaterialReport | WebPageReport) -> tuple[DayOfMaterial, ...]:
    """The days of a material or custom web page for whoever may not see people: page, picture, files and API have them
    from here. None at all where it was viewed by few people, however often; a day of few views goes with the next
    smallest. A report that was told so before loses no more."""
    if report.viewers is None or is_few(report.viewers):
        return ()
    counts = [row.views for row in report.days if row.views is not None]
    if len(counts) < len(report.days):
        return report.days
    return tuple(replace(row, views=views) for row, views in zip(report.days, without_few(counts), strict=True))


def of_few(*people: str) -> str:
    """For a statement over the rows of a rollup: whether the sum of any of these columns is of few people."""
    return " OR ".join(f"sum({name}) BETWEEN 1 AND {FEWEST - 1}" for name in people)


def marked_hidden(row: Mapping[str, Any]) -> Row:
    """A row of a list that `hidden` names columns of: without a value each, here with the mark that says why."""
    return {**row, **dict.fromkeys(row["hidden"], HIDDEN)}
