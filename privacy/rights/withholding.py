"""Other people's data in what is shown to a person: withheld, and said so.

In texts, the e-mail addresses and telephone numbers that are neither the person's nor the agency's staff's. Names in
free text cannot be told from words: where a row is of several people, its floor says which fields are others' (Trace).
"""

import re
from collections.abc import Collection
from typing import Any

WITHHELD = "[withheld: another person's]"
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# Ten digits or more as people write them, alone; dates and amounts are shorter or have letters beside them.
PHONE = re.compile(r"(?<![\w.])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\w)")


def without_others(value: Any, own: Collection[str], *, numbers: bool = True) -> Any:
    """The value with other people's addresses withheld, and their numbers unless it has none; `own` are in lower case,
    numbers as digits."""
    if isinstance(value, str):
        text = EMAIL.sub(lambda found: _email(found[0], own), value)
        return PHONE.sub(lambda found: _number(found[0], own), text) if numbers else text
    if isinstance(value, list):
        return [without_others(one, own, numbers=numbers) for one in value]
    if isinstance(value, dict):
        return {name: without_others(one, own, numbers=numbers) for name, one in value.items()}
    return value


def _email(text: str, own: Collection[str]) -> str:
    return text if text.lower() in own else WITHHELD


def _number(text: str, own: Collection[str]) -> str:
    return text if digits(text) in own else WITHHELD


def digits(text: str) -> str:
    """The last ten digits of a number, by which it is compared."""
    return "".join(letter for letter in text if letter.isdigit())[-10:]


def names_withheld(text: str, names: Collection[str], own: Collection[str]) -> str:
    """The text without these names of others; the longest first, whole words, case aside."""
    for name in sorted(names, key=len, reverse=True):
        if len(name) > 2 and name.lower() not in own:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", WITHHELD, text, flags=re.IGNORECASE)
    return text
