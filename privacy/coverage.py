"""The home of each element: which model and field, or which attribute, holds it, and which elements have none."""

from collections.abc import Sequence
from dataclasses import dataclass

from privacy import holdings
from privacy.holdings import Home
from privacy.notice import Category, Element, Notice, in_force


@dataclass(frozen=True)
class Covered:
    """An element and its homes; a secret's only home may be to be dropped on intake."""

    element: Element
    homes: tuple[Home, ...]

    @property
    def is_dropped(self) -> bool:
        return any(home.is_dropped for home in self.homes)


@dataclass(frozen=True)
class CategoryCoverage:
    category: Category
    elements: tuple[Covered, ...]

    @property
    def homeless(self) -> tuple[Element, ...]:
        return tuple(covered.element for covered in self.elements if not covered.homes)

    @property
    def dropped(self) -> int:
        return sum(covered.is_dropped for covered in self.elements)

    @property
    def held(self) -> int:
        """How many elements are kept somewhere."""
        return len(self.elements) - self.dropped - len(self.homeless)


def coverage(notice: Notice | None = None) -> tuple[CategoryCoverage, ...]:
    """The categories of a version, the one in force where none is given, each with the homes of all its elements."""
    homes = holdings.homes()
    return tuple(
        CategoryCoverage(
            category,
            tuple(Covered(one, tuple(homes.get(one.id) or holdings.homes_of(one))) for one in category.elements),
        )
        for category in (notice or in_force()).categories
    )


def homeless(covered: Sequence[CategoryCoverage]) -> list[Element]:
    """The elements of all categories that have no home."""
    return [element for category in covered for element in category.homeless]
