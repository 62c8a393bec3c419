"""The lists that there are, by the word that saved views, column choices and exports know them by.

A list that is none of a noun is declared beside its listing (`declare_list`); the nouns' are known by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from privacy.models import User
from privacy.roles import Permit
from records.listing import Listing
from records.nouns import nouns
from records.nouns.base import Noun, Page


@dataclass(frozen=True)
class KnownList:
    """`route` is the name of its page, `see` the permits of which one is needed; `listing_for` what a user is shown.

    `has_files` says that it is exported, too.
    """

    word: str
    route: str
    see: tuple[Permit, ...]
    listing_for: Callable[[User], Listing]
    has_files: bool = True

    @property
    def address(self) -> str:
        return reverse(self.route)


_declared: dict[str, KnownList] = {}


def declare_list(
    word: str,
    route: str,
    see: tuple[Permit, ...],
    listing_for: Callable[[User], Listing],
    *,
    has_files: bool = True,
) -> KnownList:
    """Make a list known. Raises ValueError where another has the word."""
    known = KnownList(word, route, see, listing_for, has_files)
    if word in _declared or any(noun.slug == word for noun in nouns() if Page.LIST in noun.pages):
        raise ValueError(f"Two lists are called {word}.")
    _declared[word] = known
    return known


def list_called(word: str) -> KnownList | None:
    """The list of this word; None where there is none."""
    return _declared.get(word) or next((of_noun(noun) for noun in _listed_nouns() if noun.slug == word), None)


def of_noun(noun: Noun) -> KnownList:
    return KnownList(noun.slug, noun.route(Page.LIST), noun.see, lambda user: noun.listing)


def _listed_nouns() -> list[Noun]:
    return [noun for noun in nouns() if Page.LIST in noun.pages]
