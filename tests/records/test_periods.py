"""Stretches of days: what each preset is, the free range, and what comes of them in a list's filters."""

from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from analytics.folding import fold_all
from campaigns.models import Share
from privacy.models import User
from privacy.roles import Role
from records import periods
from records.periods import CHOICES, PRESETS, Period, PeriodField, PeriodFilter, PeriodWidget, month_of, quarter_of
from records.saved_views import query_to_keep
from tests.campaigns.shared import shared_with
from tests.exporting import csv_rows
from tests.factories import engage, make_campaign, make_customer, make_material, make_user

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", date(2026, 5, 20), date(2026, 5, 20)),
        ("last-7", date(2026, 5, 14), date(2026, 5, 20)),
        ("last-28", date(2026, 4, 23), date(2026, 5, 20)),
        ("last-90", date(2026, 2, 20), date(2026, 5, 20)),
        ("this-month", date(2026, 5, 1), date(2026, 5, 31)),
        ("last-month", date(2026, 4, 1), date(2026, 4, 30)),
        ("this-quarter", date(2026, 4, 1), date(2026, 6, 30)),
        ("last-quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("this-year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_each_preset_is_a_stretch_of_whole_days(name: str, first: date, last: date) -> None:
    assert PRESETS[name](TODAY) == Period(first, last)


def test_every_preset_is_offered_with_all_and_a_free_range() -> None:
    assert [value for value, _ in CHOICES] == ["", *PRESETS, "between"]


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_months_and_quarters_hold_their_day_and_follow_each_other(day: date) -> None:
    for period, before in (
        (month_of(day), PRESETS["last-month"](day)),
        (quarter_of(day), PRESETS["last-quarter"](day)),
    ):
        assert period.first is not None
        assert period.last is not None
        assert before.last is not None
        assert period.first <= day <= period.last
        assert period.first.day == 1
        assert (period.last + periods.DAY).day == 1
        assert before.last + periods.DAY == period.first


def test_a_day_begins_and_ends_by_the_agencys_clock() -> None:
    period = Period(date(2026, 3, 8), date(2026, 3, 8))  # the day on which the clocks go forward in New York
    assert period.begins == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert period.ends == datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert (Period(date(2026, 3, 8)).ends, Period(None, date(2026, 3, 8)).begins) == (None, None)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(date(2026, 3, 1), date(2026, 3, 31)), "2026-03-01 to 2026-03-31"),
        (Period(date(2026, 3, 1), date(2026, 3, 1)), "2026-03-01"),
        (Period(date(2026, 3, 1)), "since 2026-03-01"),
        (Period(None, date(2026, 3, 1)), "until 2026-03-01"),
    ],
)
def test_a_period_is_told_in_a_files_notes(period: Period, words: str) -> None:
    assert period.words == words


def cleaned(query: str) -> Period | None:
    asked = PeriodWidget().value_from_datadict(QueryDict(query), {}, "seen")
    value: Period | None = PeriodField(required=False).clean(asked)
    return value


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("", None),
        ("seen=", None),
        ("seen=between", None),
        ("seen=today", Period(TODAY, TODAY)),
        ("seen_since=2026-03-01", Period(date(2026, 3, 1))),
        ("seen=between&seen_until=2026-03-01", Period(None, date(2026, 3, 1))),
        ("seen_since=0001-01-01&seen_until=9999-12-31", Period(date.min, date.max)),
        ("seen=between&seen_since=2026-03-01&seen_until=2026-03-02", Period(date(2026, 3, 1), date(2026, 3, 2))),
        ("seen=last-7&seen_since=2026-03-01", Period(date(2026, 5, 14), TODAY)),  # a preset beats days beside it
    ],
)
def test_an_address_says_a_preset_or_two_days(query: str, period: Period | None) -> None:
    with mock.patch.object(periods, "agency_today", return_value=TODAY):
        assert cleaned(query) == period


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("seen=yesterday", "Select a valid choice. yesterday is not one of the available choices."),
        ("seen_since=yesterday", "Enter a valid date."),
        ("seen_until=2026-02-30", "Enter a valid date."),
        ("seen_since=2026-03-02&seen_until=2026-03-01", "The last day is before the first."),
    ],
)
def test_what_makes_no_sense_is_said(query: str, said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        cleaned(query)
    assert refusal.value.messages == [said]


def test_the_widget_shows_what_the_address_says_and_names_both_days() -> None:
    widget = PeriodWidget()
    value = widget.value_from_datadict(QueryDict("seen_since=2026-03-01"), {}, "seen")
    page = widget.render("seen", value, {"id": "id_seen"})
    assert '<option value="between" selected>' in page
    assert 'name="seen_since" value="2026-03-01"' in page
    assert page.count("aria-label=") == 2
    assert widget.id_for_label("id_seen") == "id_seen_0"
    assert 'id="id_seen_0"' in page


def test_days_and_moments_are_compared_each_as_it_is() -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 2))
    assert str(PeriodFilter(field_name="day").within(period)) == (
        "(AND: ('day__gte', datetime.date(2026, 3, 1)), ('day__lte', datetime.date(2026, 3, 2)))"
    )
    moments = str(PeriodFilter(field_name="at", is_moment=True).within(period))
    assert "'at__gte'" in moments
    assert "'at__lt'" in moments
    assert str(PeriodFilter(field_name="day").within(Period())) == "(AND: )"


