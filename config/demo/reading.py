"""How people and machines open what they were sent: visits, views, pages read, and what is no reading at all."""

from typing import Any

import numpy as np
from numpy.random import Generator

from campaigns.enums import Signal
from config.demo import rows
from config.demo.materials import Shelf
from config.demo.rhythm import Indices, Numbers, after, readings_after, scanned_after
from config.demo.rows import CLAIMED, NONE, PAGE, UNKNOWN, VERIFIED, VIEW, VISIT, Rows

COVER = 0.35  # a cover is looked at this much as long as another page
LONGEST_PAGE_MS = 15 * 60_000


def opened(draw: Generator, sent: Rows, at: Any) -> Rows:
    """A visit to what each of these rows brought. A few type a code that was sent to them, or say who they are."""
    count = rows.size(sent)
    grade = np.where(draw.random(count) < 0.06, VERIFIED, sent["grade"])
    grade = np.where(draw.random(count) < 0.03, CLAIMED, grade)
    return rows.changed(
        sent, at=at, start=at, kind=VISIT, staff=NONE, cents=NONE, grade=grade, visit=rows.new_visits(draw, count)
    )


def read(draw: Generator, shelf: Shelf, visits: Rows, depth: Numbers) -> Rows:
    """The visits with all that happens in them: the view, and the pages until the reader drops off.

    `depth` (1 on average) is how thoroughly each one reads.
    """
    pages = shelf.page_counts[visits["material"]]
    start = after(visits["at"], draw.uniform(600, 2500, len(depth)))
    # A web page or link has no pages: its time is the view's.
    dwell = np.where(pages == 0, _dwell(draw, 26_000 * np.sqrt(depth)), NONE)
    views = rows.changed(visits, at=start, kind=VIEW, dwell_ms=dwell)
    return rows.join([visits, views, _pages(draw, views, pages, depth)])


def _pages(draw: Generator, views: Rows, pages: Indices, depth: Numbers) -> Rows:
    going_on = np.clip(0.68 + 0.1 * depth, 0.5, 0.95)
    reads = np.minimum(pages, 1 + (np.log(1 - draw.random(len(depth))) / np.log(going_on)).astype(int))
    which = np.repeat(np.arange(len(depth)), reads)
    page = np.arange(len(which)) - np.repeat(np.cumsum(reads) - reads, reads) + 1
    typical = 19_000 * np.sqrt(depth[which]) * _interest(views["material"][which], page)
    dwell = _dwell(draw, np.where(page == 1, COVER * typical, typical))
    so_far = np.concatenate([[0], np.cumsum(dwell)])
    since_view = so_far[:-1] - np.repeat(so_far[np.cumsum(reads) - reads], reads)
    of_views = rows.take(views, which)
    return rows.changed(
        of_views, at=after(of_views["at"], since_view.astype(float)), kind=PAGE, page=page, dwell_ms=dwell
    )


def _interest(material: Indices, page: Indices) -> Numbers:
    """Some pages hold people longer than others, the same for every reader."""
    return np.asarray(0.6 + 0.9 * ((material * 7919 + page * 104_729) % 97) / 97)


def _dwell(draw: Generator, typical: Numbers) -> Indices:
    return np.clip(typical * draw.lognormal(0, 0.7, len(typical)), 400, LONGEST_PAGE_MS).astype(np.int64)


def previews(draw: Generator, visits: Rows, share: float) -> Rows:
    """Some mail programs load a page before its reader does: a view that never gains focus."""
    seen = rows.take(visits, draw.random(rows.size(visits)) < share)
    at = after(seen["at"], -draw.uniform(3_000, 90_000, rows.size(seen)))
    at = np.maximum(at, seen["start"] - np.timedelta64(90, "s"))
    return rows.changed(
        seen, at=at, start=at, kind=VIEW, signals=Signal.NO_FOCUS, visit=rows.new_visits(draw, rows.size(seen))
    )


def forwarded(draw: Generator, shelf: Shelf, visits: Rows, share: float) -> Rows:
    """Some readers pass their link on; who came through it is not known."""
    passed = rows.take(visits, draw.random(rows.size(visits)) < share)
    passed = rows.take(passed, np.repeat(np.arange(rows.size(passed)), draw.integers(1, 4, rows.size(passed))))
    at = readings_after(draw, passed["at"], draw.exponential(1.5, rows.size(passed)))
    visits = rows.changed(passed, at=at, start=at, grade=UNKNOWN, visit=rows.new_visits(draw, len(at)))
    return read(draw, shelf, visits, draw.lognormal(-0.3, 0.6, len(at)))


def checked_by_colleagues(draw: Generator, shelf: Shelf, sent: Rows, share: float) -> Rows:
    """Somebody at the agency follows the link to see whether it works."""
    checked = rows.take(sent, draw.random(rows.size(sent)) < share)
    at = after(checked["at"], draw.uniform(20_000, 600_000, rows.size(checked)))
    visits = rows.changed(
        checked,
        at=at,
        start=at,
        kind=VISIT,
        staff=NONE,
        grade=UNKNOWN,
        signals=Signal.INTERNAL_NETWORK,
        visit=rows.new_visits(draw, len(at)),
    )
    return read(draw, shelf, visits, np.full(len(at), 0.4))


def scanned_links(draw: Generator, sent: Rows, links: Indices) -> Rows:
    """A mail gateway follows all links of a message within a second. `links` has a row of materials for each."""
    count, width = links.shape
    at = scanned_after(draw, sent["at"])
    which = np.repeat(np.arange(count), width)
    burst = rows.take(sent, which)
    shuffled = draw.permuted(links, axis=1).ravel()
    # The first at once, the last before 0.95 seconds are over: people cannot.
    step = np.sort(draw.uniform(0, 950, (count, width)), axis=1).ravel()
    return rows.changed(
        burst,
        at=after(at[which], step),
        start=at[which],
        kind=VIEW,
        staff=NONE,
        material=shuffled,
        visit=rows.new_visits(draw, len(which)),
    )


def scanned_openly(draw: Generator, sent: Rows, signal: Signal) -> Rows:
    """A gateway that gives itself away: a known agent, a HEAD request, or the hidden link followed."""
    at = scanned_after(draw, sent["at"])
    visits = rows.changed(
        sent, at=at, start=at, kind=VISIT, staff=NONE, signals=signal, visit=rows.new_visits(draw, len(at))
    )
    views = rows.changed(visits, at=after(at, np.full(len(at), 150.0)), kind=VIEW)
    return rows.join([visits, views])
