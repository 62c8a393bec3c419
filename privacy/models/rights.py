"""What individuals ask: requests, whose records they are about, what was done, the packages, the contested values.

Source: 5 U.S.C. 552a(c)(3), (d), (f); 39 CFR 266. A request is itself a record: what the requester typed is sealed
under the request's own key, so that it goes with the request, whoever it turns out to be.
"""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from privacy.enums import (
    About,
    Channel,
    DisputeState,
    DueFor,
    IdentityMethod,
    LetterWay,
    PackageState,
    RequestKind,
    RequestState,
    Step,
)
from privacy.holdings import Holds, SystemData
from privacy.vault.fields import SealedTextField

OPEN = (RequestState.RECEIVED, RequestState.ACKNOWLEDGED, RequestState.WAITING, RequestState.APPEALED)
# The steps by which the requester is to be given a copy: an appeal of what was not granted takes none of it back.
GRANTS = (Step.GRANT, Step.GRANT_PARTLY, Step.GRANT_APPEAL)
SEND_ACKNOWLEDGMENT = gettext_noop("Send the acknowledgment")
SEND_QUESTION = gettext_noop("Send the question")
WORDS_OF_A_REQUEST = "what it says: the correspondence of a request, sealed; it goes with the request"


class Term(models.Model):
    """A number that the law or the handbook leaves open (`privacy.rights.terms`), as it holds from `set_at` on."""

    name = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=8, decimal_places=2)
    reason = models.CharField(max_length=400)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-set_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="term_has_reason"),
            models.CheckConstraint(condition=Q(value__gte=0), name="term_not_negative"),
        ]
        indexes = [models.Index(fields=["name", "-id"], name="term_latest")]

    notice = SystemData("Days, counts and prices of the procedure, each with the reason of who set it.")


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def to_be_done(self) -> Self:
        """Those that are open, and those that are decided while something has not gone out: a letter to the requester
        or to an earlier recipient, or the package."""
        letters = RequestStep.objects.to_be_sent().values("request")
        packages = Package.objects.to_be_handed_over().values("request")
        told = Correction.objects.to_be_sent().values("dispute__request")
        return self.filter(Q(state__in=OPEN) | Q(pk__in=letters) | Q(pk__in=packages) | Q(pk__in=told))


