"""The form of a record of the long tail: a field for each element of its category that may be kept."""

from datetime import UTC
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.notice import Element
from privacy.purposes import Basis
from privacy.wording import label_words
from records.attributes import BadAttribute, check
from records.elements import (
    LONG,
    SEPARATOR,
    STRUCTURED,
    as_text,
    is_of_customers,
    kept_elements,
    keys_of_category,
    read_text,
)
from records.enums import Location, Source
from records.forms.people import PARTICIPANT
from records.forms.record import RecordForm
from records.intake.problems import Problem
from records.keeping import Values, make_partitions, rule_of
from records.models import Record

FOUND_BY = {
    "meeting_number": "meeting_id",
    "host_name": "host_name",
    "host_email": "host_email",
    "organizer": "organizer_name",
    "participant": "other_personal_identifier",
}


class AttributesForm(RecordForm):
    """`category` is that of the records. Whose a record is and when it was collected stand once it is made."""

    category: ClassVar[int]
    also: ClassVar = ("attributes", "sealed")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        if self.instance._state.adding:
            self.initial.setdefault("collected_at", timezone.now())
            self.initial["source"] = self.initial.get("source") or Source.PERSONNEL
            self.initial["location"] = self.initial.get("location") or Location.HEADQUARTERS
            kept: dict[str, object] = {}
        else:
            self.fields.pop("customer", None)
            self.fields.pop("collected_at")
            kept = Values(self.instance).all()
        if "customer" in self.fields:
            self.fields["customer"].required = True
        for element in kept_elements(self.category):
            self.fields[element.id] = _field_of(element)
            if element.id in kept:
                self.initial.setdefault(element.id, as_text(kept[element.id]))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        told = {element.id: self._value(element, values) for element in kept_elements(self.category)}
        try:
            checked = check(self.category, told)
        except BadAttribute as bad:
            self.add_error(bad.element, f"{self.fields[bad.element].label} {bad.words}.")
            return values
        if not checked and not self.errors:
            self.add_error(None, _("Fill in at least one of the elements."))
        self.instance.attributes, self.instance.sealed = dict(checked.plain), dict(checked.sealed) or None
        return values

    def _value(self, element: Element, values: dict[str, Any]) -> object:
        if not (text := values.get(element.id)):
            return None
        try:
            return read_text(element, text)
        except Problem as problem:
            self.add_error(element.id, f"{self.fields[element.id].label} {problem.words}.")
            return None

    def keep(self, by: User, basis: Basis) -> Any:
        record = self.instance
        if record._state.adding:
            record.category, record.retention_rule = self.category, rule_of(self.category)
            record.subject = record.customer.key if record.customer else record.key
            record.collected_at = record.collected_at.astimezone(UTC)
            make_partitions([record.collected_at])
        return super().keep(by, basis)


def _field_of(element: Element) -> forms.CharField:
    """Long texts get several lines. What is sealed, is several or may be JSON says so."""
    says = [gettext("Sealed.")] if element.is_encrypted else []
    says += [gettext("Separate several with “%(separator)s”.") % {"separator": SEPARATOR}] if element.is_many else []
    says += [gettext("May be JSON.")] if element.type in STRUCTURED else []
    widget = forms.Textarea(attrs={"rows": 3}) if element.type in LONG else forms.TextInput()
    label = capfirst(label_words(element.label))
    return forms.CharField(label=label, required=False, widget=widget, help_text=" ".join(says), max_length=20_000)


@cache
def attributes_form(category: int) -> type[AttributesForm]:
    """The form of a category's records; its elements are those of the day on which it is shown."""
    keys = keys_of_category(category)
    fields = ["customer"] if is_of_customers(category) else []
    fields += ["collected_at", *(name for name, key in FOUND_BY.items() if key in keys)]
    meta = type("Meta", (), {"model": Record, "fields": fields})
    finders = {"customer": PARTICIPANT} if is_of_customers(category) else {}
    body = {"Meta": meta, "category": category, "finders": finders, "__module__": __name__}
    return type(f"Category{category}Form", (AttributesForm,), body)
