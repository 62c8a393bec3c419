"""The attributes of a `Record`: elements of the notice by their identifiers, each checked by its type.

What is secret is dropped and counted, what the notice's reading wants encrypted is kept apart to be sealed. Source:
DESIGN section 3 ("Every element of the 18 categories has a home", "Collect less").
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from privacy.notice import Element, NotInForce, element
from records.element_types import RULES, Value
from records.intake.problems import Problem
from records.intake.reason_words import in_words


class BadAttribute(ValueError):
    """An attribute cannot be kept: the element's name as it was given, and why in words that follow it."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"{element} {reason}")
        self.element, self.reason = element, reason

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        return in_words(self.reason)


@dataclass(frozen=True)
class Checked:
    """Attributes of one category as they are kept: `plain` in clear, `sealed` apart; `dropped` counts secrets."""

    category: int
    plain: Mapping[str, Value] = field(default_factory=dict)
    sealed: Mapping[str, Value] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        """Whether anything is to be kept."""
        return bool(self.plain or self.sealed)


def check(category: int, attributes: Mapping[str, Value]) -> Checked:
    """The attributes as they are kept. A value of None, and an empty text, is no value.

    Raises BadAttribute for what is no element of the notice, is one of another category, or is no value of its type.
    """
    checked = Checked(category)
    for identifier, value in attributes.items():
        element = _element(identifier, category)
        if value is None or value == "" or value == []:
            continue
        if element.is_secret:
            checked.dropped[identifier] += 1
        else:
            home = checked.sealed if element.is_encrypted else checked.plain
            home[identifier] = _value(element, value)  # type: ignore[index]  # filled here, then handed out frozen
    return checked


def _element(identifier: str, category: int) -> Element:
    try:
        found = element(identifier)
    except KeyError:
        raise BadAttribute(identifier, "is no element of the notice") from None
    except NotInForce as problem:
        raise BadAttribute(identifier, f"cannot be kept: {problem}") from problem
    if found.category != category:
        raise BadAttribute(identifier, f"is an element of category {found.category}, not of {category}")
    return found


def _value(element: Element, value: Value) -> Value:
    rule = RULES[element.type]
    try:
        if isinstance(value, list) and element.is_many:
            return [rule(part) for part in value]
        return rule(value)
    except Problem as problem:
        raise BadAttribute(element.id, problem.reason) from None
