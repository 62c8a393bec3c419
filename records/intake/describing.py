"""What a mapping says of the thing that its rows are about: an event, a list, a survey, made when there is none."""

import re
from datetime import datetime
from typing import overload

from django.db import models

from privacy.agency import agency_zone
from records.intake.mapping import Table
from records.intake.problems import Refused

SLUG = re.compile(r"[A-Za-z0-9_-]{1,80}")


def slug_of(table: Table) -> str:
    text = table.take("slug", str)
    if not SLUG.fullmatch(text):
        raise Refused(f"{table.where}: slug {text!r} is not of letters, digits, hyphens and underscores")
    return text


def short(table: Table, key: str, longest: int = 200) -> str:
    """A text that is not empty. Raises Refused."""
    text = table.take(key, str).strip()
    if not 0 < len(text) <= longest:
        raise Refused(f"{table.where}: {key} is empty or longer than {longest:,} characters")
    return text


def optional(table: Table, key: str, longest: int) -> str:
    """A text that may be left out. Raises Refused where it is too long."""
    text = table.take(key, str, "").strip()
    if len(text) > longest:
        raise Refused(f"{table.where}: {key} is longer than {longest:,} characters")
    return text


@overload
def in_agency_time(moment: datetime) -> datetime: ...
@overload
def in_agency_time(moment: None) -> None: ...
def in_agency_time(moment: datetime | None) -> datetime | None:
    """The moment; a clock time without an offset is the agency's."""
    return moment.replace(tzinfo=agency_zone()) if moment and moment.tzinfo is None else moment


def refuse_other(what: str, known: models.Model, **described: object) -> None:
    """Raises Refused where what the mapping describes is known by other details."""
    for name, value in described.items():
        if getattr(known, name) != value:
            label = getattr(known._meta.get_field(name), "verbose_name", name)
            raise Refused(f"{what} exists, with another {label}: give the mapping the same, or another slug")