# In the lists --------------------------------------------------------------------------------------------------------


@pytest.fixture
def sales(db: None, client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def names(client: Client, address: str) -> list[Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    return sorted(row["row"].get("name") or row["row"]["material_title"] for row in answer.context["rows"])


def test_customers_are_found_by_when_they_engaged_and_their_file_says_so(client: Client, sales: User) -> None:
    for number, day in ((1, 9), (2, 10), (3, 11)):
        made = make_customer(f"C-{number}", sales, name=f"N {number}")
        engage(
            made, "view", material=make_material(f"card-{number}"), occurred_at=datetime(2026, 3, day, 16, tzinfo=UTC)
        )
    fold_all()
    assert names(client, "/customers/?engaged_since=2026-03-10") == ["N 2", "N 3"]
    assert names(client, "/customers/?engaged=between&engaged_until=2026-03-10") == ["N 1", "N 2"]
    with mock.patch.object(periods, "agency_today", return_value=date(2026, 3, 11)):
        assert names(client, "/customers/?engaged=today") == ["N 3"]
        assert names(client, "/customers/?engaged=this-month") == ["N 1", "N 2", "N 3"]
        page = client.get("/customers/?engaged=today")
        assert page.context["chosen"].is_narrowed
        rows = csv_rows(client, "customers", "engaged=today")
        assert [row[0] for row in rows[1:]] == ["N 3"]


def test_a_saved_view_keeps_the_preset_not_the_days_it_stands_for(client: Client, sales: User) -> None:
    client.post("/views/of/customers/new/", {"name": "Fresh", "query": "engaged=last-7&engaged_since=&engaged_until="})
    (view,) = sales.saved_views.all()
    assert view.query == "engaged=last-7"
    assert query_to_keep(view_listing(), "engaged=between&engaged_since=2026-03-01") == (
        "engaged=between&engaged_since=2026-03-01"
    )


def view_listing() -> Any:
    from analytics.lists import CUSTOMERS

    return CUSTOMERS


def test_campaigns_run_in_a_period_when_they_have_a_day_in_it(client: Client, db: None) -> None:
    for slug, starts, ends in (
        ("march", date(2026, 3, 1), date(2026, 3, 31)),
        ("open", date(2026, 3, 15), None),
        ("always", None, date(2026, 3, 2)),
        ("undated", None, None),
    ):
        campaign = make_campaign(slug)
        campaign.starts_on, campaign.ends_on, campaign.name = starts, ends, slug
        campaign.save()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert names(client, "/campaigns/?runs_since=2026-03-31&runs_until=2026-03-31") == ["march", "open"]
    assert names(client, "/campaigns/?runs_since=2026-03-01&runs_until=2026-03-02") == ["always", "march"]
    assert names(client, "/campaigns/?runs_since=2026-04-01") == ["open"]
    assert names(client, "/campaigns/?runs_until=2026-02-28") == ["always"]


def test_shares_are_found_by_the_agencys_day_whatever_the_readers_clock(client: Client, sales: User) -> None:
    User.objects.filter(pk=sales.pk).update(time_zone="Asia/Tokyo")
    share = shared_with(make_customer("C-1", sales), sales)
    late = datetime(2026, 3, 11, 3, 59, tzinfo=UTC)  # a minute before midnight in New York
    Share.objects.filter(pk=share.pk).update(shared_at=late)
    assert len(names(client, "/shares/?shared_since=2026-03-10&shared_until=2026-03-10")) == 1
    assert names(client, "/shares/?shared_since=0001-01-01&shared_until=9999-12-31") == names(client, "/shares/")
    assert names(client, "/shares/?shared_since=2026-03-11") == []
