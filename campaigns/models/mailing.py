"""Mailings: shares sent as e-mail, each message claimed, sent and marked."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from campaigns.enums import MailingState, MessageState, ReportKind
from campaigns.models.campaign import Campaign, Variant
from campaigns.models.event import EventBatch
from campaigns.models.share import Share
from privacy.holdings import Holds, SystemData
from privacy.models import User
from privacy.roles import Permit


class MailingQuerySet(models.QuerySet["Mailing"]):
    def visible_to(self, user: User) -> Self:
        """Letters with one's own shares, and the campaigns' for those who keep campaigns."""
        seen = Q(pk=None)
        if user.has_permit(Permit.SHARE_MATERIALS):
            seen |= Q(campaign=None, sender=user)
        if user.has_permit(Permit.KEEP_CAMPAIGNS):
            seen |= Q(campaign__in=Campaign.objects.visible_to(user))
        return self.filter(seen)


class Mailing(models.Model):
    """A letter that goes with many shares, in the words of one member of staff.

    The shares are those of a campaign's variant, or those that its sender made in one go (`batch`).
    """

    name = models.CharField(max_length=200)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, editable=False, related_name="mailings"
    )
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, blank=True, editable=False, related_name="mailings")
    batch = models.ForeignKey(
        EventBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="mailings"
    )
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mailings")
    subject = models.CharField(max_length=200)
    # Plain text with the place-holders that campaigns.mailing knows.
    body = models.TextField(max_length=20_000)
    state = models.CharField(max_length=10, choices=MailingState, default=MailingState.DRAFT, editable=False)
    messages_a_minute = models.PositiveIntegerField(default=600)
    # Why it stands still, without persons; empty while it goes on.
    trouble = models.CharField(max_length=200, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False, variant__isnull=False, batch=None)
                | Q(campaign=None, variant=None, batch__isnull=False),
                name="mailing_of_variant_or_batch",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="mailing_has_name"),
            models.CheckConstraint(condition=Q(state__in=MailingState.values), name="mailing_state"),
            models.CheckConstraint(
                condition=Q(messages_a_minute__gte=1, messages_a_minute__lte=60_000), name="mailing_rate"
            ),
        ]

    notice = SystemData("What the agency itself writes; to whom stands in MailMessage.")

    def __str__(self) -> str:
        return self.name


class MailMessage(models.Model):
    """One share on its way to its recipient. The Message-ID is made with the row and never changed.

    A worker claims some, begins one, hands it to the mail server, marks it and begins the next. Begun and not marked
    after its worker died means `in doubt`: never sent again by itself. Source: DESIGN section 9, "Mail".
    """

    mailing = models.ForeignKey(Mailing, models.PROTECT, related_name="messages")
    share = models.OneToOneField(Share, models.PROTECT, related_name="message")
    # The left part of the Message-ID: random, names nobody.
    identifier = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING)
    # Why it failed, bounced or was left out, without the address.
    why = models.CharField(max_length=200, blank=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    # Committed before the first word to the mail server.
    begun_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    # The keyed hash of the address that it went to, as records.suppressing makes it: a bounce is that address's.
    address_hash = models.BinaryField(max_length=32, null=True)
    # Whether the log has its event `delivered`.
    is_told = models.BooleanField(default=False)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["mailing", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="mail_message_state"),
            models.CheckConstraint(
                condition=~Q(state=MessageState.CLAIMED) | Q(claimed_at__isnull=False) & ~Q(claimed_by=""),
                name="mail_message_claimed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False), name="mail_message_sent_at"
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.IN_DOUBT) | Q(begun_at__isnull=False), name="mail_message_doubt_begun"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MessageState.FAILED, MessageState.LEFT_OUT]) | ~Q(why=""),
                name="mail_message_why",
            ),
        ]
        indexes = [
            models.Index(fields=["mailing", "id"], condition=Q(state="waiting"), name="mail_message_waiting"),
            models.Index(fields=["claimed_at"], condition=Q(state="claimed"), name="mail_message_claimed"),
            models.Index(F("sent_at").desc(nulls_last=True), "id", name="mail_message_by_sending"),
            models.Index(fields=["id"], condition=Q(sent_at__isnull=False, is_told=False), name="mail_message_to_tell"),
            models.Index(
                fields=["mailing", "state", "id"],
                condition=Q(state__in=[MessageState.IN_DOUBT, MessageState.FAILED]),
                name="mail_message_to_settle",
            ),
        ]

    notice = Holds(
        elements={
            "share": (
                "c18-analytics-program-shared-to-email-address",
                "c18-custom-webpage-shared-to-email-address",
            ),
            "state": "c18-analytics-program-report-data",
            "sent_at": "c18-analytics-program-report-data",
        },
        system={
            "id": "database key",
            "mailing": "which letter",
            "identifier": "random, stands in the Message-ID",
            "why": "why it did not arrive, without persons",
            "claimed_at": "when a worker took it",
            "claimed_by": "which worker took it",
            "begun_at": "when it was begun to be handed over",
            "retry_at": "not again before",
            "address_hash": "keyed hash of the address, from which nobody can be read",
            "is_told": "whether the event log knows",
            "settled_by": "which member of staff decided what became of it",
            "attempts": "how often it was tried",
        },
        individual="share__recipient__customer",
        clock="share__shared_at",
        told=("mailing", "why"),
        rules=("RET-2B",),
        scopes={"campaign": "share__campaign__slug"},
    )


class MailReport(models.Model):
    """What came back about a message: a bounce, a complaint, a wish for no more. Kept without what it was read from.

    `message` is empty where it names none of ours.
    """

    # Keyed hash of the report, so that the same one twice is one.
    key = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=12, choices=ReportKind)
    # RFC 3463, as in 5.1.1.
    status = models.CharField(max_length=12, blank=True)
    message = models.ForeignKey(MailMessage, models.CASCADE, null=True, related_name="reports")
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="mail_report_kind")]
        indexes = [models.Index(fields=["-id"], condition=Q(message=None), name="mail_report_unknown")]

    notice = Holds(
        elements={"kind": "c18-analytics-program-report-data", "status": "c18-analytics-program-report-data"},
        system={
            "id": "database key",
            "key": "keyed hash of the report",
            "message": "which message it is about",
            "read_at": "starts the retention",
        },
        individual="message__share__recipient__customer",
        clock="read_at",
        rules=("RET-2B",),
        scopes={"campaign": "message__share__campaign__slug"},
    )
