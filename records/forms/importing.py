"""Sending a file to be imported, and saying how it is written."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.languages import worded
from records.enums import Location, Source
from records.intake.drafting import Layout
from records.intake.kinds import description_of, kinds
from records.intake.sniffing import DELIMITERS, ENCODINGS, QUOTES, Written


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, gettext(description_of(kind).label)) for kind in kinds()]


class NewImportForm(forms.Form):
    """Which kind of file, the file itself, and a mapping file where there is one."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=kind_choices)
    file = forms.FileField(label=_("File"), max_length=255)
    mapping = forms.FileField(
        label=_("Mapping file"),
        max_length=255,
        required=False,
        help_text=_("TOML, if you have one. Without it, you choose the columns on the next page."),
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("CSV, plain or .gz, at most %(most)s.") % {
            "most": filesizeformat(settings.IMPORT_MAX_BYTES)
        }
        self.fields["file"].widget.attrs["data-max-bytes"] = settings.IMPORT_MAX_BYTES


class LayoutForm(forms.Form):
    """How the file is written, and where its records come from."""

    encoding = forms.ChoiceField(label=_("Encoding"))
    delimiter = forms.ChoiceField(label=_("Between cells"))
    quote = forms.ChoiceField(label=_("Around cells"))
    source = forms.ChoiceField(label=_("Who the records come from"), choices=worded(Source.choices))
    location = forms.ChoiceField(label=_("Where they are kept"), choices=worded(Location.choices))

    def __init__(self, data: Any = None, *, layout: Layout) -> None:
        """Begins with `layout`, whose encoding and characters are offered even where they are unusual."""
        written = layout.written
        values = {"encoding": written.encoding, "delimiter": written.delimiter, "quote": written.quote}
        initial = {**values, "source": layout.source, "location": layout.location}
        super().__init__(data, initial=initial)
        for name, usual in (("encoding", ENCODINGS), ("delimiter", DELIMITERS), ("quote", QUOTES)):
            offered = usual if values[name] in usual else {values[name]: values[name], **usual}
            self.fields[name].choices = [(value, gettext(label)) for value, label in offered.items()]  # type: ignore[attr-defined]

    @property
    def layout(self) -> Layout:
        """What a valid form says."""
        values = self.cleaned_data
        written = Written(values["encoding"], values["delimiter"], values["quote"])
        return Layout(written, values["source"], values["location"])
