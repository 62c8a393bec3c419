"""Model fields whose values are stored sealed: encrypted for the person whom the row is about.

A model with such fields defines two properties, both known before its row is inserted: `vault_subject`, the UUID of
that person, and `vault_row`, a UUID or text that names the row for good. Reading the attribute gives the typed value;
loading or listing rows opens nothing. Whatever changes a row's person must read and set its sealed values again.
Sealed values cannot be searched: keep `privacy.vault.lookup_hash` of those that must be found.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core import validators
from django.db import models

from privacy.vault.base_field import GetT, SealedField, SetT


class SealedTextField(SealedField[SetT, GetT]):
    """Text, of `max_length` characters at most where given."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str
    empty_strings_allowed = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.max_length is not None:
            self.validators.append(validators.MaxLengthValidator(self.max_length))

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else str(value)

    def formfield(self, **options: Any) -> forms.Field | None:
        own: dict[str, Any] = {"max_length": self.max_length}
        if self.null:
            own["empty_value"] = None
        if self.max_length is None and not self.choices:
            own["widget"] = forms.Textarea
        return super().formfield(**{**own, **options})


class SealedDateField(SealedField[SetT, GetT]):
    """A date, given as such or as in 2026-05-12."""

    _pyi_private_set_type: str | date
    _pyi_private_get_type: date
    form_class = forms.DateField

    def to_python(self, value: Any) -> Any:
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            pass  # that error quotes the value
        raise self._invalid("Enter a valid date, as in 2026-05-12.")


class SealedDecimalField(SealedField[SetT, GetT]):
    """A decimal number, kept exactly as given; `max_digits` and `decimal_places` bound it where given."""

    _pyi_private_set_type: str | int | Decimal
    _pyi_private_get_type: Decimal
    form_class = forms.DecimalField

    def __init__(
        self, *args: Any, max_digits: int | None = None, decimal_places: int | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.max_digits, self.decimal_places = max_digits, decimal_places
        self.validators.append(validators.DecimalValidator(max_digits, decimal_places))

    def to_python(self, value: Any) -> Any:
        if value is None:
            return value
        try:
            number = Decimal(value) if isinstance(value, str | int | Decimal) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise self._invalid("Enter a number.")
        return number

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        bounds = {"max_digits": self.max_digits, "decimal_places": self.decimal_places}
        return name, path, args, options | {key: bound for key, bound in bounds.items() if bound is not None}

    def formfield(self, **options: Any) -> forms.Field | None:
        return super().formfield(**{"max_digits": self.max_digits, "decimal_places": self.decimal_places, **options})


class SealedIntegerField(SealedField[SetT, GetT]):
    """A whole number of any size."""

    _pyi_private_set_type: str | int
    _pyi_private_get_type: int
    form_class = forms.IntegerField

    def to_python(self, value: Any) -> Any:
        if value is None:
            return value
        try:
            if isinstance(value, str | int):
                return int(value)
        except ValueError:
            pass  # that error quotes the value
        raise self._invalid("Enter a whole number.")


class SealedJSONField(SealedField[SetT, GetT]):
    """What JSON can hold. Changed in place it is saved as well."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    form_class = forms.JSONField

    def to_text(self, value: Any) -> str:
        try:
            return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError):
            pass  # that error may quote the value
        raise self._invalid("Enter valid JSON.")

    def from_text(self, text: str) -> Any:
        return json.loads(text)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        self.to_text(value)
