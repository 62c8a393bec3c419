"""What all sealed fields share (privacy.vault.fields has the kinds)."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast
from uuid import UUID

from django import forms
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Exact, IsNull, Lookup

from privacy import vault
from privacy.vault.attributes import Bound, SealedState, SealedValue, Unsealed

SetT = TypeVar("SetT", contravariant=True)
GetT = TypeVar("GetT", covariant=True)

if TYPE_CHECKING:
    _Field = models.Field
else:

    class _Field(models.Field):
        __class_getitem__ = classmethod(lambda cls, _types: cls)


class HasPlace(Protocol):
    """What a model with sealed fields tells of a row."""

    @property
    def vault_subject(self) -> UUID: ...

    @property
    def vault_row(self) -> UUID | str: ...


class SealedExact(Exact):
    """Only `field=None`, which Django turns into IS NULL."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None:
            raise _cannot_be_searched(lhs.output_field)
        super().__init__(lhs, rhs)


class SealedField(_Field[SetT, GetT]):
    """What all sealed fields share. A kind of value is `to_text`, `from_text`, `to_python` and a form field.

    `place`: pins what values are bound to when the model or field is renamed, as in `records.Customer.birthday`;
    by default the field's present name.
    """

    is_sealed = True
    empty_strings_allowed = False
    form_class: ClassVar[type[forms.Field]] = forms.CharField

    def __init__(self, *args: Any, place: str = "", **options: Any) -> None:
        self.pinned_place = place
        # `dumpdata` would write them in clear.
        super().__init__(*args, **{**options, "serialize": False})

    def to_text(self, value: Any) -> str:
        """The value as it is sealed. Raises ValidationError, never naming the value."""
        return str(self.to_python(value))

    def from_text(self, text: str) -> Any:
        return self.to_python(text)

    # Sealing ---------------------------------------------------------------------------------------------------------
    @property
    def place(self) -> str:
        return self.pinned_place or f"{self.model._meta.label}.{self.name}"

    def seal_into(self, instance: models.Model, unsealed: Unsealed) -> bytes:
        """Seal the value for its row, and remember that it is."""
        owner = cast(HasPlace, instance)
        unsealed.text = self.to_text(unsealed.value)
        unsealed.sealed = vault.seal(owner.vault_subject, self.place, owner.vault_row, unsealed.text)
        return unsealed.sealed

    def unseal_from(self, instance: models.Model, sealed: bytes) -> str:
        owner = cast(HasPlace, instance)
        return vault.unseal(owner.vault_subject, self.place, owner.vault_row, sealed)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        state = getattr(model_instance, self.attname)
        if isinstance(state, Bound):
            return state.sealed()
        if state is not None:
            self._check_readable(model_instance, state)
        return state  # type: ignore[no-any-return]

    def _check_readable(self, instance: models.Model, sealed: bytes) -> None:
        """Raise VaultError where the row's person was changed under the value: saved so, nobody could read it again."""
        # A destroyed key made it unreadable for good, and the rest of the row may still be saved.
        with contextlib.suppress(vault.KeyDestroyed):
            self.unseal_from(instance, sealed)

    # Database --------------------------------------------------------------------------------------------------------
    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_attname(self) -> str:
        return f"{self.name}_sealed"

    def get_attname_column(self) -> tuple[str, str]:
        return self.get_attname(), self.db_column or self.name

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, SealedState(self))
        setattr(cls, self.name, SealedValue(self))

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> bytes | None:
        return None if value is None else bytes(value)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if isinstance(value, Bound):
            value = value.sealed()
        if value is not None and not isinstance(value, bytes):
            raise FieldError(f"{self.place} is sealed for its row: set it on the instance and save, or bulk_update.")
        return value if value is None else connection.Database.Binary(value)  # type: ignore[attr-defined]

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]]":
        if lookup_name == "isnull":
            return IsNull
        if lookup_name == "exact":
            return SealedExact
        raise _cannot_be_searched(self)

    def get_transform(self, lookup_name: str) -> Any:
        raise _cannot_be_searched(self)

    # Declaration -----------------------------------------------------------------------------------------------------
    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        del options["serialize"]
        if self.pinned_place:
            options["place"] = self.pinned_place
        return name, path, args, options

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        found = super().check(**options)
        missing = [name for name in ("vault_subject", "vault_row") if not hasattr(self.model, name)]
        if missing:
            hint = "Define both as properties: privacy.vault.fields."
            message = f"{self.model._meta.label} has sealed fields and no {' and no '.join(missing)}."
            found.append(checks.Error(message, hint=hint, obj=self, id="privacy.E101"))
        if self.unique or getattr(self, "db_index", False) or self.has_db_default():
            hint = "Keep privacy.vault.lookup_hash of the value in a field of its own for that."
            message = "A sealed field can have no index, unique constraint or default of the database."
            found.append(checks.Error(message, hint=hint, obj=self, id="privacy.E102"))
        return found

    # Validation and forms --------------------------------------------------------------------------------------------
    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """What is still sealed was validated before. Errors never name the value."""
        if isinstance(value, bytes):
            return value
        plain = value.unsealed.value if isinstance(value, Bound) else value
        try:
            return super().clean(plain, model_instance)
        except ValidationError as problem:
            hidden = _without_value(problem)
        raise hidden

    def value_from_object(self, obj: models.Model) -> Any:
        return getattr(obj, self.name)

    def formfield(self, **options: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": self.form_class, **options})

    def _invalid(self, message: str) -> ValidationError:
        return ValidationError(message, code="invalid")


def _cannot_be_searched(field: Any) -> FieldError:
    return FieldError(
        f"{field.name} is sealed and cannot be searched or compared, only asked for null. "
        "Keep its lookup_hash (privacy.vault) in a field of its own for equality."
    )


def _without_value(problem: ValidationError) -> ValidationError:
    return ValidationError(
        [
            ValidationError(one.message, one.code, one.params and {**one.params, "value": "…"})
            for one in problem.error_list
        ]
    )
