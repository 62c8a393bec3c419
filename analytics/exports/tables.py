"""A list's and a report's tables, as every format takes them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.exports.base import CHUNK, HIDDEN, Chart, Head, Notes, Table, head_of, in_utc
from analytics.exports.copying import copy_statement
from analytics.exports.small_groups import NOTE, hide_in_campaign, hide_small_groups, is_few, version_without_few
from analytics.filtered import EXPLANATIONS, verdict_days_picture
from analytics.pictures.asking import Asked
from analytics.pictures.base import Picture
from analytics.pictures.drawings import pictures_of
from analytics.reports.campaign import CampaignReport
from analytics.reports.customer import CustomerReport
from analytics.reports.filtered import FilteredReport
from analytics.reports.material import MaterialReport, PageResult, VersionReading
from analytics.reports.rendering import kind_of
from analytics.reports.rendering import table as report_rows
from analytics.reports.wording import MEASURES, words_of
from privacy.rights.beside import Statement, statements_by_key, told
from records.listing import Chosen, Kind, Row, as_cells
from records.periods import Period

Beside = dict[UUID, list[Statement]]
BESIDE = Head("Statement of disagreement", "statement_of_disagreement")
METHOD = (
    "Rates are people divided by recipients: everybody drawn into the variant counts. A person counts once, however "
    "often they viewed or answered. Mail scanners are left out; columns that begin with raw_ (“machines too”) count "
    "them. The interval of a difference of two rates is Newcombe's hybrid score interval at 95 %, that of revenue per "
    "recipient Welch's; those for daily looks hold however often one looks. p and verdict are corrected (Holm) for all "
    "variants and measures, and there is no verdict where the people were not divided as meant. A day is a day in the "
    "agency's time zone."
)
METHOD_OF_CUSTOMER = (
    "Views are those by people; raw_views count mail scanners and previews too. Dwell time is the time that pages were "
    "in front of the reader, in seconds."
)
METHOD_OF_FILTERED = (
    "Every hit is kept and judged; each stands under one verdict and one reason, so the rows add up to all there was. "
    "Shares are of all events."
)


def list_table(chosen: Chosen, as_of: datetime, notes: Notes, *, hides_small_groups: bool = False) -> Table:
    """The whole list, filtered and sorted as on the page, read in one statement."""
    listing = chosen.listing
    beside = {} if hides_small_groups else statements_by_key(chosen.rows.model)
    return Table(
        name=listing.name,
        title=listing.name.capitalize(),
        heads=(*(head_of(column) for column in listing.columns), *([BESIDE] if beside else [])),
        rows=_list_rows(chosen, hide_in_campaign if hides_small_groups else _as_it_is, beside),
        as_of=as_of,
        notes=(*notes, *filters_of(chosen), *((("Small groups", NOTE),) if hides_small_groups else ())),
        copied="" if hides_small_groups or beside else copy_statement(chosen),
    )


def _as_it_is(row: Row) -> Row:
    return row


def _list_rows(chosen: Chosen, hide: Callable[[Any], Row], beside: Beside) -> Iterator[list[Any]]:
    """The rows; where people disagree with values of the list, each with what its own person says (552a(d)(4))."""
    for row in chosen.rows.iterator(CHUNK):
        cells = [in_utc(cell) for cell in as_cells(chosen.listing.columns, hide(row))]
        yield [*cells, told(beside.get(row[chosen.listing.key], ()))] if beside else cells


def filters_of(chosen: Chosen) -> Notes:
    """What the list was narrowed to, as the page's form names it, and how it is sorted."""
    cleaned, filters = chosen.filterset.form.cleaned_data, chosen.filterset.filters
    kept = [f"{one.label}: {said_of_filter(chosen, name)}" for name, one in filters.items() if cleaned.get(name)]
    name = chosen.sort.removeprefix("-")
    label = next(column.label for column in chosen.listing.columns if column.name == name)
    return (
        ("Filters", "; ".join(kept) or "none"),
        ("Sorted by", f"{label}, {'falling' if chosen.sort.startswith('-') else 'rising'}"),
    )


def said_of_filter(chosen: Chosen, name: str) -> str:
    """What a filter is set to: as the address has it, a period by its days."""
    value = chosen.filterset.form.cleaned_data[name]
    return value.words if isinstance(value, Period) else str(chosen.filterset.data[name])


def campaign_table(report: CampaignReport, as_of: datetime, notes: Notes, asked: Asked) -> Table:
    heading, *cells = report_rows(report)
    names = [str(name) for name in heading]
    rows = [dict(zip(names, row, strict=True)) for row in cells]
    if asked.hides_few:
        rows = hide_small_groups(rows)
        notes = (*notes, ("Small groups", NOTE))
    rates = tuple(name for name in report.recorded if name.endswith("_rate"))
    return Table(
        name=f"campaign-{report.slug}",
        title=report.name,
        heads=heads_of(names),
        rows=iter([list(row.values()) for row in rows]),
        as_of=as_of,
        notes=(*notes, *_said_of(report), ("Method", METHOD)),
        pictures=pictures_of("campaign", report, asked),
        chart=Chart(", ".join(MEASURES[name] for name in rates), "label", rates) if rates else None,
    )


