"""How custom web pages are used, as a user may see it: what tells of few people left out, and as files."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.small_groups import days_without_few, is_few, said_of_few, without_few
from analytics.exports.source import Maker, Source, hides_few, version_asked
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import pictures_of
from analytics.places import WEB_PAGE_INSIGHTS
from analytics.reports.webpages import (
    BlockUse,
    PageUse,
    VersionUse,
    WebPageReport,
    WebPagesReport,
    most_viewed_first,
    web_page_report,
    web_pages_report,
)
from campaigns.models import WebPage, WebPageVersion
from campaigns.views.webpages import KEEPERS, pages_of
from campaigns.webpages.blocks import MaterialBlock
from privacy.guards import require
from privacy.models import User
from records.listing import Kind
from records.models import Customer

METHOD = gettext_noop(
    "People count once per page or block, however often they came back; what machines open is left out, "
    "except under “machines too”. Viewed: of those with whom the page was shared. Read to the end: readers "
    "of the last block of the published version, out of those of its most read block. Left after: the block "
    "after which the most readers did not read the next. Median time: half of a block’s readers stayed that "
    "long or longer, estimated from ranges of time. Opened: of the recipients who viewed the page, those who "
    "have since viewed the material in the block. A link to another site counts nobody. Forms left: surveys "
    "begun through a share of the page and not submitted."
)
PEOPLE = (
    "recipients", "viewing_recipients", "responding_recipients", "viewers", "readers", "began", "finished",
    "forms_begun", "forms_left",
)  # fmt: skip
HEADS = (
    Head(_("Page"), "title"),
    Head(_("Version"), "version", Kind.COUNT),
    Head(_("Blocks"), "blocks", Kind.COUNT),
    Head(_("Shared with"), "recipients", Kind.COUNT),
    Head(_("Viewed"), "viewing_recipients", Kind.COUNT),
    Head(_("Responded"), "responding_recipients", Kind.COUNT),
    Head(pgettext_lazy("column", "Viewers"), "viewers", Kind.COUNT),
    Head(_("Readers"), "readers", Kind.COUNT),
    Head(_("Readers of the most read block"), "began", Kind.COUNT),
    Head(_("Readers of the last block"), "finished", Kind.COUNT),
    Head(_("Forms begun"), "forms_begun", Kind.COUNT),
    Head(_("Forms left"), "forms_left", Kind.COUNT),
    Head(_("Views"), "views", Kind.COUNT),
    Head(_("Views, machines too"), "raw_views", Kind.COUNT),
    Head(_("Reading time (seconds)"), "dwell_seconds", Kind.DECIMAL),
    Head(_("Left after block"), "left_after", Kind.COUNT),
)
HEADS_OF_ONE = (
    Head(_("Version"), "version", Kind.COUNT),
    Head(_("Block"), "block", Kind.COUNT),
    Head(_("Kind"), "kind"),
    Head(_("Says"), "words"),
    Head(_("Readers"), "readers", Kind.COUNT),
    Head(_("Readers, machines too"), "raw_readers", Kind.COUNT),
    Head(_("Reading time (seconds)"), "dwell_seconds", Kind.DECIMAL),
    Head(_("Median time (seconds)"), "median_seconds", Kind.DECIMAL),
    Head(_("Fewer readers on the next"), "lost", Kind.COUNT),
    Head(pgettext_lazy("column", "Opened"), "opened", Kind.COUNT),
)


def without_few_of_pages(report: WebPagesReport) -> WebPagesReport:
    """Without what tells of fewer than 5 people, or would by the sums."""
    return replace(report, pages=most_viewed_first(without_few_in(report.pages)))


def without_few_in(rows: Sequence[PageUse]) -> tuple[PageUse, ...]:
    columns = {name: without_few(getattr(row, name) or 0 for row in rows) for name in PEOPLE}
    return tuple(told(row, {name: columns[name][place] for name in PEOPLE}) for place, row in enumerate(rows))


def told(row: PageUse, counts: dict[str, Any]) -> PageUse:
    """What few people did goes with their number."""
    if counts["viewers"] is None:
        counts |= dict.fromkeys(("views", "raw_views", "viewing_recipients"))
    if counts["readers"] is None or counts["began"] is None:
        counts |= dict.fromkeys(("dwell_seconds", "left_after", "began", "finished"))
    return replace(row, **counts)


def without_few_of_page(report: WebPageReport) -> WebPageReport:
    (page,) = without_few_in((report.page,))
    return replace(
        report,
        page=page,
        blocks=tuple(map(block_without_few, report.blocks)),
        versions=tuple(map(version_without_few, report.versions)),
        days=days_without_few(report),
    )


def block_without_few(block: BlockUse) -> BlockUse:
    """With the readers of a block goes how many fewer read the next, by which either could be computed."""
    if is_few(block.readers):
        block = replace(block, readers=None, raw_readers=None, dwell_seconds=None, median=None, lost=None)
    elif block.lost is not None and is_few((block.readers or 0) - block.lost):
        block = replace(block, lost=None)
    return replace(block, opened=None) if is_few(block.opened) else block


def version_without_few(version: VersionUse) -> VersionUse:
    if is_few(version.began):
        return replace(version, began=None, finished=None, dwell_seconds=None)
    return replace(version, finished=None) if is_few(version.finished) else version


def shown(value: Any) -> Any:
    return HIDDEN if value is None else value


def web_pages_table(report: WebPagesReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    return Table(
        name=report_name("webpages"),
        title=gettext("Web page insights"),
        heads=HEADS,
        rows=iter([cells(row) for row in report.pages]),
        as_of=as_of,
        notes=(*notes, *said_of_few(hides_few=hides_few), (gettext("Method"), gettext(METHOD))),
        pictures=pictures_of("webpages", report, Asked(hides_few=hides_few)),
    )


def cells(row: PageUse) -> list[Any]:
    names = [*PEOPLE, "views", "raw_views", "dwell_seconds"]
    left = HIDDEN if row.began is None else row.left_after
    return [row.title, row.version, row.blocks, *(shown(getattr(row, name)) for name in names), left]


def web_page_table(report: WebPageReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    return Table(
        name=report_name("webpage", report.page.slug),
        title=report.page.title,
        heads=HEADS_OF_ONE,
        rows=iter([cells_of(block, report) for block in report.blocks]),
        as_of=as_of,
        notes=(
            *notes,
            *((gettext("Version %(number)s") % {"number": one.number}, version_words(one)) for one in report.versions),
            *said_of_few(hides_few=hides_few),
            (gettext("Method"), gettext(METHOD)),
        ),
        pictures=pictures_of("webpage", report, Asked(hides_few=hides_few)),
    )


def version_words(version: VersionUse) -> str:
    counts = [(gettext("readers of the most read block"), version.began), (gettext("of the last"), version.finished)]
    return "; ".join(f"{name}: {HIDDEN.words if count is None else count}" for name, count in counts)


def cells_of(block: BlockUse, report: WebPageReport) -> list[Any]:
    hides, is_last = block.readers is None, block.number == len(report.blocks)
    median = HIDDEN if hides else block.median.seconds if block.median else None
    return [
        report.version, block.number, gettext(block.kind), block.words, shown(block.readers), shown(block.raw_readers),
        shown(block.dwell_seconds), median, None if is_last else shown(block.lost),
        shown(block.opened) if block.kind == MaterialBlock.kind else None,
    ]  # fmt: skip


def webpages_source(user: User, _which: str, query: str) -> Source:
    """How the custom web pages that the user may open are used."""
    require(user, *KEEPERS)
    pages, hides = pages_of(user), hides_few(user, query)

    def table(as_of: datetime, notes: Notes) -> Table:
        found = web_pages_report(pages)
        return web_pages_table(without_few_of_pages(found) if hides else found, as_of, notes, hides_few=hides)

    return Source(
        "webpages", _("Web page insights"), reverse("web_page_insights"), pages.count, table, place=WEB_PAGE_INSIGHTS,
        categories=WEB_PAGE_INSIGHTS.categories, people=lambda: people_of_pages(pages), draws=True,
    )  # fmt: skip


def people_of_pages(pages: "QuerySet[WebPage]") -> "QuerySet[Any, Any]":
    """The keys of the customers for whom pages are made."""
    whose = pages.filter(customer__isnull=False).order_by().values("customer")
    return Customer.objects.filter(pk__in=whose).order_by().values_list("key", flat=True)


def webpage_source(user: User, slug: str, query: str) -> Source:
    """The blocks of a version (`version=`) of a custom web page, or of the published one."""
    require(user, *KEEPERS)
    asked, pages, hides = version_asked(query), pages_of(user).filter(material__slug=slug), hides_few(user, query)
    try:
        found = web_page_report(pages, slug, asked)
    except (WebPage.DoesNotExist, WebPageVersion.DoesNotExist):
        raise Http404 from None

    def table(as_of: datetime, notes: Notes) -> Table:
        return web_page_table(without_few_of_page(found) if hides else found, as_of, notes, hides_few=hides)

    page = reverse("insights_of_web_page", args=[slug]) + (f"?version={asked}" if asked else "")
    return Source(
        f"webpage/{slug}", found.page.title, page, lambda: len(found.blocks), table, place=WEB_PAGE_INSIGHTS,
        categories=WEB_PAGE_INSIGHTS.categories, people=lambda: people_of_pages(pages), draws=True,
    )  # fmt: skip


SOURCES: dict[str, Maker] = {"webpages": webpages_source, "webpage": webpage_source}
