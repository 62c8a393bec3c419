"""The place-holders of a letter: checked with line and column, and filled."""

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext, gettext_noop

NAMES = {
    "name": gettext_noop("the recipient's name"),
    "link": gettext_noop("the address of the share"),
    "sender": gettext_noop("the name of whoever shared it"),
    "material": gettext_noop("the title of what is shared"),
}
OF_SUBJECT = tuple(name for name in NAMES if name != "link")
PLACEHOLDER = re.compile(r"\{\{ *([^{}\n]*?) *\}\}")
# What a text holds of place-holders, well-formed or not.
BRACES = re.compile(rf"{PLACEHOLDER.pattern}|\{{\{{|\}}\}}")


def faults(text: str, known: Collection[str] = tuple(NAMES)) -> list[str]:
    """What is wrong with the place-holders of a text, each with its line and column (from 1); empty if nothing is."""
    return [
        gettext("Line %(line)s, column %(column)s: %(problem)s") % {"line": line, "column": column, "problem": problem}
        for found in BRACES.finditer(text)
        if (problem := _problem(found, known))
        for line, column in [_position(text, found.start())]
    ]


def _problem(found: re.Match[str], known: Collection[str]) -> str:
    choice = ", ".join(f"{{{{{name}}}}}" for name in known)
    if found[1] is None:
        return gettext("“%(found)s” does not open or close a placeholder. You can use %(choice)s.") % {
            "found": found[0],
            "choice": choice,
        }
    return (
        ""
        if found[1] in known
        else gettext("“%(found)s” is not a placeholder here. You can use %(choice)s.")
        % {"found": found[0], "choice": choice}
    )


def _position(text: str, start: int) -> tuple[int, int]:
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each place-holder replaced. What is filled in is not looked at for place-holders again."""
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)
