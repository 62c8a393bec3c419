"""Research with customers: studies of the notice's six kinds, their sessions, who takes part, and what was learnt.

The six are those of its first category of individuals: focus groups, interviews, diaries, observational studies,
prototype assessments and A/B comparison tests. What is learnt is survey data (categories 5, 9 and 17), kept 3 years.
"""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst

from privacy import wording
from privacy.holdings import Holds, SystemData
from privacy.notice import elements_ever
from privacy.vault.fields import SealedTextField
from privacy.wording import label_words
from records.enums import ParticipantState, StudyKind
from records.models.contact import OF_CUSTOMER
from records.models.correspondence import LETTER_SYSTEM, Correspondence
from records.models.customer import Customer
from records.models.provenance import SYSTEM_FIELDS, OfCustomer, Provenance
from records.models.survey import ANSWER_ELEMENTS, FEELINGS, GENERAL_ELEMENTS, SPANISH

LEARNT = (GENERAL_ELEMENTS[0], *ANSWER_ELEMENTS, *FEELINGS)
# A finding is marked by the notice's kind of survey data; category 17 repeats category 9.
FINDING_ELEMENTS = tuple(one for one in (*ANSWER_ELEMENTS, *FEELINGS) if one.startswith("c09-"))


class Study(Provenance):
    """One piece of research: what it is about, what who takes part gets, until it is taken offline."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    name_es = models.CharField("name in Spanish", max_length=200, blank=True, default="")
    kind = models.CharField(max_length=12, choices=StudyKind)
    purpose = models.TextField("what it is for", max_length=5_000)
    purpose_es = models.TextField("the same in Spanish", max_length=5_000, blank=True, default="")
    # Its clock times are those of its place, whoever reads them.
    time_zone = models.CharField(max_length=64, default="America/New_York")
    places = models.PositiveIntegerField("participants wanted", null=True, blank=True)
    # In US dollars, for whoever took part.
    stipend = models.DecimalField("stipend in dollars", max_digits=8, decimal_places=2, null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="study_has_name"),
            models.CheckConstraint(condition=~Q(purpose=""), name="study_has_purpose"),
            models.CheckConstraint(condition=Q(kind__in=StudyKind.values), name="study_kind"),
            models.CheckConstraint(condition=Q(places=None) | Q(places__gte=1), name="study_places"),
            models.CheckConstraint(condition=Q(stipend=None) | Q(stipend__gt=0), name="study_stipend"),
        ]

    notice = SystemData("A study's own description; who takes part stands in StudyParticipant.")

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        return (language == SPANISH and self.name_es) or self.name

    def purpose_in(self, language: str) -> str:
        return (language == SPANISH and self.purpose_es) or self.purpose

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def consent(self) -> "StudyConsent | None":
        """The text that is agreed to now. One query."""
        return self.consents.order_by("-version").first()

    @property
    def consent_text(self) -> str:
        consent = self.consent
        return f"{consent.text}\n({consent})" if consent else ""

    @property
    def spanish_consent(self) -> str:
        consent = self.consent
        return consent.text_es if consent else ""


class StudyConsent(models.Model):
    """A version of the text that people agree to: never changed, for it is what they agreed to."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="consents")
    version = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=20_000)
    text_es = models.TextField(max_length=20_000, blank=True, default="")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["study", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["study", "version"], name="study_consent_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="study_consent_version"),
            models.CheckConstraint(condition=~Q(text=""), name="study_consent_has_text"),
        ]

    notice = SystemData("The text of a consent, the same for everybody; who agreed stands in StudyParticipant.")

    def __str__(self) -> str:
        return f"version {self.version} of {self.made_at:%Y-%m-%d}"

    def text_in(self, language: str) -> str:
        return (language == SPANISH and self.text_es) or self.text


