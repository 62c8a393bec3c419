"""The small picture of a visit: a bar for each page, as high as the time spent on it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.share_visits import ShareVisit
from records import figures

HEIGHT = 36
STEP, BAR = 10, 7
# No bar that stands for some time is too low to be seen.
LOWEST = 2


@dataclass(frozen=True)
class Bar:
    """`x` and `y` in the units of the picture, from its upper left corner."""

    page: int
    x: int
    y: float
    height: float
    words: str


@dataclass(frozen=True)
class PageBars:
    """`words` say what the picture shows."""

    width: int
    bars: tuple[Bar, ...]
    words: str
    height: int = HEIGHT
    bar_width: int = BAR


def page_bars(visit: ShareVisit, page_count: int | None) -> PageBars | None:
    """The pages of the material in their order; None where no page was read. The longest read is the highest."""
    if not visit.pages:
        return None
    last = max(page_count or 0, *(page.number for page in visit.pages))
    longest = max(page.seconds for page in visit.pages) or 1
    bars = tuple(bar(page.number, page.seconds, page.seconds / longest) for page in visit.pages)
    return PageBars(last * STEP, bars, "; ".join(one.words for one in bars))


def bar(page: int, seconds: float, part: float) -> Bar:
    """`part` is how much of the longest page's time it is (0 to 1)."""
    height = round(max(part * HEIGHT, LOWEST), 1)
    return Bar(
        page,
        (page - 1) * STEP,
        round(HEIGHT - height, 1),
        height,
        _("page %(page)s: %(duration)s") % {"page": page, "duration": figures.duration(seconds)},
    )
