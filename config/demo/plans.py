"""What the made-up campaigns are planned with: goals, kinds, costs, audiences, notes on dates, and how far each is."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count

from campaigns.enums import CampaignKind, CampaignState, Channel, GoalMeasure
from campaigns.models import (
    Assignment,
    Audience,
    Campaign,
    CampaignNote,
    CampaignStep,
    Launch,
    Material,
    Share,
    Variant,
)
from campaigns.planning import settle_holdout
from config.demo import staff
from config.demo.campaigns import PLANS, SOURCE_NOTE, Plan
from config.demo.materials import KEEPER
from config.demo.rhythm import Calendar
from privacy.models import User

# Of each campaign its kind, its goal and what it cost.
ABOUT: dict[str, tuple[CampaignKind, str, int]] = {
    "demo-catalog-samples": (CampaignKind.PROMOTION, "More catalog orders from those who got a sample pack", 9_400),
    "demo-small-parcels": (CampaignKind.PROMOTION, "Small shops know what a small parcel costs", 6_100),
    "demo-return-labels": (CampaignKind.PROMOTION, "More shops print return labels", 3_800),
    "demo-supplies-early": (CampaignKind.PROMOTION, "Supplies are ordered before the busy weeks", 7_900),
    "demo-address-check": (CampaignKind.RESEARCH, "Find out how much people read before they answer", 2_600),
    "demo-local-reach": (CampaignKind.LAUNCH, "Small shops try mail around the corner", 12_500),
    "demo-frequent-senders": (CampaignKind.RETENTION, "Those who send much stay with us", 4_200),
    "demo-catalog-renewal": (CampaignKind.RETENTION, "Last year's catalog senders send one again", 3_100),
    "demo-weekend-pickup": (CampaignKind.LAUNCH, "Customers let us pick up on weekends", 5_300),
    "demo-online-postage": (CampaignKind.PROMOTION, "Postage is bought online", 6_800),
    "demo-reply-cards": (CampaignKind.INVITATION, "Charities add a reply card", 2_000),
}
# Of some of them the goal in numbers.
GOALS: dict[str, tuple[GoalMeasure, str]] = {
    "demo-catalog-samples": (GoalMeasure.RESPONSE_RATE, "4"),
    "demo-small-parcels": (GoalMeasure.VIEW_RATE, "35"),
    "demo-return-labels": (GoalMeasure.RESPONSES, "150"),
    "demo-supplies-early": (GoalMeasure.REVENUE, "20000"),
    "demo-catalog-renewal": (GoalMeasure.CONVERSION_RATE, "2"),
    "demo-weekend-pickup": (GoalMeasure.VIEW_RATE, "40"),
    "demo-online-postage": (GoalMeasure.RESPONSE_RATE, "3"),
}
# Name -> what is asked of customers.
AUDIENCES: dict[str, dict[str, Any]] = {
    "Everybody with an e-mail address (demonstration)": {"has_email": True},
    "Readers of the magazine (demonstration)": {"lists": ["demo-magazine"]},
    "Coast (demonstration)": {"territories": ["demo-coast"], "has_email": True},
}
# Days before the demo's day, of which campaign (of all where none is named), and what happened.
NOTES: tuple[tuple[int, str, str], ...] = (
    (511, "demo-catalog-samples", "The sample packs arrived two days late."),
    (349, "demo-supplies-early", "The order line was closed in the afternoon."),
    (240, "", "Storm on the coast: no delivery for two days."),
    (91, "demo-weekend-pickup", "The trial week began."),
    (17, "demo-online-postage", "The price calculator was down from 9 to 11."),
)
DRAFT = "demo-next-catalog"


def make_plans(as_of: date) -> None:
    """Once the materials are there: audiences, what each campaign is planned with, notes, and a draft."""
    owner = User.objects.get(email=staff.email_of(KEEPER))
    Audience.objects.bulk_create(
        Audience(name=name, conditions=conditions, owner=owner) for name, conditions in AUDIENCES.items()
    )
    everybody = Audience.objects.get(name=next(iter(AUDIENCES)))
    for plan in PLANS:
        _plan(plan, owner, everybody)
    _draft(as_of, owner)
    campaigns = {campaign.slug: campaign for campaign in Campaign.objects.filter(is_demo=True)}
    CampaignNote.objects.bulk_create(
        CampaignNote(campaign=campaigns.get(slug), day=as_of - timedelta(days=days), text=text, author=owner)
        for days, slug, text in NOTES
    )


def _plan(plan: Plan, owner: User, audience: Audience) -> None:
    kind, goal, cost = ABOUT[plan.slug]
    measure, value = GOALS.get(plan.slug, ("", None))
    Campaign.objects.filter(slug=plan.slug).update(
        kind=kind, goal=goal, goal_measure=measure, goal_value=value, cost=Decimal(cost), owner=owner,
        audience=audience, channels=[Channel.EMAIL],
        state=_state_of(plan),
    )  # fmt: skip
    for arm in plan.arms:
        document = Material.objects.filter(slug=f"demo-{arm.document}").first()
        Variant.objects.filter(campaign__slug=plan.slug, name=arm.name).update(material=document)


def _state_of(plan: Plan) -> CampaignState:
    if not plan.has_begun():
        return CampaignState.APPROVED
    return CampaignState.CLOSED if plan.is_over() else CampaignState.RUNNING


def _draft(as_of: date, owner: User) -> None:
    """A copy that somebody has begun: with a holdout, and without a goal as yet."""
    model = Campaign.objects.get(slug="demo-catalog-renewal")
    draft = Campaign.objects.create(
        slug=DRAFT, name="Your next catalog, once more", kind=model.kind, channels=model.channels, owner=owner,
        state=CampaignState.DRAFT, audience=Audience.objects.get(name="Readers of the magazine (demonstration)"),
        holdout_percent=10, copied_from=model, starts_on=as_of + timedelta(days=33), ends_on=as_of + timedelta(days=68),
        source_note=SOURCE_NOTE, is_demo=True,
    )  # fmt: skip
    document = Material.objects.get(slug="demo-catalog-renewal-booklet")
    Variant.objects.create(campaign=draft, name="everyone", label="Everyone", material=document)
    settle_holdout(draft)


def make_histories(calendar: Calendar) -> None:
    """Once people are in them: who approved, launched and closed each campaign, and what its draw was."""
    owner = User.objects.get(email=staff.email_of(KEEPER))
    for plan in PLANS:
        campaign = Campaign.objects.get(slug=plan.slug)
        begin = calendar.moment_of(plan.starts_on(calendar.as_of))
        _freeze(campaign, begin, owner)
        for before, after, at in _steps(plan, begin, calendar):
            step = CampaignStep.objects.create(campaign=campaign, before=before, after=after, by=owner)
            CampaignStep.objects.filter(pk=step.pk).update(at=at)


def _steps(plan: Plan, begin: datetime, calendar: Calendar) -> Iterator[tuple[CampaignState, CampaignState, datetime]]:
    approved = min(begin, calendar.moment_of(calendar.as_of)) - timedelta(days=6)
    yield CampaignState.DRAFT, CampaignState.APPROVED, approved
    if plan.has_begun():
        yield CampaignState.APPROVED, CampaignState.RUNNING, begin
    if plan.is_over():
        end = calendar.moment_of(plan.ends_on(calendar.as_of)) + timedelta(hours=8)
        yield CampaignState.RUNNING, CampaignState.CLOSED, end


def _freeze(campaign: Campaign, begin: datetime, owner: User) -> None:
    """The running one was launched, and shows its draw; those that are over came by a file, as they would."""
    if campaign.state != CampaignState.RUNNING:
        return
    people = Assignment.objects.filter(campaign=campaign).aggregate(people=Count("pk"))["people"]
    left_out = {"opted out": people // 40, "no address": people // 90}
    Campaign.objects.filter(pk=campaign.pk).update(launched_at=begin, seed=890)
    launch = Launch.objects.create(
        campaign=campaign, by=owner, drawn_at=begin, matched=people + sum(left_out.values()), reached=people,
        left_out={why: count for why, count in left_out.items() if count}, done_at=begin + timedelta(minutes=2),
        shares=Share.objects.filter(campaign=campaign).count(),
    )  # fmt: skip
    Launch.objects.filter(pk=launch.pk).update(asked_at=begin)
