"""Two people at one record: the form carries what was read, so that the later one is shown what changed meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import models
from django.forms import ModelForm
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext

from privacy import changes
from privacy.wording import label_words

SALT = "records.forms.conflicts"


@dataclass(frozen=True)
class Meanwhile:
    """A field that somebody changed while the form was open: what it is now, and by whom where that is known."""

    label: str
    now: str
    by: str


def mark(instance: models.Model, names: Iterable[str]) -> str:
    """What was read, as the form carries it: a keyed digest of each field, which tells nothing of its value."""
    return signing.dumps({name: _digest(instance, name) for name in names}, salt=_salt(instance))


def read_mark(instance: models.Model, text: str) -> dict[str, str]:
    """Nothing for a mark that is none: then every field counts as changed since."""
    try:
        read: dict[str, str] = signing.loads(text, salt=_salt(instance))
    except signing.BadSignature:
        return {}
    return read


def changed_since(stored: models.Model, read: dict[str, str], names: Iterable[str]) -> list[str]:
    """The fields whose stored value is not the one that was read."""
    return [name for name in names if read.get(name) != _digest(stored, name)]


def typed(form: "ModelForm[Any]", read: dict[str, str], names: Iterable[str]) -> dict[str, Any]:
    """What the user typed into a bound form that was looked at, by field: what is not as it was read, or is wrong."""
    names = list(names)
    touched = {*changed_since(form.instance, read, names), *form.errors}
    return {name: form[name].data for name in form.fields if name in touched or name not in names}


def told(stored: models.Model, names: Iterable[str]) -> list[Meanwhile]:
    """What the changed fields are now, and who changed them last."""
    names = list(names)
    by = {entry.field: entry.by for entry in reversed(changes.history(stored)) if entry.field in names}
    return [Meanwhile(_label(stored, name), _shown(stored, name), by.get(name, "")) for name in names]


def told_as_labelled(form: "ModelForm[Any]", stored: models.Model, names: Iterable[str]) -> list[Meanwhile]:
    """The same of a record whose changes no history keeps, in the form's own labels."""
    return [Meanwhile(str(form[name].label), _shown(stored, name), "") for name in names]


def _digest(instance: models.Model, name: str) -> str:
    value = _field(instance, name).value_from_object(instance)
    # A field that the form leaves empty and one that holds nothing are the same to whoever reads it.
    text = "" if value is None else str(value)
    return salted_hmac(_salt(instance), f"{name}\0{text}", algorithm="sha256").hexdigest()[:20]


def _salt(instance: models.Model) -> str:
    return f"{SALT}:{instance._meta.label}:{instance.pk}"


def _field(instance: models.Model, name: str) -> Any:
    return instance._meta.get_field(name)


def _label(instance: models.Model, name: str) -> str:
    return capfirst(label_words(str(_field(instance, name).verbose_name)))


def _shown(instance: models.Model, name: str) -> str:
    display = getattr(instance, f"get_{name}_display", None)
    if display:
        return _words(display())
    value = getattr(instance, name)
    if isinstance(value, list):
        field = _field(instance, name)
        choices = dict(getattr(field, "base_field", field).flatchoices)  # of JSON there are none
        return ", ".join(_words(choices.get(one, one)) for one in value)
    return "" if value is None else str(value)


def _words(label: object) -> str:
    """The label of a choice in the reader's language."""
    return gettext(str(label)) if label else ""
