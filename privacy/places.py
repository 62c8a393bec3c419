"""Where identifiable records are shown: pages, files, addresses of the API, commands. Declared once, each with what it
shows; the door logs a place's name, and the page of the purposes lists them."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Place:
    """`name` is the name of its route or command, `label` what people call it, `categories` whose records it shows.

    `is_page` where somebody can go there straight away, without having chosen a record first.
    """

    name: str
    label: str
    categories: tuple[int, ...]
    is_page: bool = False

    @property
    def address(self) -> str:
        """Where the page is found; empty for what is none."""
        return reverse(self.name) if self.is_page else ""


_places: dict[str, Place] = {}


def declare_place(name: str, label: str, categories: tuple[int, ...], *, is_page: bool = False) -> Place:
    """Declare where records of these categories are shown. Declaring it once more takes the former one's place."""
    _places[name] = Place(name, label, categories, is_page)
    return _places[name]


def places() -> list[Place]:
    """All declared places, by label."""
    return sorted(_places.values(), key=lambda place: place.label)
