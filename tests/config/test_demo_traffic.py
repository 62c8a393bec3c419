"""What the demo draws: rhythms, readers, scanners and true rates, before anything is written."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from campaigns.enums import Signal
from config.demo import rhythm, rows, staff, traffic
from config.demo.brochures import brochures
from config.demo.campaigns import HOLDOUT, PLANS
from config.demo.mailings import Draw, cents, response_chances
from config.demo.materials import LINKS, PAGES, shelf
from config.demo.rhythm import Calendar
from config.demo.traffic import Drawn, Size

AS_OF = date(2026, 11, 23)
NEW_YORK = Calendar(AS_OF, ZoneInfo("America/New_York"))


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return traffic.draw_all(890, NEW_YORK, Size())


def of_kind(drawn: Drawn, kind: int, *, signals: int | None = None, own: bool | None = None) -> rows.Rows:
    """The events of one kind, with these signals, of own shares or of campaigns."""
    events = drawn.events
    which = events["kind"] == kind
    if signals is not None:
        which &= events["signals"] == signals
    if own is not None:
        which &= (events["campaign"] == rows.NONE) == own
    return rows.take(events, which)


def weekdays(moments: rhythm.Moments) -> list[float]:
    """The share of each day of the week, Monday first."""
    counts = np.bincount((moments.astype("datetime64[D]").astype(int) + 3) % 7, minlength=7)
    return list(counts / counts.sum())


def hours(moments: rhythm.Moments) -> rhythm.Numbers:
    """The share of each hour of the day."""
    counts = np.bincount(moments.astype("datetime64[h]").astype(int) % 24, minlength=24)
    return np.asarray(counts / counts.sum())


# Time ----------------------------------------------------------------------------------------------------------------
def test_moments_become_utc_by_the_agencys_summer_and_winter_time() -> None:
    local = np.array(["2026-01-15T12:00", "2026-07-15T12:00", "2026-07-15T23:30:15.250"], "datetime64[ms]")
    assert NEW_YORK.utc_text(local) == [
        "2026-01-15T17:00:00.000Z",
        "2026-07-15T16:00:00.000Z",
        "2026-07-16T03:30:15.250Z",
    ]
    assert NEW_YORK.moment_of(date(2026, 7, 15)) == datetime(2026, 7, 15, 13, tzinfo=UTC)


def test_sales_share_on_weekdays_in_office_hours(drawn: Drawn) -> None:
    shared = of_kind(drawn, rows.SHARED, own=True)["at"]
    share = weekdays(shared)
    assert sum(share[5:]) < 0.02
    assert max(share) == share[1] > 0.22
    assert hours(shared)[8:18].sum() > 0.95


def test_people_read_in_the_daytime_and_a_little_on_weekends(drawn: Drawn) -> None:
    visits = of_kind(drawn, rows.VISIT, signals=0)["at"]
    assert 0.02 < sum(weekdays(visits)[5:]) < 0.12
    assert hours(visits)[7:19].sum() > 0.75
    assert 0.03 < hours(visits)[19:24].sum() < 0.2


def test_views_fall_off_after_a_mailing_and_a_reminder_brings_a_second_wave(drawn: Drawn) -> None:
    plan = next(plan for plan in PLANS if plan.slug == "demo-supplies-early")
    visits = of_kind(drawn, rows.VISIT, signals=0)
    of_plan = rows.take(visits, visits["campaign"] == PLANS.index(plan))
    day = (of_plan["at"].astype("datetime64[D]") - np.datetime64(plan.starts_on(AS_OF))).astype(int)
    once, reminded = (np.bincount(day[of_plan["variant"] == arm], minlength=40) for arm in (0, 1))
    assert once[:4].sum() > 0.5 * once.sum()
    assert once[:7].sum() > 2.5 * once[7:14].sum() > 5 * once[14:21].sum()
    assert reminded[12:16].sum() > 2.5 * once[12:16].sum()


def test_the_history_is_full_from_its_first_month_to_its_last(drawn: Drawn) -> None:
    at = drawn.events["at"]
    assert at.min() >= np.datetime64(NEW_YORK.start)
    assert at.max() < NEW_YORK.end
    by_month = np.bincount((NEW_YORK.end - at).astype("timedelta64[D]").astype(int) // 31)
    assert len(by_month) == 18
    assert by_month.min() > 3_000


# People --------------------------------------------------------------------------------------------------------------
def test_organizations_staff_and_readers_have_long_tails(drawn: Drawn) -> None:
    people = drawn.people
    members = np.bincount(people.organization)
    assert (len(members), members.min()) == (2_500, 1)
    assert np.median(members) <= 6
    assert members.max() > 100
    assert np.bincount(people.staff, minlength=12).min() > 500
    for progress in (0.0, 0.5, 1.0):
        eagerness = people.eagerness_at(progress)
        assert eagerness.mean() == pytest.approx(1)
        highest = max(arm.view for plan in PLANS for arm in plan.arms)
        assert highest * eagerness.max() < 1  # no chance is cut off, so the rates are the true ones
    views = np.bincount(of_kind(drawn, rows.VIEW, signals=0)["customer"], minlength=people.size)
    assert (views == 0).mean() > 0.3
    assert views.max() > 25


def test_those_who_fade_read_less_and_those_who_grow_read_more(drawn: Drawn) -> None:
    visits = of_kind(drawn, rows.VISIT, signals=0, own=True)
    late = visits["at"] > np.datetime64(NEW_YORK.start) + np.timedelta64(rhythm.HISTORY_DAYS // 2, "D")
    trend = drawn.people.trend[visits["customer"]]
    assert late[trend == -1].mean() < 0.25
    assert 0.4 < late[trend == 0].mean() < 0.6
    assert late[trend == 1].mean() > 0.75


def test_eagerness_changes_over_the_history_by_each_ones_trend(drawn: Drawn) -> None:
    people = drawn.people
    ratio = people.eagerness_at(1.0) / people.eagerness_at(0.0)
    assert np.median(ratio[people.trend == -1]) < 0.4
    assert 0.8 < np.median(ratio[people.trend == 0]) < 1.25
    assert np.median(ratio[people.trend == 1]) > 2.5


def test_readers_drop_off_page_by_page_and_never_read_past_the_end(drawn: Drawn) -> None:
    pages = of_kind(drawn, rows.PAGE)
    counts = np.bincount(pages["page"])
    assert (np.diff(counts[1:]) < 0).all()
    assert (pages["page"] <= shelf().page_counts[pages["material"]]).all()
    assert pages["dwell_ms"].min() >= 400
    assert pages["dwell_ms"].max() <= 15 * 60_000


# Machines ------------------------------------------------------------------------------------------------------------
def test_gateways_follow_all_links_of_a_message_within_a_second(drawn: Drawn) -> None:
    views = of_kind(drawn, rows.VIEW, signals=0, own=False)
    with_visit = np.isin(views["visit"], of_kind(drawn, rows.VISIT)["visit"])
    bursts = rows.take(views, ~with_visit)
    # A burst is known by its customer and start.
    _starts, burst, size = np.unique(
        np.stack([bursts["customer"], bursts["start"].astype(np.int64)]),
        axis=1,
        return_inverse=True,
        return_counts=True,
    )
    assert len(size) > 1_000
    assert set(size) == {4}
    for nth in np.argsort(burst, kind="stable").reshape(-1, 4)[:200]:
        assert len(set(bursts["material"][nth])) == 4
        assert np.ptp(bursts["at"][nth]) < np.timedelta64(1, "s")
    sent = {(c, p): at for c, p, at in _columns(of_kind(drawn, rows.SHARED, own=False), "customer", "campaign", "at")}
    delay = [start - sent[c, p] for c, p, start in _columns(bursts, "customer", "campaign", "start")]
    assert np.median(np.array(delay).astype(int)) == pytest.approx(43_000, rel=0.1)


def _columns(of: rows.Rows, *names: str) -> list[tuple[int, ...]]:
    return list(zip(*(of[name].astype(np.int64).tolist() for name in names), strict=True))


@pytest.mark.parametrize(
    "signal", [Signal.KNOWN_AGENT, Signal.HEAD, Signal.HONEYPOT, Signal.NO_FOCUS, Signal.INTERNAL_NETWORK]
)
def test_each_sign_of_a_machine_or_colleague_occurs(drawn: Drawn, signal: Signal) -> None:
    assert rows.size(of_kind(drawn, rows.VIEW, signals=signal)) > 300


def test_forwarded_links_have_unknown_readers_of_something_shared_with_the_customer(drawn: Drawn) -> None:
    visits = of_kind(drawn, rows.VISIT, signals=0)
    passed = rows.take(visits, visits["grade"] == rows.UNKNOWN)
    shares = set(_columns(of_kind(drawn, rows.SHARED), "customer", "campaign", "material"))
    assert rows.size(passed) > 1_000
    assert set(_columns(passed, "customer", "campaign", "material")) <= shares
    verified = (visits["grade"] == rows.VERIFIED).mean()
    assert 0.03 < verified < 0.09


# Truth ---------------------------------------------------------------------------------------------------------------
def test_the_chance_to_respond_is_the_true_rate_whoever_views() -> None:
    plan = next(plan for plan in PLANS if plan.slug == "demo-local-reach")
    draw = np.random.default_rng(1)
    eagerness = np.minimum(draw.lognormal(-0.28, 0.75, 600_000), 2.2)
    chosen = Draw(plan, np.arange(600_000), np.arange(600_000) % 3, eagerness / eagerness.mean())
    views = draw.random(600_000) < chosen.rate("view") * chosen.eagerness
    chances = response_chances(chosen, views)
    assert chances.min() >= 0
    assert chances.max() <= 1
    for at, arm in enumerate(plan.arms):
        assert views[at::3].mean() == pytest.approx(arm.view, rel=0.02)
        assert chances[at::3].mean() == pytest.approx(arm.response, rel=0.02)


def test_amounts_are_skewed_around_their_true_average() -> None:
    amounts = cents(np.random.default_rng(1), np.full(400_000, 180.0)) / 100
    assert amounts.mean() == pytest.approx(180, rel=0.01)
    assert np.median(amounts) < 0.7 * amounts.mean()
    assert amounts.min() > 0


def test_a_customer_is_drawn_into_one_arm_and_arms_are_of_equal_size(drawn: Drawn) -> None:
    shared = of_kind(drawn, rows.SHARED, own=False)
    assert rows.size(shared) == len(set(_columns(shared, "customer", "campaign")))
    for at in np.unique(shared["campaign"]):
        sizes = np.bincount(shared["variant"][shared["campaign"] == at])
        assert np.ptp(sizes) <= 1


def test_everything_that_ended_campaigns_bring_lies_in_the_past() -> None:
    over = [plan.slug for plan in PLANS if plan.is_over()]
    assert len(over) == 9
    assert {plan.slug for plan in PLANS} - set(over) == {"demo-online-postage", "demo-reply-cards"}


def test_the_documentation_states_the_true_rates() -> None:
    page = (Path(__file__).parents[2] / "docs" / "demo.md").read_text()
    table = [line for line in page.splitlines() if line.startswith(("| demo-", "|  | "))]
    assert table == [_stated(plan, at) for plan in PLANS for at in range(len(plan.arms))]


def _stated(plan: object, at: int) -> str:
    plan = next(each for each in PLANS if each is plan)
    arm = plan.arms[at]
    name = arm.name + (" (control)" if at == 0 and len(plan.arms) > 1 else "")
    view = "–" if plan is HOLDOUT else f"{arm.view:.2f}"
    rates = f"{view} | {arm.response:.3f} | {arm.conversion:.3f} | ${arm.amount} | ${arm.revenue:.2f}"
    return f"| {plan.slug if at == 0 else ''} | {name} | {rates} |"


# Files and names -----------------------------------------------------------------------------------------------------
def test_the_same_seed_writes_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    def written(name: str, seed: int) -> dict[str, bytes]:
        folder = tmp_path / name
        folder.mkdir()
        traffic.write_all(seed, traffic.draw_all(seed, NEW_YORK, Size(300, 4_000)), folder)
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    first = written("first", 1)
    assert {"customers.csv", "events.csv", "holdout.csv"} < set(first)
    assert written("again", 1) == first
    other = written("other", 2)
    # Who supplies what is no matter of chance.
    assert other.pop("suppliers.csv") == first.pop("suppliers.csv")
    assert set(other.values()).isdisjoint(first.values())


def test_every_material_is_named_once_and_the_campaigns_send_only_what_there_is() -> None:
    slugs = [brochure.slug for brochure in brochures()]
    assert (len(slugs), len(PAGES), len(LINKS)) == (24, 8, 11)
    assert len(set(shelf().slugs)) == 43
    assert {arm.document for plan in PLANS for arm in plan.arms if arm.document} <= set(slugs)
    assert {plan.page for plan in PLANS if plan.page} == PAGES.keys()
    assert {link for plan in PLANS for link in plan.links} == LINKS.keys()


def test_staff_addresses_are_plain_and_cannot_exist() -> None:
    addresses = list(map(staff.email_of, staff.names()))
    assert len(set(addresses)) == 22
    assert all(address.isascii() and address.endswith("@demo.waymark.test") for address in addresses)
    assert staff.email_of("Daniel O'Keefe") == "daniel.okeefe@demo.waymark.test"