class StudySession(models.Model):
    """When and where a study meets those who take part: a place, or a link that only they get."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True, default="")
    link = models.URLField("link to join", max_length=500, blank=True, default="")
    places = models.PositiveIntegerField(default=1)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "study session"
        verbose_name_plural = "study sessions"
        ordering = ["study", "starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="study_session_ends_after"),
            models.CheckConstraint(condition=Q(places__gte=1), name="study_session_places"),
            models.CheckConstraint(condition=~Q(place="") | ~Q(link=""), name="study_session_somewhere"),
        ]

    notice = SystemData("When and where a study meets, the same for everybody.")

    def __str__(self) -> str:
        return f"{self.study.name}, {self.when}"

    @property
    def vault_subject(self) -> uuid.UUID:
        """It is about nobody: its history is sealed under its own key."""
        return self.key

    @property
    def when(self) -> str:
        """`Dec 3, 2026, 2:00 PM – 3:30 PM EST`, by the clock of the study's place; of each end where summer time
        changes between them, and with the day of the end where it is another."""
        begins, ends = self.starts_there, self.ends_there
        clock = f" {begins.tzname()}" if begins.tzname() != ends.tzname() else ""
        until = wording.clock(ends) if begins.date() == ends.date() else wording.moment(ends)
        return f"{wording.moment(begins)}{clock} – {until} {ends.tzname()}"

    @property
    def where(self) -> str:
        return ", ".join(part for part in (self.place, self.link) if part)

    @property
    def starts_there(self) -> datetime:
        return self.starts_at.astimezone(self.study.zone)

    @property
    def ends_there(self) -> datetime:
        return self.ends_at.astimezone(self.study.zone)


# Whoever is owed a stipend, as `StudyParticipant.is_owed` says of one.
OWED = Q(stipend__isnull=False, stipend_paid_at=None)


class StudyParticipant(OfCustomer, Provenance, Correspondence):
    """What somebody who was invited answered: agreed, to which text, and when they come; declined; or withdrew.

    Whom nobody answered yet is no row: they stand in the shares of the study's link. What was noted and learnt of them
    is sealed under the key of this row, so that it can be destroyed for good when they withdraw.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="participants")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="study_participants")
    state = models.CharField(max_length=10, choices=ParticipantState, editable=False)
    answered_at = models.DateTimeField(editable=False)
    consent = models.ForeignKey(
        StudyConsent, models.PROTECT, null=True, blank=True, editable=False, verbose_name="agreed to"
    )
    consented_at = models.DateTimeField("agreed", null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField("withdrew", null=True, blank=True, editable=False)
    session = models.ForeignKey(
        StudySession, models.PROTECT, null=True, blank=True, editable=False, related_name="participants"
    )
    # Stands in the address of their own page.
    token = models.CharField(max_length=22, unique=True, editable=False)
    language = models.CharField(max_length=2, blank=True, default="", editable=False)
    # Of the session that they have now.
    reminded_at = models.DateTimeField("reminded", null=True, blank=True, editable=False)
    attended = models.BooleanField("took part", null=True, blank=True, editable=False)
    # When what was noted and learnt of somebody who withdrew was destroyed; empty while a legal hold keeps it.
    forgotten_at = models.DateTimeField("destroyed", null=True, blank=True, editable=False)
    # What they are owed for having taken part, in US dollars.
    stipend = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, editable=False)
    stipend_paid_at = models.DateTimeField("stipend paid", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "study participant"
        verbose_name_plural = "study participants"
        ordering = ["study", "answered_at", "id"]
        constraints = [
            *Correspondence.Meta.constraints,
            models.UniqueConstraint(fields=["study", "customer"], name="study_participant_once"),
            models.CheckConstraint(condition=Q(state__in=ParticipantState.values), name="study_participant_state"),
            models.CheckConstraint(
                condition=Q(state=ParticipantState.DECLINED, consent=None, session=None)
                | Q(state=ParticipantState.AGREED, consent__isnull=False, consented_at__isnull=False, withdrawn_at=None)
                | Q(state=ParticipantState.WITHDREW, consent__isnull=False, withdrawn_at__isnull=False),
                name="study_participant_consented",
            ),
            models.CheckConstraint(
                condition=Q(stipend_paid_at=None) | Q(stipend__isnull=False), name="study_participant_paid"
            ),
        ]
        indexes = [
            *Correspondence.Meta.indexes,
            models.Index(fields=["customer", "-answered_at"], name="study_participant_of_customer"),
            # Who has a place in a session, counted; and who is to be reminded.
            models.Index(
                fields=["session"], condition=Q(state=ParticipantState.AGREED), name="study_participant_of_session"
            ),
            models.Index(
                fields=["id"],
                condition=Q(state=ParticipantState.WITHDREW, forgotten_at=None),
                name="study_participant_to_forget",
            ),
        ]

    notice = Holds(
        elements=dict.fromkeys(("state", "answered_at", "consented_at", "withdrawn_at", "attended"), LEARNT[0]),
        system={
            **OF_CUSTOMER,
            "study": "which study",
            "consent": "the text that they agreed to",
            "session": "when they come",
            "token": "random, stands in the address of their own page",
            "language": "in which language they answered",
            "reminded_at": "when they were reminded of the session",
            "forgotten_at": "when what was noted and learnt of them was destroyed",
            "stipend": "what they are owed for having taken part",
            "stipend_paid_at": "when they got it",
            **LETTER_SYSTEM,
        },
        individual="customer",
        clock="answered_at",
        told=("study", "session", "consent", "stipend"),
        shows_life="answered_at",
        rules=("RET-7",),
    )

    def __str__(self) -> str:
        return f"{self.study}: {self.get_state_display()}"

    @property
    def is_owed(self) -> bool:
        return self.stipend is not None and self.stipend_paid_at is None


class OfParticipant(Provenance):
    """What is kept of somebody's taking part: theirs, and destroyed when they withdraw."""

    participant = models.ForeignKey(StudyParticipant, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.participant.key


OF_PARTICIPANT = {**SYSTEM_FIELDS, "participant": "whose taking part it is of"}


class StudyNote(OfParticipant):
    """What staff noted of somebody's taking part, in words."""

    text = SealedTextField(max_length=20_000)
    noted_at = models.DateTimeField("when", default=timezone.now)

    class Meta:
        verbose_name = "research note"
        verbose_name_plural = "research notes"
        ordering = ["-noted_at", "-id"]

    notice = Holds(
        elements={"text": LEARNT},
        system={**OF_PARTICIPANT, "noted_at": "when it was noted"},
        individual="participant__customer",
        clock="noted_at",
        rules=("RET-7",),
    )


class StudyFinding(OfParticipant):
    """What was learnt of somebody, in a sentence, with the topics by which findings are added up.

    A topic is the same as a material's of the same short name. `element` is the notice's kind of survey data.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="study_findings", editable=False)
    element = models.CharField("kind of survey data", max_length=100)
    text = SealedTextField(max_length=2_000)
    tags = models.JSONField("topics", default=list)
    found_at = models.DateTimeField("when", default=timezone.now)

    class Meta:
        verbose_name = "research finding"
        verbose_name_plural = "research findings"
        ordering = ["-found_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(element__in=FINDING_ELEMENTS), name="study_finding_element"),
        ]
        indexes = [models.Index(fields=["customer", "-found_at"], name="study_finding_of_customer")]

    notice = Holds(
        elements={"text": LEARNT, "tags": (GENERAL_ELEMENTS[0], *ANSWER_ELEMENTS)},
        system={
            **OF_PARTICIPANT,
            "customer": "whose record it is",
            "element": "which kind of survey data it is",
            "found_at": "when it was written down",
        },
        individual="customer",
        clock="found_at",
        told=("element",),
        rules=("RET-7",),
    )

    @property
    def element_label(self) -> str:
        """The element in the notice's words, in the reader's language."""
        return capfirst(label_words(elements_ever()[self.element].label))

    @property
    def topics(self) -> str:
        return ", ".join(map(str, self.tags))
