"""What must be filled in is marked the same way in each form, and a form of several fields says what the mark means."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.test import Client

from privacy.roles import Role
from tests.factories import make_user

TEMPLATES = Path(settings.BASE_DIR) / "templates"
MEANING = "Required fields are marked with an asterisk (*)."
# Forms whose fields are placed one by one; of this one none is required.
BY_FIELD = [one for one in sorted(TEMPLATES.rglob("*.html")) if "as_field_group" in one.read_text()]
WITHIN_ANOTHER = {"django/forms/div.html", "campaigns/option_fields.html", "campaigns/share_people.html"}
REQUIRES_NOTHING = {"privacy/ledger_check.html"}
# Staff's templates that write a required field out themselves; of these it stands in one line with its button or dates.
REQUIRED = re.compile(r'<(?:input|textarea|select)(?=[^>]*\brequired\b)[^>]*\bid="(?P<id>[^"]+)"[^>]*>')
LABEL = re.compile(r'<label[^>]*\bfor="(?P<of>[^"]+)"[^>]*>')
NOT_OF_STAFF = ("viewer", "allauth", "components")
WRITTEN_OUT = [
    one
    for one in sorted(TEMPLATES.rglob("*.html"))
    if REQUIRED.search(one.read_text()) and one.relative_to(TEMPLATES).parts[0] not in NOT_OF_STAFF
]
IN_ONE_LINE = {
    "analytics/compare_choose.html", "analytics/jump.html", "campaigns/check_in.html", "campaigns/material.html",
}  # fmt: skip


class Order(forms.Form):
    name = forms.CharField()
    note = forms.CharField(required=False)
    ways = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)


class Note(forms.Form):
    note = forms.CharField(required=False)
    other = forms.CharField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput)


class Code(forms.Form):
    code = forms.CharField()


def test_required_fields_are_marked_and_the_form_says_what_the_mark_means() -> None:
    said = Order().as_div()
    assert said.count(MEANING) == 1
    assert '<label class="usa-label is-required" for="id_name">Name</label>' in said
    assert '<label class="usa-label" for="id_note">Note</label>' in said


def test_a_group_of_boxes_says_in_words_that_it_is_required_as_no_box_of_it_can() -> None:
    said = Order().as_div()
    in_words = '<span class="usa-sr-only visually-hidden"> (required)</span>'
    assert f'<legend class="usa-legend is-required">Ways{in_words}</legend>' in said
    assert said.count("usa-sr-only") == 1


def test_a_form_that_requires_nothing_says_nothing_of_it_and_keeps_its_hidden_fields() -> None:
    said = Note().as_div()
    assert MEANING not in said
    assert "is-required" not in said
    assert '<input type="hidden" name="hidden"' in said


def test_a_single_field_is_marked_without_the_meaning() -> None:
    said = Code().as_div()
    assert MEANING not in said
    assert "usa-label is-required" in said


def test_what_is_wrong_with_a_form_as_a_whole_still_comes_first() -> None:
    form = Order({"name": "a", "ways": ["a"]})
    form.add_error(None, "Not today.")
    assert form.as_div().index("Not today.") < form.as_div().index(MEANING)


@pytest.mark.parametrize("template", BY_FIELD, ids=lambda one: one.relative_to(TEMPLATES).as_posix())
def test_a_form_whose_fields_are_placed_one_by_one_says_it_too(template: Path) -> None:
    if template.relative_to(TEMPLATES).as_posix() not in WITHIN_ANOTHER | REQUIRES_NOTHING:
        assert '{% include "components/required.html" %}' in template.read_text()


@pytest.mark.parametrize("template", WRITTEN_OUT, ids=lambda one: one.relative_to(TEMPLATES).as_posix())
def test_a_field_that_a_template_writes_out_is_marked_too(template: Path) -> None:
    text = template.read_text()
    labels = {each["of"]: each[0] for each in LABEL.finditer(text)}
    unmarked = [each["id"] for each in REQUIRED.finditer(text) if "is-required" not in labels.get(each["id"], "")]
    assert (not unmarked) == (template.relative_to(TEMPLATES).as_posix() not in IN_ONE_LINE), unmarked


def test_both_style_sheets_of_staff_show_the_mark() -> None:
    for sheet in ("waymark.css", "retention.css"):
        assert ".is-required::after { content:" in (Path(settings.BASE_DIR) / "static/waymark" / sheet).read_text()


@pytest.mark.django_db
def test_the_form_for_a_share_says_it_once_and_marks_whom_it_is_for(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    said = client.get("/shares/new/").content.decode()
    assert said.count(MEANING) == 1
    assert '<label class="usa-label is-required" for="people-find">' in said
    assert '<label class="usa-label is-required" for="id_material">' in said
