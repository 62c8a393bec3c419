"""A line of the access log as its page shows it."""

from html import escape

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from privacy.views.access_log import Line
from privacy.wording import exact_moment

register = template.Library()


@register.filter
def log_cells(line: Line) -> SafeString:
    """Its cells, written here and not by a template: the four hundred of a page were a quarter of its time."""
    shown = line.entry
    key = " " + beneath(gettext("key wm_%(api_key)s") % {"api_key": shown.api_key}) if shown.api_key else ""
    head = f'<th scope="row">{exact_moment(timezone.localtime(shown.at))}</th>'
    who = f"<td>{escape(line.who)}{key}{beneath(', '.join(shown.roles))}</td>"
    what = f"<td>{escape(line.what)}{beneath(line.why)}</td>"
    categories = ", ".join(map(str, shown.categories))
    led = (f"<td>{leading(line.basis, line.basis_address)}</td>", f"<td>{leading(line.place, line.place_address)}</td>")
    words = "".join((*led, *(f"<td>{escape(text)}</td>" for text in (categories, line.looked_up_by))))
    count = "" if shown.records is None else intcomma(shown.records)
    return mark_safe(f'{head}{who}{what}{words}<td class="number">{count}</td>')  # noqa: S308 (made of escaped parts)


def leading(text: str, address: str) -> str:
    """The text, as a link where the reader may go there."""
    return f'<a href="{escape(address)}">{escape(text)}</a>' if address else escape(text)


def beneath(text: str) -> str:
    """What a cell says in small type under its first words."""
    return f'<span class="when">{escape(text)}</span>' if text else ""
