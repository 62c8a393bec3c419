"""Fields of what the API sends and is sent, where REST framework's own would say less."""

from datetime import UTC, datetime
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from rest_framework import serializers


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


class MomentField(forms.CharField):
    """A moment in a query: ISO 8601 with its offset, brought to UTC, which the database takes."""

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text.replace(" ", "+"))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError("A moment, as in 2026-03-10T16:00:00Z.") from None


class MomentFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = MomentField


class Money(serializers.DecimalField):
    """Money in the agency's currency, as a text with two decimals: no binary fraction."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)
