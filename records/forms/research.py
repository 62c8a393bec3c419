"""Forms of studies, their sessions, and what is noted and learnt of who takes part."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from privacy.clocks import time_zones
from privacy.models import User
from privacy.notice import elements_ever
from privacy.purposes import Basis
from privacy.wording import label_words
from records import research
from records.enums import MediaKind, ParticipantState
from records.forms.gathering import MomentThere
from records.forms.record import RecordForm
from records.forms.survey import refuse_topic
from records.media_types import WrongType, type_of
from records.models import Study, StudyConsent, StudyFinding, StudyNote, StudyParticipant, StudySession
from records.models.research import FINDING_ELEMENTS
from records.naming import free_slug

# As long as a material's topic, and as many.
LONGEST_TOPIC, MOST_TOPICS = 60, 20
LONGEST_CONSENT = 20_000


class StudyForm(RecordForm):
    """Another text of the consent is another version: who agreed to an earlier one agreed to that."""

    class Meta:
        model = Study
        fields: ClassVar[list[str]] = [
            "name",
            "name_es",
            "kind",
            "purpose",
            "purpose_es",
            "time_zone",
            "places",
            "stipend",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "name_es": "Anything not written in Spanish is shown in English.",
            "purpose": "What people read: what it is about, what they do, how long it takes.",
            "time_zone": "The times of its sessions are in this place’s time zone.",
            "places": "If empty: as many as its sessions have places, or no limit.",
            "stipend": "Per person who took part. If empty: none.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = self.instance.time_zone if self.instance.pk else settings.AGENCY_TIME_ZONE
        self.fields["time_zone"] = forms.ChoiceField(
            choices=time_zones, initial=own, label=_("Time zone"), help_text=self.fields["time_zone"].help_text
        )
        self.initial["time_zone"] = own
        known = self.instance.consent if self.instance.pk else None
        area = {"rows": 8, "maxlength": LONGEST_CONSENT}
        self.fields["consent"] = forms.CharField(
            label=_("What they agree to"),
            max_length=LONGEST_CONSENT,
            widget=forms.Textarea(attrs=area),
            help_text=_("What is recorded, who sees it, what it is used for. A change is a new version."),
        )
        self.fields["consent_es"] = forms.CharField(
            label=_("The same in Spanish"),
            max_length=LONGEST_CONSENT,
            required=False,
            widget=forms.Textarea(attrs=area),
        )
        self.initial.update(consent=known.text if known else "", consent_es=known.text_es if known else "")
        self.known = known

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if self.instance.pk and zone != self.instance.time_zone and self.instance.sessions.exists():
            raise forms.ValidationError(_("It has sessions, whose times would change: call them off first."))
        return zone

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("name", "name_es", "purpose", "purpose_es", "consent", "consent_es"):
            refuse_topic(self, name)
        if not self.instance.slug and values.get("name"):
            self.instance.slug = free_slug(Study, values["name"])
        return values

    def keep(self, by: User, basis: Basis) -> Any:
        kept = super().keep(by, basis)
        text, spanish = _lines(self.cleaned_data["consent"]), _lines(self.cleaned_data["consent_es"])
        if self.known is None or (text, spanish) != (_lines(self.known.text), _lines(self.known.text_es)):
            research.locked(kept.pk)
            latest = kept.consent
            version = latest.version + 1 if latest else 1
            StudyConsent.objects.create(study=kept, version=version, text=text, text_es=spanish, made_by=by)
        return kept


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class StudySessionForm(RecordForm):
    said: ClassVar = {"study_session_somewhere": _("Enter where it is: a place, or a link to join.")}
    link = forms.URLField(
        label=_("Link to join"), max_length=500, required=False, assume_scheme="https",
        help_text=_("Only people who have a place get it."),
    )  # fmt: skip

    class Meta:
        model = StudySession
        fields: ClassVar[list[str]] = ["starts_at", "ends_at", "place", "link", "places"]
        field_classes: ClassVar = dict.fromkeys(("starts_at", "ends_at"), MomentThere)
        help_texts: ClassVar[dict[str, str]] = {
            "starts_at": "In the study’s time zone.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zone: ZoneInfo = self.instance.study.zone
        for field in self.fields.values():
            if isinstance(field, MomentThere):
                field.zone = zone

    def clean_places(self) -> int:
        places: int = self.cleaned_data["places"]
        has = self.instance.participants.filter(state=ParticipantState.AGREED).count() if self.instance.pk else 0
        if places is not None and places < has:
            raise forms.ValidationError(
                _("%(has)s people already have a place: keep at least that many places."), params={"has": has}
            )
        return places

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("This is before it starts."))
        if starts_at and "starts_at" in self.changed_data and starts_at <= timezone.now():
            self.add_error("starts_at", _("This is over already."))
        return values

    def keep(self, by: User, basis: Basis) -> Any:
        """Whoever has a place is told where and when it is now."""
        research.locked(self.instance.study_id)
        moves = {"starts_at", "ends_at", "place", "link"} & set(self.changed_data)
        is_moved = moves and not self.instance._state.adding
        kept = super().keep(by, basis)
        if is_moved:
            research.tell_moved(kept)
        return kept


class StudyParticipantForm(RecordForm):
    """Nothing of it is typed: what they answered they answered themselves, the rest is marked."""

    class Meta:
        model = StudyParticipant
        fields: ClassVar[list[str]] = []


class OfParticipantForm(RecordForm):
    """Of somebody who agreed: of who withdrew nothing is written down any more."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        state = StudyParticipant.objects.values_list("state", flat=True).get(pk=self.instance.participant_id)
        if state != ParticipantState.AGREED:
            raise forms.ValidationError(_("They have not agreed, or have withdrawn: nothing is recorded about them."))
        return values

    def keep(self, by: User, basis: Basis) -> Any:
        """Whoever withdraws at this moment waits, and what is written is destroyed with the rest; or was first."""
        research.locked(self.instance.participant.study_id)
        self.instance.participant.refresh_from_db(fields=["state"])
        if self.instance.participant.state != ParticipantState.AGREED:
            raise research.HasWithdrawn
        return super().keep(by, basis)


