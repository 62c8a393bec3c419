"""The filters of the access log."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils.translation import gettext_lazy as _

from privacy.agency import day_begins, day_ends
from privacy.enums import EntryKind
from privacy.languages import worded
from privacy.models import AccessEntry, User
from privacy.purposes import Basis, basis_named, every_basis

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    AccountChoice = forms.ModelChoiceField[User]
    AccountIterator = ModelChoiceIterator[User]
else:
    AccountChoice, AccountIterator = forms.ModelChoiceField, ModelChoiceIterator


def basis_choices() -> "list[tuple[str, str | _StrPromise]]":
    return [("", _("Any purpose")), *((basis.name, f"{basis.title}: {shortened(basis)}") for basis in every_basis())]


def shortened(basis: Basis) -> str:
    """The first words of a purpose, for a menu."""
    return basis.text if len(basis.text) <= 60 else f"{basis.text[:60].rpartition(' ')[0]} …"


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


class AccessLogFilters(forms.Form):
    user = AccountField(User.objects.all(), label=_("Who"), required=False, empty_label=_("Anybody"))
    basis = forms.ChoiceField(label=_("For what"), required=False, choices=basis_choices)
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Anything")), *worded(EntryKind.choices)])
    first = day_field(_("From day"))
    last = day_field(_("To day"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("first") and values.get("last") and values["first"] > values["last"]:
            raise forms.ValidationError(_("The first day is after the last one."))
        return values

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
        if values["first"]:
            rows = rows.filter(at__gte=day_begins(values["first"]))
        if values["last"]:
            rows = rows.filter(at__lt=day_ends(values["last"]))
        return rows
