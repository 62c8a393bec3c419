"""Tests of variants that have ended: what came of each is written down and told once, when everything is counted."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from analytics import deciding
from analytics.deciding import decide_ended
from analytics.folding import fold_all
from analytics.models import ReachedVerdict
from analytics.reports.campaign import CampaignQuery, campaign_report
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from config.schedule import SCHEDULE
from privacy.models import WebhookEvent
from privacy.roles import Role
from privacy.webhooks import endpoints
from records.models import Import
from records.signals import import_leaving
from tests.analytics.lifts import lift_in
from tests.factories import engage, enroll, make_campaign, make_customer, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 12)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "agency_today", lambda: TODAY)


@pytest.fixture
def endpoint() -> None:
    maker = make_user(Role.MARKETING_MANAGER, "Maker")
    endpoints.make("Program", "https://hooks.example/", ["test.verdict"], maker)


def ended_test(slug: str, *, answers: tuple[int, ...], people: int = 20, **values: Any) -> Campaign:
    """A campaign that ended yesterday: people in each arm, of whom so many answered; the first arm is the control."""
    names = ("control", "letter", "card")[: len(answers)]
    campaign = make_campaign(slug, names)
    for variant, count in zip(campaign.variants.order_by("position"), answers, strict=True):
        for number in range(people):
            did = ("response",) if number < count else ()
            enroll(make_customer(f"{slug}-{variant.name}-{number}"), variant, *did)
    Campaign.objects.filter(pk=campaign.pk).update(**{"ends_on": date(2026, 3, 11)} | values)
    return campaign


def found() -> list[tuple[str, str, str | None]]:
    rows = ReachedVerdict.objects.annotate(slug=F("campaign__slug"), name=F("variant__name")).order_by("slug")
    return [(row.slug, row.measure, row.name) for row in rows]


def test_a_clear_difference_is_told_once_with_its_interval(endpoint: None) -> None:
    ended_test("spring", answers=(5, 19))
    fold_all()
    assert (decide_ended(), decide_ended()) == (1, 0)
    verdict = ReachedVerdict.objects.get()
    expected = lift_in(campaign_report(CampaignQuery("spring")).variants[1])
    assert (verdict.difference, verdict.low, verdict.high) == (expected.absolute, expected.ci_low, expected.ci_high)
    (event,) = WebhookEvent.objects.all()
    assert event.kind == "test.verdict"
    assert event.data == {
        "campaign": "spring", "measure": "response_rate", "variant": "letter",
        "difference": pytest.approx(0.7), "low": verdict.low, "high": verdict.high,
        "blocked": "", "hidden": False,
    }  # fmt: skip


@pytest.mark.parametrize("answers", [(1, 15), (15, 1), (9, 19, 4), (3, 3)])
def test_what_tells_of_few_people_is_not_told_to_programs(endpoint: None, answers: tuple[int, ...]) -> None:
    """Whichever arm it tells of, and whatever came of it; what is written down for those who see people is whole."""
    ended_test("spring", answers=answers)
    fold_all()
    assert decide_ended() == 1
    (event,) = WebhookEvent.objects.all()
    assert event.data == {
        "campaign": "spring", "measure": "response_rate", "variant": None,
        "difference": None, "low": None, "high": None, "blocked": "", "hidden": True,
    }  # fmt: skip
    assert (ReachedVerdict.objects.get().difference is None) == (answers == (3, 3))


def test_a_test_of_few_people_is_not_told_either(endpoint: None) -> None:
    ended_test("spring", people=4, answers=(0, 4))
    fold_all()
    assert decide_ended() == 1
    assert WebhookEvent.objects.get().data["hidden"] is True


def test_a_test_without_a_clear_difference_says_so(endpoint: None) -> None:
    ended_test("spring", answers=(5, 6))
    fold_all()
    assert decide_ended() == 1
    assert found() == [("spring", "response_rate", None)]
    (event,) = WebhookEvent.objects.all()
    assert event.data == {
        "campaign": "spring", "measure": "response_rate", "variant": None,
        "difference": None, "low": None, "high": None, "blocked": "", "hidden": False,
    }  # fmt: skip


def test_people_who_were_not_divided_as_meant_leave_no_verdict_however_clear_it_looks(endpoint: None) -> None:
    campaign = ended_test("spring", answers=(0, 20))
    for number in range(40):
        enroll(make_customer(f"more-{number}"), campaign.variants.order_by("position")[1], "response")
    fold_all()
    assert decide_ended() == 1
    assert found() == [("spring", "response_rate", None)]
    blocked = ReachedVerdict.objects.get().blocked
    assert blocked.startswith("The people were not divided as intended: control has 20 where 40 were expected")
    (event,) = WebhookEvent.objects.all()
    assert event.data["blocked"] == blocked


def test_arms_that_were_meant_to_differ_in_size_have_their_verdict() -> None:
    campaign = ended_test("spring", answers=(0, 20))
    campaign.variants.filter(name="letter").update(weight=3)
    for number in range(40):
        enroll(make_customer(f"more-{number}"), campaign.variants.order_by("position")[1], "response")
    fold_all()
    decide_ended()
    assert found() == [("spring", "response_rate", "letter")]


def test_what_is_clear_by_itself_alone_among_many_is_not_told() -> None:
    """8 of 30 against 1 of 30 (exact p 0.026) is clear alone, and not where there is another arm."""
    ended_test("alone", people=30, answers=(1, 8))
    ended_test("among", people=30, answers=(1, 8, 2))
    fold_all()
    decide_ended()
    assert found() == [("alone", "response_rate", "letter"), ("among", "response_rate", None)]


def test_of_several_clear_ones_the_one_that_does_most_is_told_and_worse_counts_as_well() -> None:
    ended_test("best", answers=(0, 12, 18))
    ended_test("worse", answers=(18, 2))
    fold_all()
    assert decide_ended() == 2
    assert found() == [("best", "response_rate", "card"), ("worse", "response_rate", "letter")]
    assert ReachedVerdict.objects.get(campaign__slug="worse").difference == pytest.approx(-0.8)


def test_the_measure_is_the_one_nearest_to_the_purpose_that_was_recorded() -> None:
    campaign = ended_test("spring", answers=(1, 15))
    for number in range(9):
        engage(make_customer(f"more-{number}"), "conversion")
        enroll(make_customer(f"buyer-{number}"), campaign.variants.all()[1], "conversion", amount=10)
    fold_all()
    decide_ended()
    assert [measure for _, measure, _ in found()] == ["conversion_rate"]


@pytest.mark.parametrize(
    "values",
    [
        {"ends_on": TODAY, "state": CampaignState.RUNNING},  # its last day is not over
        {"ends_on": None, "state": CampaignState.RUNNING},
        {"ends_on": None, "state": CampaignState.PAUSED},
    ],
)
def test_a_test_that_has_not_ended_has_no_verdict_however_clear_it_looks(values: dict[str, Any]) -> None:
    ended_test("spring", answers=(0, 20), **values)
    fold_all()
    assert decide_ended() == 0


def test_a_campaign_that_was_closed_has_ended() -> None:
    ended_test("spring", answers=(0, 20), ends_on=None, state=CampaignState.CLOSED)
    fold_all()
    assert decide_ended() == 1


def test_nothing_is_decided_while_something_waits_to_be_counted() -> None:
    ended_test("spring", answers=(0, 20))
    assert decide_ended() == 0
    fold_all()
    engage(make_customer("late"), "view")
    assert decide_ended() == 0
    fold_all()
    assert decide_ended() == 1


def test_a_campaign_without_a_control_another_arm_or_anything_recorded_is_no_test() -> None:
    ended_test("alone", answers=(4,))
    ended_test("silent", answers=(0, 0))
    uncontrolled = ended_test("uncontrolled", answers=(4, 9))
    uncontrolled.variants.update(is_control=False)
    fold_all()
    assert decide_ended() == 0


def test_what_comes_in_later_changes_no_verdict() -> None:
    campaign = ended_test("spring", answers=(0, 20))
    fold_all()
    decide_ended()
    for number in range(20):
        enroll(make_customer(f"late-{number}"), campaign.variants.order_by("position")[0], "response")
    fold_all()
    assert decide_ended() == 0
    assert found() == [("spring", "response_rate", "letter")]


def test_a_verdict_goes_with_the_import_of_its_campaign_and_no_other_does() -> None:
    record = Import.objects.create(kind="engagement", file_name="spring.csv")
    ended_test("spring", answers=(0, 20), source_import=record)
    ended_test("autumn", answers=(0, 20))
    fold_all()
    assert decide_ended() == 2
    import_leaving.send(Import, record=record)
    assert found() == [("autumn", "response_rate", "letter")]


def test_the_verdict_and_its_telling_stand_or_fall_together(endpoint: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ended_test("spring", answers=(0, 20))
    fold_all()

    def broken(*_args: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(deciding, "tell", broken)
        with pytest.raises(RuntimeError):
            decide_ended()
    assert not ReachedVerdict.objects.exists()
    assert (decide_ended(), WebhookEvent.objects.count()) == (1, 1)


def test_the_database_refuses_a_variant_beside_the_reason_why_there_is_none() -> None:
    ended_test("spring", answers=(1, 15))
    fold_all()
    decide_ended()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReachedVerdict.objects.update(blocked="The people were not divided as intended.")


@pytest.mark.parametrize(
    "values", [{"measure": ""}, {"variant": None}, {"low": 0.9, "high": 1.0}, {"difference": None}]
)
def test_the_database_refuses_what_makes_no_sense(values: dict[str, Any]) -> None:
    ended_test("spring", answers=(1, 15))
    fold_all()
    decide_ended()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReachedVerdict.objects.update(**values)


def test_the_clock_asks_for_it() -> None:
    assert "analytics.tasks.decide_tests" in {entry["task"] for entry in SCHEDULE.values()}