class StudyNoteForm(OfParticipantForm):
    class Meta:
        model = StudyNote
        fields: ClassVar[list[str]] = ["noted_at", "text"]
        help_texts: ClassVar[dict[str, str]] = {"text": "Sealed."}
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 10})}


class StudyFindingForm(OfParticipantForm):
    class Meta:
        model = StudyFinding
        fields: ClassVar[list[str]] = ["text", "element"]
        help_texts: ClassVar[dict[str, str]] = {"text": "In a sentence. Sealed."}
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = elements_ever()
        choices = [(one, capfirst(label_words(known[one].label))) for one in FINDING_ELEMENTS]
        self.fields["element"] = forms.ChoiceField(choices=choices, label=_("Kind of survey data"))
        self.fields["topics"] = forms.CharField(
            label=_("Topics"),
            max_length=1_000,
            help_text=_("Separate several with commas. A topic is the same as a material’s topic of that name."),
        )
        self.initial["topics"] = self.instance.topics

    @property
    def stored_names(self) -> list[str]:
        return [*super().stored_names, "tags"]

    def clean_topics(self) -> list[str]:
        """Their short names, as materials' topics have them, each once."""
        words = [word for word in self.cleaned_data["topics"].split(",") if word.strip()]
        slugs = list(dict.fromkeys(slugify(word, allow_unicode=True) for word in words))
        if not slugs or "" in slugs:
            raise forms.ValidationError(_("A topic needs a letter or a digit."))
        if len(slugs) > MOST_TOPICS or max(map(len, slugs)) > LONGEST_TOPIC:
            raise forms.ValidationError(
                _("At most %(most)s topics, of %(longest)s characters each."),
                params={"most": MOST_TOPICS, "longest": LONGEST_TOPIC},
            )
        return slugs

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "topics" in values:
            refuse_topic(self, "topics")
            self.instance.tags = values["topics"]
        self.instance.customer = self.instance.participant.customer
        return values


class ResearchFileForm(forms.Form):
    """A file of research. Its type is told by its content; the browser's word for it counts for nothing."""

    file = forms.FileField(label=_("File"), max_length=300)
    recorded_at = forms.DateTimeField(
        label=_("Recorded at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        file = values.get("file")
        if file and file.sealed is None:
            most = filesizeformat(settings.MEDIA_MAX_BYTES)
            self.add_error(
                "file",
                _("It is longer than %(most)s, which is the most that can be stored. Split it into parts.")
                % {"most": most},
            )
        elif file:
            try:
                type_of(file.sealed.head, MediaKind.RESEARCH)
            except WrongType as problem:
                self.add_error("file", str(problem))
        return values
