"""The report of one version of a material: who read which page of it, and how long; and all its people.

Reads rollups only, in the same number of queries whatever the size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from analytics.models import MaterialDay, MaterialPage, MaterialTotal
from analytics.reports.base import Freshness, freshness
from analytics.reports.intervals import Sample
from analytics.rollups import STRETCHES
from campaigns.models import Material


@dataclass(frozen=True)
class MaterialQuery:
    """Which version of which material; the newest ready one where none is named."""

    slug: str
    version: int = 0


@dataclass(frozen=True)
class Median:
    """Half of the readers stayed for so many seconds or longer, estimated within the stretch that holds the middle one.

    `is_beyond`: the middle one lies in the last stretch, which has no end; then `seconds` is where it begins.
    """

    seconds: float
    is_beyond: bool = False


@dataclass(frozen=True)
class PageResult:
    """One page. `readers` are people, each once; `raw_readers` whoever fetched it, scanners too.

    `lost` is how many fewer people read the next page (negative: more), None after the last.
    """

    page: int
    readers: int
    raw_readers: int
    dwell_seconds: float
    median: Median | None
    lost: int | None


@dataclass(frozen=True)
class MaterialTotals:
    """All versions together. `recipients` are those with whom it was shared, of whom `viewing_recipients` viewed it and
    `responding_recipients` responded; `viewers` and `readers` are whoever came. `dwell` is the seconds of each reader.
    """

    recipients: int
    viewing_recipients: int
    responding_recipients: int
    viewers: int
    raw_viewers: int
    readers: int
    views: int
    raw_views: int
    responses: int
    dwell: Sample


@dataclass(frozen=True)
class VersionReading:
    """How one version was read. `began` and `finished` are the people who read its most read and its last page;
    `left_after` is the page after which most of them are lost, None where none is. None where it tells of few people.
    """

    number: int
    pages: int
    began: int | None
    finished: int | None
    left_after: int | None
    dwell_seconds: float | None

    @property
    def completion(self) -> float | None:
        """The share (0 to 1) of those who began that read the last page."""
        return None if self.finished is None or not self.began else self.finished / self.began

    @property
    def seconds_each(self) -> float | None:
        return None if self.dwell_seconds is None or not self.began else self.dwell_seconds / self.began


@dataclass(frozen=True)
class DayOfMaterial:
    """A day (the agency's) on which people viewed it, whichever version: so many times; None where that is few."""

    day: date
    views: int | None


@dataclass(frozen=True)
class MaterialReport:
    """`versions` are those that anybody read, the newest first; `days` the oldest first."""

    slug: str
    title: str
    version: int
    totals: MaterialTotals
    pages: tuple[PageResult, ...]
    freshness: Freshness
    versions: tuple[VersionReading, ...] = ()
    days: tuple[DayOfMaterial, ...] = ()

    @property
    def viewers(self) -> int:
        return self.totals.viewers


def material_report(query: MaterialQuery) -> MaterialReport:
    """Raises Material.DoesNotExist. Six queries."""
    material = Material.objects.get(slug=query.slug)
    version = query.version or material.version
    pages = pages_by_version(material)
    return MaterialReport(
        slug=material.slug,
        title=material.title,
        version=version,
        totals=totals_of(MaterialTotal.objects.filter(material=material).first()),
        pages=pages.get(version, ()),
        freshness=freshness(),
        versions=tuple(reading_of(number, found) for number, found in sorted(pages.items(), reverse=True)),
        days=days_of(material.pk),
    )


def days_of(material: int) -> tuple[DayOfMaterial, ...]:
    """By the material's primary key. One query, by the rollup's key."""
    rows = MaterialDay.objects.filter(material=material, views__gt=0).order_by("day")
    return tuple(DayOfMaterial(*row) for row in rows.values_list("day", "views"))


def pages_by_version(material: Material) -> dict[int, tuple[PageResult, ...]]:
    """Of each version that anybody read. Two queries."""
    counts = {material.version: material.page_count or 0} | dict(material.versions.values_list("number", "page_count"))
    rows: dict[int, list[MaterialPage]] = {}
    for row in MaterialPage.objects.filter(material=material).order_by("version", "page"):
        rows.setdefault(row.version, []).append(row)
    found = {version: tuple(pages_of(some, counts.get(version, 0))) for version, some in rows.items()}
    return {version: pages for version, pages in found.items() if pages}


def reading_of(number: int, pages: Sequence[PageResult]) -> VersionReading:
    most = max(page.lost or 0 for page in pages)
    return VersionReading(
        number=number,
        pages=len(pages),
        began=max(page.readers for page in pages),
        finished=pages[-1].readers,
        left_after=next((page.page for page in pages if page.lost == most), None) if most > 0 else None,
        dwell_seconds=sum(page.dwell_seconds for page in pages),
    )


def pages_left_after(report: MaterialReport) -> tuple[int, ...]:
    """Of the version that is shown, the pages that `left_after` names the first of."""
    told = next((one.left_after for one in report.versions if one.number == report.version), None)
    lost = {page.page: page.lost for page in report.pages}
    return tuple(page for page, count in lost.items() if count == lost[told]) if told is not None else ()


def totals_of(row: MaterialTotal | None) -> MaterialTotals:
    row = row or MaterialTotal()
    return MaterialTotals(
        recipients=row.recipients,
        viewing_recipients=row.viewing_recipients,
        responding_recipients=row.responding_recipients,
        viewers=row.viewers,
        raw_viewers=row.raw_viewers,
        readers=row.readers,
        views=row.views,
        raw_views=row.raw_views,
        responses=row.responses,
        dwell=Sample(row.readers, row.dwell_ms / 1000, float(row.dwell_squares) / 1e6),
    )


def pages_of(rows: Sequence[MaterialPage], page_count: int) -> Iterable[PageResult]:
    """Every page up to the last there is, also those that nobody read; none where nobody read any."""
    known = {row.page: row for row in rows if row.raw_readers}
    if not known:
        return
    last = max(page_count, *known)
    found = [known.get(number) or MaterialPage(page=number) for number in range(1, last + 1)]
    for row, following in pairwise([*found, None]):
        assert row is not None  # noqa: S101 (only the very last is)
        yield PageResult(
            page=row.page,
            readers=row.readers,
            raw_readers=row.raw_readers,
            dwell_seconds=row.dwell_ms / 1000,
            median=median_of([getattr(row, f"within_{end}") for end in STRETCHES] + [row.beyond]),
            lost=row.readers - following.readers if following else None,
        )


def median_of(counts: Sequence[int]) -> Median | None:
    """The median of readers counted by stretch, taken as evenly spread within the one that holds it."""
    half, before = sum(counts) / 2, 0
    if not half:
        return None
    bounds = [0, *STRETCHES]
    for place, count in enumerate(counts):
        if count and before + count >= half:
            if place == len(STRETCHES):
                break
            start, end = bounds[place], bounds[place + 1]
            return Median(start + (half - before) / count * (end - start))
        before += count
    return Median(STRETCHES[-1], is_beyond=True)
