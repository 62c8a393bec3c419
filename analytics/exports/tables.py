"""A list's and a report's tables, as every format takes them."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.forms import ChoiceField, ModelChoiceField
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop, pgettext
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import CHUNK, HIDDEN, Chart, Head, Notes, Table, head_of, in_zone, moment_words
from analytics.exports.campaign_opening import campaign_opening
from analytics.exports.copying import copy_statement
from analytics.exports.names import list_name, report_name
from analytics.exports.small_groups import (
    hide_small_groups,
    is_few,
    marked_hidden,
    material_without_few,
    said_of_few,
    tells_of_few,
)
from analytics.filtered import EXPLANATIONS, verdict_days_picture
from analytics.goal_words import goal_words
from analytics.pictures.asking import Asked
from analytics.pictures.base import Picture
from analytics.pictures.drawings import pictures_of
from analytics.reports.campaign import CampaignReport
from analytics.reports.customer import CustomerReport
from analytics.reports.filtered import FilteredReport
from analytics.reports.material import MaterialReport, PageResult, VersionReading
from analytics.reports.rendering import kind_of, unrecorded
from analytics.reports.rendering import table as report_rows
from analytics.reports.wording import MEASURES, words_of
from analytics.return_words import METHOD_OF_RETURN
from analytics.verdict_words import headline
from privacy.rights.beside import Statement, statements_by_key, told
from privacy.wording import places_words
from records import figures
from records.listing import Chosen, Kind, Listing, Row, as_cells, in_language
from records.periods import Period

Beside = dict[UUID, list[Statement]]
BESIDE = Head(_("Statement of disagreement"), "statement_of_disagreement")
METHOD = gettext_noop(
    "Rates are people divided by recipients: everybody drawn into the variant counts. A person counts once, however"
    " often they viewed or answered. Mail scanners are left out; columns that begin with raw_ (“machines too”) "
    "count them. The interval of a difference of two rates is Newcombe's hybrid score interval at 95%, that of "
    "revenue per recipient Welch's. Those for daily looks are on the page while the campaign runs: they hold no "
    "matter how often you look. p and verdict are corrected (Holm) for all variants and measures, and there is no "
    "verdict where the people were not divided as intended. A day is a day in the agency's time zone."
)
METHOD_OF_CUSTOMER = gettext_noop(
    "Views are those by people; raw_views count mail scanners and previews too. Dwell time is the time that pages were "
    "in front of the reader, in seconds."
)
METHOD_OF_FILTERED = gettext_noop(
    "Every hit is kept and judged; each has one verdict and one reason, so the rows add up to everything "
    "there was. Percentages are of all events."
)


def title_of(listing: Listing) -> str:
    return str(capfirst(in_language(listing.name)))


title_lazy = lazy(title_of, str)


def list_table(chosen: Chosen, as_of: datetime, notes: Notes, *, hides_small_groups: bool = False) -> Table:
    """The whole list, filtered and sorted as on the page, read in one statement. `hides_small_groups` says that the
    list is one without what tells of few people, whose rows name what is hidden of them."""
    listing = chosen.listing
    beside = {} if hides_small_groups else statements_by_key(chosen.rows.model)
    return Table(
        name=list_name(listing.name),
        title=title_of(listing),
        heads=(*(head_of(column) for column in listing.columns_in_files), *([BESIDE] if beside else [])),
        rows=_list_rows(chosen, marked_hidden if hides_small_groups else _as_it_is, beside),
        as_of=as_of,
        notes=(*notes, *filters_of(chosen), *said_of_few(hides_few=hides_small_groups)),
        copied="" if hides_small_groups or beside else copy_statement(chosen),
    )


def _as_it_is(row: Row) -> Row:
    return row


def _list_rows(chosen: Chosen, hide: Callable[[Any], Row], beside: Beside) -> Iterator[list[Any]]:
    """The rows; where people disagree with values of the list, each with what its own person says (552a(d)(4))."""
    for row in chosen.rows.iterator(CHUNK):
        cells = [in_zone(cell) for cell in as_cells(chosen.listing.columns_in_files, hide(row))]
        yield [*cells, told(beside.get(row[chosen.listing.key], ()))] if beside else cells


def filters_of(chosen: Chosen) -> Notes:
    """What the list was narrowed to, as the page's form names it, and how it is sorted."""
    cleaned, filters = chosen.filterset.form.cleaned_data, chosen.filterset.filters
    kept = [
        f"{in_language(str(one.label))}: {said_of_filter(chosen, name)}"
        for name, one in filters.items()
        if cleaned.get(name)
    ]
    name = chosen.sort.removeprefix("-")
    label = next(in_language(str(column.label)) for column in chosen.listing.columns if column.name == name)
    way = gettext("falling") if chosen.sort.startswith("-") else gettext("rising")
    return (
        (gettext("Filters"), "; ".join(kept) or pgettext("filters", "none")),
        (gettext("Sorted by"), f"{label}, {way}"),
    )


