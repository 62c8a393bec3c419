"""The formats: every module beside this one that declares a FORMAT."""

import pkgutil
from functools import cache
from importlib import import_module

from django.utils.formats import number_format
from django.utils.translation import gettext

from analytics import exports
from analytics.exports.base import Format
from analytics.exports.ended_words import TOO_MANY

OFFERED = ("csv", "xlsx", "pdf", "parquet", "jsonl")  # in this order; others after them


@cache
def formats() -> dict[str, Format]:
    """All formats by name, in the order in which they are offered."""
    modules = (import_module(f"{exports.__name__}.{one.name}") for one in pkgutil.iter_modules(exports.__path__))
    found = [module.FORMAT for module in modules if isinstance(getattr(module, "FORMAT", None), Format)]
    return {one.name: one for one in sorted(found, key=_place)}


def offered() -> list[Format]:
    """What the Export menu and the schedules offer; a picture's own links offer the others."""
    return [one for one in formats().values() if not one.is_picture]


def _place(one: Format) -> tuple[int, str]:
    return (OFFERED.index(one.name) if one.name in OFFERED else len(OFFERED), one.name)


class TooManyRows(ValueError):
    """More rows than the format holds; the message says what to do."""


def check_rows(one: Format, rows: int) -> None:
    """Raises TooManyRows."""
    if one.most_rows is not None and rows > one.most_rows:
        raise TooManyRows(
            gettext(TOO_MANY)
            % {
                "rows": number_format(rows, force_grouping=True),
                "format": one.label,
                "most": number_format(one.most_rows, force_grouping=True),
            }
        )
