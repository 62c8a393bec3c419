"""A campaign while it is planned: made, changed, copied; what it still lacks before it can be approved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.audiences import BadConditions, customers_in, lists_in, those_who_left
from campaigns.enums import CampaignState, Channel
from campaigns.models import Campaign, Variant
from campaigns.reaching import Reach, counted
from privacy.agency import agency_today
from privacy.models import User

# Words that are addresses beside campaigns': no campaign's slug.
RESERVED = frozenset({"new", "calendar", "audiences", "notes"})
# What is handed over as a link; the others reach people without one.
LINKED = (Channel.EMAIL, Channel.PRINT, Channel.LINK, Channel.WEB)
HOLDOUT = "holdout"
LONGEST_SLUG = 80
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Lack:
    """Something that a campaign needs before it is approved, and the name of the page where it is added."""

    text: str
    route: str


def make(campaign: Campaign, owner: User) -> Campaign:
    """Store a new draft of this owner's, under a slug made of its name."""
    campaign.state, campaign.owner = CampaignState.DRAFT, owner
    campaign.slug = free_slug(campaign.name)
    campaign.save()
    return campaign


def free_slug(name: str) -> str:
    """A slug made of the name that no campaign has and that is no address of another page."""
    base = slugify(name)[: LONGEST_SLUG - 6].strip("-") or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


# Variants ---------------------------------------------------------------------------------------------------------


def treated(campaign: Campaign) -> list[Variant]:
    """The variants that get something: all but the holdout, in their order."""
    return [variant for variant in campaign.variants.all() if not variant.is_holdout]


def settle_holdout(campaign: Campaign) -> None:
    """Make the holdout's variant, or remove it, as `holdout_percent` says; it is the control where no other is."""
    holdout = campaign.variants.filter(is_holdout=True)
    if not campaign.holdout_percent:
        holdout.delete()
        return
    has_control = campaign.variants.filter(is_control=True, is_holdout=False).exists()
    if not holdout.update(is_control=not has_control):
        label, position = gettext_noop("Holdout: gets nothing"), 1_000
        Variant.objects.create(
            campaign=campaign, name=HOLDOUT, label=label, is_holdout=True, is_control=not has_control, position=position
        )


# What is missing --------------------------------------------------------------------------------------------------


def lacking(campaign: Campaign, today: date | None = None) -> list[Lack]:
    """What must still be said before it can be approved; whether its audience holds anybody is asked apart."""
    return [
        *_lacking_facts(campaign, today or agency_today()),
        *_lacking_variants(campaign),
        *_lacking_audience(campaign),
    ]


def _lacking_facts(campaign: Campaign, today: date) -> Iterator[Lack]:
    if not campaign.goal:
        yield Lack(_("Enter its goal."), "campaign_edit")
    if not campaign.channels:
        yield Lack(_("Choose which channels it uses."), "campaign_edit")
    if campaign.starts_on is None or campaign.ends_on is None:
        yield Lack(_("Enter the day it starts and the day it ends."), "campaign_edit")
    elif campaign.ends_on < today:
        yield Lack(_("It ends before today: move its dates."), "campaign_edit")


def _lacking_variants(campaign: Campaign) -> Iterator[Lack]:
    variants = treated(campaign)
    if not variants:
        yield Lack(_("Add a variant: what people get."), "campaign_variants")
    if not needs_material(campaign):
        return
    for variant in variants:
        if variant.material is None:
            yield Lack(_("Choose the material of “%(variant)s”.") % {"variant": variant}, "campaign_variants")
        elif variant.material.withdrawn_at or not variant.material.version:
            yield Lack(
                _("The material of “%(variant)s” cannot be shared: choose another.") % {"variant": variant},
                "campaign_variants",
            )


def _lacking_audience(campaign: Campaign) -> Iterator[Lack]:
    if campaign.audience is None:
        yield Lack(_("Choose its audience."), "campaign_edit")
    elif campaign.assignments.exists():
        yield Lack(_("People were put into it by an import: copy it, and launch the copy."), "campaign_copy")
    else:
        try:
            customers_in(campaign.audience.conditions)
        except BadConditions as problem:
            yield Lack(_("Its audience is no longer valid. %(problem)s") % {"problem": problem}, "campaign_edit")


def needs_material(campaign: Campaign) -> bool:
    """Whether people get a link, and so a material of their variant."""
    return bool(link_channels(campaign))


def link_channels(campaign: Campaign) -> list[Channel]:
    """The campaign's channels that carry a link, in the order in which they are tried for each person."""
    return [channel for channel in LINKED if channel in campaign.channels]


def reach_of(campaign: Campaign) -> Reach:
    """Whom the campaign's audience would reach today. Raises BadConditions; nobody without an audience."""
    if campaign.audience is None:
        return Reach(0, 0, {})
    return reach_of_conditions(campaign.audience.conditions, campaign.channels)


def reach_of_conditions(conditions: object, channels: Sequence[str]) -> Reach:
    """Whom these conditions reach today by these channels. Raises BadConditions."""
    return counted(customers_in(conditions), channels, lists_in(conditions), those_who_left(conditions))


# Copies -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """What a copy is called and when it runs, unless somebody says otherwise."""

    name: str
    starts_on: date
    ends_on: date


def suggested(campaign: Campaign, today: date | None = None) -> Suggestion:
    """The same weekdays and length, in the first week that is still to come; a name with the next free number."""
    today = today or agency_today()
    start = campaign.starts_on or today
    weeks = 0 if start > today else (today - start) // WEEK + 1
    length = (campaign.ends_on - start) if campaign.ends_on else timedelta(weeks=6)
    moved = start + weeks * WEEK
    return Suggestion(free_name(campaign.name), moved, moved + length)


def free_name(name: str) -> str:
    """`Spring letter (2)`: the name with the first number that no campaign has."""
    base = name.rpartition(" (")[0] if name.endswith(")") and name.rpartition(" (")[2][:-1].isdigit() else name
    base = base[:190]
    taken = set(Campaign.objects.filter(name__startswith=base).values_list("name", flat=True))
    return next(f"{base} ({number})" for number in range(2, len(taken) + 3) if f"{base} ({number})" not in taken)


COPIED = ("description", "goal", "goal_measure", "goal_value", "kind", "channels", "audience", "holdout_percent")
COPIED_OF_VARIANT = ("name", "label", "is_control", "is_holdout", "weight", "material", "position")


def copy(original: Campaign, how: Suggestion, owner: User) -> Campaign:
    """A draft like the original, with its audience and variants and without its people, its draw and its cost."""
    with transaction.atomic():
        made = Campaign(name=how.name, starts_on=how.starts_on, ends_on=how.ends_on, copied_from=original)
        for field in COPIED:
            setattr(made, field, getattr(original, field))
        make(made, owner)
        Variant.objects.bulk_create(
            Variant(campaign=made, **{field: getattr(variant, field) for field in COPIED_OF_VARIANT})
            for variant in original.variants.select_related("material")
        )
        settle_holdout(made)
    return made


def discard(campaign: Campaign) -> bool:
    """Remove a draft of which nothing came: never launched, nobody in it, nothing shared. Returns whether it went."""
    with transaction.atomic():
        draft = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT, launched_at=None)
        unused = draft.filter(assignments=None, shares=None, outcomes=None)
        if not draft.select_for_update().exists() or not unused.exists():
            return False
        campaign.delete()
    return True
