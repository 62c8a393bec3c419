"""All drawings: those of every module beside this one that declares DRAWINGS; and a report's, in their sections."""

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from analytics import pictures
from analytics.pictures.asking import Asked
from analytics.pictures.base import Drawing, Picture


@dataclass(frozen=True)
class Section:
    """A heading of the page, its pictures, and the sentence that stands there where there is none."""

    heading: str
    pictures: tuple[Picture, ...]
    empty: str

    @property
    def name(self) -> str:
        return self.heading.lower().replace(" ", "-")


class Sections(list[Section]):
    """Those of a page. It needs the script that draws where any has a picture, not only the first."""

    @property
    def has_pictures(self) -> bool:
        return any(section.pictures for section in self)


@cache
def drawings() -> tuple[Drawing, ...]:
    modules = (import_module(f"{pictures.__name__}.{one.name}") for one in pkgutil.iter_modules(pictures.__path__))
    found = [drawing for module in modules for drawing in getattr(module, "DRAWINGS", ())]
    return tuple(sorted(found, key=lambda one: (one.of, one.place)))


def drawn_sections(of: str, report: Any, asked: Asked) -> Sections:
    """The sections of a kind of report that have a picture, or a sentence instead."""
    made = [_section(one, report, asked) for one in drawings() if one.of == of]
    return Sections(section for section in made if section.pictures or section.empty)


def _section(drawing: Drawing, report: Any, asked: Asked) -> Section:
    """What stands there instead is asked for only where nothing is drawn: some draw again to know that."""
    made = tuple(drawing.make(report, asked))
    return Section(drawing.heading, made, "" if made else drawing.empty(report, asked))


def pictures_of(of: str, report: Any, asked: Asked) -> tuple[Picture, ...]:
    return tuple(picture for section in drawn_sections(of, report, asked) for picture in section.pictures)
