"""Constraints of the schema that a form breaks are told of in words, never by their names."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from privacy.models import User
from records.forms.broken import words_of
from records.forms.record import RecordForm
from records.models import Gathering

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class EventForm(RecordForm):
    class Meta:
        model = Gathering
        fields: ClassVar[list[str]] = ["name", "starts_at", "ends_at", "capacity"]


@pytest.mark.parametrize(
    ("condition", "wrong"),
    [
        (Q(capacity__gte=1), ("capacity", "Enter 1 or more.")),
        (Q(capacity=None) | Q(capacity__gt=0), ("capacity", "Enter more than 0.")),
        (Q(capacity__lte=1_000), ("capacity", "Enter 1,000 or less.")),
        (Q(capacity__lt=10), ("capacity", "Enter less than 10.")),
        (Q(capacity__range=(1, 99)), ("capacity", "Enter a number from 1 to 99.")),
        (Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), ("ends_at", "This is before “Starts at”.")),
        (Q(name__regex="^[a-z]+$"), ("name", "This cannot be saved like this. Check what you entered.")),
        (~Q(capacity__gte=1), ("capacity", "This cannot be saved like this. Check what you entered.")),
        (Q(name="", capacity=None), (None, "What you entered here does not go together: Name of the event, Places.")),
    ],
)
def test_a_constraint_says_itself_what_is_wrong(condition: Q, wrong: tuple[str | None, str]) -> None:
    said = words_of(CheckConstraint(condition=condition, name="some_constraint"), EventForm(User()))
    assert said == wrong


def test_of_several_bounds_the_one_that_is_broken_is_told() -> None:
    form = EventForm(User())
    form.cleaned_data = {"name": "Fair", "capacity": 5, "starts_at": NOON, "ends_at": NOON - timedelta(hours=1)}
    both = CheckConstraint(condition=Q(capacity__gte=1) & Q(ends_at__gte=F("starts_at")), name="some_constraint")
    assert words_of(both, form) == ("ends_at", "This is before “Starts at”.")
    form.cleaned_data |= {"capacity": 0, "ends_at": NOON}
    assert words_of(both, form) == ("capacity", "Enter 1 or more.")


def test_what_no_field_of_the_form_is_about_is_told_of_the_whole() -> None:
    other = CheckConstraint(condition=Q(cancelled_at=None), name="some_constraint")
    assert words_of(other, EventForm(User())) == (None, "This cannot be saved like this. Check what you entered.")


def test_what_is_there_already_keeps_its_own_words() -> None:
    unique = UniqueConstraint(fields=["name"], name="some_constraint")
    assert words_of(unique, EventForm(User())) is None
