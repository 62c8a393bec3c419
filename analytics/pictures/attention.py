"""The attention that the pages of a material get: its readers by page, and how long half of them stayed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from analytics.exports.small_groups import FEWEST
from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, specification
from analytics.reports.material import MaterialReport, Median, PageResult
from records import figures

NOTE = gettext_lazy(
    "A person counts once per page, however often they came back. The median is estimated from ranges of "
    "time: half of the readers stayed that long or longer."
)
# So many pages a title names.
MOST_NAMED = 4
FEW_NOTE = gettext_lazy("Pages with fewer than %(few)s readers are not shown.")


@dataclass(frozen=True)
class Strip:
    """What stands under a page's thumbnail: the bar's width in percent of the most read page, and the words."""

    percent: int
    words: str


def attention_pictures(report: MaterialReport, asked: Asked) -> list[Picture]:
    shown = [page for page in report.pages if not is_few(page.readers, asked)]
    if not any(page.readers for page in shown):
        return []
    title = attention_title(report, asked)
    hides = len(shown) < len(report.pages)
    return [
        Picture(
            name="attention",
            title=title,
            description=f"{title} {' '.join(sentence(page) for page in shown)}",
            specification=specification([value(page) for page in shown], title, layer=layers(shown)),
            columns=(_("Page"), _("Readers"), _("Machines too"), _("Median time"), _("Readers of the next page")),
            rows=tuple((page_named(page.page), *cells(page, asked)) for page in report.pages),
            note=" ".join([str(NOTE), *([FEW_NOTE % {"few": FEWEST}] if hides else [])]),
        )
    ]


def is_few(people: int, asked: Asked) -> bool:
    return asked.hides_few and 0 < people < FEWEST


def attention_title(report: MaterialReport, asked: Asked) -> str:
    """After which page most readers are lost, of the pages that are shown."""
    pages = report.pages
    if len(pages) == 1:
        return only_page(pages[0])
    shown = {page.page for page in pages if not is_few(page.readers, asked)}
    drops = {page.page: page.lost or 0 for page in pages if {page.page, page.page + 1} <= shown}
    most = max(drops.values(), default=0)
    after = [page for page, lost in drops.items() if lost == most]
    if most <= 0:
        return _("No page that is shown has fewer readers than the one before it.")
    if len(after) > 1:
        values = {"pages": pages_named(after), "count": figures.count(most)}
        return _("%(pages)s lose the same number of readers to the next page: %(count)s each.") % values
    page = pages[after[0] - 1]
    following = page.readers - most
    said = ngettext(
        "The largest drop is after page %(page)s: %(people)s read it, %(following)s read page %(next)s.",
        "The largest drop is after page %(page)s: %(people)s read it, %(following)s read page %(next)s.",
        page.readers,
    )
    return said % {
        "page": page.page,
        "people": people(page.readers),
        "following": figures.count(following) if following else _("nobody"),
        "next": page.page + 1,
    }


def page_named(number: int) -> str:
    return _("Page %(number)s") % {"number": number}


def pages_named(numbers: list[int]) -> str:
    """`Pages 2 and 5`; many are counted."""
    if len(numbers) > MOST_NAMED:
        return _("%(count)s pages") % {"count": len(numbers)}
    *first, last = map(str, numbers)
    return _("Pages %(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def only_page(page: PageResult) -> str:
    said = ngettext(
        "%(people)s read its one page, half of them for %(time)s or longer.",
        "%(people)s read its one page, half of them for %(time)s or longer.",
        page.readers,
    )
    return said % {"people": people(page.readers), "time": median_words(page.median)}


def people(count: int) -> str:
    return figures.plural(count, "person")


def median_words(median: Median | None) -> str:
    if median is None:
        return _("no known time")
    return (_("over %(time)s") if median.is_beyond else _("about %(time)s")) % {"time": time_of(median)}


def time_of(median: Median) -> str:
    """The time alone, of a second at least."""
    return figures.duration(median.seconds if median.is_beyond else max(median.seconds, 1))


def sentence(page: PageResult) -> str:
    return f"{page_named(page.page)}: {people(page.readers)}, {median_words(page.median)}."


def cells(page: PageResult, asked: Asked) -> tuple[str, str, str, str]:
    following = figures.NOTHING if page.lost is None else change(page)
    if is_few(page.readers, asked):
        return HIDDEN_WORD, HIDDEN_WORD, HIDDEN_WORD, HIDDEN_WORD
    if page.lost is not None and is_few(page.readers - page.lost, asked):
        following = HIDDEN_WORD
    machines = HIDDEN_WORD if is_few(page.raw_readers, asked) else figures.count(page.raw_readers)
    return figures.count(page.readers), machines, median_cell(page.median), following


def median_cell(median: Median | None) -> str:
    return figures.NOTHING if median is None else median_words(median)


def change(page: PageResult) -> str:
    """`−31 (−50.00%)`: the next page's readers less this one's."""
    lost = page.lost or 0
    if not page.readers:
        return figures.signed(-lost, 0) if lost else "0"
    if not lost:
        return "0"
    share = figures.percent(figures.signed(-lost * 100 / page.readers, 0))
    return f"{figures.signed(-lost, 0)} ({share})"


def value(page: PageResult) -> dict[str, Any]:
    return {
        "page": page.page,
        "readers": page.readers,
        "median": median_cell(page.median),
        "time": "" if page.median is None else bar_words(page.median),
    }


def bar_words(median: Median) -> str:
    """Above a bar there is no room to say that the time is an estimate."""
    return median_words(median) if median.is_beyond else time_of(median)


# With more pages than this, their times do not fit above the bars.
MOST_TIMES = 16


def layers(shown: list[PageResult]) -> list[dict[str, Any]]:
    places = {
        "x": {"field": "page", "type": "ordinal", "title": _("Page"), "axis": {"labelAngle": 0, "labelOverlap": True}},
        "y": {
            "field": "readers",
            "type": "quantitative",
            "title": _("Readers"),
            "axis": {"format": ",d", "tickCount": min(max(page.readers for page in shown), 5)},
        },
    }
    bars = {"mark": {"type": "bar", "tooltip": True}, "encoding": places}
    times = {
        # On a telephone the times of many pages would lie over each other: there the strip and the table have them.
        "mark": {"type": "text", "dy": -8, "opacity": {"expr": f"width < {len(shown) * 36} ? 0 : 1"}},
        "encoding": {**places, "text": {"field": "time"}},
    }
    return [bars, times] if len(shown) <= MOST_TIMES else [bars]


def strips_of(report: MaterialReport, asked: Asked) -> dict[int, Strip]:
    """What stands under each page's thumbnail, by the page's number."""
    most = max((page.readers for page in report.pages), default=0)
    return {page.page: strip(page, most, asked) for page in report.pages} if most else {}


def strip(page: PageResult, most: int, asked: Asked) -> Strip:
    if is_few(page.readers, asked):
        return Strip(0, _("fewer than %(few)s readers") % {"few": FEWEST})
    if not page.readers:
        return Strip(0, _("nobody read it"))
    readers = figures.plural(page.readers, "reader")
    return Strip(round(page.readers * 100 / most), f"{readers}, {median_words(page.median)}")


def nobody(report: MaterialReport, asked: Asked) -> str:
    if attention_pictures(report, asked):
        return ""
    if any(page.readers for page in report.pages):
        return _("No page of this version has %(few)s readers or more yet.") % {"few": FEWEST}
    return _("Nobody has read a page of this version yet.")


DRAWINGS = (Drawing("material", gettext_noop("Attention by page"), 1, attention_pictures, nobody),)