class RightsRequest(models.Model):
    """A request of an individual. `due_on` is an agency's day, of what `due_for` says; both empty where none runs."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=RequestKind)
    about = models.CharField(max_length=20, choices=About, default=About.OTHER)
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=20, choices=RequestState, default=RequestState.RECEIVED)
    # The agency's days: when it came, when what is due is due, until when the decision may be appealed.
    received_on = models.DateField()
    due_for = models.CharField(max_length=20, choices=DueFor, blank=True)
    due_on = models.DateField(null=True)
    appeal_until = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    is_extended = models.BooleanField(default=False)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The requester, as they wrote.
    name = SealedTextField(max_length=200)
    street = SealedTextField(max_length=200)
    city = SealedTextField(max_length=100)
    region = SealedTextField(max_length=50)
    postal_code = SealedTextField(max_length=20)
    email = SealedTextField(max_length=254, blank=True, default="")
    phone = SealedTextField(max_length=40, blank=True, default="")
    details = SealedTextField(max_length=10_000, blank=True, default="")
    # A keyed hash of kind, name and address: the same asked twice is seen.
    likeness = models.BinaryField(max_length=32)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")
    # Somebody else asks for the person; their written consent is on file at `consent_at`.
    is_by_other = models.BooleanField(default=False)
    consent_on = models.DateField(null=True)
    consent_at = models.CharField(max_length=200, blank=True)
    identity_method = models.CharField(max_length=20, choices=IdentityMethod, blank=True)
    identity_note = models.CharField(max_length=200, blank=True)
    identity_at = models.DateTimeField(null=True)
    identity_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        db_table = "privacy_request"
        ordering = [F("due_on").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on=None, due_for="") | Q(due_on__isnull=False) & ~Q(due_for=""),
                                   name="request_due_for_something"),
            models.CheckConstraint(
                condition=Q(identity_at=None, identity_by=None, identity_method="")
                | Q(identity_at__isnull=False, identity_by__isnull=False) & ~Q(identity_method=""),
                name="request_identity_whole",
            ),
            models.CheckConstraint(
                condition=Q(consent_on=None, consent_at="") | Q(consent_on__isnull=False) & ~Q(consent_at=""),
                name="request_consent_whole",
            ),
            # Nothing is told to anybody who has not said who they are, nor to another without consent on file.
            models.CheckConstraint(
                condition=~Q(state__in=[RequestState.GRANTED, RequestState.PARTLY, RequestState.NO_RECORD])
                | Q(identity_at__isnull=False) & (Q(is_by_other=False) | Q(consent_on__isnull=False)),
                name="request_told_to_who_may_know",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.DUPLICATE) | Q(duplicate_of__isnull=False),
                name="request_duplicate_of_one",
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=OPEN), name="request_open_by_due"),
            models.Index(fields=["likeness"], name="request_alike"),
            models.Index(fields=["-received_on", "-id"], name="request_by_day"),
        ]

    notice = Holds(
        elements={
            "name": "c01-customer-and-key-contacts-names",
            "street": "c01-home-mailing-address",
            "city": "c01-home-mailing-address",
            "region": "c01-home-mailing-address",
            "postal_code": "c01-home-mailing-address",
            "email": "c01-email-address",
            "phone": "c01-phone-numbers",
            "details": "c03-calls-made",
        },
        system={
            "id": "database key",
            "key": "random name of the row in addresses and under whose key it is sealed",
            "number": "what letters call it",
            "kind": "what is asked",
            "about": "which office the notice sends it to",
            "channel": "how it came",
            "state": "where it is",
            "received_on": "when it came",
            "due_for": "what is to be done",
            "due_on": "by when",
            "appeal_until": "until when it may be appealed",
            "decided_on": "when it was decided",
            "is_extended": "whether the time was extended",
            "entered_at": "when it was entered",
            "entered_by": "which member of staff entered it",
            "likeness": "keyed hash, from which nobody can be read",
            "duplicate_of": "which other request it repeats",
            "is_by_other": "whether somebody asks for another person",
            "consent_on": "the day of the person's consent",
            "consent_at": "where the consent is on file, without persons",
            "identity_method": "how the identity was verified",
            "identity_note": "what was seen, noted and not copied; numbers are refused",
            "identity_at": "when",
            "identity_by": "which member of staff verified it",
        },
        individual="",  # privacy.rights.people: a request names its persons by their keys (RequestPerson)
        clock="decided_on",
        told=("number", "kind", "channel", "state", "identity_note", "consent_at"),
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return self.number

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def to_do(self) -> str:
        """What is to be done by `due_on`, in English: a letter that is written is still to be sent."""
        if self.due_for == DueFor.ACKNOWLEDGE and self.state != RequestState.RECEIVED:
            return SEND_ACKNOWLEDGMENT
        is_asked = self.due_for == DueFor.DECIDE and self.state == RequestState.WAITING
        return SEND_QUESTION if is_asked else self.get_due_for_display()

    @property
    def may_be_told(self) -> bool:
        """Whether anything of a record may be shown to the requester."""
        return self.identity_at is not None and (not self.is_by_other or self.consent_on is not None)


class RequestPerson(models.Model):
    """Whose records a request is about: the key of the person's record. Several where one person is kept twice."""

    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="people")
    person = models.UUIDField()
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "privacy_requestperson"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="request_person_once")]
        indexes = [models.Index(fields=["person"], name="request_of_person")]

    notice = SystemData("Whose records a request is about: a key, which names nobody.")


class RequestStepQuerySet(models.QuerySet["RequestStep"]):
    def to_be_sent(self) -> Self:
        """Those whose letter has not gone out, or nobody knows whether it did."""
        return self.filter(step__in=WITH_LETTER, letter__isnull=False, sent_at=None)

    def grants(self) -> Self:
        """Those by which the requester is to be given a copy."""
        return self.filter(step__in=GRANTS)


