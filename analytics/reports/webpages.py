"""How custom web pages are used: the notice's custom webpage user insights and view count (category 18).

A web page is a material whose pages are its blocks: its readers, block by block, are in the rollups of materials. A
link to another site counts nobody: nothing tells of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from analytics.models import MaterialPage
from analytics.reports.base import Freshness, freshness
from analytics.reports.material import DayOfMaterial, Median, days_of, median_of
from analytics.rollups import STRETCHES
from campaigns.models import WebPage, WebPageVersion
from campaigns.webpages.blocks import Block, Contact, Link, MaterialBlock, Text, read_blocks
from records.ordering import most_first

SQL = Path(__file__).parents[1] / "sql"
STATEMENT = (SQL / "web_page_insights.sql").read_text()
OPENED = (SQL / "opened_from_web_page.sql").read_text()
LONGEST_WORDS = 80


@dataclass(frozen=True)
class PageUse:
    """One page, all versions together; `began` and `finished` are readers of the most read and of the last block of the
    published version, and `left_after` the number of the block after which most readers are lost (None: after none).
    `recipients` are those with whom it was shared, of whom `viewing_…` viewed and `responding_…` responded; `viewers`
    and `readers` whoever came. `forms_begun` are surveys begun through its shares, of which `forms_left` are not handed
    in. None where it tells of few people."""

    slug: str
    title: str
    version: int
    blocks: int
    recipients: int | None
    viewing_recipients: int | None
    responding_recipients: int | None
    viewers: int | None
    views: int | None
    raw_views: int | None
    readers: int | None
    dwell_seconds: float | None
    began: int | None
    finished: int | None
    left_after: int | None
    forms_begun: int | None
    forms_left: int | None

    @property
    def view_rate(self) -> float | None:
        return share(self.viewing_recipients, self.recipients)

    @property
    def completion(self) -> float | None:
        return share(self.finished, self.began)

    @property
    def seconds_each(self) -> float | None:
        return None if self.dwell_seconds is None or not self.readers else self.dwell_seconds / self.readers


@dataclass(frozen=True)
class BlockUse:
    """One block of a version. `lost` is how many fewer people read the next (None after the last); `opened`, of a
    material, how many of the page's recipients who viewed it have viewed that since (None for other blocks)."""

    number: int
    kind: str
    words: str
    readers: int | None
    raw_readers: int | None
    dwell_seconds: float | None
    median: Median | None
    lost: int | None
    opened: int | None


@dataclass(frozen=True)
class VersionUse:
    """`began` and `finished` are the readers of its most read and of its last block, `dwell_seconds` of all."""

    number: int
    published_at: datetime
    blocks: int
    began: int | None
    finished: int | None
    dwell_seconds: float | None

    @property
    def completion(self) -> float | None:
        return share(self.finished, self.began)

    @property
    def seconds_each(self) -> float | None:
        return None if self.dwell_seconds is None or not self.began else self.dwell_seconds / self.began


@dataclass(frozen=True)
class WebPagesReport:
    pages: tuple[PageUse, ...]
    freshness: Freshness


@dataclass(frozen=True)
class WebPageReport:
    """`blocks` are those of `version`; `versions` the newest first, `days` the oldest first. Version 0: nothing is
    published."""

    page: PageUse
    version: int
    blocks: tuple[BlockUse, ...]
    versions: tuple[VersionUse, ...]
    freshness: Freshness
    days: tuple[DayOfMaterial, ...] = ()

    @property
    def viewers(self) -> int | None:
        return self.page.viewers


def share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


def web_pages_report(pages: "QuerySet[WebPage]") -> WebPagesReport:
    """The pages by how many came. Two queries."""
    return WebPagesReport(pages=most_viewed_first(uses_of(pages)), freshness=freshness())


def most_viewed_first(rows: Iterable[PageUse]) -> tuple[PageUse, ...]:
    """By how many viewed each; those of which that is hidden last."""
    return tuple(sorted(rows, key=lambda row: most_first(row.viewers, row.title, row.slug)))


def uses_of(pages: "QuerySet[WebPage]") -> list[PageUse]:
    """One query."""
    chosen, values = pages.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.replace("{pages}", chosen), values)
        names = [column.name for column in cursor.description]
        return [PageUse(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def web_page_report(pages: "QuerySet[WebPage]", slug: str, number: int = 0) -> WebPageReport:
    """The page of this slug among these, and the blocks of the version of this number, or of the published one. Raises
    WebPage.DoesNotExist and WebPageVersion.DoesNotExist. Seven queries."""
    page = pages.get(material__slug=slug)
    (use,) = uses_of(pages.filter(pk=page.pk))
    versions = list(page.versions.order_by("-number"))
    number = number or use.version
    version = next((one for one in versions if one.number == number), None)
    if number and version is None:
        raise WebPageVersion.DoesNotExist
    rows = MaterialPage.objects.filter(material=page.material_id).order_by("version", "page")
    read = {found: {row.page: row for row in group} for found, group in groupby(rows, lambda row: row.version)}
    blocks = read_blocks(version.blocks) if version else []
    return WebPageReport(
        page=use,
        version=number,
        blocks=tuple(blocks_of(blocks, read.get(number, {}), opened_from(page, blocks))),
        versions=tuple(version_use(one, read.get(one.number, {})) for one in versions),
        freshness=freshness(),
        days=days_of(page.material_id),
    )


def opened_from(page: WebPage, blocks: Sequence[Block]) -> dict[str, int]:
    """By slug of the materials on the page. One query."""
    slugs = [block.material for block in blocks if isinstance(block, MaterialBlock)]
    with connection.cursor() as cursor:
        cursor.execute(OPENED, {"page": page.material_id, "slugs": slugs})
        return dict.fromkeys(slugs, 0) | dict(cursor.fetchall())


def blocks_of(blocks: Sequence[Block], read: dict[int, MaterialPage], opened: dict[str, int]) -> list[BlockUse]:
    rows = [read.get(number) or MaterialPage(page=number) for number in range(1, len(blocks) + 1)]
    return [
        BlockUse(
            number=row.page,
            kind=block.kind,
            words=words_of(block),
            readers=row.readers,
            raw_readers=row.raw_readers,
            dwell_seconds=row.dwell_ms / 1000,
            median=median_of([getattr(row, f"within_{end}") for end in STRETCHES] + [row.beyond]),
            lost=row.readers - following.readers if following else None,
            opened=opened.get(block.material) if isinstance(block, MaterialBlock) else None,
        )
        for row, following, block in zip(rows, [*rows[1:], None][: len(rows)], blocks, strict=True)
    ]


def words_of(block: Block) -> str:
    """What it says, in short: of a material its slug."""
    if isinstance(block, Text):
        said = block.heading or block.text
    elif isinstance(block, Link):
        said = block.text
    else:
        said = block.words if isinstance(block, Contact) else block.material
    return said[:LONGEST_WORDS]


def version_use(version: WebPageVersion, read: dict[int, MaterialPage]) -> VersionUse:
    blocks: list[Any] = version.blocks
    last = read.get(len(blocks))
    return VersionUse(
        number=version.number,
        published_at=version.published_at,
        blocks=len(blocks),
        began=max((row.readers for row in read.values()), default=0),
        finished=last.readers if last else 0,
        dwell_seconds=sum(row.dwell_ms for row in read.values()) / 1000,
    )
