"""API keys, and the answers that are kept for requests which are sent again."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from privacy.enums import Duty
from privacy.holdings import SystemData
from privacy.models.access import User
from privacy.purposes import Basis
from privacy.roles import Permit


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def looked_after_by(self, user: User) -> "ApiKeyQuerySet":
        """Those that the user may look at and revoke: their own, and everybody's for whoever manages accounts."""
        return self if user.has_permit(Permit.MANAGE_USERS) else self.filter(owner=user)


class ApiKey(models.Model):
    """A program's key to the API: it acts as its owner, within its scopes, for the purpose that it was made for.

    `prefix` is the part that is shown. Of the secret only the SHA-256 is kept, which is enough for 256 random bits.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=30))
    purpose = models.SmallIntegerField(null=True)
    duty = models.CharField(max_length=20, choices=Duty, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # To the minute: a request does not cost a write.
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="api_key_has_name"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="api_key_has_scope"),
            models.CheckConstraint(condition=Q(purpose=None) | Q(duty=""), name="api_key_one_basis"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="api_key_expires_after"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_key_revoked_by_somebody",
            ),
        ]

    notice = SystemData("Keys of programs that act for the agency's staff: whose, for what, and never the secret.")

    def __str__(self) -> str:
        return self.name

    @property
    def basis(self) -> Basis | None:
        """For what it reads; None where its owner had nothing to read for."""
        if self.purpose is None and not self.duty:
            return None
        return Basis(self.purpose, Duty(self.duty) if self.duty else None, self.reference)


class ApiAnswer(models.Model):
    """What came of a write that carried an Idempotency-Key, for the same request sent again, and where that is which a
    form made (privacy.sent_once); deleted after a day.

    Of the key and of what was sent only keyed hashes are kept. The answer is encrypted under a key made of the
    sender's own, which is not kept: who has the database, and not the request, cannot read it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key_hash = models.BinaryField(max_length=32)
    request_hash = models.BinaryField(max_length=32)
    begun_at = models.DateTimeField(auto_now_add=True)
    # Null until it is known: under way, or in doubt where the process died or failed.
    status = models.PositiveSmallIntegerField(null=True)
    in_doubt = models.BooleanField(default=False)
    answer = models.BinaryField(null=True)
    # How many people's records the answer shows: who gets it again is logged again.
    records = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key_hash"], name="api_answer_once"),
            models.CheckConstraint(
                condition=Q(status=None, answer=None) | Q(status__isnull=False, answer__isnull=False),
                name="api_answer_with_status",
            ),
            models.CheckConstraint(condition=Q(in_doubt=False) | Q(status=None), name="api_answer_known_or_in_doubt"),
        ]
        indexes = [models.Index(fields=["begun_at"], name="api_answer_by_age")]

    notice = SystemData(
        "For a day, what was answered to a program, and where a form led: encrypted under the sender's own word, which"
        " is not kept."
    )
