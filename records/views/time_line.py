"""What happened with a customer, in one list: the newest first, whatever kind of record tells of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext

from privacy.agency import agency_zone
from records import figures
from records.views.facts import text_of
from records.views.sections import Section


@dataclass(frozen=True)
class Entry:
    """`at` is a moment or, of what has none, a day (the agency's). `kind` and `text` are in the reader's language:
    `Registration` and `Open house`. `address` leads to its page, where it has one."""

    at: datetime | date
    kind: str
    text: str
    address: str = ""

    @property
    def is_of_day(self) -> bool:
        return not isinstance(self.at, datetime)

    @property
    def moment(self) -> datetime:
        """When it stands in the list: what is known by the day alone at the day's end, after what led to it."""
        if isinstance(self.at, datetime):
            return self.at
        return datetime.combine(self.at, time.max, agency_zone())


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.moment, reverse=True)


def told_by(sections: Iterable[Section]) -> Iterator[Entry]:
    """An entry for each row of those sections whose noun has its place in the time line. No query."""
    for section in sections:
        if section.noun.time_line:
            when, *named = section.noun.time_line
            for row in section.rows:
                if at := getattr(row.record, when):
                    said = [text for name in named if (text := text_of(row.record, name)) != figures.NOTHING]
                    yield Entry(at, gettext(section.noun.singular), ", ".join(filter(None, said)), row.address)
