"""Elements of the notice as texts: what a cell or a form's field says becomes what a `Record` keeps, and back."""

import json

from privacy.notice import Category, Element, Notice, in_force, versions
from records.element_types import RULES, Value
from records.intake.problems import Problem

# Types of which a text may be JSON.
STRUCTURED = {"event_log", "json", "metric", "money", "postal_address"}
LONG = {"event_log", "json", "text"}
SEPARATOR = ";"
# Keys of the retrieval rules by which customers are found.
CUSTOMER_KEYS = {"customer_id", "customer_name", "name"}


def category_of(number: int) -> Category:
    """The category as it stands today; one that is not in force, as the newest version has it. Raises KeyError."""
    return notice_of_category(number).category(number)


def notice_of_category(number: int) -> Notice:
    """The version that says what the category is: the one in force, or where that has no such category the newest."""
    present = in_force()
    has_it = any(one.number == number for one in present.categories)
    return present if has_it else versions()[-1]


def kept_elements(number: int) -> list[Element]:
    """The elements of a category that may be kept: all but secrets."""
    return [element for element in category_of(number).elements if not element.is_secret]


def keys_of_category(number: int) -> set[str]:
    """The keys by which the notice lets records of the category be found."""
    return {key for rule in notice_of_category(number).retrieval_rules(number) for key in rule.keys}


def is_of_customers(number: int) -> bool:
    """Whether records of the category are found by a customer, and so stand on a customer's page."""
    return bool(keys_of_category(number) & CUSTOMER_KEYS)


def read_text(element: Element, text: str) -> Value:
    """The value that a text means. Several of an element that may have many are separated by semicolons.

    Raises Problem with the reason.
    """
    rule = RULES[element.type]
    if not element.is_many:
        return rule(_structured(element, text))
    parts = [part.strip() for part in text.split(SEPARATOR)]
    return [rule(_structured(element, part)) for part in parts if part]


def as_text(value: Value) -> str:
    """The text that `read_text` reads as this value."""
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return f"{SEPARATOR} ".join(map(as_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _structured(element: Element, text: str) -> Value:
    if element.type not in STRUCTURED or text.strip()[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        raise Problem("is not JSON, as which it begins") from None
