"""The quarterly review of who has access to what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from privacy.models import AccessReview, Notification, ReviewedAccount, User
from privacy.roles import Role
from privacy.safeguards import reviewing, telling
from privacy.safeguards.enums import Verdict
from privacy.safeguards.reviewing import NotNow
from tests.factories import make_user
from tests.safeguards import make_care, make_contractor

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 28)
STATEMENTS = 3


@pytest.fixture
def olga() -> User:
    return make_user(Role.PRIVACY_OFFICER, "Olga")


@pytest.fixture
def ian() -> User:
    return make_user(Role.IT_ADMINISTRATOR, "Ian")


def opened(day: date = DAY) -> AccessReview:
    return reviewing.open_review(day)[0]


def line_of(review: AccessReview, user: User) -> ReviewedAccount:
    return review.accounts.get(account=user)


def decided(review: AccessReview, olga: User, ian: User, **verdicts: Verdict) -> None:
    """Each account confirmed, by Olga, and hers by Ian; or as `verdicts` say by the account's first name."""
    for line in review.accounts.select_related("account"):
        by = ian if line.account_id == olga.pk else olga
        reviewing.decide(line, verdicts.get(line.account.name, Verdict.CONFIRM), "Left.", by)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
    ],
)
def test_a_quarter_begins_in_january_april_july_and_october(day: date, first: date) -> None:
    assert reviewing.quarter_start(day) == first


def test_a_review_lists_each_open_account_as_it_is_once_a_quarter(olga: User) -> None:
    contractor = make_contractor(name="Con")
    make_user(Role.SALES, "Gone", is_active=False)
    olga.give_role(Role.AUDITOR)
    review, is_new = reviewing.open_review(DAY)
    assert (is_new, review.quarter, review.due_on, review.name) == (
        True, date(2026, 10, 1), DAY + timedelta(days=30), "4th quarter of 2026",
    )  # fmt: skip
    told = review.accounts.values_list("account__name", "roles", "contract_number", "contract_ends_on", "verdict")
    assert list(told) == [
        ("Con", ["sales"], "K-1", contractor.contract_ends_on, ""),
        ("Olga", ["privacy officer", "auditor"], "", None, ""),
    ]
    assert reviewing.open_review(DAY + timedelta(days=20)) == (review, False)
    later, is_new = reviewing.open_review(date(2027, 1, 1))
    assert (is_new, later.name) == (True, "1st quarter of 2027")


def test_nobody_decides_of_their_own_account(olga: User, ian: User) -> None:
    review = opened()
    with pytest.raises(NotNow, match="This is your own account"):
        reviewing.decide(line_of(review, olga), Verdict.CONFIRM, "", olga)
    with pytest.raises(IntegrityError, match="account_reviewed_by_another"), transaction.atomic():
        review.accounts.filter(account=olga).update(verdict="confirm", decided_by=olga, decided_at=review.opened_at)
    reviewing.decide(line_of(review, olga), Verdict.CONFIRM, "", ian)
    assert line_of(review, olga).decided_by == ian


def test_access_is_revoked_for_a_reason_and_may_be_decided_anew_until_it_is_signed(olga: User, ian: User) -> None:
    review = opened()
    with pytest.raises(NotNow, match="State why the access is revoked"):
        reviewing.decide(line_of(review, ian), Verdict.REVOKE, " ", olga)
    reviewing.decide(line_of(review, ian), Verdict.REVOKE, "Moved.", olga)
    reviewing.decide(line_of(review, ian), Verdict.NONE, "", olga)
    line = line_of(review, ian)
    assert (line.verdict, line.decided_by, line.decided_at) == ("", None, None)
    with pytest.raises(IntegrityError, match="account_revoked_for_a_reason"), transaction.atomic():
        review.accounts.filter(account=ian).update(verdict="revoke", decided_by=olga, decided_at=review.opened_at)


def test_it_is_signed_when_all_is_decided_and_closes_what_was_revoked(olga: User, ian: User) -> None:
    sales = make_user(Role.SALES)
    review = opened()
    with pytest.raises(NotNow, match="3 accounts still need a decision"):
        reviewing.sign(review, olga)
    theirs = Client()
    theirs.force_login(sales)
    decided(review, olga, ian, Sales=Verdict.REVOKE)
    assert User.objects.get(pk=sales.pk).is_active
    assert reviewing.sign(review, olga) == 1
    assert not User.objects.get(pk=sales.pk).is_active
    assert theirs.get("/").status_code == 302
    review.refresh_from_db()
    assert (review.signed_by, review.is_open) == (olga, False)
    with pytest.raises(NotNow, match="signed already"):
        reviewing.sign(review, ian)
    with pytest.raises(NotNow, match="it can no longer be changed"):
        reviewing.decide(line_of(review, ian), Verdict.REVOKE, "Late.", olga)
    assert line_of(review, sales).verdict == Verdict.REVOKE


def test_whoever_is_revoked_does_not_sign(olga: User, ian: User) -> None:
    review = opened()
    decided(review, olga, ian, Olga=Verdict.REVOKE)
    with pytest.raises(NotNow, match="someone else must sign it"):
        reviewing.sign(review, olga)
    assert reviewing.sign(review, ian) == 1


