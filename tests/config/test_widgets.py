"""Lists of choices are written as Django's own templates write them."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy

from config.widgets import Renderer

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


def test_other_widgets_are_left_to_their_templates() -> None:
    widget = forms.TextInput()
    assert widget.render("name", "Ann", renderer=Renderer()) == widget.render(
        "name", "Ann", renderer=TemplatesSetting()
    )
