"""Fields written without a template for each choice and attribute: four hundred people to choose from took 40 ms, and
each field of a list's filters half a millisecond."""

from collections.abc import Mapping
from html import escape
from typing import Any

from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import gettext as _

from records.periods import PeriodWidget

Widget = Mapping[str, Any]
INPUTS = {
    f"django/forms/widgets/{kind}.html"
    for kind in ("text", "hidden", "number", "email", "url", "password", "checkbox", "date", "datetime", "time")
}


# What Django has stand for no choice, in no language.
((_value, NOTHING_CHOSEN),) = BLANK_CHOICE_DASH


class Renderer(TemplatesSetting):
    """Writes `<select>` and `<input>` as Django's own templates do, to the letter but for the dashes that stand for no
    choice, and periods; other widgets are left to their templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == "django/forms/widgets/select.html":
            return select(context["widget"])
        if template_name in INPUTS:
            return entry(context["widget"])
        if template_name == PeriodWidget.template_name:
            parts = context["widget"]["subwidgets"]
            return period(*(self.render(part["template_name"], {"widget": part}) for part in parts))
        return super().render(template_name, context, request)


def period(preset: str, since: str, until: str) -> SafeString:
    """A choice of presets, and its two days."""
    days = format_html('<span class="period-days">{} {}\n {} {}\n</span>', _("from"), since, _("to"), until)
    return format_html('<span class="period" data-period-box>{}\n{}</span>', preset, days)


def entry(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes(widget["attrs"])
    )


def select(widget: Widget) -> SafeString:
    groups = "".join(group(name, choices) for name, choices, _ in widget["optgroups"])
    inside = mark_safe(groups)  # noqa: S308 (made of escaped parts)
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], attributes(widget["attrs"]), inside)


def group(name: str | None, choices: list[Widget]) -> str:
    options = "".join(map(option, choices))
    return f'\n  <optgroup label="{as_html(name)}">{options}\n  </optgroup>' if name else options


def option(one: Widget) -> str:
    stated = attributes(one["attrs"]) if one["attrs"] else ""
    label = _("Choose …") if one["label"] == NOTHING_CHOSEN else one["label"]
    return f'\n  <option value="{as_html(one["value"])}"{stated}>{as_html(label)}</option>\n'


def attributes(attrs: Mapping[str, object]) -> SafeString:
    """Those that are True by their name alone, without those that are False."""
    stated = (
        f" {as_html(name)}" if value is True else f' {as_html(name)}="{as_html(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
    return mark_safe("".join(stated))  # noqa: S308 (made of escaped parts)


def as_html(value: object) -> str:
    """Text as HTML; what is HTML already stays as it is."""
    return str(value) if isinstance(value, SafeData) else escape(str(value))
