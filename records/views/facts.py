"""The fields of a record as people read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import Resolver404, resolve
from django.utils.translation import gettext, gettext_noop

from privacy.models import User
from privacy.rights.beside import mark_disputed
from records import figures, validation
from records.forms.record import PROVENANCE
from records.nouns import noun_of, nouns
from records.nouns.base import Noun, Page
from records.templatetags.figures import day, moment, moment_at

ADDRESS = re.compile(r"/records/[a-z-]+/[0-9a-f-]{36}/")
SCHEMES = {"email": "mailto", "phone": "tel"}
LABELS = PROVENANCE | {"created_by": gettext_noop("Recorded by"), "created_at": gettext_noop("Recorded")}


@dataclass(frozen=True)
class Fact:
    label: str
    text: str
    address: str = ""
    is_disputed: bool = False

    @property
    def reaches(self) -> bool:
        """Whether a click calls the person, or writes to them."""
        return self.address.partition(":")[0] in SCHEMES.values()


def facts_of(noun: Noun, instance: Model, user: User) -> list[Fact]:
    """What is known, and last where it came from. What is not known is left out.

    The statements of disagreement beside values are left in `instance.disagreements`.
    """
    if not hasattr(instance, "disagreements"):
        mark_disputed([instance])
    readable = tuple(name for name in noun.fields if noun.may_read(user, name))
    return [*_known(instance, readable, user, noun.there), *provenance(instance, user)]


def provenance(instance: Model, user: User) -> list[Fact]:
    present = [name for name in LABELS if hasattr(instance, name)]
    return list(_known(instance, present, user))


def _known(
    instance: Any, names: "tuple[str, ...] | list[str]", user: User, there: tuple[str, ...] = ()
) -> Iterator[Fact]:
    for name in names:
        value = getattr(instance, name)
        if value is not None and value != "":
            disputed = name in {one.field for one in getattr(instance, "disagreements", ())}
            label = label_of(type(instance), name)
            if led_to := _led_to(value, user):
                yield Fact(label, gettext(led_to.singular), value, disputed)
            else:
                text = moment_at(value, instance.zone) if name in there else text_of(instance, name)
                yield Fact(label, text, _address(instance, name, value, user), disputed)


def label_of(model: type[Model], name: str) -> str:
    """What people call a field, or an attribute that is none."""
    if name in LABELS:
        return gettext(LABELS[name])
    fields = {field.name: field for field in model._meta.concrete_fields}
    label = str(fields[name].verbose_name) if name in fields else name.replace("_", " ")
    return gettext(label[:1].upper() + label[1:])


def text_of(instance: Any, name: str) -> str:
    """A field or attribute (`organization__name` follows) as text."""
    *path, last = name.split("__")
    for step in path:
        instance = getattr(instance, step)
    if display := getattr(instance, f"get_{last}_display", None):
        return gettext(str(display())) if display() else ""
    value = getattr(instance, last, None)
    return validation.shown_telephone(value) if last == "phone" and value else shown(value)


def shown(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Decimal):
        return figures.money(value)
    if isinstance(value, int):
        return figures.count(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return figures.NOTHING if value in (None, "") else str(value)


def _led_to(value: Any, user: User) -> Noun | None:
    """Of what kind the record is whose page a text is the address of, and nothing else; if the user may open it."""
    if not (isinstance(value, str) and ADDRESS.fullmatch(value)):
        return None
    try:
        found = resolve(value)
    except Resolver404:
        return None
    noun = next((one for one in nouns() if found.url_name == f"{one.slug}_page"), None)
    return noun if noun and noun.of(user).filter(key=found.kwargs["key"]).exists() else None


def _address(instance: Model, name: str, value: Any, user: User) -> str:
    """Where a record that is referred to has its page, if the user may open it; how to write or call."""
    if isinstance(value, Model):
        noun = noun_of(type(value))
        return noun.address(Page.ONE, value) if noun and noun.of(user).filter(pk=value.pk).exists() else ""
    return f"{SCHEMES[name]}:{value}" if name in SCHEMES else ""