class RequestStep(models.Model):
    """Something done with a request, with the letter that went with it as it was written."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=20, choices=Step)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=RequestState)
    reason = SealedTextField(max_length=4_000, blank=True, default="")
    letter = SealedTextField(blank=True, default="")
    # How the letter went out. By mail it is claimed before it is handed over: claimed and not sent is in doubt.
    sent_as = models.CharField(max_length=10, choices=LetterWay, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RequestStepQuerySet.as_manager()

    class Meta:
        db_table = "privacy_requeststep"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_as="", claimed_at=None, sent_at=None, sent_by=None)
                | Q(sent_as=LetterWay.MAIL, claimed_at__isnull=False, sent_by__isnull=False)
                | Q(sent_as=LetterWay.PAPER, claimed_at=None, sent_at__isnull=False, sent_by__isnull=False),
                name="letter_sending_whole",
            )
        ]

    notice = SystemData(f"What was done with a request, when and by whom, and {WORDS_OF_A_REQUEST}.")

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.request.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key

    @property
    def is_in_doubt(self) -> bool:
        """Whether its letter was handed to the mail server and nobody knows whether it took it."""
        return self.claimed_at is not None and self.sent_at is None

    @property
    def has_letter(self) -> bool:
        """Whether a letter went with it; nothing is opened."""
        return getattr(self, "letter_sealed", None) is not None and self.step in WITH_LETTER


# Every step but these ends in a letter to the requester.
WITHOUT_LETTER = (Step.ENTER, Step.ANSWERED, Step.VERIFY)
WITH_LETTER = tuple(step for step in Step if step not in WITHOUT_LETTER)


class RequestReminder(models.Model):
    """That somebody was told of what is due, once for each date, and once more when it was over."""

    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="reminders")
    due_for = models.CharField(max_length=20, choices=DueFor)
    due_on = models.DateField()
    is_overdue = models.BooleanField(default=False)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "privacy_requestreminder"
        constraints = [
            models.UniqueConstraint(fields=["request", "due_for", "due_on", "is_overdue"], name="request_reminded_once")
        ]

    notice = SystemData("That officers were reminded of a request's date: days alone.")


class PackageQuerySet(models.QuerySet["Package"]):
    def to_be_handed_over(self) -> Self:
        """Those that are or will be ready, of requests that were granted, in whole or in part, and not withdrawn since,
        and of which no copy was handed over."""
        granted = RequestStep.objects.grants().values("request")
        handed_over = Package.objects.filter(downloaded_at__isnull=False).values("request")
        coming = (PackageState.WAITING, PackageState.RUNNING, PackageState.READY)
        wanted = self.filter(state__in=coming, request__in=granted).exclude(request__state=RequestState.WITHDRAWN)
        return wanted.exclude(request__in=handed_over)


class Package(models.Model):
    """An access package: everything about a request's persons, as JSON and as a PDF, until it is deleted."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="packages")
    state = models.CharField(max_length=10, choices=PackageState, default=PackageState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # The moment as of which it tells; the last sign of life of its worker; how many rows are written, tried how often.
    as_of = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(default=timezone.now)
    rows_done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)
    # Pages by volume of the PDF; what the copy costs.
    pages = ArrayField(models.PositiveIntegerField(), default=list)
    fee = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # The download: a random token in its address, and the hash of a code that is told another way.
    token = models.CharField(max_length=43, null=True, unique=True)
    code_hash = models.CharField(max_length=128, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    downloaded_at = models.DateTimeField(null=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        db_table = "privacy_package"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(token=None, code_hash="") | Q(token__isnull=False) & ~Q(code_hash=""),
                name="package_download_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=PackageState.READY)
                | Q(ready_at__isnull=False, expires_at__isnull=False, as_of__isnull=False),
                name="package_ready_whole",
            ),
        ]

    notice = SystemData(
        "That a copy of a person's records was made for them, and how long it lies there: the copy is a file, "
        "deleted when its time is over."
    )


class Dispute(models.Model):
    """A value that a person contests: where it stands, what it was, what they want, what was decided, and why.

    `statement` is the statement of disagreement; from `statement_on` on it stands beside the value.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(RightsRequest, models.PROTECT, related_name="disputes")
    person = models.UUIDField()
    # The record's model by its label, its name as `privacy.changes` has it, and its field or attribute.
    model = models.CharField(max_length=80)
    row = models.CharField(max_length=80)
    field = models.CharField(max_length=120)
    category = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    before = SealedTextField()
    wanted = SealedTextField(max_length=4_000)
    after = SealedTextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    reason = SealedTextField(max_length=4_000, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    statement = SealedTextField(max_length=4_000, blank=True, default="")
    statement_on = models.DateField(null=True)

    class Meta:
        db_table = "privacy_dispute"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "row", "field"], condition=Q(state=DisputeState.OPEN), name="dispute_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN, decided_at=None, decided_by=None)
                | ~Q(state=DisputeState.OPEN) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="dispute_decided_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["model", "row"], condition=Q(statement_on__isnull=False), name="dispute_stands_beside"
            ),
            models.Index(fields=["person"], name="dispute_of_person"),
        ]

    notice = SystemData(
        "What a person contests of a record that `model`, `row` and `field` name, whose own declaration says which "
        f"element it is; and {WORDS_OF_A_REQUEST}."
    )

    @property
    def value_name(self) -> str:
        """What a letter calls the value: `City`, where officers read `Customers: City`."""
        return self.label.partition(": ")[2] or self.label

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.request.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def to_be_sent(self) -> Self:
        return self.filter(sent_on=None)


class Correction(models.Model):
    """That somebody who was given a contested value before is told of its correction, or of the statement beside it.

    Source: 5 U.S.C. 552a(c)(4), (d)(4).
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="corrections")
    disclosure = models.ForeignKey("privacy.Disclosure", models.PROTECT, related_name="corrections")
    letter = SealedTextField()
    made_at = models.DateTimeField(default=timezone.now)
    sent_on = models.DateField(null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        db_table = "privacy_correction"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["dispute", "disclosure"], name="correction_told_once")]

    notice = SystemData(f"Which earlier recipients are told of a correction; and {WORDS_OF_A_REQUEST}.")

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.dispute.request.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key
