"""Fields of what the API sends and is sent, where REST framework's own would say less."""

from datetime import UTC, date, datetime, time
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers

from privacy.agency import agency_zone


class Moment(serializers.DateTimeField):
    """A moment: sent in UTC (`2026-03-10T16:00:00Z`), read with its offset."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)

    def to_internal_value(self, value: Any) -> datetime:
        try:
            return super().to_internal_value(value)
        except (OverflowError, ValueError):
            raise serializers.ValidationError("That is no moment that can be kept.") from None

    def enforce_timezone(self, value: datetime) -> datetime:
        """Without an offset it could be of the day before: it is not guessed."""
        if value.tzinfo is None:
            raise serializers.ValidationError("A moment has its offset, as in 2026-03-10T16:00:00Z.")
        return super().enforce_timezone(value)


NO_MOMENT = "A moment, as in 2026-03-10T16:00:00Z, or a day, as in 2026-03-10."
NO_OFFSET = "A moment has its offset: add Z or one such as %2B01:00 (a + in an address). None is guessed."


class MomentField(forms.CharField):
    """A moment in a query: ISO 8601 with its offset, brought to UTC, which the database takes. A day alone is the
    agency's, from its beginning."""

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = _moment_or_day(text)
            if found.tzinfo is None:
                raise ValidationError(NO_OFFSET)
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(NO_MOMENT) from None


def _moment_or_day(text: str) -> datetime:
    """Raises ValueError. A + that was not escaped has become a space on its way."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), agency_zone())
    except ValueError:
        return datetime.fromisoformat(text.replace(" ", "+"))


class MomentFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = MomentField


class Money(serializers.DecimalField):
    """Money in the agency's currency, as a text with two decimals: no binary fraction."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)
