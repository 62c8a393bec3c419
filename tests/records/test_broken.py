"""Constraints of the schema that a form breaks are told of in words, never by their names."""

from typing import ClassVar

import pytest
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from privacy.models import User
from records.forms.broken import words_of
from records.forms.record import RecordForm
from records.models import Gathering


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


def test_what_is_there_already_keeps_its_own_words() -> None:
    unique = UniqueConstraint(fields=["name"], name="some_constraint")
    assert words_of(unique, EventForm(User())) is None
