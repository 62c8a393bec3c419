"""Addresses of pages of which a list has one for each row: Django takes twelve microseconds to put each together."""

from functools import cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

NO_KEY = UUID(int=0)


def address_by_key(name: str, key: UUID) -> str:
    """The address of the page of this name that has a record's key in it, and nothing else."""
    return _pattern(name, get_script_prefix()).replace(str(NO_KEY), str(key))


@cache
def _pattern(name: str, _prefix: str) -> str:
    return reverse(name, args=[NO_KEY])
