"""Placing and releasing holds, and the hold of an individual's open request."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from privacy.agency import agency_today
from privacy.ledger.statements import digest, of_hold
from privacy.models import LegalHold, User
from privacy.retention import holding
from privacy.retention.enums import HoldKind
from privacy.retention.signals import to_be_sealed
from privacy.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db
REVIEW = date(2027, 3, 1)


def a_hold(**fields: object) -> LegalHold:
    about = {"name": "Matter 7", "reason": "Claim filed.", "issuer": "Counsel", "review_on": REVIEW}
    return LegalHold(**{**about, "people": [uuid.uuid4()], **fields})


def test_a_hold_that_is_placed_says_who_placed_it_and_is_in_force() -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    hold = holding.place(a_hold(), grace)
    assert list(LegalHold.objects.in_force()) == [hold]
    assert (hold.placed_by, hold.kind, hold.is_in_force) == (grace, HoldKind.LEGAL, True)


def test_a_release_keeps_the_hold_on_file_with_its_reason() -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    hold = holding.release(holding.place(a_hold(), grace), grace, " Settled. ")
    assert list(LegalHold.objects.in_force()) == []
    assert (hold.released_by, hold.release_reason, hold.is_in_force) == (grace, "Settled.", False)


def test_a_hold_is_released_once_and_for_a_reason() -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    hold = holding.place(a_hold(), grace)
    with pytest.raises(ValueError, match="State why"):
        holding.release(hold, grace, "  ")
    holding.release(hold, grace, "Settled.")
    with pytest.raises(holding.AlreadyReleased):
        holding.release(hold, grace, "Again.")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"people": []}, "hold_is_of_something"),
        ({"reason": ""}, "hold_is_explained"),
        ({"from_day": date(2026, 2, 1), "to_day": date(2026, 1, 1)}, "hold_days_in_order"),
        ({"query_kind": "audience"}, "hold_query_is_whole"),
        ({"kind": "request"}, "hold_of_a_request_names_it"),
        ({"release_reason": "Settled."}, "hold_release_is_whole"),
        ({"kind": "ban"}, "hold_kind"),
    ],
)
def test_the_database_refuses_a_hold_that_makes_no_sense(fields: dict[str, object], constraint: str) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        holding.place(a_hold(**fields), grace)


def test_a_hold_on_categories_or_days_alone_is_a_hold_on_something() -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    holding.place(a_hold(people=[], categories=[6]), grace)
    holding.place(a_hold(people=[], from_day=date(2026, 1, 1)), grace)
    assert LegalHold.objects.in_force().count() == 2


def test_forgotten_are_those_in_force_whose_day_of_review_has_passed() -> None:
    grace, today = make_user(Role.RECORDS_ADMINISTRATOR), agency_today()
    forgotten = holding.place(a_hold(review_on=today - timedelta(days=1)), grace)
    holding.place(a_hold(review_on=today), grace)
    released = holding.place(a_hold(review_on=today - timedelta(days=9)), grace)
    holding.release(released, grace, "Settled.")
    assert list(LegalHold.objects.forgotten()) == [forgotten]


def test_an_open_request_holds_what_it_is_about_until_it_is_closed() -> None:
    officer, request, person = make_user(Role.PRIVACY_OFFICER), uuid.uuid4(), uuid.uuid4()
    hold = holding.open_request_hold(request, [person, person], officer, REVIEW, categories=[6, 1])
    assert (hold.kind, hold.people, hold.categories, hold.reference) == (HoldKind.REQUEST, [person], [1, 6], request)
    assert holding.release_request_hold(request, officer)
    assert not holding.release_request_hold(request, officer)
    assert LegalHold.objects.get().release_reason == "The request is closed."


def test_a_request_asked_for_again_has_one_hold_with_the_persons_of_the_last_call() -> None:
    officer, request, first, second = make_user(Role.PRIVACY_OFFICER), uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    holding.open_request_hold(request, [first], officer, REVIEW)
    holding.open_request_hold(request, [first, second], officer, date(2027, 4, 1))
    hold = LegalHold.objects.get()
    assert (set(hold.people), hold.review_on) == ({first, second}, date(2027, 4, 1))


def test_a_request_that_was_closed_and_is_opened_again_gets_a_hold_of_its_own() -> None:
    officer, request, person = make_user(Role.PRIVACY_OFFICER), uuid.uuid4(), uuid.uuid4()
    holding.open_request_hold(request, [person], officer, REVIEW)
    holding.release_request_hold(request, officer)
    holding.open_request_hold(request, [person], officer, REVIEW)
    assert [hold.is_in_force for hold in LegalHold.objects.order_by("pk")] == [False, True]


def test_a_request_about_nobody_holds_nothing_and_is_refused() -> None:
    with pytest.raises(ValueError, match="names the person"):
        holding.open_request_hold(uuid.uuid4(), [], make_user(Role.PRIVACY_OFFICER), REVIEW)


def test_the_ledger_is_told_of_each_act_in_its_own_transaction(grace: User) -> None:
    told: list[tuple[str, str, dict[str, object]]] = []

    def seal(sender: object, kind: str, reference: str, told: dict[str, object], **_kwargs: object) -> None:
        sealed.append((kind, reference, told))

    sealed = told
    to_be_sealed.connect(seal)
    try:
        hold = holding.place(a_hold(), grace)
        holding.release(hold, grace, "Settled.")
    finally:
        to_be_sealed.disconnect(seal)
    assert [(kind, reference) for kind, reference, _ in told] == [
        ("hold_placed", str(hold.key)), ("hold_released", str(hold.key)),
    ]  # fmt: skip
    released = digest(of_hold(LegalHold.objects.get()))
    assert told[1][2] == {"by": grace.pk, "digest": released}
    assert told[0][2]["by"] == grace.pk
    assert told[0][2]["digest"] != released


def test_an_act_that_the_ledger_refuses_is_taken_back(grace: User) -> None:
    def refuse(sender: object, **_kwargs: object) -> None:
        raise OSError("full")

    to_be_sealed.connect(refuse)
    try:
        with pytest.raises(OSError, match="full"):
            holding.place(a_hold(), grace)
    finally:
        to_be_sealed.disconnect(refuse)
    assert not LegalHold.objects.exists()
