"""Lists of choices and entries are written as Django's own templates write them."""

from datetime import date

import pytest
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import TemplatesSetting
from django.utils import translation
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


@pytest.mark.parametrize(("language", "said"), [("en", "Choose …"), ("es", "Elija …")])
def test_no_choice_is_said_in_words(language: str, said: str) -> None:
    class Form(forms.Form):
        colour = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("b", "Black")])

    with translation.override(language):
        written = Form(renderer=Renderer()).as_div()
    assert f'<option value="" selected>{said}</option>' in written
    assert "---" not in written


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Give 9 or less.", "Give a number of at most 3 digits.", "Write at most 2 characters; there are 3."]),
        (
            "es",
            [
                "Indique 9 o menos.",
                "Indique un número de 3 cifras como máximo.",
                "Escriba como máximo 2 caracteres; hay 3.",
            ],
        ),
    ],
)
def test_what_forms_say_of_a_value_is_said_in_the_words_of_the_product(language: str, said: list[str]) -> None:
    class Form(forms.Form):
        most = forms.IntegerField(max_value=9)
        cost = forms.DecimalField(max_digits=3)
        name = forms.CharField(max_length=2)

    with translation.override(language):
        errors = Form({"most": "10", "cost": "1000", "name": "Ann"}).errors
        assert [str(lines[0]) for lines in errors.values()] == said