def _said_of(report: CampaignReport) -> Notes:
    folded = report.freshness.folded_at
    notes = [("Numbers folded", f"{in_utc(folded):%Y-%m-%d %H:%M:%S} UTC" if folded else "nothing yet")]
    if report.source_note:
        notes.append(("Source", report.source_note))
    if report.is_demo:
        notes.append(("Made up", "Demonstration data: the numbers are made up."))
    return tuple(notes)


def customer_table(report: CustomerReport, name: str, title: str, as_of: datetime, notes: Notes) -> Table:
    heading, *cells = report_rows(report)
    return Table(
        name=name,
        title=title,
        heads=heads_of([str(head) for head in heading]),
        rows=iter([[in_utc(cell) for cell in row] for row in cells]),
        as_of=as_of,
        notes=(*notes, *disagreements_with(report), ("Method", METHOD_OF_CUSTOMER)),
        pictures=pictures_of("customer", report, Asked()),
        chart=Chart("Views by material", "material", ("views",)) if cells else None,
    )


def disagreements_with(report: CustomerReport) -> Notes:
    """What the person says against values of their record stands in each file of the report."""
    return tuple(
        (f"The person disagrees with “{one.label}”", f"{one.statement} ({one.filed_on.isoformat()})")
        for one in report.disagreements
    )


def heads_of(names: list[str]) -> tuple[Head, ...]:
    """A report's columns have the names that docs/reports.md tells, everywhere."""
    return tuple(Head(name, name, kind_of(name), words_of(name), in_documents=name != "name") for name in names)


FILTERED_HEADS = (
    Head("Taken for", "verdict"),
    Head("Reason", "reason"),
    Head("Events", "events", Kind.COUNT),
    Head("Visits", "visits", Kind.COUNT),
    Head("Views", "views", Kind.COUNT),
    Head("Share of all events", "share", Kind.RATE),
    Head("What it means", "explanation"),
)


def filtered_table(report: FilteredReport, name: str, title: str, as_of: datetime, notes: Notes) -> Table:
    picture: Picture | None = verdict_days_picture(report)
    rows = [
        [
            str(row.verdict.label),
            str(row.reason.label),
            row.counts.events,
            row.counts.visits,
            row.counts.views,
            row.share,
            EXPLANATIONS[row.reason],
        ]
        for row in report.reasons
    ]
    return Table(
        name=name,
        title=title,
        heads=FILTERED_HEADS,
        rows=iter(rows),
        as_of=as_of,
        notes=(*notes, ("Method", METHOD_OF_FILTERED)),
        pictures=(picture,) if picture else (),
        chart=Chart("Events by reason", "reason", ("events",)) if rows else None,
    )


MATERIAL_HEADS = (
    Head("Page", "page", Kind.COUNT),
    Head("Readers", "readers", Kind.COUNT),
    Head("Readers, machines too", "raw_readers", Kind.COUNT),
    Head("Reading time (seconds)", "dwell_seconds", Kind.COUNT),
    Head("Median time (seconds)", "median_seconds", Kind.COUNT),
    Head("Fewer readers on the next page", "lost", Kind.COUNT),
)
METHOD_OF_MATERIAL = (
    "Readers are people, each once a page, however often they came back; a page that was open and not looked at is "
    "not read. The median time is estimated from stretches of time: half of the readers stayed so long or longer, and "
    "beyond 5 minutes it is not told more exactly."
)


def material_table(report: MaterialReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    """A row a page of the version; how each version was read is among the notes."""
    asked = Asked(hides_few=hides_few)
    versions = [version_without_few(one) if hides_few else one for one in report.versions]
    said = (
        ("Version", str(report.version)),
        *((f"Read: version {one.number}", reading_words(one)) for one in versions),
        *((("Small groups", NOTE),) if hides_few else ()),
    )
    return Table(
        name=f"material-{report.slug}",
        title=f"{report.title}: attention by page",
        heads=MATERIAL_HEADS,
        rows=iter([page_cells(page, hides_few=hides_few) for page in report.pages]),
        as_of=as_of,
        notes=(*notes, *said, ("Method", METHOD_OF_MATERIAL)),
        pictures=pictures_of("material", report, asked),
        chart=Chart("Readers by page", "page", ("readers",)) if report.pages else None,
    )


def reading_words(one: VersionReading) -> str:
    """`769 readers; 178 of them read the last of 12 pages (23.15%); left after page 1; 98 s each`"""
    if one.began is None:
        return "hidden"
    said = [f"{one.began:,} readers"]
    if one.finished is not None:
        said.append(f"{one.finished:,} of them read the last of {one.pages} pages ({one.completion or 0:.2%})")
    if one.left_after is not None:
        said.append(f"left after page {one.left_after}")
    return "; ".join([*said, f"{one.seconds_each or 0:.0f} s each"])


def page_cells(page: PageResult, *, hides_few: bool) -> list[Any]:
    few = hides_few and is_few(page.readers)
    following = None if page.lost is None else page.readers - page.lost
    told = [page.readers, page.raw_readers, page.dwell_seconds, page.median and page.median.seconds, page.lost]
    if few:
        return [page.page, *([HIDDEN] * len(told))]
    hides = (False, hides_few and is_few(page.raw_readers), False, False, hides_few and is_few(following))
    return [page.page, *(HIDDEN if hidden else cell for hidden, cell in zip(hides, told, strict=True))]
