"""From launch to links: the draw, once and whole, then the shares of each arm's material, some thousands at a time.

The draw is one transaction, so a worker that is killed leaves no half of it. Shares are made in stretches, each in its
own; what is left to do is whoever was drawn and has no share yet, so going on after a crash repeats and skips nobody.
"""

from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.audiences import BadConditions, customers_in, lists_in, those_who_left
from campaigns.enums import CampaignState, Channel
from campaigns.models import Assignment, Campaign, CampaignStep, EventBatch, Launch, Material, Share, Variant
from campaigns.planning import link_channels, treated
from campaigns.reaching import Reach, address_of, counted, kept_out_of, reached
from campaigns.seeding import Balance, Lots, balance, lots_of
from campaigns.sharing import ShareOptions, share
from campaigns.signals import batch_committed
from privacy import errands
from privacy.wording import stored_words
from records.models import Customer, CustomerQuerySet

SQL = Path(__file__).parent / "sql"
DRAW_PEOPLE = (SQL / "draw_people.sql").read_text()
INSERT_DRAWN = (SQL / "insert_drawn.sql").read_text()
WORK = "campaigns.tasks.launching.work_on_launch"
SHARES_A_TIME = 20_000
# Why a launch is given up: kept in English among the campaign's steps.
NOBODY_LEFT = gettext_noop("Nobody was left in its audience at the draw: change the audience, and launch it again.")
NO_SENSE = gettext_noop("Its audience is no longer valid. %(problem)s")
FORMERLY = {"Its audience makes no sense any more. %(problem)s": NO_SENSE}  # as steps of earlier releases have it


def ask(campaign_id: int) -> None:
    """Hand the launch to a worker. A broker that is away loses nothing: the schedule asks again."""
    errands.ask(WORK, campaign_id)


def tend() -> None:
    """Ask again for the launches that are not finished: a worker died, or they were paused and run again."""
    for campaign_id in under_way():
        ask(campaign_id)


def under_way() -> list[int]:
    """The running campaigns whose launch is not finished. Relies on the index launch_under_way."""
    rows = Launch.objects.filter(done_at=None, campaign__state=CampaignState.RUNNING).order_by("pk")
    return list(rows.values_list("campaign_id", flat=True))


def work_on(campaign_id: int) -> None:
    """Draw, if that is still to be done, and make the shares that are missing. Harmless when repeated."""
    if draw(campaign_id):
        make_shares(campaign_id)


# The draw ---------------------------------------------------------------------------------------------------------


def draw(campaign_id: int) -> bool:
    """Freeze who is in the campaign and in which arm, unless that is done. Returns whether it is.

    Whoever comes second waits on the launch's row and finds it drawn. An audience in which nobody is left ends the
    launch: the campaign is approved again, with the reason among its steps.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        launch = (
            Launch.objects.select_for_update(of=("self",))
            .select_related("campaign__audience")
            .get(campaign=campaign_id)
        )
        if launch.drawn_at:
            return True
        campaign = launch.campaign
        try:
            reach = _draw_people(cursor, campaign)
        except BadConditions as problem:
            return _give_up(launch, NO_SENSE % {"problem": problem})
        if not reach.reached:
            return _give_up(launch, NOBODY_LEFT)
        launch.drawn_at = timezone.now()
        launch.matched, launch.reached, launch.left_out = reach.matched, reach.reached, reach.left_out
        _assign(cursor, campaign, launch)
        launch.save(update_fields=["drawn_at", "matched", "reached", "left_out"])
    return True


def _draw_people(cursor: CursorWrapper, campaign: Campaign) -> Reach:
    """Fill `drawn_person` with whom the audience reaches now; returns the counts that belong to it."""
    conditions = campaign.audience.conditions if campaign.audience else {}
    about = (campaign.channels, lists_in(conditions), those_who_left(conditions))
    people = customers_in(conditions)
    chosen, values = reached(people, *about).order_by().values("pk").query.sql_with_params()
    lots = lots_of(list(campaign.variants.all()), campaign.holdout_percent)
    cursor.execute(_with_values(cursor, DRAW_PEOPLE, chosen, values), {"seed": campaign.seed, **_as_arrays(lots)})
    cursor.execute("SELECT count(*) FROM drawn_person")
    (count,) = cursor.fetchone()
    reach = counted(people, *about)
    # Counted a moment later: what came or went between the two statements changes the matched, never the drawn.
    return Reach(count + sum(reach.left_out.values()), count, reach.left_out)


def _with_values(cursor: CursorWrapper, statement: str, chosen: str, values: tuple[object, ...]) -> str:
    """The statement with the choice of customers in its place, whose values are positions, not names."""
    text = cursor.mogrify(chosen, values)
    return statement.replace("{chosen}", (text.decode() if isinstance(text, bytes) else text).replace("%", "%%"))


def _as_arrays(lots: list[Lots]) -> dict[str, Any]:
    return {
        "variants": [one.variant_id for one in lots],
        "firsts": [one.first for one in lots],
        "ends": [one.end for one in lots],
        "lots": lots[-1].end,
    }


def _assign(cursor: CursorWrapper, campaign: Campaign, launch: Launch) -> None:
    """Everybody's Assignment, in as many batches as it takes: each waits for the fold like a batch of events."""
    for after in range(0, launch.reached, EventBatch.MAX_EVENTS):
        batch = EventBatch.objects.create(event_count=0)
        values = {"campaign": campaign.pk, "batch": batch.pk, "at": launch.drawn_at}
        cursor.execute(INSERT_DRAWN, {**values, "after": after, "size": EventBatch.MAX_EVENTS})
        EventBatch.objects.filter(pk=batch.pk).update(assignment_count=cursor.rowcount)
    transaction.on_commit(partial(batch_committed.send, EventBatch))


