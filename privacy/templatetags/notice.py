"""The notice's words and our readings, as the pages show them."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from privacy.notice import in_force
from privacy.notice_forms import SENSITIVITIES
from privacy.wording import label_words, places_words

register = template.Library()
register.filter("label_words", label_words)
register.filter("places_words", places_words)


@register.filter
def words(text: str) -> SafeString:
    """The notice's words; what stands between asterisks is what the notice prints in italics."""
    parts = enumerate(re.split(r"\*+", text))
    return format_html_join(
        "", "{}", ((format_html("<em>{}</em>", part) if place % 2 else part,) for place, part in parts)
    )


@register.filter
def spaced(name: str) -> str:
    """`host_email` as `host email`."""
    return name.replace("_", " ")


@register.filter
def rule_number(identifier: str) -> str:
    """`2A` of `RET-2A`."""
    return identifier.rpartition("-")[2]


@register.filter
def category(number: int) -> str:
    """A category of records by its number and title, as the version of the notice in force has it."""
    known = {one.number: one.title for one in in_force().categories}
    return f"{number} {known.get(number, '')}".strip()


@register.filter
def sensitivity(level: str) -> str:
    """The level as people say it."""
    return str(SENSITIVITIES[level])


@register.filter
def in_sentence_case(heading: str) -> str:
    """A heading in capitals as a line of the contents."""
    return heading.capitalize()


@register.filter
def breakable(place: str) -> SafeString:
    """A model and field that may be broken into lines after its dots and underscores."""
    return format_html_join("", "{}<wbr>", ((part,) for part in re.split(r"(?<=[._])", place)))
