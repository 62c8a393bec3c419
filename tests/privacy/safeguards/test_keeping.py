"""The notice's seven safeguards: who looks after each, what was found."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from privacy.agency import agency_today
from privacy.models import SafeguardCare, SafeguardCheck, User
from privacy.notice import in_force
from privacy.roles import Role
from privacy.safeguards import keeping
from tests.factories import make_user
from tests.safeguards import make_care

pytestmark = pytest.mark.django_db
TODAY = agency_today()
STATEMENTS = 5


@pytest.fixture
def olga() -> User:
    return make_user(Role.PRIVACY_OFFICER, "Olga")


@pytest.fixture
def client(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def check(care: SafeguardCare, by: User, on: date = TODAY, **fields: Any) -> SafeguardCheck:
    about = {"done_on": on, "finding": "in_order", "said": "All badges were worn."}
    return keeping.record(SafeguardCheck(care=care, **{**about, **fields}), by)


def test_all_seven_of_the_notice_are_listed_in_its_words_whoever_keeps_them(olga: User) -> None:
    lines = keeping.safeguards()
    assert [line.safeguard.id for line in lines] == [f"SAF-{number}" for number in range(1, 8)]
    assert [line.safeguard.text for line in lines] == [one.text for one in in_force().safeguards]
    assert not any(line.kept for line in lines)
    care, elsewhere = make_care(olga, "SAF-3"), make_care(olga, "SAF-3", site="Denver", next_on=TODAY - timedelta(1))
    make_care(olga, "SAF-4", is_ended=True)
    first, last = check(care, olga, TODAY - timedelta(days=9)), check(care, olga, finding="wanting")
    assert first != last
    kept = {line.safeguard.id: line.kept for line in keeping.safeguards()}
    assert [(one.care, one.last, one.is_late, one.is_wanting) for one in kept["SAF-3"]] == [
        (elsewhere, None, True, False),
        (care, last, False, True),
    ]
    assert kept["SAF-4"] == []


@pytest.mark.parametrize(
    ("done_on", "every", "next_on"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 6, 15), 12, date(2027, 6, 15)),
    ],
)
def test_the_next_check_is_calendar_months_later(olga: User, done_on: date, every: int, next_on: date) -> None:
    care = make_care(olga, every_months=every, next_on=date(2026, 1, 1))
    check(care, olga, done_on)
    care.refresh_from_db()
    assert care.next_on == next_on


def test_a_check_of_the_past_moves_nothing_back(olga: User) -> None:
    care = make_care(olga, next_on=date(2027, 6, 1))
    check(care, olga, date(2026, 1, 1))
    care.refresh_from_db()
    assert care.next_on == date(2027, 6, 1)


def test_what_was_found_stays_as_it_was_written(olga: User) -> None:
    made = check(make_care(olga), olga)
    for act in (lambda: SafeguardCheck.objects.update(said="Otherwise."), made.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    assert SafeguardCheck.objects.get().said == "All badges were worn."


def test_a_safeguard_has_one_keeper_at_a_site(olga: User) -> None:
    make_care(olga)
    with pytest.raises(IntegrityError, match="safeguard_once_at_a_site"), transaction.atomic():
        make_care(olga)


# Pages --------------------------------------------------------------------------------------------------------------


def test_the_page_says_that_nobody_looks_after_one_and_who_does(client: Client, olga: User) -> None:
    page = text(client.get("/safeguards/"))
    assert page.count("Nobody looks after it yet.") == 7
    given = {
        "safeguard": "SAF-4", "site": "Denver", "owner": olga.pk, "evidence": "Contract file.", "every_months": 6,
        "next_on": TODAY + timedelta(days=5),
    }  # fmt: skip
    assert "Olga looks after SAF-4 at Denver." in text(client.post("/safeguards/new/", given, follow=True))
    again = client.post("/safeguards/new/", given)
    assert (again.status_code, "already exists" in text(again)) == (422, True)
    page = text(client.get("/safeguards/"))
    assert page.count("Nobody looks after it yet.") == 6
    care = SafeguardCare.objects.get()
    change = client.post(f"/safeguards/{care.key}/edit/", {**given, "site": "Boulder"}, follow=True)
    assert "Boulder" in text(change)


def test_an_unannounced_inspection_is_put_on_file_and_stands_on_the_first_page(client: Client, olga: User) -> None:
    care = make_care(olga, "SAF-4")
    found = {"kind": "unannounced", "done_on": TODAY, "finding": "wanting", "said": "A door stood open."}
    page = client.post(f"/safeguards/{care.key}/", {**found, "contract_number": "K-1"}, follow=True)
    assert "Unannounced inspection: Problem found" in text(page)
    first = text(client.get("/safeguards/"))
    assert "Problem found: A door stood open." in first
    assert "K-1" in first


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"done_on": TODAY + timedelta(days=1)}, "This date is in the future"),
        ({"said": ""}, "This field is required."),
        ({"contract_number": "K-1"}, "Name a contract only for an unannounced inspection."),
    ],
)
def test_what_is_wrong_with_a_check_is_said(client: Client, olga: User, given: dict[str, Any], said: str) -> None:
    care = make_care(olga)
    sent = {"kind": "check", "done_on": TODAY, "finding": "in_order", "said": "Fine.", **given}
    answer = client.post(f"/safeguards/{care.key}/", sent)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not SafeguardCheck.objects.exists()


def test_its_owner_puts_a_check_on_file_and_another_who_may_only_see_does_not(client: Client) -> None:
    owner, other = make_user(Role.AUDITOR, "Owner"), make_user(Role.AUDITOR, "Other")
    care = make_care(owner)
    sent = {"kind": "check", "done_on": TODAY, "finding": "in_order", "said": "Fine."}
    client.force_login(other)
    assert client.get(f"/safeguards/{care.key}/").status_code == 200
    assert client.post(f"/safeguards/{care.key}/", sent).status_code == 403
    client.force_login(owner)
    assert client.post(f"/safeguards/{care.key}/", sent).status_code == 302
    assert SafeguardCheck.objects.get().done_by == owner


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements_for_one_and_three(
    client: Client, olga: User, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        check(make_care(olga, site=f"Site {number}"), olga, kind="unannounced")
    client.get("/safeguards/")
    with django_assert_num_queries(STATEMENTS):
        client.get("/safeguards/")