def said_of_filter(chosen: Chosen, name: str) -> str:
    """What a filter is set to: a choice by its label, a period by its days, anything else as the address has it."""
    value, field = chosen.filterset.form.cleaned_data[name], chosen.filterset.form.fields[name]
    if isinstance(value, Period):
        return value.words
    asked = str(chosen.filterset.data[name])
    is_declared = isinstance(field, ChoiceField) and not isinstance(field, ModelChoiceField)
    return in_language(str(dict(field.choices).get(asked, asked))) if is_declared else asked


def campaign_table(report: CampaignReport, as_of: datetime, notes: Notes, asked: Asked) -> Table:
    heading, *cells = report_rows(report)
    names = [str(name) for name in heading]
    rows = [dict(zip(names, row, strict=True)) for row in cells]
    if asked.hides_few:
        rows = hide_small_groups(rows)
    goal = said_of_goal(report, hides_few=asked.hides_few)
    rates = tuple(name for name in report.recorded if name.endswith("_rate"))
    return Table(
        name=report_name("campaign", report.slug),
        title=report.name,
        heads=heads_of(names, absent=unrecorded(report)),
        rows=iter([[said_cell(name, cell) for name, cell in row.items()] for row in rows]),
        as_of=as_of,
        lead=(said := headline(report, hides_few=asked.hides_few)),
        opening=campaign_opening(report, goal, hides_few=asked.hides_few),
        notes=(
            *notes,
            *(((gettext("What the test says"), said),) if said else ()),
            *goal,
            *said_of_few(hides_few=asked.hides_few),
            *_said_of(report),
            (gettext("Method"), method_of(report)),
        ),
        pictures=pictures_of("campaign", report, asked),
        chart=Chart(", ".join(gettext(MEASURES[name]) for name in rates), "label", rates) if rates else None,
    )


def method_of(report: CampaignReport) -> str:
    return f"{gettext(METHOD)} {gettext(METHOD_OF_RETURN)}" if report.cost else gettext(METHOD)


def said_of_goal(report: CampaignReport, *, hides_few: bool) -> Notes:
    if report.goal is None:
        return ()
    few = hides_few and tells_of_few(report.totals)
    return ((gettext("Goal"), goal_words(report.goal, is_few=few)),)


def _said_of(report: CampaignReport) -> Notes:
    folded = report.freshness.folded_at
    moment = moment_words(folded) if folded else gettext("nothing yet")
    notes = [(gettext("Numbers folded"), moment)]
    if report.source_note:
        notes.append((gettext("Source"), report.source_note))
    if report.is_demo:
        notes.append((gettext("Made up"), gettext("Demonstration data: the numbers are made up.")))
    return tuple(notes)


def said_cell(name: str, cell: Any) -> Any:
    """A verdict's word in the language of the file; anything else as it is."""
    return in_language(cell) if name.endswith("_lift_verdict") else cell


def customer_table(report: CustomerReport, name: str, title: str, as_of: datetime, notes: Notes) -> Table:
    heading, *cells = report_rows(report)
    return Table(
        name=name,
        title=title,
        heads=heads_of([str(head) for head in heading]),
        rows=iter([[in_zone(cell) for cell in row] for row in cells]),
        as_of=as_of,
        notes=(*notes, *disagreements_with(report), (gettext("Method"), gettext(METHOD_OF_CUSTOMER))),
        pictures=pictures_of("customer", report, Asked()),
        chart=Chart(gettext("Views by material"), "material", ("views",)) if cells else None,
    )


def disagreements_with(report: CustomerReport) -> Notes:
    """What the person says against values of their record stands in each file of the report."""
    return tuple(
        (
            gettext("The person disagrees with “%(label)s”") % {"label": places_words(one.label)},
            f"{one.statement} ({one.filed_on.isoformat()})",
        )
        for one in report.disagreements
    )


def heads_of(names: list[str], absent: Collection[str] = ()) -> tuple[Head, ...]:
    """A report's columns have the names that docs/reports.md tells, everywhere. In documents, which people read, there
    is nothing of the measures that are `absent`: a rate of what nobody recorded is no zero."""
    hidden = ("name", *absent)
    unread = [name for name in names if name in hidden or name.partition("_lift_")[0] in hidden]
    return tuple(Head(name, name, kind_of(name), words_of(name), in_documents=name not in unread) for name in names)


