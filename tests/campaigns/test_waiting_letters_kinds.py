"""Each kind of letter that waits: whatever is away, none is lost, none goes twice, and none is tried for ever."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from campaigns.models import Share
from campaigns.programmes import waiting_letters
from campaigns.programmes.entering import enter
from campaigns.programmes.registering import Wishes, register
from campaigns.programmes.telling import Way
from campaigns.tasks.letters import write_letters
from privacy import changes
from privacy.accesslog import Actor
from privacy.purposes import Basis
from privacy.roles import Role
from privacy.tasks import mail_notifications
from records.models import Award, ListMembership, PublicationOrder, Registration, Submission
from records.models.correspondence import Correspondence
from records.nouns import noun_of
from records.nouns.base import Page
from tests.broker import Broker, by_the_clock
from tests.campaigns.contesting import make_contest
from tests.campaigns.gathering import make_gathering
from tests.campaigns.lettering import MAKERS, prizes, since, told, waiting
from tests.campaigns.publishing import make_publication
from tests.campaigns.shared import shared_with
from tests.campaigns.viewing import Recipient, make_link
from tests.factories import make_customer, make_user
from tests.mailings import use
from tests.smtp import Server, serving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted")]
EVERY_KIND = pytest.mark.parametrize("model", list(MAKERS), ids=lambda model: model.__name__)
LATER = "451 4.7.1 try again later"
NEVER = "550 5.1.1 no such mailbox"
BY_A_TEST, PROMOTING = Actor.system("test"), Basis(11)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        use(settings, server)
        yield server


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_told: Any) -> None:
        raise OperationalError("nobody listens")

    monkeypatch.setattr("campaigns.tasks.letters.write_letters.apply_async", away)


def stands(thing: Any) -> tuple[bool, bool, bool]:
    """Whether a letter was asked for, whether it is tried again, and whether one went."""
    thing.refresh_from_db()
    moments = (thing.letter_asked_at, thing.letter_due_at, thing.letter_went_at)
    return (moments[0] is not None, moments[1] is not None, moments[2] is not None)


WENT, WAITS, GIVEN_UP = (False, False, True), (True, True, False), (True, False, False)


def test_each_kind_is_tried_here() -> None:
    assert {kind.model for kind in waiting_letters.DECLARED} == set(MAKERS)


@EVERY_KIND
def test_none_is_lost_while_the_mail_server_is_away_and_none_goes_twice(
    model: type[Correspondence], settings: Any
) -> None:
    things = waiting(model, 2)
    with serving() as gone:
        use(settings, gone)
    write_letters()
    assert [stands(one) for one in things] == [WAITS, WAITS]
    with serving() as server:
        use(settings, server)
        write_letters()
        write_letters()
    assert server.recipients == ["c-0@example.org", "c-1@example.org"]
    assert [stands(one) for one in things] == [WENT, WENT]


@EVERY_KIND
def test_one_that_is_put_off_holds_up_no_other_and_one_that_is_refused_is_not_tried_again(
    model: type[Correspondence], server: Server
) -> None:
    later, never, fine = waiting(model, 3)
    server.rcpt_answers |= {"c-0": LATER, "c-1": NEVER}
    write_letters()
    assert server.recipients == ["c-2@example.org"]
    assert [stands(one) for one in (later, never, fine)] == [WAITS, GIVEN_UP, WENT]
    assert later.letter_due_at > timezone.now() + timedelta(seconds=90)
    server.rcpt_answers.clear()
    write_letters()  # too early for the one, and the other is not tried again
    assert server.recipients == ["c-2@example.org"]
    model._base_manager.filter(pk=later.pk).update(letter_due_at=timezone.now())
    write_letters()
    assert server.recipients == ["c-2@example.org", "c-0@example.org"]
    assert [stands(one) for one in (later, never)] == [WENT, GIVEN_UP]


@EVERY_KIND
def test_one_that_is_put_off_is_given_up_after_five_days(model: type[Correspondence], server: Server) -> None:
    now, (young, old, untried) = timezone.now(), waiting(model, 3)
    since(young, now - timedelta(days=4, hours=23), due_at=now)
    since(old, now - timedelta(days=5), due_at=now)
    since(untried, now - timedelta(days=9))  # our sign-in was refused, and the server puts off what it sees first
    server.rcpt_answers |= {"c-0": LATER, "c-1": LATER, "c-2": LATER}
    write_letters()
    assert [stands(one) for one in (young, old, untried)] == [WAITS, GIVEN_UP, WAITS]
    server.rcpt_answers.clear()
    waiting_letters.ask(old)  # something new is to be told
    write_letters()
    assert server.recipients == ["c-1@example.org"]
    assert stands(old) == WENT


def test_none_is_given_up_for_a_fault_of_ours(server: Server) -> None:
    (old,) = waiting(Registration, 1)
    since(old, timezone.now() - timedelta(days=9))
    server.sender_answer = "550 5.7.1 not from here"
    write_letters()
    assert stands(old) == WAITS


def test_they_go_in_the_order_in_which_they_were_asked_for_whatever_they_are_about(server: Server) -> None:
    late, early = waiting(Registration, 2)
    (between,) = prizes(1, first=2)
    now = timezone.now()
    for minutes, thing in ((9, early), (8, between), (7, late)):
        since(thing, now - timedelta(minutes=minutes))
    write_letters()
    assert [message["Subject"] for _, message in server.taken] == [
        "You have a place: The forum",
        "You have won: The slogans",
        "You have a place: The forum",
    ]
    assert server.recipients == ["c-1@example.org", "c-2@example.org", "c-0@example.org"]


@EVERY_KIND
def test_many_take_as_many_statements_as_one(model: type[Correspondence], django_assert_num_queries: Any) -> None:
    """But for what a letter says of money, which is asked for each that costs something."""
    waiting(model, 1)
    # The lock with its setting, what waits, whose it is, what went, and the lock's end; of what is passed on, who asked
    # for nothing.
    with django_assert_num_queries(7 if model is Share else 6):
        write_letters()


@EVERY_KIND
def test_what_somebody_had_in_hand_while_it_went_has_no_letter_written_again(model: type[Correspondence]) -> None:
    (held,) = waiting(model, 1)
    write_letters()
    held.copies = getattr(held, "copies", 1)
    assert changes.save(held, by=BY_A_TEST, basis=PROMOTING) == []
    write_letters()
    assert (stands(held), len(mail.outbox)) == (WENT, 1)


@EVERY_KIND
def test_what_is_tried_has_been_asked_for(model: type[Correspondence]) -> None:
    (thing,) = waiting(model, 1)
    with pytest.raises(IntegrityError, match=f"{model._meta.model_name}_letter_asked"), transaction.atomic():
        model._base_manager.filter(pk=thing.pk).update(letter_asked_at=None)


# Without a broker -----------------------------------------------------------------------------------------------------
def sent(address: str, data: dict[str, str]) -> None:
    """Somebody does it at a page, and is answered as ever."""
    assert Recipient().post(address, data).status_code == 302


def gone() -> list[str]:
    """The subjects of what the clock has written by now."""
    write_letters()
    subjects = [str(letter.subject) for letter in mail.outbox]
    mail.outbox.clear()
    return subjects


@pytest.mark.usefixtures("no_broker")
def test_no_letter_of_a_registration_is_lost_without_a_broker(django_capture_on_commit_callbacks: Any) -> None:
    make_gathering()
    with django_capture_on_commit_callbacks(execute=True):
        sent("/event/forum/", {"name": "Ann Lee", "email": "ann@example.org"})
    assert gone() == ["You have a place: The forum"]
    own = f"/registration/{Registration.objects.get().token}/"
    for said, subject in (("cancel", "Canceled: The forum"), ("again", "You have a place: The forum")):
        with django_capture_on_commit_callbacks(execute=True):
            sent(own, {said: "1"})
        assert gone() == [subject]


@pytest.mark.usefixtures("no_broker")
def test_no_letter_of_an_entry_is_lost_without_a_broker(django_capture_on_commit_callbacks: Any) -> None:
    make_contest()
    with django_capture_on_commit_callbacks(execute=True):
        sent("/contest/slogans/", {"name": "Ann Lee", "email": "ann@example.org"})
    assert gone() == ["You have entered: The slogans"]
    own = f"/entry/{Submission.objects.get().token}/"
    for said, subject in (("withdraw", "Withdrawn: The slogans"), ("again", "You have entered: The slogans")):
        with django_capture_on_commit_callbacks(execute=True):
            sent(own, {said: "1"})
        assert gone() == [subject]


@pytest.mark.usefixtures("no_broker")
def test_no_letter_of_a_prize_is_lost_without_a_broker(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        (award,) = MAKERS[Award](1)
    assert gone() == ["You have won: The slogans"]
    with django_capture_on_commit_callbacks(execute=True):
        sent(f"/entry/{award.submission.token}/", {"send_to": "Ann Lee, 1 Way, Chicago IL 60601"})
    assert gone() == ["Claimed: The slogans"]


@pytest.mark.usefixtures("no_broker")
@pytest.mark.parametrize(
    ("kind", "confirmed", "ended", "subject"),
    [
        ("every", "You get every issue: The news", "leave", "Ended: The news"),
        ("once", "Ordered: The news", "cancel", "Canceled: The news"),
    ],
)
def test_no_letter_of_a_publication_is_lost_without_a_broker(
    django_capture_on_commit_callbacks: Any, kind: str, confirmed: str, ended: str, subject: str
) -> None:
    make_publication()
    asked = {"kind": kind, "addressee": "Ann Lee", "email": "ann@example.org", "copies": "1", "way": "post",
             "street": "1 Main St", "city": "Springfield", "state": "IL", "postal_code": "62701"}  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        sent("/publications/news/", asked)
    assert gone() == ["Please confirm: The news"]
    own = f"/publication/{PublicationOrder.objects.get().token}/"
    for said, written in (("confirm", confirmed), (ended, subject)):
        with django_capture_on_commit_callbacks(execute=True):
            sent(own, {said: "1"})
        assert gone() == [written]
    assert ListMembership.objects.count() == (kind == "every")


def test_no_letter_of_what_is_passed_on_is_lost_without_a_broker(
    django_capture_on_commit_callbacks: Any, no_broker: None, broker: Broker
) -> None:
    broker.is_away = True
    sales = make_user(Role.SALES, "Sam Sales")
    share = shared_with(make_customer("C-1", sales, name="Ann Lee", email="ann@example.org"), sales, make_link())
    with django_capture_on_commit_callbacks(execute=True):
        sent(f"/s/{share.token}/pass-on/", {"name": "Bo", "email": "bo@example.org"})
    assert gone() == ["Something was passed on to you"]
    by_the_clock(mail_notifications)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([sales.email], "Passed on by its recipient: Prices")
    ]


def test_whoever_may_not_enter_is_answered_as_ever_without_a_broker(
    django_capture_on_commit_callbacks: Any, broker: Broker
) -> None:
    """Nothing is kept of them, and so their letter does not wait."""
    broker.is_away = True
    make_contest(states="IL")
    make_customer("C-1", name="Ann Lee", email="ann@example.org", state="NY")
    with django_capture_on_commit_callbacks(execute=True):
        sent("/contest/slogans/", {"name": "Ann Lee", "email": "ann@example.org", "condition_1": "yes"})
    assert not Submission.objects.exists()
    assert gone() == []


def test_whoever_staff_brought_in_gets_the_letter_with_their_own_address() -> None:
    """They have no address of their own until they come by themselves."""
    forum, contest, ann = make_gathering(), make_contest(), make_customer("C-1", email="ann@example.org")
    brought: list[Any] = [
        Registration.objects.create(gathering=forum, customer=ann, registered_at=timezone.now()),
        Submission.objects.create(survey=contest.survey, customer=ann, number="1", submitted_at=timezone.now(),
                                  retention_rule="RET-2B"),
    ]  # fmt: skip
    register(forum, ann, Wishes(), Way(language="en"))
    enter(contest, ann, [], {}, Way(language="en"))
    write_letters()
    for thing in brought:
        assert stands(thing) == WENT
        assert any(f"/{thing.token}/" in str(letter.body) for letter in mail.outbox)


# What staff see -------------------------------------------------------------------------------------------------------
def page_of(thing: Correspondence) -> str:
    if isinstance(thing, Share):
        return f"/shares/{thing.key}/"
    noun = noun_of(type(thing))
    assert noun is not None
    return noun.address(Page.ONE, thing)


@EVERY_KIND
@pytest.mark.parametrize(
    ("language", "waits", "given_up"),
    [
        ("en", "Waiting for the mail server to accept it.", "put it off for five days"),
        ("es", "Espera a que el servidor de correo la acepte.", "la aplazó durante cinco días"),
    ],
)
def test_staff_see_that_it_waits_or_was_not_delivered(
    model: type[Correspondence], language: str, waits: str, given_up: str, client: Client
) -> None:
    (thing,) = waiting(model, 1)
    client.force_login(make_user(Role.MARKETING_MANAGER, "Reader", language=language))
    address = page_of(thing)
    assert waits in client.get(address).content.decode()
    model._base_manager.filter(pk=thing.pk).update(letter_due_at=None)
    assert given_up in client.get(address).content.decode()
    told(thing)
    page = client.get(address).content.decode()
    assert waits not in page
    assert given_up not in page


def test_no_more_than_a_few_letters_go_to_one_within_the_hour_and_those_that_did_not_go_do_not_count(
    server: Server,
) -> None:
    cache.clear()
    (thing,) = waiting(Submission, 1)
    tries = waiting_letters.KINDS["records_submission"].limit.tries  # type: ignore[union-attr]  # it has one
    server.rcpt_answers["c-0"] = NEVER
    for _ in range(tries):
        waiting_letters.ask(thing)
        write_letters()
    server.rcpt_answers.clear()
    for _ in range(tries + 2):
        waiting_letters.ask(thing)
        write_letters()
    assert len(server.taken) == tries
    assert stands(thing) == WENT
