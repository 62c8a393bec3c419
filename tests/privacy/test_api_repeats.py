"""Writes that are sent again under an Idempotency-Key: once, alike, and kept from everybody else."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from django.test import Client
from django.utils import timezone

from campaigns.models import Material, Share
from privacy.api import idempotency
from privacy.enums import EntryKind
from privacy.models import AccessEntry, ApiAnswer, User
from privacy.roles import Role
from records.api import customers, kept
from records.models import Customer
from tests.api import Program, errors_of, new_word, problem_of
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide() -> Material:
    return make_material("guide")


def test_what_is_sent_again_is_done_once_and_answered_alike(program: Program) -> None:
    word, body = new_word(), {"number": "C-7", "name": "Ann Quillfeather"}
    first = program.post("/customers", body, Idempotency_Key=word)
    again = program.post("/customers", body, Idempotency_Key=word)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert Customer.objects.count() == 1


def test_the_order_of_fields_makes_no_other_request(program: Program) -> None:
    word = new_word()
    program.post("/customers", {"number": "C-7", "name": "Ann"}, Idempotency_Key=word)
    again = program.post("/customers", {"name": "Ann", "number": "C-7"}, Idempotency_Key=word)
    assert again.status_code == 201


@pytest.mark.parametrize("other", ["body", "address", "method"])
def test_the_same_word_with_another_request_is_refused(program: Program, other: str) -> None:
    word, body = new_word(), {"number": "C-7", "name": "Ann"}
    made = program.post("/customers", body, Idempotency_Key=word).json()
    answer = {
        "body": lambda: program.post("/customers", {**body, "name": "Ben"}, Idempotency_Key=word),
        "address": lambda: program.post("/organizations", body, Idempotency_Key=word),
        "method": lambda: program.patch(f"/customers/{made['key']}", body, Idempotency_Key=word),
    }[other]()
    assert problem_of(answer) == (422, "key-reused")
    assert Customer.objects.get().name == "Ann"


def test_what_was_refused_may_be_mended_under_the_same_word(program: Program) -> None:
    word = new_word()
    assert program.post("/customers", {"number": "C-7"}, Idempotency_Key=word).status_code == 400
    assert not ApiAnswer.objects.exists()
    assert program.post("/customers", {"number": "C-7", "name": "Ann"}, Idempotency_Key=word).status_code == 201


@pytest.mark.parametrize("word", ["short", "x" * 129, "spaces are fine but ü is not"])
def test_a_word_that_is_none_is_refused(program: Program, word: str) -> None:
    headers: Any = {"HTTP_IDEMPOTENCY_KEY": word, "HTTP_AUTHORIZATION": f"Bearer {program.text}"}
    answer = Client().post("/api/v1/customers", {}, content_type="application/json", **headers)
    assert (problem_of(answer), list(errors_of(answer))) == ((400, "invalid"), ["Idempotency-Key"])


def test_one_persons_word_is_no_other_persons(program: Program) -> None:
    word, body = new_word(), {"number": "C-7", "name": "Ann"}
    program.post("/customers", body, Idempotency_Key=word)
    other = Program(make_user(Role.SALES_MANAGER, "Other"))
    answer = other.post("/customers", {**body, "number": "C-8"}, Idempotency_Key=word)
    assert (answer.status_code, answer.json()["number"]) == (201, "C-8")


def test_the_same_answer_is_for_whoever_still_may(program: Program, manager: User) -> None:
    word, body = new_word(), {"number": "C-7", "name": "Ann"}
    program.post("/customers", body, Idempotency_Key=word)
    narrow = Program(manager, "customers:read")
    assert problem_of(narrow.post("/customers", body, Idempotency_Key=word)) == (403, "scope-missing")


def test_an_answer_that_shows_people_is_logged_again(program: Program, manager: User, guide: Material) -> None:
    keys = [str(make_customer(f"C-{number}", manager).key) for number in range(2)]
    word, body = new_word(), {"customers": keys, "material": "guide"}
    for _ in range(2):
        assert program.post("/shares", body, Idempotency_Key=word).json()["made"] == 2
    assert Share.objects.count() == 2
    lines = [line for line in AccessEntry.objects.order_by("at") if line.kind == EntryKind.SHOWN]
    assert [(line.place, line.records) for line in lines] == [("api_shares", 2), ("api_shares", 2)]


def test_what_is_kept_names_nobody_and_not_the_word(program: Program) -> None:
    word = new_word()
    program.post("/customers", {"number": "C-7", "name": "Ann Quillfeather"}, Idempotency_Key=word)
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(answer, 'escape'), t::text FROM privacy_apianswer AS t")
        stored = "".join(map(str, cursor.fetchone()))
    hidden = (word, word.encode().hex(), "Quillfeather", b"Quillfeather".hex(), b"C-7".hex())
    assert [one for one in hidden if one in stored] == []


def test_without_the_senders_word_the_answer_cannot_be_opened(program: Program) -> None:
    word = new_word()
    program.post("/customers", {"number": "C-7", "name": "Ann"}, Idempotency_Key=word)
    row = ApiAnswer.objects.get()
    assert idempotency.decrypted(row, word)["name"] == "Ann"
    with pytest.raises(InvalidTag):
        idempotency.decrypted(row, new_word())


def test_after_a_day_the_word_is_new_and_the_answer_gone(program: Program) -> None:
    word = new_word()
    program.post("/customers", {"number": "C-7", "name": "Ann"}, Idempotency_Key=word)
    ApiAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert idempotency.forget() == 0
    ApiAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert program.post("/customers", {"number": "C-8", "name": "Ben"}, Idempotency_Key=word).status_code == 201
    ApiAnswer.objects.update(begun_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert idempotency.forget() == 1
    assert not ApiAnswer.objects.exists()


def test_the_clock_deletes_what_is_older_than_a_day() -> None:
    from config.schedule import SCHEDULE
    from privacy.tasks import forget_api_answers

    owner = make_user()
    for hours in (1, 25):
        row = ApiAnswer.objects.create(owner=owner, key_hash=bytes([hours]) * 32, request_hash=b"r" * 32)
        ApiAnswer.objects.filter(pk=row.pk).update(begun_at=timezone.now() - timedelta(hours=hours))
    assert "privacy.tasks.forget_api_answers" in {entry["task"] for entry in SCHEDULE.values()}
    forget_api_answers()
    assert [bytes(row.key_hash)[0] for row in ApiAnswer.objects.all()] == [1]


def test_what_failed_here_is_in_doubt_and_never_done_again(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    word, body = new_word(), {"number": "C-7", "name": "Ann"}

    def done_and_then_broken(*_args: Any) -> Any:
        raise RuntimeError("after the commit")

    with monkeypatch.context() as broken:
        broken.setattr(customers, "as_customer", done_and_then_broken)
        assert problem_of(program.post("/customers", body, Idempotency_Key=word)) == (500, "error")
    assert Customer.objects.count() == 1
    again = program.post("/customers", body, Idempotency_Key=word)
    assert problem_of(again) == (409, "in-doubt")
    assert "Look whether it was done" in again.json()["detail"]
    assert Customer.objects.count() == 1


def test_what_a_dead_process_left_is_in_doubt_after_the_longest_request(program: Program) -> None:
    word, body = new_word(), {"number": "C-7", "name": "Ann"}
    program.post("/customers", body, Idempotency_Key=word)
    ApiAnswer.objects.update(status=None, answer=None)
    assert problem_of(program.post("/customers", body, Idempotency_Key=word)) == (409, "under-way")
    ApiAnswer.objects.update(begun_at=timezone.now() - timedelta(minutes=11))
    assert problem_of(program.post("/customers", body, Idempotency_Key=word)) == (409, "in-doubt")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, Event]]:
    """The making of a customer waits: the first event says that it has begun, the second lets it go on."""
    begun, go_on = Event(), Event()
    keep = kept.keep

    def waiting(*args: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return keep(*args)

    monkeypatch.setattr(customers, "keep", waiting)
    yield begun, go_on
    go_on.set()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_done_once_and_the_second_is_told_to_wait(
    held: tuple[Event, Event], transactional_db: None
) -> None:
    begun, go_on = held
    manager = make_user(Role.SALES_MANAGER)
    program = Program(manager)
    word, body = new_word(), {"number": "C-7", "name": "Ann"}
    answers: list[int] = []

    def first() -> None:
        answers.append(program.post("/customers", body, Idempotency_Key=word).status_code)
        connection.close()

    thread = Thread(target=first)
    thread.start()
    assert begun.wait(20)
    second = program.post("/customers", body, Idempotency_Key=word)
    assert problem_of(second) == (409, "under-way")
    assert second["Retry-After"] == "1"
    go_on.set()
    thread.join(20)
    assert answers == [201]
    assert program.post("/customers", body, Idempotency_Key=word)["Idempotent-Replayed"] == "true"
    assert Customer.objects.count() == 1
