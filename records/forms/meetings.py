"""Forms of meetings: finding one, adding a file to one, and keeping meetings, participants and messages by hand."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from privacy.languages import worded
from privacy.models import User
from privacy.purposes import Basis
from records.enums import MediaKind, MessageRule
from records.finding import MeetingKey
from records.forms.record import RecordForm
from records.intake.meetings.options import plain_number
from records.media_types import WrongType, type_of
from records.models import Interval, Meeting, Message, Participation

# Kinds of files that are of no meeting.
OF_NO_MEETING = (MediaKind.SIGNATURE, MediaKind.RESEARCH)


class FindMeetingForm(forms.Form):
    by = forms.ChoiceField(label=_("Find by"), choices=worded(MeetingKey.choices))
    text = forms.CharField(label=_("Meeting ID, name or address"), max_length=254)


class MediaForm(forms.Form):
    """A file of a meeting. Its type is told by its content; the browser's word for it counts for nothing."""

    file = forms.FileField(label=_("File"), max_length=300)
    kind = forms.ChoiceField(
        label=_("What it is"), choices=worded(choice for choice in MediaKind.choices if choice[0] not in OF_NO_MEETING)
    )
    recorded_at = forms.DateTimeField(
        label=_("Recorded at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        file, kind = values.get("file"), values.get("kind")
        if file and file.sealed is None:
            most = filesizeformat(settings.MEDIA_MAX_BYTES)
            self.add_error(
                "file",
                _("It is longer than %(most)s, which is the most that can be stored. Split it into parts.")
                % {"most": most},
            )
        elif file and kind:
            try:
                type_of(file.sealed.head, kind)
            except WrongType as wrong:
                self.add_error("file", str(wrong))
        return values


class MeetingForm(RecordForm):
    also: ClassVar = ("uid", "duration_seconds")

    class Meta:
        model = Meeting
        fields: ClassVar[list[str]] = [
            "number", "topic", "kind", "started_at", "ended_at", "host_name", "host_email", "host_id",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, str]] = {"topic": "Sealed."}

    def clean_number(self) -> str:
        return plain_number(str(self.cleaned_data["number"]))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        started, ended = values.get("started_at"), values.get("ended_at")
        if started and ended and ended < started:
            self.add_error("ended_at", _("This is before it started."))
        elif started:
            self.instance.duration_seconds = round((ended - started).total_seconds()) if ended else None
        if not self.instance.uid:
            self.instance.uid = f"by hand {uuid.uuid4()}"
        return values


class ParticipationForm(RecordForm):
    """Somebody who took part, in one stretch. Who left and came back is brought in by the meeting's report."""

    also: ClassVar = ("seconds",)

    class Meta:
        model = Participation
        fields: ClassVar[list[str]] = ["name", "email", "role", "status", "joined_at", "left_at", "place"]
        help_texts: ClassVar[dict[str, str]] = {"email": "May be left blank for a guest.", "place": "Sealed."}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        joined, left = values.get("joined_at"), values.get("left_at")
        if joined and left and left < joined:
            self.add_error("left_at", _("This is before they joined."))
        elif joined and self._is_one_stretch():
            self.instance.seconds = round((left - joined).total_seconds()) if left else 0
        return values

    def keep(self, by: User, basis: Basis) -> Any:
        """Saves the stretch with the participation, where there is one and no more."""
        is_one = self._is_one_stretch()
        kept = super().keep(by, basis)
        if is_one:
            times = {"joined_at": kept.joined_at, "left_at": kept.left_at}
            Interval.objects.update_or_create(participation=kept, defaults=times)
        return kept

    def _is_one_stretch(self) -> bool:
        return self.instance.pk is None or self.instance.intervals.count() <= 1


class MessageForm(RecordForm):
    also: ClassVar = ("number", "retention_rule")

    class Meta:
        model = Message
        fields: ClassVar[list[str]] = ["sender", "sent_at", "channel", "text"]
        help_texts: ClassVar[dict[str, str]] = {"text": "Sealed."}
        widgets: ClassVar = {"text": forms.Textarea}

    def clean(self) -> dict[str, Any]:
        if not self.instance.number:
            self.instance.number = f"by hand {uuid.uuid4()}"
        self.instance.retention_rule = MessageRule.SESSION
        return super().clean() or {}
