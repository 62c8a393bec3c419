"""A campaign as a test: whether its people were divided as meant, what differs, and what would tell more."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client

from analytics.folding import fold_all
from analytics.insight.experiments.moments import moments_of, skewness
from analytics.models import CampaignVariant
from analytics.reports import judged
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.reports.judged import RATES, REVENUE, JudgedLift, least_skewness, plain_lifts
from analytics.reports.rendering import as_data, campaign_table
from analytics.verdict_words import division, headline, sentences, silence
from campaigns.enums import CampaignState
from campaigns.models import Campaign, Variant
from privacy.roles import Role
from records import figures
from tests.analytics.lifts import lift_in
from tests.analytics.pictured import CLEAR, TOO_FEW, UNCLEAR, report, variant
from tests.events import append, event, make_campaign, make_viewer
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 12)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged, "agency_today", lambda: TODAY)


def judged_of(arms: dict[str, tuple[int, int]], **values: Any) -> CampaignReport:
    """A campaign called spring whose arms have so many people, of whom so many answered; the first is the control."""
    campaign = make_campaign("spring", tuple(arms))
    people = {arm: [make_viewer() for _ in range(arms[arm.name][0])] for arm in campaign.variants.all()}
    append(
        *(
            event(viewer, "response", variant=arm)
            for arm, seen in people.items()
            for viewer in seen[: arms[arm.name][1]]
        ),
        assigned=[(viewer, arm) for arm, seen in people.items() for viewer in seen],
    )
    Campaign.objects.filter(pk=campaign.pk).update(**values)
    fold_all()
    return campaign_report(CampaignQuery("spring"))


def lift_of(found: CampaignReport, place: int = 1) -> JudgedLift:
    return lift_in(found.variants[place])


def said(found: CampaignReport, *, hides_few: bool = False) -> list[str]:
    return [line.replace(figures.NARROW_GAP, " ") for line in sentences(found, hides_few=hides_few)]


def test_the_division_is_what_was_drawn() -> None:
    found = judged_of({"control": (40, 4), "letter": (44, 5)})
    assert found.test is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT variant.name, count(*) FROM campaigns_assignment JOIN campaigns_variant AS variant "
            "ON variant.id = variant_id GROUP BY variant.name ORDER BY 1"
        )
        drawn = cursor.fetchall()
    assert [(one.variant, one.people) for one in found.test.division] == drawn
    assert [one.expected for one in found.test.division] == [42.0, 42.0]
    assert not found.test.has_shares
    assert found.test.p == pytest.approx(0.6625, abs=1e-4)  # chi-square of (2 / 42) * 2 * 2 with one degree
    assert division(found) == "The people were divided as intended (p = 0.663)."


def test_an_uneven_division_stops_every_verdict_and_says_why() -> None:
    found = judged_of({"control": (40, 0), "letter": (80, 60)})
    assert found.test is not None
    assert found.test.blocked.startswith(
        "The people were not divided as intended: control has 40 where 60 were expected"
    )
    assert (lift_of(found).verdict, lift_of(found).is_clear) == ("blocked", False)
    assert sentences(found, hides_few=False) == []
    assert division(found).startswith("No verdict. The people were not divided as intended")


def test_shares_are_those_of_the_draw() -> None:
    judged_of({"holdout": (10, 0), "one": (60, 10), "two": (30, 5)}, holdout_percent=10)
    Variant.objects.filter(name="holdout").update(is_holdout=True)
    Variant.objects.filter(name="one").update(weight=2)
    found = campaign_report(CampaignQuery("spring"))
    assert found.test is not None
    assert [one.expected for one in found.test.division] == [10.0, 60.0, 30.0]
    assert found.test.has_shares
    assert found.test.blocked == ""


def test_too_few_people_to_tell_say_so_and_stop_nothing() -> None:
    found = judged_of({"control": (1, 0), "letter": (6, 3)})
    assert division(found) == "Too few people to tell whether they were divided as intended."
    assert lift_of(found).verdict == "unclear"


def test_a_campaign_without_a_control_or_with_one_arm_is_no_test() -> None:
    assert judged_of({"control": (5, 1)}).test is None
    Variant.objects.create(campaign=Campaign.objects.get(), name="letter", position=1)
    assert campaign_report(CampaignQuery("spring")).test is not None
    Variant.objects.update(is_control=False)
    found = campaign_report(CampaignQuery("spring"))
    assert found.test is None
    assert (division(found), sentences(found, hides_few=False)) == ("", [])


RUNNING = {"state": CampaignState.RUNNING}


@pytest.mark.parametrize(
    ("values", "is_over"),
    [
        ({}, True),  # as imported: closed
        (RUNNING, False),
        (RUNNING | {"ends_on": date(2026, 3, 11)}, True),
        (RUNNING | {"ends_on": TODAY}, False),
    ],
)
def test_a_campaign_is_judged_at_its_end_when_it_has_ended(values: dict[str, Any], is_over: bool) -> None:
    found = judged_of({"control": (60, 6), "letter": (60, 18)}, **values)
    lift = lift_of(found)
    assert found.test is not None
    assert (found.test.is_over, lift.is_over) == (is_over, is_over)
    assert lift.verdict == ("clear" if is_over else "unclear")
    assert (lift.low, lift.high) == ((lift.ci_low, lift.ci_high) if is_over else (lift.always_low, lift.always_high))


def test_intervals_of_a_running_campaign_are_the_wider_ones_in_words_and_numbers() -> None:
    found = judged_of({"control": (60, 6), "letter": (60, 18)}, **RUNNING)
    lift = lift_of(found)
    assert lift.always_low is not None
    assert lift.ci_low is not None
    assert lift.always_low < 0 < lift.ci_low
    assert lift.p is not None
    assert lift.p > 0.05
    assert "no clear difference" in said(found)[0]


def test_verdicts_are_corrected_for_all_arms_and_measures() -> None:
    found = judged_of({"control": (60, 6), "one": (60, 15), "two": (60, 7), "three": (60, 6)})
    assert found.test is not None
    assert found.test.comparisons == 3
    assert lift_of(found).p == pytest.approx(3 * 0.03056, abs=1e-3)
    assert [lift_of(found, place).verdict for place in (1, 2, 3)] == ["unclear"] * 3


def test_what_was_not_recorded_is_not_judged() -> None:
    found = judged_of({"control": (60, 6), "letter": (60, 18)})
    lifts = found.variants[1].lift
    assert lifts is not None
    assert [name for name, lift in lifts.items() if lift and lift.verdict] == ["response_rate"]
    assert lift_in(found.variants[1], "view_rate").p is None


def test_it_says_how_many_more_it_takes() -> None:
    """Of a tenth of 10%, four times in five: 16 p (1 - p) / d² a group, and the 200 who are there are taken off."""
    found = judged_of({"control": (100, 10), "letter": (100, 11)})
    lift = lift_of(found)
    assert lift.worth == pytest.approx(0.01)
    assert lift.more_recipients == 30_000
    assert said(found)[0].endswith(
        "no clear difference (p = 0.818). It needs about 30,000 more recipients to see a lift of 1.00 points four "
        "times in five."
    )


def test_sentences_about_few_people_are_left_out_where_they_must() -> None:
    found = judged_of({"control": (40, 20), "letter": (40, 3)})
    assert len(said(found)) == 1
    assert said(found, hides_few=True) == []


FEW = "Too few people have done anything to say which variant wins. What covers fewer than 5 people is left out."


def test_why_it_does_not_say_which_variant_wins_is_told() -> None:
    few = judged_of({"control": (40, 20), "letter": (40, 3)})
    assert silence(few, hides_few=True) == FEW
    assert silence(few, hides_few=False) == ""


def test_where_nothing_was_recorded_it_says_so() -> None:
    none = judged_of({"control": (40, 0), "letter": (40, 0)})
    assert none.recorded == ()
    said = "It cannot say yet which variant wins: nothing that people did has been recorded."
    assert silence(none, hides_few=True) == silence(none, hides_few=False) == said


def test_a_stopped_test_gives_its_own_reason() -> None:
    assert silence(judged_of({"control": (40, 0), "letter": (80, 60)}), hides_few=False) == ""


def test_a_clear_difference_is_said_and_nothing_of_more_people() -> None:
    made = report(variant("control", response_rate=0.018), variant("red", CLEAR, response_rate=0.0222))
    (line,) = said(with_test(made))
    assert line == (
        "Red, response rate: 2.22% against 1.80%: +0.42 points, 95% interval 0.16 to 0.67; a clear difference "
        "(p = 0.001 after correction for 2 comparisons)."
    )


def test_an_unclear_one_says_what_it_takes_and_too_few_say_only_that() -> None:
    made = report(
        variant("control", response_rate=0.018),
        variant("red", UNCLEAR, response_rate=0.017),
        variant("blue", TOO_FEW, response_rate=0.518),
    )
    red, blue = said(with_test(made))
    assert red.endswith("It needs about 4,000 more recipients to see a lift of 0.50 points four times in five.")
    assert blue == "Blue, response rate: 51.80% against 1.80%. Too few people to say more."


def with_test(made: CampaignReport) -> CampaignReport:
    return replace(made, test=judged.TestResult(True, "", (), 0.5, (), False, 2))


# Whether it won ------------------------------------------------------------------------------------------------------


WON = "Red wins: +0.42 points in response rate against the control, 95% interval 0.16 to 0.67."
LOST = JudgedLift(-0.0042, -0.23, -0.0067, -0.0016, p=0.001, verdict="clear")
NEAR = JudgedLift(0.0042, 0.23, 0.0002, 0.0082, p=0.08, verdict="unclear")


def headline_of(lifts: dict[str, JudgedLift], *, is_over: bool = True) -> str:
    arms = [variant(name, lift, response_rate=0.02) for name, lift in lifts.items()]
    made = with_test(report(variant("control", response_rate=0.018), *arms))
    assert made.test is not None
    made = replace(made, test=replace(made.test, is_over=is_over))
    return headline(made, hides_few=False).replace(figures.NARROW_GAP, " ")


def test_it_begins_with_whether_the_test_won_and_by_how_much() -> None:
    assert headline_of({"red": CLEAR}) == WON
    assert headline_of({"blue": UNCLEAR, "red": CLEAR, "green": LOST}) == WON
    assert headline_of({"red": CLEAR}, is_over=False) == WON.replace("wins", "is ahead so far")


def test_an_arm_that_does_clearly_worse_loses() -> None:
    said = "Red loses: −0.42 points in response rate against the control, 95% interval −0.67 to −0.16."
    assert headline_of({"red": LOST, "blue": UNCLEAR}) == said
    assert headline_of({"red": LOST}, is_over=False) == said.replace("loses", "is behind so far")


def test_where_none_wins_clearly_it_says_which_comes_nearest() -> None:
    assert headline_of({"red": UNCLEAR, "blue": NEAR}) == (
        "No variant wins clearly in response rate. Blue comes nearest: +0.42 points in response rate against the "
        "control, 95% interval 0.02 to 0.82 (p = 0.080 after correction for 2 comparisons)."
    )
    # However far off an arm of twelve people is, it is not the one to speak of.
    assert "Blue comes nearest: +0.42 points" in headline_of({"red": TOO_FEW, "blue": NEAR})
    assert headline_of({"red": TOO_FEW}) == ("No variant wins clearly in response rate. Too few people to say more.")


def test_of_no_test_a_stopped_one_and_few_people_it_says_nothing() -> None:
    made = report(variant("control", response_rate=0.018), variant("red", CLEAR, response_rate=0.0222))
    assert headline(made, hides_few=False) == ""
    stopped = with_test(made)
    assert stopped.test is not None
    assert headline(replace(stopped, test=replace(stopped.test, blocked="Uneven.")), hides_few=False) == ""
    few = judged_of({"control": (40, 20), "letter": (40, 3)})
    assert headline(few, hides_few=False) != ""
    assert headline(few, hides_few=True) == ""


# Amounts -------------------------------------------------------------------------------------------------------------


def test_the_least_skewness_is_that_of_nothing_or_one_same_amount() -> None:
    values = np.array([0.0] * 95 + [20.0] * 5)
    assert least_skewness([moments_of(values)]) == pytest.approx(skewness(values))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_least_skewness_is_never_more_than_the_true_one(seed: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.lognormal(3, 1, 500) * (chance.random(500) < 0.2)
    assert 0 < least_skewness([moments_of(values[:200]), moments_of(values[200:])]) <= skewness(values)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [3.0, 3.0]])
def test_amounts_that_do_not_vary_are_not_skewed(values: list[float]) -> None:
    assert least_skewness([moments_of(np.array(values))]) == pytest.approx(0.0)


def test_amounts_of_few_are_not_judged_and_uneven_ones_are_said_to_be_rough() -> None:
    campaign = make_campaign("spring")
    arms = {arm: [make_viewer() for _ in range(60)] for arm in campaign.variants.all()}
    append(
        *(
            event(viewer, "conversion", variant=arm, amount=f"{10 + number * number}", signals=32)
            for arm, seen in arms.items()
            for number, viewer in enumerate(seen[:20])
        ),
        assigned=[(viewer, arm) for arm, seen in arms.items() for viewer in seen],
    )
    fold_all()
    found = campaign_report(CampaignQuery("spring"))
    assert lift_in(found.variants[1], REVENUE).is_rough
    assert said(found)[0].endswith("take the interval as rough.")
    assert amounts_of(5).verdict == "too few"


def amounts_of(people: int) -> JudgedLift:
    campaign = make_campaign("few")
    arms = {arm: [make_viewer() for _ in range(people)] for arm in campaign.variants.all()}
    append(
        *(event(seen[0], "conversion", variant=arm, amount="10", signals=32) for arm, seen in arms.items()),
        assigned=[(viewer, arm) for arm, seen in arms.items() for viewer in seen],
    )
    fold_all()
    return lift_in(campaign_report(CampaignQuery("few")).variants[1], REVENUE)


@pytest.mark.parametrize(
    ("control", "compared"),
    [
        pytest.param({"recipients": 0}, set(), id="of nobody"),
        pytest.param({"recipients": 9, "unknown_amount_people": 9}, set(RATES), id="of unknown amounts"),
        pytest.param({"recipients": 9}, {*RATES, REVENUE}, id="of some"),
    ],
)
def test_nothing_differs_from_nobody(control: dict[str, int], compared: set[str]) -> None:
    """The difference would be the arm's own number, also where that is hidden because it tells of few people."""
    arm = CampaignVariant(recipients=9, converters=2, revenue_of_known=100, revenue_squares_of_known=5_000)
    for row, other in ((arm, CampaignVariant(**control)), (CampaignVariant(**control), arm)):
        assert {measure for measure, lift in plain_lifts(row, other).items() if lift} == compared


