"""What became of a schedule, in words: who changed it, when, and what it was before and after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from analytics.exports.formats import formats
from analytics.exports.rescheduling import Terms, as_columns
from analytics.exports.rhythms import rhythm_words
from analytics.exports.scheduling import due_of
from analytics.exports.sources import of_list
from analytics.models import ExportSchedule, ScheduleChange
from privacy.models import User

SHOWN = 50


@dataclass(frozen=True)
class Told:
    """One thing that became another. Filters have addresses: where what they choose is shown."""

    label: str
    before: str
    after: str
    before_at: str = ""
    after_at: str = ""


@dataclass(frozen=True)
class Entry:
    at: datetime
    by: str
    told: Sequence[Told]


def history(schedule: ExportSchedule, page: str) -> list[Entry]:
    """The newest changes, the latest first; `page` is where what it is of is shown. Two queries."""
    made = list(schedule.changes.select_related("by")[:SHOWN])
    numbers = {number for one in made for terms in (one.before, one.after) for number in terms["readers"]}
    names = dict(User.objects.filter(pk__in=numbers).values_list("pk", "name"))
    return [Entry(one.at, one.by.name, list(_told(one, names, page.partition("?")[0]))) for one in made]


def _told(made: ScheduleChange, names: Mapping[int, str], page: str) -> Iterator[Told]:
    pairs = {
        _("Title"): _both(made, lambda terms: terms["own_title"] or _("from its contents")),
        _("Format"): _both(made, lambda terms: _format(terms["format"])),
        _("How often"): _both(made, lambda terms: rhythm_words(due_of(ExportSchedule(**as_columns(terms))))),
        _("Whose time zone"): _both(made, lambda terms: terms["clock"] or _("each reader’s own")),
        _("For"): _both(made, lambda terms: ", ".join(sorted(names.get(number, "–") for number in terms["readers"]))),
    }
    yield from (Told(label, before, after) for label, (before, after) in pairs.items() if before != after)
    if made.before["query"] != made.after["query"]:
        addresses = [f"{page}?{of_list(terms['query'])}" if page else "" for terms in (made.before, made.after)]
        yield Told(_("Filters"), _("the earlier ones"), _("the new ones"), *addresses)


def _both(made: ScheduleChange, words: Callable[[Terms], str]) -> tuple[str, str]:
    return words(made.before), words(made.after)


def _format(name: str) -> str:
    one = formats().get(name)
    return one.label if one else name
