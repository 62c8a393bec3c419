"""Makers for tests of campaigns that are planned here: a draft that lacks nothing, a launch that is done."""

import uuid
from datetime import timedelta
from typing import Any

from campaigns import follow_ups, launching, planning, stepping
from campaigns.enums import Action, Channel
from campaigns.models import Audience, Campaign, FollowUp, Share, Variant
from campaigns.stepping import Step
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Role
from tests.factories import NOON, make_material, make_user


def make_audience(name: str = "Everybody", **conditions: Any) -> Audience:
    return Audience.objects.create(name=name, conditions=conditions)


def make_plan(name: str = "Spring letter", owner: User | None = None, **fields: Any) -> Campaign:
    """A draft that can be approved: a letter and a card by e-mail to everybody, from today on for 30 days."""
    today = agency_today()
    fields = {
        "goal": "More orders",
        "channels": [Channel.EMAIL],
        "starts_on": today,
        "ends_on": today + timedelta(days=30),
        **fields,
    }
    if "audience" not in fields:
        fields["audience"] = make_audience(f"Audience of {name}")
    owner = owner or User.objects.filter(email="planner@example.com").first()
    owner = owner or make_user(Role.MARKETING_MANAGER, "Planner")
    campaign = planning.make(Campaign(name=name, **fields), owner)
    for position, (arm, weight) in enumerate((("letter", 1), ("card", 1))):
        material = make_material(f"{campaign.slug}-{arm}")
        Variant.objects.create(
            campaign=campaign, name=arm, label=arm.title(), material=material, weight=weight, position=position,
            is_control=position == 0,
        )  # fmt: skip
    planning.settle_holdout(campaign)
    return campaign


def approve(campaign: Campaign) -> None:
    stepping.take(campaign, Step.APPROVE, campaign.owner)


def launch(campaign: Campaign, *, seed: int | None = None) -> Campaign:
    """Approved, launched, drawn and shared."""
    approve(campaign)
    stepping.take(campaign, Step.LAUNCH, campaign.owner)
    if seed is not None:
        Campaign.objects.filter(pk=campaign.pk).update(seed=seed)
    launching.work_on(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def ask_through(share: Share, action: str = "call", **options: Any) -> FollowUp:
    """Something that the recipient of the share asks for, at NOON unless said."""
    at = options.pop("at", NOON)
    return follow_ups.ask(share, Action(action), options.pop("text", "Please"), at, uuid.uuid4(), **options)