FILTERED_HEADS = (
    Head(_("Taken for"), "verdict"),
    Head(_("Reason"), "reason"),
    Head(_("Events"), "events", Kind.COUNT),
    Head(_("Visits"), "visits", Kind.COUNT),
    Head(_("Views"), "views", Kind.COUNT),
    Head(_("Share of all events"), "share", Kind.RATE),
    Head(_("What it means"), "explanation"),
)


def filtered_table(report: FilteredReport, name: str, title: str, as_of: datetime, notes: Notes) -> Table:
    picture: Picture | None = verdict_days_picture(report)
    rows = [
        [
            gettext(row.verdict.label),
            gettext(row.reason.label),
            row.counts.events,
            row.counts.visits,
            row.counts.views,
            row.share,
            gettext(EXPLANATIONS[row.reason]),
        ]
        for row in report.reasons
    ]
    return Table(
        name=name,
        title=title,
        heads=FILTERED_HEADS,
        rows=iter(rows),
        as_of=as_of,
        notes=(*notes, (gettext("Method"), gettext(METHOD_OF_FILTERED))),
        pictures=(picture,) if picture else (),
        chart=Chart(gettext("Events by reason"), "reason", ("events",)) if rows else None,
    )


MATERIAL_HEADS = (
    Head(_("Page"), "page", Kind.COUNT),
    Head(_("Readers"), "readers", Kind.COUNT),
    Head(_("Readers, machines too"), "raw_readers", Kind.COUNT),
    Head(_("Reading time (seconds)"), "dwell_seconds", Kind.COUNT),
    Head(_("Median time (seconds)"), "median_seconds", Kind.COUNT),
    Head(_("Fewer readers on the next page"), "lost", Kind.COUNT),
)
METHOD_OF_MATERIAL = gettext_noop(
    "Readers are people, each counted once per page, however often they came back; a page that was open but "
    "not looked at does not count as read. The median time is estimated from ranges of time: half of the "
    "readers stayed that long or longer, and beyond 5 minutes it is not given more exactly."
)


def material_table(report: MaterialReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    """A row a page of the version; how each version was read is among the notes."""
    shown = material_without_few(report) if hides_few else report
    said = (
        (gettext("Version"), str(report.version)),
        *((gettext("Read: version %(number)s") % {"number": one.number}, reading_words(one)) for one in shown.versions),
        *said_of_few(hides_few=hides_few),
    )
    return Table(
        name=report_name("material", report.slug),
        title=gettext("%(title)s: attention by page") % {"title": report.title},
        heads=MATERIAL_HEADS,
        rows=iter([page_cells(page, hides_few=hides_few) for page in report.pages]),
        as_of=as_of,
        notes=(*notes, *said, (gettext("Method"), gettext(METHOD_OF_MATERIAL))),
        pictures=pictures_of("material", shown, Asked(hides_few=hides_few)),
        chart=Chart(gettext("Readers by page"), "page", ("readers",)) if report.pages else None,
    )


def reading_words(one: VersionReading) -> str:
    """`769 readers; 178 of them read the last of 12 pages (23.15%); left after page 1; 98 s each`"""
    if one.began is None:
        return HIDDEN.words
    said = [gettext("%(count)s readers") % {"count": figures.count(one.began)}]
    if one.finished is not None:
        finished = gettext("%(count)s of them read the last of %(pages)s pages (%(rate)s)")
        rate = figures.rate(one.completion)
        said.append(finished % {"count": figures.count(one.finished), "pages": one.pages, "rate": rate})
    if one.left_after is not None:
        said.append(gettext("left after page %(page)s") % {"page": one.left_after})
    if one.seconds_each is not None:
        said.append(gettext("%(seconds)s s each") % {"seconds": figures.count(round(one.seconds_each))})
    return "; ".join(said)


def page_cells(page: PageResult, *, hides_few: bool) -> list[Any]:
    few = hides_few and is_few(page.readers)
    following = None if page.lost is None else page.readers - page.lost
    told = [page.readers, page.raw_readers, page.dwell_seconds, page.median and page.median.seconds, page.lost]
    if few:
        return [page.page, *([HIDDEN] * len(told))]
    hides = (False, hides_few and is_few(page.raw_readers), False, False, hides_few and is_few(following))
    return [page.page, *(HIDDEN if hidden else cell for hidden, cell in zip(hides, told, strict=True))]
