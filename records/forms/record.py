"""The form of a record: checked as importers check, kept with its history, never over somebody else's change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.db.models.constraints import BaseConstraint
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from records.forms.broken import words_of
from records.intake.fields import Field as Check
from records.intake.problems import Problem
from records.listing import in_language
from records.payment_numbers import payment_number_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm

# What the notice calls the two things that every record says of itself.
PROVENANCE = {"source": "Record source", "location": "System location"}

# How high Django makes a field that says nothing of it: on a phone nothing else would be seen.
DJANGOS_ROWS = "10"


@dataclass(frozen=True)
class Finder:
    """How a record that another refers to is named in a form: `find` gives those whom the user sees and the text means,
    `text` what names one."""

    find: Callable[[User, str], "models.QuerySet[Any]"]
    text: Callable[[Any], str]
    help_text: "str | _StrPromise"


class FoundField(forms.CharField):
    """A record, named by a text: one must be meant, and no more than one."""

    def __init__(self, finder: Finder, user: User, **options: Any) -> None:
        super().__init__(help_text=finder.help_text, **options)
        self.finder, self.user = finder, user

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.finder.find(self.user, text)[:2])
        if not found:
            raise forms.ValidationError(_("Nothing that you can see has that name."), code="not_found")
        if len(found) > 1:
            raise forms.ValidationError(_("More than one has that name: enter the number."), code="ambiguous")
        return found[0]


class RecordForm(ModelForm):
    """`checks` names for a field the check that importers use; `finders` say how another record is named.

    `also` are the model's fields that `clean` fills by itself, `said` the words for a constraint that is broken. A
    subclass lists its fields in Meta; source and location are asked last by each.
    """

    checks: ClassVar[Mapping[str, Check]] = {}
    finders: ClassVar[Mapping[str, Finder]] = {}
    also: ClassVar[tuple[str, ...]] = ()
    said: "ClassVar[Mapping[str, str | _StrPromise]]" = {}

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        for name, label in PROVENANCE.items():
            if name in {field.name for field in self._meta.model._meta.concrete_fields}:
                self.fields[name] = _model_field(self._meta.model, name).formfield(label=label)
                self.initial.setdefault(name, getattr(self.instance, name))
        for name, field in self.fields.items():
            self._dress(name, field)
        for field in self.fields.values():
            field.label, field.help_text = in_language(field.label), in_language(field.help_text)
            if isinstance(field, forms.TypedChoiceField):  # of the model's own words
                choices: Iterable[tuple[Any, Any]] = field.choices  # type: ignore[assignment]  # read, it is an iterator
                field.choices = [(value, in_language(label)) for value, label in choices]

    @property
    def asked(self) -> list[forms.BoundField]:
        """What one fills in; the rest is right as it is, almost always."""
        return [field for field in self.visible_fields() if field.name not in PROVENANCE]

    @property
    def provenance(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in PROVENANCE]

    @property
    def provenance_is_wrong(self) -> bool:
        return any(field.errors for field in self.provenance)

    def _dress(self, name: str, field: forms.Field) -> None:
        if finder := self.finders.get(name):
            found = FoundField(finder, self.user, label=field.label, required=field.required)
            if self.instance.pk or getattr(self.instance, f"{name}_id", None):
                one = getattr(self.instance, name)
                self.initial[name] = finder.text(one) if one is not None else ""
            self.fields[name] = found
        elif isinstance(field, forms.DateTimeField):
            field.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        elif isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif isinstance(field.widget, forms.Textarea) and field.widget.attrs.get("rows") == DJANGOS_ROWS:
            field.widget.attrs["rows"] = 4

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # django-stubs does not know it
        for name in list(self.fields):
            self._keep_seconds(name)
            self._refuse_payment_number(name)
            if name in self.checks and name in self.cleaned_data:
                self._check(name)

    def _keep_seconds(self, name: str) -> None:
        """A moment is shown to the minute: one that nobody touched stays as it was, to the second."""
        before = self.initial.get(name)
        if isinstance(before, datetime) and self.cleaned_data.get(name) == before.replace(second=0, microsecond=0):
            self.cleaned_data[name] = before

    def _refuse_payment_number(self, name: str) -> None:
        """What was typed is not shown again: the field comes back empty."""
        if (kind := payment_number_in(self._typed(name), name)) is None:
            return
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix(name)] = ""
        self.data = data
        self.cleaned_data.pop(name, None)
        self.errors.pop(name, None)
        self.add_error(
            name,
            _("This held a full %(kind)s, which Waymark never keeps. It was removed; leave it out.") % {"kind": kind},
        )

    def _typed(self, name: str) -> str:
        key = self.add_prefix(name)
        return "\n".join(self.data.getlist(key)) if isinstance(self.data, QueryDict) else str(self.data.get(key, ""))

    def _check(self, name: str) -> None:
        value = self.cleaned_data[name]
        if value in (None, ""):
            return
        try:
            self.cleaned_data[name] = self.checks[name].parse(str(value))
        except Problem as problem:
            self.add_error(name, f"{self.fields[name].label} {problem.words}.")

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # django-stubs does not know it
        for name in PROVENANCE:
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])

    def _not_compared(self) -> set[str]:
        """What the record belongs to, and what is filled in for it, is compared with other records as the rest is."""
        excluded: set[str] = self._get_validation_exclusions()  # type: ignore[attr-defined]
        model = self._meta.model
        return {name for name in excluded if name not in self.also and not _model_field(model, name).is_relation}

    def validate_unique(self) -> None:
        try:
            self.instance.validate_unique(exclude=self._not_compared())
        except forms.ValidationError as error:
            for name, found in error.error_dict.items():
                self.add_error(name if name in self.fields else None, found)
        self._compare()

    def _update_errors(self, errors: forms.ValidationError) -> None:
        """Django's own words for broken constraints are left out: `_compare` looks again, and has better ones."""
        kept = {name: found for name, found in errors.error_dict.items() if name != NON_FIELD_ERRORS}
        if kept:
            super()._update_errors(forms.ValidationError(kept))  # type: ignore[misc]  # django-stubs does not know it

    def _compare(self) -> None:
        """Each of the model's constraints, with the words for it instead of its name, once the fields are right."""
        if self.errors:
            return
        excluded = self._not_compared()
        for constraint in self._meta.model._meta.constraints:
            try:
                constraint.validate(self._meta.model, self.instance, exclude=excluded)
            except forms.ValidationError as error:
                name, words = self._words_of(constraint) or (None, error)
                self.add_error(name, words)

    def _words_of(self, constraint: BaseConstraint) -> "tuple[str | None, str | _StrPromise] | None":
        if words := self.said.get(constraint.name):
            return None, words
        return words_of(constraint, self)

    @property
    def stored_names(self) -> list[str]:
        """The model's fields that the form changes."""
        stored = {field.name for field in self._meta.model._meta.concrete_fields}
        return [name for name in dict.fromkeys((*self.fields, *self.also)) if name in stored]

    def keep(self, by: User, basis: Basis) -> Any:
        """Save the checked record and its changes. The caller holds the transaction."""
        if self.instance._state.adding and hasattr(self.instance, "created_by"):
            self.instance.created_by = by
        changes.save(self.instance, by=by, basis=basis)
        return self.instance


def _model_field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
