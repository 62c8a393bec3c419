"""The nouns: one sibling module each, found by their being here; one module declares a noun for each category."""

import pkgutil
from functools import cache
from importlib import import_module

from django.db.models import Model

from records.nouns.base import Noun, Page

NOT_NOUNS = {"base"}


@cache
def nouns() -> tuple[Noun, ...]:
    """All nouns by plural; each module of this package declares one as NOUN, or several as NOUNS.

    Raises where two take one address.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in NOT_NOUNS)
    modules = [import_module(f"{__name__}.{name}") for name in names]
    found = [noun for module in modules for noun in getattr(module, "NOUNS", None) or (module.NOUN,)]
    slugs = [noun.slug for noun in found]
    if len(set(slugs)) < len(slugs):
        raise ValueError(f"Two nouns have the same slug: {', '.join(sorted(slugs))}")
    return tuple(sorted(found, key=lambda noun: noun.plural))


def noun_of(model: type[Model]) -> Noun | None:
    """The noun that has the page of a model's records."""
    return next((noun for noun in nouns() if noun.model is model and noun.has(Page.ONE)), None)


def children_of(noun: Noun) -> list[Noun]:
    """The nouns whose things are listed on the page of one of these: first those that are made there."""
    made = [child for child in nouns() if child.is_child_of(noun.model)]
    return made + [child for child in nouns() if child.stands_under(noun.model)]


def declare_places() -> None:
    """Make the page of the purposes know where records are shown."""
    for noun in nouns():
        _ = noun.place