def test_an_account_that_closed_meanwhile_need_not_be_decided(olga: User, ian: User) -> None:
    sales = make_user(Role.SALES)
    review = opened()
    User.objects.filter(pk=sales.pk).update(is_active=False)
    for line in review.accounts.exclude(account=sales).select_related("account"):
        reviewing.decide(line, Verdict.CONFIRM, "", ian if line.account_id == olga.pk else olga)
    assert reviewing.sign(review, olga) == 0


# Reminders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "stage"), [(0, 0), (22, 0), (23, 1), (29, 1), (30, 2), (36, 2), (37, 3), (44, 4)]
)  # fmt: skip
def test_the_moments_of_telling(days: int, stage: int) -> None:
    review = AccessReview(quarter=date(2026, 10, 1), due_on=DAY + timedelta(days=30))
    assert telling.stage(review, DAY + timedelta(days=days)) == stage


def test_keepers_are_told_once_a_stage_until_it_is_signed(olga: User, ian: User) -> None:
    make_user(Role.AUDITOR)
    review = opened()
    assert telling.remind(DAY) == 2
    assert telling.remind(DAY + timedelta(days=1)) == 0
    assert telling.remind(review.due_on) == 2
    assert telling.remind(review.due_on + timedelta(days=8)) == 2
    assert set(Notification.objects.values_list("user", flat=True)) == {olga.pk, ian.pk}
    words = telling.words_of_reviews(olga, list(Notification.objects.filter(user_id=olga.pk)[:1]), False)
    assert [line.text for line in words.values()] == [
        "Review who has access, 4th quarter of 2026: by December 28, 2026"
    ]
    decided(review, olga, ian)
    reviewing.sign(review, olga)
    assert telling.remind(review.due_on + timedelta(days=90)) == 0


def test_the_owner_of_a_safeguard_is_told_on_the_day_of_its_check_once() -> None:
    auditor = make_user(Role.AUDITOR)
    care = make_care(auditor, next_on=DAY)
    assert telling.remind(DAY - timedelta(days=1)) == 0
    assert telling.remind(DAY) == 1
    assert telling.remind(DAY + timedelta(days=3)) == 0
    row = Notification.objects.get()
    assert (row.user_id, row.subject, row.address) == (auditor.pk, care.key, f"/safeguards/{care.key}/")
    assert [line.text for line in telling.words_of_checks(auditor, [row], False).values()] == [
        "A check is due: SAF-1 at Washington, on November 28, 2026"
    ]


# Pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(client: Client, olga: User) -> Client:
    client.force_login(olga)
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_review_is_opened_decided_and_signed_on_its_pages(client: Client, olga: User, ian: User) -> None:
    sales = make_user(Role.SALES)
    assert "Open this quarter’s" in text(client.get("/access-reviews/"))
    page = text(client.post("/access-reviews/open/", follow=True))
    assert "The review is open." in page
    assert "3 to decide." in page
    assert "your own: somebody else decides" in page
    review = AccessReview.objects.get()
    assert "This quarter already has a review." in text(client.post("/access-reviews/open/", follow=True))
    own = f"/access-reviews/{review.key}/{line_of(review, olga).pk}/"
    assert "Olga: This is your own account" in text(client.post(own, {"verdict": "confirm"}, follow=True))
    other = f"/access-reviews/{review.key}/{line_of(review, sales).pk}/"
    assert "State why the access is revoked." in text(client.post(other, {"verdict": "revoke"}, follow=True))
    assert "Confirm the access or revoke it." in text(client.post(other, {"verdict": "perhaps"}, follow=True))
    assert "Sales: revoked." in text(client.post(other, {"verdict": "revoke", "reason": "Left."}, follow=True))
    sign = f"/access-reviews/{review.key}/sign/"
    assert "2 accounts still need a decision." in text(client.post(sign, follow=True))
    reviewing.decide(line_of(review, ian), Verdict.CONFIRM, "", olga)
    reviewing.decide(line_of(review, olga), Verdict.CONFIRM, "", ian)
    page = text(client.post(sign, follow=True))
    assert "1 account closed. Signed by " in page
    assert "Revoked: Left." in page
    assert "Sign the review" not in page
    assert f">{review.name}</a>" in text(client.get("/access-reviews/"))


def test_an_auditor_sees_a_review_and_decides_nothing(client: Client) -> None:
    review = opened()
    client.force_login(make_user(Role.AUDITOR))
    page = text(client.get(f"/access-reviews/{review.key}/"))
    assert ("Olga" in page, "Revoke" in page, "Sign the review" in page) == (True, False, False)
    assert client.post(f"/access-reviews/{review.key}/sign/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_a_review_takes_the_same_statements_for_one_account_and_three(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count - 1):
        make_user(Role.SALES, f"Sales {number}")
    review = opened()
    client.get(f"/access-reviews/{review.key}/")
    with django_assert_num_queries(STATEMENTS):
        client.get(f"/access-reviews/{review.key}/")
