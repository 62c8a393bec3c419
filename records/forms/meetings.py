"""Forms of meetings: finding one, and adding a file to one."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat

from records.enums import MediaKind
from records.finding import MeetingKey
from records.media_types import WrongType, type_of


class FindMeetingForm(forms.Form):
    by = forms.ChoiceField(label="Find by", choices=MeetingKey)
    text = forms.CharField(label="Meeting ID, name or address", max_length=254)


class MediaForm(forms.Form):
    """A file of a meeting. Its type is told by its content; the browser's word for it counts for nothing."""

    file = forms.FileField(label="File", max_length=300)
    kind = forms.ChoiceField(
        label="What it is", choices=[choice for choice in MediaKind.choices if choice[0] != MediaKind.SIGNATURE]
    )
    recorded_at = forms.DateTimeField(
        label="Recorded at", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        file, kind = values.get("file"), values.get("kind")
        if file and file.sealed is None:
            most = filesizeformat(settings.MEDIA_MAX_BYTES)
            self.add_error("file", f"It is longer than {most}, which is the most that is kept. Cut it into parts.")
        elif file and kind:
            try:
                type_of(file.sealed.head, kind)
            except WrongType as wrong:
                self.add_error("file", str(wrong))
        return values
