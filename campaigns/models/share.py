from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from campaigns.enums import Channel, ShareState
from campaigns.models.campaign import Campaign, Variant, Viewer
from campaigns.models.event import EventBatch
from campaigns.models.material import Material
from privacy.holdings import Holds, SystemData
from privacy.models import User
from privacy.roles import Permit
from records.models.correspondence import LETTER_SYSTEM, Correspondence
from records.models.customer import managed_staff, whether_seen_by
from records.naming import new_token


def sent_by_own(user: User) -> Q:
    """The shares that the user, or for a manager somebody of their teams, made."""
    is_manager = user.has_permit(Permit.VIEW_TEAM_CUSTOMERS)
    return Q(sender__in=managed_staff(user)) if is_manager else Q(sender=user)


def to_hand_out(user: User) -> Q:
    """A launched campaign's links that staff share, to the customers whom the user sees."""
    drawn = Q(channel=Channel.LINK, variant__isnull=False, passed_on_from=None)
    return drawn & Q(whether_seen_by(user, "recipient__customer"))


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: User) -> Self:
        """The shares that the user may look at: all, their teams', or their own. `with_recipient` says to whom."""
        if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
            return self
        shares = user.has_one_of((Permit.VIEW_TEAM_CUSTOMERS, Permit.SHARE_MATERIALS))
        return self.filter(sent_by_own(user)) if shares else self.none()

    def kept_by(self, user: User) -> Self:
        """Those whose links the user may hand out and end: their own, their teams', or all (keep_all_materials)."""
        if not user.has_permit(Permit.SHARE_MATERIALS):
            return self.none()
        return self if user.has_permit(Permit.KEEP_ALL_MATERIALS) else self.filter(sent_by_own(user))

    def opened_by(self, user: User) -> Self:
        """Those whose pages the user may open: what they may look at, and what a campaign has them hand out."""
        if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS) or not user.has_permit(Permit.SHARE_MATERIALS):
            return self.visible_to(user)
        return self.filter(sent_by_own(user) | to_hand_out(user))

    def handed_out_by(self, user: User) -> Self:
        """Those whose links the user may hand out: those that they keep, and a campaign's links that staff share, to
        the customers whom they see. To be narrowed to few: it is one look-up a share."""
        if user.has_permit(Permit.KEEP_ALL_MATERIALS) or not user.has_permit(Permit.SHARE_MATERIALS):
            return self.kept_by(user)
        return self.filter(sent_by_own(user) | to_hand_out(user))

    def with_recipient(self, user: User) -> Self:
        """Each with `sees_recipient`: whether the user sees the customer whom it is for."""
        return self.annotate(sees_recipient=whether_seen_by(user, "recipient__customer"))

    def open(self) -> Self:
        """Those that still open: neither revoked nor expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)

    def with_state(self) -> Self:
        """Each with `state`, one of ShareState."""
        return self.annotate(
            state=Case(
                When(revoked_at__isnull=False, then=Value(ShareState.REVOKED.value)),
                When(expires_at__lte=timezone.now(), then=Value(ShareState.EXPIRED.value)),
                default=Value(ShareState.OPEN.value),
                output_field=models.CharField(),
            )
        )


class Share(Correspondence):
    """One material shared with one recipient, within a campaign or by itself.

    Its letter is that to a colleague to whom a recipient passed it on: what staff share goes by a mailing, or by hand.
    """

    # The id of the event `shared` that made it; the same event twice makes one share.
    key = models.UUIDField(unique=True)
    token = models.CharField(max_length=22, unique=True, default=new_token)
    material = models.ForeignKey(Material, models.PROTECT, related_name="shares")
    recipient = models.ForeignKey(Viewer, models.PROTECT, related_name="shares")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="shares")
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="shares")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="shares")
    batch = models.ForeignKey(EventBatch, models.PROTECT, null=True, related_name="shares")
    shared_at = models.DateTimeField()
    # The nth share of its material; unknown for those that came by a file without it.
    number = models.PositiveIntegerField(null=True)
    # The version that it shows for good; the newest where none is pinned.
    pinned_version = models.PositiveSmallIntegerField(null=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.LINK, db_default=Channel.LINK)
    expires_at = models.DateTimeField(null=True)
    passcode = models.CharField(max_length=128, blank=True, db_default="")  # hashed as passwords are
    may_download = models.BooleanField(default=False, db_default=False)
    verified_only = models.BooleanField(default=False, db_default=False)
    has_watermark = models.BooleanField(default=False, db_default=False)
    notifies_sender = models.BooleanField(default=False, db_default=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The share through which it was passed on: its recipient is this one's sender.
    passed_on_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="passed_on")
    # Nobody knows whether it was that share's recipient (campaigns.grades).
    passed_on_by_unknown = models.BooleanField(default=False, db_default=False)
    # Of a material that stands in a custom web page, which the recipient has.
    is_in_page = models.BooleanField(default=False, db_default=False)

    objects = ShareQuerySet.as_manager()

    if TYPE_CHECKING:
        sees_recipient: bool  # by `with_recipient` alone
        state: str  # by `with_state` alone

    class Meta:
        ordering = ["-shared_at", "-id"]
        constraints = [
            *Correspondence.Meta.constraints,
            models.CheckConstraint(
                condition=Q(campaign=None, variant=None) | Q(campaign__isnull=False, variant__isnull=False),
                name="share_variant_with_campaign",
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="share_channel"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("shared_at")), name="share_expires_after"
            ),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False), name="share_revoked_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(passed_on_by_unknown=False) | Q(passed_on_from__isnull=False), name="share_passed_on_by"
            ),
            models.UniqueConstraint(
                fields=["material", "number"], condition=Q(number__isnull=False), name="share_number_once"
            ),
        ]
        indexes = [
            *Correspondence.Meta.indexes,
            models.Index(fields=["recipient", "-shared_at"], name="share_of_recipient"),
            models.Index(fields=["sender", "-shared_at", "-id"], name="share_of_sender"),
            models.Index(fields=["-shared_at", "-id"], name="share_newest"),
        ]

    notice = Holds(
        elements={
            "sender": (
                "c18-analytics-program-shared-by-email-address",
                "c18-analytics-program-shared-by-name",
                "c18-custom-webpage-shared-by-email-address",
                "c18-custom-webpage-shared-by-name",
            ),
            "recipient": (
                "c18-analytics-program-shared-to-email-address",
                "c18-custom-webpage-shared-to-email-address",
                "c18-custom-webpage-shared-to-name",
            ),
            "shared_at": "c18-customer-sharing-program-usage-report-data",
            "number": "c18-custom-webpage-share-number",
            "passed_on_from": "c18-analytics-program-shared-by-name",
        },
        system={
            "id": "database key",
            "key": "the sender's name of the event that made it",
            "token": "random, stands in the share's address",
            "material": "what was shared",
            "campaign": "which campaign",
            "variant": "which arm",
            "batch": "the commit that the fold counts",
            "pinned_version": "which version it shows",
            "channel": "by which way it goes",
            "expires_at": "when it ends by itself",
            "passcode": "hash of a word that the sender made up",
            "may_download": "whether the file may be taken",
            "verified_only": "whether it opens for verified viewers only",
            "has_watermark": "whether pages carry the viewer's address",
            "notifies_sender": "whether the sender is told of visits",
            "revoked_at": "when it was ended",
            "revoked_by": "which member of staff ended it",
            "is_in_page": "whether its material stands in a page that the recipient has",
            "passed_on_by_unknown": "whether it is not known that the recipient passed it on",
            **LETTER_SYSTEM,
        },
        individual="recipient__customer",
        clock="shared_at",
        told=("material", "campaign", "variant", "channel"),
        rules=("RET-2B",),
        scopes={"campaign": "campaign__slug"},
        shows_life="shared_at",
    )

    @property
    def is_offered(self) -> bool:
        """Whether its link leads to the material: neither is it ended nor the material withdrawn."""
        is_over = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not is_over and self.material.withdrawn_at is None


class SharePreset(models.Model):
    """Options of shares under a name, everybody's where nobody owns it."""

    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="presets")
    expires_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    may_download = models.BooleanField(default=False)
    verified_only = models.BooleanField(default=False)
    has_watermark = models.BooleanField(default=False)
    notifies_sender = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="share_preset_has_name"),
            models.UniqueConstraint(fields=["owner", "name"], nulls_distinct=False, name="share_preset_once"),
            models.CheckConstraint(
                condition=Q(expires_after_days=None) | Q(expires_after_days__gte=1), name="share_preset_days"
            ),
        ]

    notice = SystemData("Options of shares under a name of the staff's.")

    def __str__(self) -> str:
        return self.name