def _give_up(launch: Launch, why: str) -> bool:
    """Nobody was drawn and nothing sent: back to approved, as if it had not been launched."""
    campaign = launch.campaign
    launch.delete()
    Campaign.objects.filter(pk=campaign.pk, launched_at=campaign.launched_at).update(
        state=CampaignState.APPROVED, launched_at=None, seed=None
    )
    CampaignStep.objects.create(campaign=campaign, before=campaign.state, after=CampaignState.APPROVED, why=why)
    return False


def why_words(why: str) -> str:
    """Why the program took a step, in the reader's language."""
    return stored_words(why, (NOBODY_LEFT, NO_SENSE), FORMERLY)


# The shares -------------------------------------------------------------------------------------------------------


def make_shares(campaign_id: int) -> None:
    """Share each arm's material with its people, by the first of the campaign's channels that reaches each of them.

    Nothing is shared while the campaign is paused: the schedule comes back to it.
    """
    campaign = Campaign.objects.select_related("owner", "audience").get(pk=campaign_id)
    for variant in treated(campaign):
        for channel in link_channels(campaign):
            after: int | None = 0
            while after is not None and _runs(campaign):
                after = _share_some(campaign, variant, channel, after)
    if _runs(campaign):
        Launch.objects.filter(campaign=campaign, done_at=None).update(done_at=timezone.now())


def _runs(campaign: Campaign) -> bool:
    return Campaign.objects.filter(pk=campaign.pk, state=CampaignState.RUNNING).exists()


def _share_some(campaign: Campaign, variant: Variant, channel: Channel, after: int) -> int | None:
    """Share with the next of the arm, in the order of their primary keys. Returns the last one's; None behind them.

    The launch's row is locked meanwhile, so that a second worker waits and then finds them shared with.
    """
    material = Material.objects.offered().filter(variants=variant).first()
    if material is None or campaign.owner is None:  # withdrawn since it was approved: the plan shows links missing
        return None
    address = address_of(channel)
    with transaction.atomic():
        Launch.objects.select_for_update().get(campaign=campaign)
        rows = waiting_for(variant).filter(address.has, pk__gt=after).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:SHARES_A_TIME])
        kept_out = set[int]().union(*kept_out_of(_customers(keys), address.kinds, lists_of(campaign)).values())
        chosen = [key for key in keys if key not in kept_out]
        if chosen:
            options = ShareOptions(channel=channel)
            made = share(material, _customers(chosen), campaign.owner, options, variant=variant).made
            Launch.objects.filter(campaign=campaign).update(shares=F("shares") + made)
    return keys[-1] if keys else None


def _customers(keys: list[int]) -> CustomerQuerySet:
    return Customer.objects.filter(pk__in=keys)


def lists_of(campaign: Campaign) -> list[str]:
    """The slugs of the mailing lists that its audience asks for; none where the audience lost its sense."""
    try:
        return lists_in(campaign.audience.conditions) if campaign.audience else []
    except BadConditions:
        return []


def waiting_for(variant: Variant) -> CustomerQuerySet:
    """The customers who were drawn into the arm and have no share of it yet."""
    shared = Share.objects.filter(variant=variant, recipient=OuterRef("viewer"))
    drawn = Assignment.objects.filter(~Exists(shared), variant=variant)
    return Customer.objects.filter(viewers__in=drawn.values("viewer")).distinct()


# What came of it --------------------------------------------------------------------------------------------------


def people_by_variant(campaign: Campaign) -> dict[int, int]:
    """How many were drawn into each arm. One query."""
    rows = Assignment.objects.filter(campaign=campaign).order_by().values_list("variant").annotate(Count("pk"))
    return dict(rows)


def open_by_channel(campaign: Campaign) -> dict[str, int]:
    """How many of the links that its launch made are open, by their channel. One query."""
    links = Share.objects.open().filter(campaign=campaign, variant__isnull=False, passed_on_from=None, is_in_page=False)
    return dict(links.order_by().values_list("channel").annotate(Count("pk")))


def balance_of(campaign: Campaign) -> Balance:
    """Whether the draw came out as the weights say."""
    return balance(people_by_variant(campaign), lots_of(list(campaign.variants.all()), campaign.holdout_percent))
