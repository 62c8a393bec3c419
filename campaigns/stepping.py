"""The life of a campaign: draft, approved, running, paused, closed; each step one conditional update, with who and why.

Two who press at once take one step: the second finds the campaign elsewhere, and is told where.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.enums import CampaignState
from campaigns.models import Campaign, CampaignStep, Launch
from campaigns.planning import lacking
from campaigns.seeding import new_seed
from privacy.models import User


class Step(Enum):
    """From where to where, and what it is called on a button and afterwards."""

    APPROVE = "approve", CampaignState.DRAFT, CampaignState.APPROVED, gettext_noop("Approve"), gettext_noop("Approved.")
    BACK = (
        "back",
        CampaignState.APPROVED,
        CampaignState.DRAFT,
        gettext_noop("Back to draft"),
        gettext_noop("It is a draft again."),
    )
    LAUNCH = (
        "launch",
        CampaignState.APPROVED,
        CampaignState.RUNNING,
        gettext_noop("Launch"),
        gettext_noop("Launched: its people are being drawn."),
    )
    PAUSE = (
        "pause",
        CampaignState.RUNNING,
        CampaignState.PAUSED,
        gettext_noop("Pause"),
        gettext_noop("Paused: nothing more is sent."),
    )
    RESUME = (
        "resume",
        CampaignState.PAUSED,
        CampaignState.RUNNING,
        gettext_noop("Resume"),
        gettext_noop("It is running again, with the same people."),
    )
    CLOSE = "close", CampaignState.RUNNING, CampaignState.CLOSED, gettext_noop("Close"), gettext_noop("Closed.")
    CLOSE_PAUSED = (
        "close-paused",
        CampaignState.PAUSED,
        CampaignState.CLOSED,
        gettext_noop("Close"),
        gettext_noop("Closed."),
    )
    REOPEN = (
        "reopen",
        CampaignState.CLOSED,
        CampaignState.PAUSED,
        gettext_noop("Open again"),
        gettext_noop("It is open again, and paused."),
    )

    def __init__(self, word: str, before: CampaignState, after: CampaignState, label: str, said: str) -> None:
        self.word, self.before, self.after, self.label, self.said = word, before, after, label, said


STEPS = {step.word: step for step in Step}
# What takes a step back; a launch has none, for its draw stands.
BACK_FROM = {
    Step.APPROVE: Step.BACK,
    Step.PAUSE: Step.RESUME,
    Step.RESUME: Step.PAUSE,
    Step.CLOSE: Step.REOPEN,
    Step.CLOSE_PAUSED: Step.REOPEN,
}


class CannotStep(ValueError):
    """The campaign cannot take the step, with the reason in a sentence."""


@dataclass(frozen=True)
class Offer:
    """A step that can be taken now."""

    step: Step

    @property
    def is_main(self) -> bool:
        return self.step in {Step.APPROVE, Step.LAUNCH, Step.RESUME}

    @property
    def needs_confirming(self) -> bool:
        """Whether it is asked once more: what cannot be undone, or ends something."""
        return self.step in {Step.LAUNCH, Step.CLOSE, Step.CLOSE_PAUSED}


def offers(campaign: Campaign) -> list[Offer]:
    """The steps from the campaign's state; what was never launched cannot be opened again."""
    found = [Offer(step) for step in Step if step.before == campaign.state]
    return [offer for offer in found if offer.step is not Step.REOPEN or campaign.launched_at]


def take(campaign: Campaign, step: Step, by: User | None, why: str = "") -> CampaignStep:
    """Take the step, once, and set the campaign's state. Raises CannotStep; then nothing is changed.

    A launch also fixes the seed and asks for the draw (campaigns.launching), which a worker makes.
    """
    if step in {Step.APPROVE, Step.LAUNCH}:
        refuse_if_lacking(campaign, step)
    if step is Step.REOPEN and not campaign.launched_at:
        raise CannotStep(_("This campaign was never launched here: copy it to run it again."))
    with transaction.atomic():
        # One statement: of two at once, one finds the state that it wants.
        rows = Campaign.objects.filter(pk=campaign.pk, state=step.before)
        if not rows.update(state=step.after, **_launched(step)):
            raise CannotStep(_elsewhere(campaign, step))
        if step is Step.LAUNCH:
            Launch.objects.create(campaign=campaign, by=by)
        made = CampaignStep.objects.create(campaign=campaign, before=step.before, after=step.after, by=by, why=why)
    campaign.refresh_from_db()
    return made


def _launched(step: Step) -> dict[str, Any]:
    return {"launched_at": timezone.now(), "seed": new_seed()} if step is Step.LAUNCH else {}


def refuse_if_lacking(campaign: Campaign, step: Step) -> None:
    """Raises CannotStep with all that must be said before it is approved or launched.

    Where it is already is said first: once it runs, it has people, and would seem to lack what only a draft does.
    """
    if not Campaign.objects.filter(pk=campaign.pk, state=step.before).exists():
        raise CannotStep(_elsewhere(campaign, step))
    if lacks := lacking(campaign):
        raise CannotStep(" ".join(lack.text for lack in lacks))


def _elsewhere(campaign: Campaign, step: Step) -> str:
    """Where the campaign is by now, and who brought it there."""
    last = CampaignStep.objects.filter(campaign=campaign).select_related("by").last()
    state = CampaignState(Campaign.objects.values_list("state", flat=True).get(pk=campaign.pk))
    by = _(", by %(name)s") % {"name": last.by.name} if last and last.by else ""
    return _("Not done: the campaign is now %(state)s%(by)s. “%(step)s” is for a campaign that is %(before)s.") % {
        "state": _(state.label).lower(), "by": by, "step": _(step.label), "before": _(step.before.label).lower(),
    }  # fmt: skip
