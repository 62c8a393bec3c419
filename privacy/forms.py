"""The filters of the access log."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import Model, QuerySet
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils.translation import gettext_lazy as _

from privacy.agency import day_begins, day_ends
from privacy.enums import EntryKind
from privacy.languages import worded
from privacy.models import AccessEntry, User
from privacy.purposes import basis_named, every_basis

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    AccountChoice = forms.ModelChoiceField[User]
    AccountIterator = ModelChoiceIterator[User]
else:
    AccountChoice, AccountIterator = forms.ModelChoiceField, ModelChoiceIterator


M = TypeVar("M", bound=Model)


def basis_choices() -> "list[tuple[str, str | _StrPromise]]":
    return [
        ("", _("Any purpose")),
        *((basis.name, f"{basis.title}: {shortened(basis.text)}") for basis in every_basis()),
    ]


def shortened(text: str) -> str:
    """The first words of a purpose or of what allows something, for a menu."""
    return text if len(text) <= 60 else f"{text[:60].rpartition(' ')[0]} …"


# No log is older, and what is asked for from a day on reaches back from it.
EARLIEST = date(1900, 1, 1)


def day_field(label: "str | _StrPromise") -> forms.DateField:
    """A day of a log, EARLIEST or later."""
    days = forms.DateInput(attrs={"type": "date"})
    not_before = MinValueValidator(EARLIEST, _("Enter a day on or after %(limit_value)s."))
    return forms.DateField(label=label, required=False, widget=days, validators=[not_before])


class NamesOfAccounts(AccountIterator):
    """Each account as its name or address, read as those alone: hundreds of whole accounts take five times as long."""

    def __iter__(self) -> Iterator[tuple[ModelChoiceIteratorValue | str, str]]:
        if self.field.empty_label is not None:
            yield "", str(self.field.empty_label)
        for pk, name, email in self.queryset.values_list("pk", "name", "email"):
            yield str(pk), name or email


class AccountField(AccountChoice):
    iterator = NamesOfAccounts


class DayFilters(forms.Form):
    """From one of the agency's days to another, both included."""

    first = day_field(_("From day"))
    last = day_field(_("To day"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("first") and values.get("last") and values["first"] > values["last"]:
            raise forms.ValidationError(_("The first day is after the last one."))
        return values

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return any(self.data.get(name) for name in self.fields)

    def within(self, rows: "QuerySet[M]", moment: str) -> "QuerySet[M]":
        """Those of the rows whose moment is on one of the days."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        if first:
            rows = rows.filter(**{f"{moment}__gte": day_begins(first)})
        return rows.filter(**{f"{moment}__lt": day_ends(last)}) if last else rows


class AccessLogFilters(DayFilters):
    field_order = ("user", "basis", "kind", "first", "last")
    user = AccountField(User.objects.all(), label=_("Who"), required=False, empty_label=_("Anybody"))
    basis = forms.ChoiceField(label=_("For what"), required=False, choices=basis_choices)
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Anything")), *worded(EntryKind.choices)])

    def chosen(self) -> "QuerySet[AccessEntry]":
        """The entries that the filters choose; none where the filters make no sense. Days are the agency's."""
        if not self.is_valid():
            return AccessEntry.objects.none()
        values, rows = self.cleaned_data, AccessEntry.objects.all()
        if values["user"]:
            rows = rows.filter(user_id=values["user"].pk)
        if basis := basis_named(values["basis"]):
            rows = rows.filter(purpose=basis.purpose, duty=basis.duty or "")
        if values["kind"]:
            rows = rows.filter(kind=values["kind"])
        return self.within(rows, "at")
