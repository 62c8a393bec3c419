"""Lists of choices and entries are written as Django's own templates write them."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy

from config.widgets import Renderer
from records.periods import PeriodWidget

COLOURS = [
    ("", "Any <colour>"),
    (1, gettext_lazy("Home")),
    ("Dark & light", [("b", "Black"), ("w", '"White"')]),
    (None, "None at all"),
]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=COLOURS), "b"),
        (forms.Select(attrs={"required": True, "disabled": False, "data-of": 'a "b" & c'}, choices=COLOURS), 1),
        (forms.SelectMultiple(choices=COLOURS), ["b", "w"]),
        (forms.NullBooleanSelect(), True),
        (forms.Select(choices=()), None),
    ],
)
def test_a_list_of_choices_is_written_to_the_letter_as_djangos_templates_do(
    widget: forms.Select, value: object
) -> None:
    written = widget.render("colour", value, attrs={"id": "id_colour"}, renderer=Renderer())
    assert written == widget.render("colour", value, attrs={"id": "id_colour"}, renderer=TemplatesSetting())
    assert "<select" in written


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput(attrs={"required": True, "disabled": False, "data-of": 'a "b" & c'}), 'Ann "A" <b>'),
        (forms.TextInput(), None),
        (forms.TextInput(), ""),
        (forms.NumberInput(attrs={"min": 0, "max": 10}), 0),
        (forms.HiddenInput(), 7),
        (forms.EmailInput(), "ann@example.com"),
        (forms.URLInput(), "https://example.com/?a=1&b=2"),
        (forms.PasswordInput(), "never shown"),
        (forms.CheckboxInput(), True),
        (forms.CheckboxInput(), False),
        (forms.CheckboxInput(), "yes & no"),
        (forms.DateInput(attrs={"type": "date"}), date(2026, 11, 29)),
        (forms.TimeInput(), None),
        (forms.DateTimeInput(), None),
    ],
)
def test_an_entry_is_written_to_the_letter_as_djangos_templates_do(widget: forms.Widget, value: object) -> None:
    written = widget.render("name", value, attrs={"id": "id_name"}, renderer=Renderer())
    assert written == widget.render("name", value, attrs={"id": "id_name"}, renderer=TemplatesSetting())
    assert "<input" in written


def test_other_widgets_are_left_to_their_templates() -> None:
    widget = forms.Textarea()
    assert widget.render("name", "Ann", renderer=Renderer()) == widget.render(
        "name", "Ann", renderer=TemplatesSetting()
    )


def test_a_period_is_given_its_parts_written() -> None:
    written = PeriodWidget().render("seen", ["between", "2026-11-01", None], {"id": "id_seen"}, renderer=Renderer())
    select, since, until = (
        part.render(name, value, {"id": f"id_seen_{place}"}, renderer=TemplatesSetting())
        for place, (part, name, value) in enumerate(
            zip(
                PeriodWidget().widgets,
                ("seen", "seen_since", "seen_until"),
                ("between", "2026-11-01", None),
                strict=True,
            )
        )
    )
    days = f'<span class="period-days">from {since}\n to {until}\n</span>'
    assert written == f'<span class="period" data-period-box>{select}\n{days}</span>'
