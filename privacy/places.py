"""Where identifiable records are shown: pages, files, addresses of the API, commands. Declared once, each with what it
shows; the door logs a place's name, and the page of the purposes lists them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from privacy.models import User
from privacy.roles import Permit

# What follows the name of a kind of record in the label of its place.
PAGES = gettext_noop(" their list, pages and history")


@dataclass(frozen=True)
class Place:
    """`name` is the name of its route or command, `label` what people call it, `categories` whose records it shows.

    `is_page` where somebody can go there straight away, without having chosen a record first: who holds one of the
    `permits`, everybody where there are none. `in_parts` where each part is read for itself, so that one category opens
    it without the others.
    """

    name: str
    label: str
    categories: tuple[int, ...]
    is_page: bool = False
    in_parts: bool = False
    permits: tuple[Permit, ...] = ()

    @property
    def words(self) -> str:
        """The label in the reader's language; that of a kind of record with its pages is `Customers: …`."""
        noun, colon, pages = self.label.rpartition(":")
        return f"{gettext(noun)}:{gettext(pages)}" if colon and pages == PAGES else gettext(self.label)

    def opens_to(self, user: User) -> bool:
        """Whether the user may go there straight away."""
        return self.is_page and (not self.permits or user.has_one_of(self.permits))

    @property
    def address(self) -> str:
        """Where the page is found; empty for what is none."""
        return reverse(self.name) if self.is_page else ""

    def is_open_with(self, categories: Iterable[int]) -> bool:
        """Whether it shows something to whom records of these categories, and no others, are open."""
        own, opened = set(self.categories), set(categories)
        return bool(own & opened) if self.in_parts else bool(own) and own <= opened


_places: dict[str, Place] = {}


def declare_place(
    name: str,
    label: str,
    categories: tuple[int, ...],
    *,
    is_page: bool = False,
    in_parts: bool = False,
    permits: tuple[Permit, ...] = (),
) -> Place:
    """Declare where records of these categories are shown. Declaring it once more takes the former one's place."""
    _places[name] = Place(name, label, categories, is_page, in_parts, permits)
    return _places[name]


def places() -> list[Place]:
    """All declared places, by label."""
    return sorted(_places.values(), key=lambda place: place.label)
