"""Freezing a report: what it shows is kept as it is, in each language, and compared with what it shows later.

Only sums are frozen: reports that hold no record of a person, without groups of fewer than 5 people. The words are kept
with the numbers: titles and notes say findings, and a catalogue that is mended later would change them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.exports.base import HIDDEN, Head, Table
from analytics.exports.feeding import HIDDEN_CELL, as_drawn, wording
from analytics.exports.lines import plain
from analytics.exports.making import LONGEST_TITLE
from analytics.exports.rendering.cells import NOTHING as EMPTY
from analytics.exports.rendering.cells import NUMBERS, shown, turned
from analytics.exports.source import HIDDEN_GROUPS, SMALL_GROUPS, BadFilters, Source
from analytics.exports.sources import seen_source, source_of
from analytics.exports.writing import snapshot
from analytics.models import FrozenReport
from analytics.models.frozen import FIRST_LANGUAGE
from analytics.reports.wording import REVENUE_OF_SENT
from privacy.enums import Language
from privacy.models import User

MOST_TOLD = 12  # differences


class NotFreezable(ValueError):
    """The report cannot be frozen; the message says why."""


def freeze(user: User, of: str, query: str) -> FrozenReport:
    """Keep what the report shows now: one moment's numbers, in every language.

    Raises what source_of raises, and NotFreezable.
    """
    query = without_small_groups(query)
    with snapshot() as as_of:
        source = source_of(user, of, query)
        if source.is_identifiable or not source.draws:
            raise NotFreezable(_("Only reports of totals can be frozen: this one shows individual records."))
        said = {language: said_in(language, user, of, query, as_of) for language in Language.values}
        return FrozenReport.objects.create(
            of=source.of,
            query=query,
            **said.pop(FIRST_LANGUAGE),
            translations=said,
            as_of=as_of,
            made_by=user,
        )


def said_in(language: str, user: User, of: str, query: str, as_of: datetime) -> dict[str, Any]:
    """The report's title and content in a language, in UTC whoever reads it. It is made anew in it: a period is named
    as it is compared."""
    with translation.override(language), timezone.override(UTC):
        table = source_of(user, of, query).table(as_of, ())
        return {"title": table.title[:LONGEST_TITLE], "content": content_of(table)}


def without_small_groups(query: str) -> str:
    """The address's filters, saying that groups of few people stay out whoever reads."""
    asked = QueryDict(query, mutable=True)
    for name in ("csrfmiddlewaretoken", "picture", "page"):
        asked.pop(name, None)
    asked[SMALL_GROUPS] = HIDDEN_GROUPS
    return asked.urlencode()


def content_of(table: Table) -> dict[str, Any]:
    """The table as its readers read it, its notes and its pictures: plain values."""
    heads = [head for head in table.heads if head.in_documents]
    rows = [
        [as_read(head, cell) for head, cell in zip(table.heads, row, strict=True) if head.in_documents]
        for row in table.rows
    ]
    labels = [head.said for head in heads]
    return {
        "table": turned(labels, [head.kind.value in NUMBERS for head in heads], rows),
        "notes": [list(note) for note in table.notes],
        "pictures": [
            {**as_drawn(one), "columns": list(one.columns), "rows": [list(row) for row in one.rows]}
            for one in table.pictures
        ],
    }


def as_read(head: Head, cell: Any) -> str:
    return shown(head.kind.value, HIDDEN_CELL if cell is HIDDEN else plain(cell), wording())


def source_for(user: User, frozen: FrozenReport, language: str = FIRST_LANGUAGE) -> Source | None:
    """What it was frozen of, in a language, as the user may see it now; None where that is gone.

    Raises PermissionDenied and Http404 for whoever may not see it: a frozen report opens to those alone to whom the
    live one does.
    """
    try:
        with translation.override(language):
            return seen_source(user, frozen.of, frozen.query)
    except (Http404, BadFilters):
        if FrozenReport.objects.listed_to(user).filter(pk=frozen.pk).exists():
            return None
        raise Http404 from None


@dataclass(frozen=True)
class Difference:
    """One cell that reads otherwise now; `then` or `now` is empty where there was, or is, no such cell."""

    row: str
    column: str
    then: str
    now: str


