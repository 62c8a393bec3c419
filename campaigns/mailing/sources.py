"""What a mailing can be made for: a variant of a running campaign, or shares that one made in one go."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.enums import CampaignState
from campaigns.mailing.waiting import waiting
from campaigns.models import Campaign, Mailing, Share, Variant
from privacy.models import User
from privacy.roles import Permit
from privacy.wording import moment
from records import figures

MOST_BATCHES = 50


@dataclass(frozen=True)
class Source:
    """`name` is what forms and addresses call it: `variant-7`, `batch-12`."""

    name: str
    label: str
    count: int

    @property
    def text(self) -> str:
        return _("%(source)s (%(count)s by e-mail)") % {"source": self.label, "count": figures.count(self.count)}


def sources(user: User) -> list[Source]:
    """Whatever of the user's has shares by e-mail that wait for a letter. At most two queries."""
    found = []
    if user.has_permit(Permit.KEEP_CAMPAIGNS):
        found += _variants(user)
    if user.has_permit(Permit.SHARE_MATERIALS):
        found += _batches(user)
    return found


def _variants(user: User) -> list[Source]:
    campaigns = Campaign.objects.visible_to(user).filter(state__in=[CampaignState.RUNNING, CampaignState.PAUSED])
    rows = (
        Variant.objects.filter(campaign__in=campaigns)
        .annotate(waiting=Count("shares", filter=waiting("shares__")))
        .filter(waiting__gt=0)
        .select_related("campaign")
        .order_by("-campaign__launched_at", "campaign__name", "position", "pk")
    )
    return [Source(f"variant-{row.pk}", f"{row.campaign}: {row}", row.waiting) for row in rows]


def _batches(user: User) -> list[Source]:
    rows = (
        Share.objects.filter(waiting(), sender=user, campaign=None, batch__isnull=False)
        .values("batch", "material__title")
        .order_by("-batch")
        .annotate(waiting=Count("pk"), at=Min("shared_at"))[:MOST_BATCHES]
    )
    return [
        Source(f"batch-{row['batch']}", _batch_label(row["material__title"], row["at"]), row["waiting"]) for row in rows
    ]


def _batch_label(title: str, at: datetime) -> str:
    return _("%(title)s, shared %(at)s") % {"title": title, "at": moment(timezone.localtime(at))}


def aim(mailing: Mailing, source: str) -> None:
    """Make the mailing one for this source, which is one of `sources`."""
    kind, _dash, number = source.partition("-")
    if kind == "variant":
        mailing.variant = Variant.objects.select_related("campaign").get(pk=number)
        mailing.campaign = mailing.variant.campaign
    else:
        mailing.batch_id = int(number)
