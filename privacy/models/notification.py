"""What staff are told of in the page and by mail, and how each wants the mail."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from privacy.enums import MailMode, MailState
from privacy.holdings import Holds, SystemData


class Notification(models.Model):
    """Somebody of the staff is told that something happened: identifiers alone, the words are made when it is shown.

    `about` names what happened, so that it is told once; `subject` is the thing that `address`, a path here, leads to,
    and `on` a day that it says. What turned out otherwise (a machine, not a person) is withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    about = models.UUIDField()
    subject = models.UUIDField()
    address = models.CharField(max_length=200)
    on = models.DateField(null=True)
    at = models.DateTimeField()
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=MailState, default=MailState.WAITING)
    # The letter that holds it: also the name of its message, and whose worker may end it.
    letter = models.UUIDField(null=True)
    mailed_at = models.DateTimeField(null=True)  # when its letter was begun
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "about"], name="notification_once"),
            models.CheckConstraint(condition=~Q(kind=""), name="notification_has_kind"),
            models.CheckConstraint(condition=Q(address__startswith="/"), name="notification_leads_here"),
            models.CheckConstraint(condition=Q(mail__in=MailState.values), name="notification_mail"),
            models.CheckConstraint(
                condition=Q(letter=None, mailed_at=None, mail__in=[MailState.WAITING, MailState.SKIPPED])
                | Q(
                    letter__isnull=False,
                    mailed_at__isnull=False,
                    mail__in=[MailState.SENDING, MailState.SENT, MailState.IN_DOUBT],
                ),
                name="notification_letter",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notification_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None, withdrawn_at=None), name="notification_unread"),
            models.Index(
                fields=["user", "made_at"],
                condition=Q(mail__in=[MailState.WAITING, MailState.SENDING]),
                name="notification_to_mail",
            ),
            models.Index(fields=["subject", "kind"], name="notification_of_subject"),
            models.Index(fields=["made_at"], name="notification_by_age"),
        ]

    notice = Holds(
        elements={"subject": "c18-analytics-shared-document-viewed-count", "at": "c18-analytics-program-report-data"},
        system={
            "id": "name of the notification",
            "user": "which member of staff is told",
            "kind": "what kind of thing happened",
            "about": "made of what happened, so that it is told once",
            "address": "a path of this program, with identifiers alone",
            "on": "a day that it says: by when something is due",
            "made_at": "when it was written down: from then on it is kept for 90 days",
            "read_at": "when the member of staff read it",
            "withdrawn_at": "when it turned out otherwise",
            "mail": "where it is on its way into a letter",
            "letter": "random name of the letter",
            "mailed_at": "when the letter was begun",
            "tries": "how often a mail server refused the letter",
        },
        individual="",
        clock="at",
        rules=("RET-7",),
    )


class MailWish(models.Model):
    """How somebody wants to be mailed of one kind; at once where no row says otherwise."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_wishes")
    kind = models.CharField(max_length=40)
    mode = models.CharField(max_length=10, choices=MailMode)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mail_wish_once"),
            models.CheckConstraint(condition=Q(mode__in=MailMode.values), name="mail_wish_mode"),
        ]

    notice = SystemData("How a member of staff wants to be told of things.")
