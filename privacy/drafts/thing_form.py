"""The form of one thing of the notice, made from the schema: whatever a file may say can be typed in, and nothing else.

Objects within it are taken apart into fields (`reading.sensitivity`); lists of texts are a line each.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from privacy.drafts.editing import Schema, is_list_of_things, resolved
from privacy.notice.consistency import Content
from privacy.wording import label_words

Path = tuple[str, ...]
LONG = {"text", "gist", "paragraphs", "basis", "note", "phrase", "scope", "software", "address"}


class Lines(forms.CharField):
    """A text a line; blank lines are nothing."""

    widget = forms.Textarea(attrs={"rows": 8})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [" ".join(line.split()) for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class Numbers(forms.CharField):
    """Whole numbers, with commas or spaces between them."""

    def clean(self, value: Any) -> Any:
        words = super().clean(value).replace(",", " ").split()
        if not all(word.isdecimal() for word in words):
            raise forms.ValidationError(_("Enter numbers with commas between them: 1, 2, 18."))
        return [int(word) for word in words]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class Words(forms.CharField):
    """One paragraph: line breaks are spaces."""

    def clean(self, value: Any) -> Any:
        return " ".join(super().clean(value).split())


class ThingForm(forms.Form):
    """One object of the schema. `thing` is what stands there; `revision` the change of the draft that was looked at."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, schema: Schema, thing: Content, revision: int, data: Any = None) -> None:
        self.paths = {".".join(path): path for path, _, _ in leaves(schema)}
        self.wanted = {".".join(path) for path, _, is_required in leaves(schema) if is_required}
        initial = {name: _found(thing, path) for name, path in self.paths.items()}
        super().__init__(data, initial={**initial, "revision": revision})
        for path, one, is_required in leaves(schema):
            self.fields[".".join(path)] = field_of(path, one, is_required)

    def thing(self) -> Content:
        """What was typed in, as a file has it; what was left empty and need not be there is left out."""
        made: Content = {}
        for name, path in self.paths.items():
            value = self.cleaned_data[name]
            if name not in self.wanted and (value is None or value is False or value in ("", [])):
                continue
            inner = made
            for step in path[:-1]:
                inner = inner.setdefault(step, {})
            inner[path[-1]] = value
        return made


def leaves(schema: Schema, above: Path = (), is_wanted: bool = True) -> Iterator[tuple[Path, Schema, bool]]:
    """The path, schema and necessity of each value, objects taken apart; lists of things are edited for themselves."""
    for name, reference in schema["properties"].items():
        one, path = resolved(reference), (*above, name)
        is_required = is_wanted and name in schema.get("required", ())
        if one.get("type") == "object":
            yield from leaves(one, path, is_required)
        elif not is_list_of_things(one):
            yield path, one, is_required


def field_of(path: Path, schema: Schema, is_required: bool) -> forms.Field:
    """The form's field for a value."""
    label = capfirst(" · ".join(label_words(step.replace("_", " ").lower()) for step in path))
    if schema.get("type") == "boolean":
        return forms.BooleanField(label=label, required=False)
    if schema.get("type") == "integer":
        return forms.IntegerField(label=label, required=is_required, min_value=schema.get("minimum"))
    if schema.get("type") == "array":
        return _list_of(label, resolved(schema["items"]), schema.get("minItems", 0) > 0)
    if "enum" in schema:
        choices = [("", "—"), *((one, one.replace("_", " ")) for one in schema["enum"])]
        return forms.ChoiceField(label=label, required=is_required, choices=choices)
    is_needed = is_required and (bool(schema.get("minLength")) or "pattern" in schema or "format" in schema)
    wide = forms.Textarea(attrs={"rows": 4}) if path[-1] in LONG else forms.TextInput()
    return Words(label=label, required=is_needed, widget=wide)


def _list_of(label: str, items: Schema, is_required: bool) -> forms.Field:
    if items.get("type") == "integer":
        return Numbers(label=label, required=is_required, help_text=_("Numbers, with commas between them."))
    if "enum" in items:
        choices = [(one, one.replace("_", " ")) for one in items["enum"]]
        return forms.MultipleChoiceField(
            label=label, required=is_required, choices=choices, widget=forms.CheckboxSelectMultiple
        )
    return Lines(label=label, required=is_required, help_text=_("One per line."))


def _found(thing: Content, path: Path) -> Any:
    found: Any = thing
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found
