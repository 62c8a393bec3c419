"""A campaign while it is planned, its steps, and its draw."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import Count

from analytics.folding import fold_all
from analytics.models import CampaignVariant
from campaigns import launching, planning, sharing, stepping
from campaigns.enums import CampaignState, Channel
from campaigns.models import (
    Assignment,
    Audience,
    Campaign,
    CampaignStep,
    Event,
    EventBatch,
    Launch,
    Material,
    Share,
    Variant,
    Viewer,
)
from campaigns.planning import Suggestion
from campaigns.seeding import Lots, balance, drawn, lots_of, place
from campaigns.stepping import CannotStep, Step
from campaigns.tasks.launching import tend_launches, work_on_launch
from records.identity.merging import merge
from records.models import Customer
from tests.factories import enroll, make_campaign, make_customer
from tests.plans import approve, launch, make_audience, make_plan

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 11)  # a Wednesday


def people(count: int, first: int = 0) -> list[Customer]:
    """Under the same keys every time, so that a seed draws the same every time."""
    return [
        make_customer(f"C-{number}", email=f"c{number}@example.com", key=uuid.UUID(int=number + 1, version=4))
        for number in range(first, first + count)
    ]


# Planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Spring letter", "spring-letter"), ("New", "new-2"), ("Calendar", "calendar-2"), ("¡¿", "campaign")],
)
def test_a_new_campaign_is_a_draft_under_a_free_slug(name: str, slug: str) -> None:
    made = make_plan(name)
    assert (made.slug, made.state, made.owner and made.owner.name) == (slug, CampaignState.DRAFT, "Planner")
    assert planning.free_slug(name) != slug


def test_a_draft_that_lacks_nothing_lacks_nothing() -> None:
    assert planning.lacking(make_plan()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"goal": ""}, "Enter its goal."),
        ({"channels": []}, "Choose which channels it uses."),
        ({"ends_on": None}, "Enter the day it starts and the day it ends."),
        ({"starts_on": date(2020, 1, 1), "ends_on": date(2020, 2, 1)}, "It ends before today: move its dates."),
        ({"audience": None}, "Choose its audience."),
    ],
)
def test_what_a_draft_lacks_is_said(change: dict[str, Any], said: str) -> None:
    campaign = make_plan()
    for field, value in change.items():
        setattr(campaign, field, value)
    assert said in [lack.text for lack in planning.lacking(campaign)]


def test_a_variant_without_material_or_with_a_withdrawn_one_is_said() -> None:
    campaign = make_plan()
    letter, card = campaign.variants.order_by("position")
    letter.material = None
    letter.save()
    Material.objects.filter(variants=card).update(withdrawn_at=campaign.created_at)
    assert [lack.text for lack in planning.lacking(campaign)] == [
        "Choose the material of “Letter”.",
        "The material of “Card” cannot be shared: choose another.",
    ]
    campaign.channels = [Channel.TELEPHONE]
    assert planning.lacking(campaign) == []


def test_without_variants_with_people_or_with_a_broken_audience_it_is_said() -> None:
    campaign = make_plan()
    enroll(make_customer("C-1"), campaign.variants.all()[0])
    lacks = [lack.text for lack in planning.lacking(campaign)]
    assert lacks == ["People were put into it by an import: copy it, and launch the copy."]
    other = make_plan("Other", audience=make_audience("Broken", lists=["gone"]))
    other.variants.all().delete()
    said = [lack.text for lack in planning.lacking(other)]
    assert said[0] == "Add a variant: what people get."
    assert said[1].startswith("Its audience is no longer valid. Is a member of any of these lists: Select")


def test_the_holdout_is_a_variant_while_somebody_is_held_out() -> None:
    campaign = make_plan(holdout_percent=20)
    holdout = campaign.variants.get(is_holdout=True)
    assert (holdout.name, holdout.is_control, holdout.material) == ("holdout", False, None)
    campaign.variants.update(is_control=False)
    planning.settle_holdout(campaign)
    assert campaign.variants.get(is_control=True) == holdout
    campaign.holdout_percent = 0
    planning.settle_holdout(campaign)
    assert not campaign.variants.filter(is_holdout=True).exists()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"holdout_percent": 91}, "campaign_holdout"),
        ({"cost": -1}, "campaign_cost"),
        ({"state": "gone"}, "campaign_state"),
    ],
)
def test_the_database_refuses_what_makes_no_campaign(change: dict[str, Any], constraint: str) -> None:
    campaign = make_plan()
    with pytest.raises(IntegrityError, match=constraint):
        Campaign.objects.filter(pk=campaign.pk).update(**change)


@pytest.mark.parametrize(
    ("starts", "ends", "moved"),
    [
        (date(2026, 3, 3), date(2026, 3, 31), (date(2026, 3, 17), date(2026, 4, 14))),  # Tuesdays
        (date(2026, 3, 11), date(2026, 3, 12), (date(2026, 3, 18), date(2026, 3, 19))),  # begins today
        (date(2026, 4, 1), date(2026, 4, 8), (date(2026, 4, 1), date(2026, 4, 8))),  # still to come
        (None, None, (date(2026, 3, 18), date(2026, 4, 29))),
    ],
)
def test_a_copy_is_suggested_on_the_same_weekdays_to_come(
    starts: date | None, ends: date | None, moved: tuple[date, date]
) -> None:
    campaign = make_plan(starts_on=starts, ends_on=ends)
    assert planning.suggested(campaign, TODAY) == Suggestion("Spring letter (2)", *moved)


def test_a_copys_name_takes_the_next_number() -> None:
    make_plan("Spring letter"), make_plan("Spring letter (2)"), make_plan("Other", audience=make_audience("o"))
    assert planning.free_name("Spring letter (2)") == "Spring letter (3)"
    assert planning.free_name("Other") == "Other (2)"


def test_a_copy_has_the_plan_and_nothing_of_the_people_or_the_cost() -> None:
    people(4)
    original = launch(make_plan(holdout_percent=10, cost=100, description="d", kind="newsletter"))
    made = planning.copy(original, Suggestion("Again", TODAY, TODAY + timedelta(days=2)), original.owner)  # type: ignore[arg-type]
    assert (made.name, made.slug, made.state, made.copied_from) == ("Again", "again", "draft", original)
    assert (made.goal, made.kind, made.channels, made.audience) == (
        "More orders",
        "newsletter",
        ["email"],
        original.audience,
    )
    assert (made.cost, made.seed, made.launched_at, made.starts_on) == (None, None, None, TODAY)
    rows = [list(one.variants.values_list("name", "material", "is_holdout", "is_control")) for one in (made, original)]
    assert rows[0] == rows[1]
    assert (made.assignments.count(), made.shares.count(), made.steps.count()) == (0, 0, 0)


def test_a_draft_of_which_nothing_came_is_removed_and_no_other() -> None:
    draft, used = make_plan("Draft"), make_plan("Used", audience=make_audience("u"))
    enroll(make_customer("C-1"), used.variants.all()[0])
    assert planning.discard(draft)
    assert not planning.discard(used)
    assert list(Campaign.objects.values_list("slug", flat=True)) == ["used"]
    assert Audience.objects.count() == 2


# Steps ------------------------------------------------------------------------------------------------------------


def test_a_campaigns_life_is_kept_with_who_and_why() -> None:
    people(2)
    campaign = make_plan()
    for step in (Step.APPROVE, Step.BACK, Step.APPROVE, Step.LAUNCH, Step.PAUSE, Step.RESUME, Step.CLOSE, Step.REOPEN):
        stepping.take(campaign, step, campaign.owner, f"because {step.word}")
    rows = campaign.steps.order_by("pk").values_list("before", "after", "why", "by__name")
    assert list(rows) == [
        ("draft", "approved", "because approve", "Planner"),
        ("approved", "draft", "because back", "Planner"),
        ("draft", "approved", "because approve", "Planner"),
        ("approved", "running", "because launch", "Planner"),
        ("running", "paused", "because pause", "Planner"),
        ("paused", "running", "because resume", "Planner"),
        ("running", "closed", "because close", "Planner"),
        ("closed", "paused", "because reopen", "Planner"),
    ]
    assert campaign.state == CampaignState.PAUSED


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_step_is_open_from_its_state_alone(state: CampaignState) -> None:
    campaign = make_plan()
    Campaign.objects.filter(pk=campaign.pk).update(state=state, seed=1, launched_at=campaign.created_at)
    for step in Step:
        if step.before != state:
            campaign.refresh_from_db()
            with pytest.raises(CannotStep, match=f"Not done: the campaign is now {state.label.lower()}"):
                stepping.take(campaign, step, campaign.owner)
    assert not CampaignStep.objects.exists()
    assert Campaign.objects.get(pk=campaign.pk).state == state


def test_what_was_never_launched_is_not_opened_again() -> None:
    campaign = make_campaign()
    assert stepping.offers(campaign) == []
    with pytest.raises(CannotStep, match="never launched here"):
        stepping.take(campaign, Step.REOPEN, None)


def test_what_lacks_something_is_neither_approved_nor_launched() -> None:
    campaign = make_plan()
    approve(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(goal="")
    campaign.refresh_from_db()
    with pytest.raises(CannotStep, match="Enter its goal"):
        stepping.take(campaign, Step.LAUNCH, campaign.owner)
    stepping.take(campaign, Step.BACK, campaign.owner)
    with pytest.raises(CannotStep, match="Enter its goal"):
        stepping.take(campaign, Step.APPROVE, campaign.owner)


def test_a_second_launch_is_refused_and_says_who_was_first() -> None:
    campaign = make_plan()
    approve(campaign)
    again = Campaign.objects.get(pk=campaign.pk)
    stepping.take(campaign, Step.LAUNCH, campaign.owner)
    with pytest.raises(CannotStep, match="the campaign is now running, by Planner"):
        stepping.take(again, Step.LAUNCH, campaign.owner)
    assert Launch.objects.count() == 1
    assert campaign.steps.filter(after="running").count() == 1


def test_a_launch_from_a_page_left_open_says_that_the_campaign_runs_not_what_a_draft_lacks() -> None:
    make_customer("C-1", email="a@example.com")
    campaign = launch(make_plan())
    stale = Campaign.objects.get(pk=campaign.pk)
    with pytest.raises(CannotStep, match="Not done: the campaign is now running, by Planner"):
        stepping.take(stale, Step.LAUNCH, campaign.owner)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_launch_at_once_one_does() -> None:
    campaign = make_plan()
    approve(campaign)

    def press(_number: int) -> str:
        try:
            stepping.take(Campaign.objects.get(pk=campaign.pk), Step.LAUNCH, campaign.owner)
            return "launched"
        except CannotStep:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == ["launched", "refused", "refused", "refused"]
    assert Launch.objects.count() == 1


# The draw by itself -----------------------------------------------------------------------------------------------


def arms(*weights: int, holdout: bool = False) -> list[Variant]:
    made = [Variant(pk=number + 1, weight=weight) for number, weight in enumerate(weights)]
    return [*made, Variant(pk=99, is_holdout=True)] if holdout else made


def test_lots_are_whole_numbers_in_proportion() -> None:
    assert lots_of(arms(1, 2), 0) == [Lots(1, 0, 100), Lots(2, 100, 300)]
    assert lots_of(arms(1, 2, holdout=True), 10) == [Lots(99, 0, 30), Lots(1, 30, 120), Lots(2, 120, 300)]


def test_a_place_is_the_documented_hash() -> None:
    key = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")
    digest = sha256((5).to_bytes(8, "big") + key.bytes).hexdigest()
    assert place(5, key, 300) == (int(digest[:16], 16) % 2**63) % 300
    assert place(6, key, 10**9) != place(5, key, 10**9)


def test_shares_come_out_within_chance() -> None:
    lots = lots_of(arms(1, 2, holdout=True), 10)
    keys = [uuid.UUID(int=number * 7919) for number in range(20_000)]
    counts: dict[int, int] = {}
    for key in keys:
        arm = drawn(123, key, lots)
        counts[arm] = counts.get(arm, 0) + 1
    found = balance(counts, lots)
    assert [arm.expected for arm in found.arms] == [2_000, 6_000, 12_000]
    assert found.p is not None
    assert 0.001 < found.p <= 1
    assert not found.is_suspicious


def test_an_uneven_draw_is_suspicious_and_one_arm_alone_is_not_judged() -> None:
    lots = lots_of(arms(1, 1), 0)
    assert balance({1: 600, 2: 400}, lots).is_suspicious
    even = balance({1: 510, 2: 490}, lots)
    assert even.p == pytest.approx(0.527, abs=0.001)  # chi-square 0.4 with one degree of freedom
    assert balance({1: 10}, lots_of(arms(1), 0)).p is None
    assert balance({}, lots).p is None


# Launching --------------------------------------------------------------------------------------------------------


def test_everybody_falls_where_the_recorded_seed_says() -> None:
    customers = people(60)
    campaign = launch(make_plan(holdout_percent=20), seed=42)
    lots = lots_of(list(campaign.variants.all()), 20)
    expected = {customer.pk: drawn(42, customer.key, lots) for customer in customers}
    rows = Assignment.objects.values_list("viewer__customer", "variant")
    assert dict(rows) == expected
    assert len(set(expected.values())) == 3


def test_a_draw_counts_in_the_rollups_and_each_arm_gets_its_material_but_for_the_holdout() -> None:
    people(60)
    campaign = launch(make_plan(holdout_percent=20), seed=42)
    fold_all()
    drawn_by = launching.people_by_variant(campaign)
    folded = dict(CampaignVariant.objects.values_list("variant", "recipients"))
    assert folded == drawn_by
    shared = dict(Share.objects.order_by().values_list("variant").annotate(Count("pk")))
    holdout = campaign.variants.get(is_holdout=True)
    assert shared == {variant: count for variant, count in drawn_by.items() if variant != holdout.pk}
    assert all(share.material == share.variant.material for share in Share.objects.all() if share.variant)
    assert set(Share.objects.values_list("sender__name", "channel", "campaign")) == {("Planner", "email", campaign.pk)}


def test_who_is_left_out_is_recorded_with_the_draw() -> None:
    customers = people(5)
    Customer.objects.filter(pk=customers[0].pk).update(email="")
    campaign = launch(make_plan())
    found = Launch.objects.get(campaign=campaign)
    assert (found.matched, found.reached, found.left_out, found.shares) == (5, 4, {"no address": 1}, 4)
    assert found.drawn_at
    assert found.done_at
    assert not Assignment.objects.filter(viewer__customer=customers[0]).exists()


def test_a_customer_without_a_viewer_becomes_one_and_a_merged_person_is_drawn_once() -> None:
    kept, absorbed = make_customer("C-1", email="a@example.com"), make_customer("C-2", email="b@example.com")
    merge(kept, absorbed, by=None)
    new = Customer.objects.create(number="C-3", name="Three", email="c@example.com")
    campaign = launch(make_plan())
    assert set(campaign.assignments.values_list("viewer__customer", flat=True)) == {kept.pk, new.pk}
    assert Viewer.objects.get(customer=new).key == new.key
    assert Launch.objects.get().left_out == {"merged": 1}


def test_nothing_later_changes_the_draw() -> None:
    people(6)
    campaign = launch(make_plan())
    before = set(campaign.assignments.values_list("viewer", "variant"))
    shares = set(Share.objects.values_list("pk", flat=True))
    people(6, first=6)
    Audience.objects.update(conditions={"states": ["NY"]})
    campaign.variants.update(weight=7)
    launching.work_on(campaign.pk)
    tend_launches()
    assert set(campaign.assignments.values_list("viewer", "variant")) == before
    assert set(Share.objects.values_list("pk", flat=True)) == shares


def test_an_audience_in_which_nobody_is_left_ends_the_launch() -> None:
    campaign = make_plan()
    approve(campaign)
    stepping.take(campaign, Step.LAUNCH, campaign.owner)
    launching.work_on(campaign.pk)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.seed, campaign.launched_at) == ("approved", None, None)
    assert not Launch.objects.exists()
    last = campaign.steps.order_by("pk").last()
    assert last
    assert (last.before, last.after, last.by) == ("running", "approved", None)
    assert last.why.startswith("Nobody was left in its audience")


def test_a_large_draw_is_written_in_batches_that_the_log_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    people(7)
    monkeypatch.setattr(EventBatch, "MAX_EVENTS", 3)
    monkeypatch.setattr(launching, "SHARES_A_TIME", 2)
    campaign = launch(make_plan())
    sizes = EventBatch.objects.filter(assignments__isnull=False).distinct().order_by("pk")
    assert list(sizes.values_list("assignment_count", flat=True)) == [3, 3, 1]
    assert campaign.assignments.count() == Share.objects.count() == Launch.objects.get().shares == 7


def test_each_goes_by_the_first_channel_that_reaches_them() -> None:
    make_customer("C-1", email="a@example.com", street="1 Main", postal_code="60601")
    make_customer("C-2", street="2 Main", postal_code="60601")
    make_customer("C-3")
    launch(make_plan(channels=[Channel.PRINT, Channel.EMAIL]))
    rows = Share.objects.values_list("recipient__customer__number", "channel")
    assert dict(rows) == {"C-1": "email", "C-2": "print"}


def test_a_campaign_by_telephone_draws_and_shares_nothing() -> None:
    make_customer("C-1", phone="+13125550142")
    campaign = launch(make_plan(channels=[Channel.TELEPHONE]))
    assert (campaign.assignments.count(), Share.objects.count()) == (1, 0)
    assert Launch.objects.get().done_at


class Killed(BaseException):
    """The worker is gone in the middle."""


def test_a_worker_that_dies_in_the_draw_leaves_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    people(3)
    campaign = make_plan()
    approve(campaign)
    stepping.take(campaign, Step.LAUNCH, campaign.owner)

    def die(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(launching, "_assign", die)
        with pytest.raises(Killed):
            launching.work_on(campaign.pk)
    assert (Assignment.objects.count(), EventBatch.objects.count(), Launch.objects.get().drawn_at) == (0, 0, None)
    launching.work_on(campaign.pk)
    assert campaign.assignments.count() == 3


def test_a_worker_that_dies_among_the_shares_is_gone_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    people(7)
    monkeypatch.setattr(launching, "SHARES_A_TIME", 1)
    real = sharing.share
    made: list[object] = []

    def die_at_the_third(*arguments: Any, **options: Any) -> Any:
        if len(made) == 2:
            raise Killed
        made.append(1)
        return real(*arguments, **options)

    campaign = make_plan()
    approve(campaign)
    stepping.take(campaign, Step.LAUNCH, campaign.owner)
    with monkeypatch.context() as patched:
        patched.setattr(launching, "share", die_at_the_third)
        with pytest.raises(Killed):
            launching.work_on(campaign.pk)
    assert Share.objects.count() == 2
    assert launching.under_way() == [campaign.pk]
    launching.work_on(campaign.pk)
    assert Share.objects.count() == 7
    assert Event.objects.filter(kind="shared").count() == 7
    assert Share.objects.values("recipient").distinct().count() == 7
    assert launching.under_way() == []


def test_a_paused_campaign_gets_no_links_until_it_is_resumed() -> None:
    people(3)
    campaign = make_plan()
    approve(campaign)
    stepping.take(campaign, Step.LAUNCH, campaign.owner)
    stepping.take(campaign, Step.PAUSE, campaign.owner)
    launching.work_on(campaign.pk)
    assert (campaign.assignments.count(), Share.objects.count(), launching.under_way()) == (3, 0, [])
    stepping.take(campaign, Step.RESUME, campaign.owner)
    assert launching.under_way() == [campaign.pk]
    work_on_launch(campaign.pk)
    assert Share.objects.count() == 3


def test_a_material_withdrawn_meanwhile_is_not_shared() -> None:
    people(60)  # so many that each of the two is drawn for somebody, whatever the seed
    campaign = make_plan()
    approve(campaign)
    stepping.take(campaign, Step.LAUNCH, campaign.owner)
    card = campaign.variants.get(name="card")
    Material.objects.filter(variants=card).update(withdrawn_at=campaign.created_at)
    launching.work_on(campaign.pk)
    assert not Share.objects.filter(variant=card).exists()
    assert campaign.assignments.filter(variant=card).exists()
    assert Share.objects.filter(variant__name="letter").exists()


def test_a_draw_takes_as_many_statements_for_one_as_for_many(django_assert_max_num_queries: Any) -> None:
    people(1)
    launch(make_plan("Warm"))  # makes the month's partitions
    counts = []
    for number, count in enumerate((1, 30)):
        people(count, first=100 * (number + 1))
        campaign = make_plan(f"Plan {number}", audience=make_audience(f"a{number}"))
        approve(campaign)
        stepping.take(campaign, Step.LAUNCH, campaign.owner)
        with django_assert_max_num_queries(200) as found:
            launching.draw(campaign.pk)
        counts.append(len(found))
    assert counts[0] == counts[1]