def differences(user: User, frozen: FrozenReport, language: str) -> list[Difference]:
    """What of the table as it was kept reads otherwise in the live report, in the words of a language.

    What differs is decided in English, which is always kept: a translation that was mended since is no difference. None
    where the live one is gone. Raises what source_for raises.
    """
    kept = frozen.kept_in(language)
    with snapshot() as as_of:
        live = {said: _live_table(user, frozen, said, as_of) for said in {FIRST_LANGUAGE, kept.language}}
    then = by_cell(frozen.content["table"], kept.content["table"])
    now = by_cell(live[FIRST_LANGUAGE], live[kept.language]) if all(live.values()) else then
    return list(_differing(then, now))


def _live_table(user: User, frozen: FrozenReport, language: str, as_of: datetime) -> Mapping[str, Any]:
    """As it reads now in a language; empty where it is gone."""
    source = source_for(user, frozen, language)
    if source is None:
        return {}
    with translation.override(language), timezone.override(UTC):
        found: Mapping[str, Any] = content_of(source.table(as_of, ()))["table"]
    return found


@dataclass(frozen=True)
class Cell:
    """A cell under its row's head, with its number among those of the same head, and its column's."""

    row: str
    column: str
    text: str


# What heads were called before: a report that was frozen then is told apart by its numbers, not by their words.
FORMERLY = {
    "Revenue": REVENUE_OF_SENT,
    "interval of a single look from": "interval once the campaign has ended, from",
    "interval of a single look to": "interval once the campaign has ended, to",
    "interval as the page shows it, for daily looks, from": (
        "interval for daily looks, on the page while the campaign runs, from"
    ),
    "interval as the page shows it, for daily looks, to": (
        "interval for daily looks, on the page while the campaign runs, to"
    ),
    "more recipients needed": "more recipients it takes to see a lift of a tenth",
}
NOTHING = re.compile(r"[\s0.,%$+\-−–—]*")
Cells = Mapping[tuple[str, str], tuple[str, Cell]]


def by_cell(table: Mapping[str, Any], said: Mapping[str, Any]) -> Cells:
    """By row and column of a table the text of each cell, and the cell at the same place of the same table as `said` in
    another language."""
    pairs = list(zip(cells_of(table), cells_of(said), strict=True))
    rows, columns = _today(one.row for one, _ in pairs), _today(one.column for one, _ in pairs)
    return {(rows[one.row], columns[one.column]): (_closed_up(one.text), other) for one, other in pairs}


def _today(heads: Iterable[str]) -> dict[str, str]:
    """Each head in English as it is called today; as it stands where another is called so already."""
    closed_up = {head: _closed_up(head) for head in heads}
    taken = set(closed_up.values())
    renamed = {head: _renamed(said) for head, said in closed_up.items()}
    return {head: said if renamed[head] in taken else renamed[head] for head, said in closed_up.items()}


def _renamed(head: str) -> str:
    for former, now in FORMERLY.items():
        if head == former or head.endswith(f" {former}"):
            return head.removesuffix(former) + now
    return head


def _closed_up(text: str) -> str:
    """Without the gap that stood before a percent sign."""
    return re.sub(r"[ \N{NO-BREAK SPACE}]%", "%", text)


def cells_of(table: Mapping[str, Any]) -> Iterator[Cell]:
    seen: Counter[str] = Counter()
    for head, *texts in table["rows"]:
        seen[head] += 1
        row = head if seen[head] == 1 else f"{head} ({seen[head]})"
        for column, text in zip(table["heads"][1:], texts, strict=True):
            yield Cell(row, column, text)


def _differing(then: Cells, now: Cells) -> Iterator[Difference]:
    for place in dict.fromkeys((*then, *now)):
        text_then, said_then = then.get(place, (None, None))
        text_now, said_now = now.get(place, (None, None))
        named = said_then or said_now
        # What nobody recorded is left out or empty: that what was zero does not stand there any more is no difference.
        is_left_out = text_now in {None, EMPTY} and NOTHING.fullmatch(text_then or "")
        if text_then != text_now and named and not is_left_out:
            then_reads, now_reads = (said.text if said else "" for said in (said_then, said_now))
            yield Difference(named.row, named.column, then_reads, now_reads)


def may_delete(user: User, frozen: FrozenReport) -> bool:
    return frozen.made_by_id == user.pk


def delete(user: User, frozen: FrozenReport) -> None:
    """Raises PermissionDenied for everybody but its maker."""
    if not may_delete(user, frozen):
        raise PermissionDenied(_("Only the person who froze a report may delete it."))
    frozen.delete()


def told(found: Iterable[Difference]) -> list[Difference]:
    return list(found)[:MOST_TOLD]