# Where it is shown ---------------------------------------------------------------------------------------------------


def test_json_and_csv_hold_the_verdict() -> None:
    found = judged_of({"control": (60, 6), "letter": (60, 18)})
    lift = as_data(found)["variants"][1]["lift"]["response_rate"]
    assert (lift["verdict"], lift["is_over"]) == ("clear", True)
    heading, _control, letter = campaign_table(found)
    cells = dict(zip(heading, letter, strict=True))
    assert cells["response_rate_lift_verdict"] == "clear"
    assert cells["response_rate_lift_p"] == pytest.approx(0.0062, abs=1e-4)
    assert cells["view_rate_lift_verdict"] is None


def test_the_page_tells_of_the_test(client: Client) -> None:
    judged_of({"control": (60, 6), "letter": (60, 18)}, **RUNNING)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/campaigns/spring/").content.decode()
    assert "What the test says" in page
    assert re.findall('<p class="lead verdict">(.*?):', page) == [
        "No variant wins clearly in response rate. letter comes nearest"
    ]
    assert "The people were divided as intended (p = 1.000)." in page
    assert "The campaign is still running: intervals and verdicts hold however often you look" in page


def test_the_page_says_why_there_is_no_verdict(client: Client) -> None:
    judged_of({"control": (40, 0), "letter": (80, 60)})
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/campaigns/spring/").content.decode()
    assert "No verdict. The people were not divided as intended: control has 40" in page
    assert "lift-clear" not in page
