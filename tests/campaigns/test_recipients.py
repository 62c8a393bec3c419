"""What recipients do without an account: codes, wishes, questions, and passing on; and what is refused."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from campaigns.enums import Frequency, Language
from campaigns.models import Event, FollowUp, Material, RecipientPreference, Share
from campaigns.recipients import verifying
from campaigns.recipients.passing import WAYS_ON
from campaigns.recipients.wishing import keep_wish
from campaigns.sharing import share
from campaigns.tasks import recipients as tasks
from campaigns.tasks.letters import write_letters
from privacy.models import User
from privacy.notifications.mailing import mail_waiting
from privacy.roles import Role
from privacy.tries import refusals
from records.models import Customer, Suppression
from records.suppressing import suppress
from tests.factories import make_customer, make_material, make_user

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tasks run where they are asked for; nothing is counted from other tests."""
    monkeypatch.setattr(tasks.mail_code, "delay", tasks.mail_code)
    cache.clear()
    refusals.clear()
    yield
    cache.clear()


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def made(sales: User) -> Share:
    make_customer("C-1", sales, name="Ann Example", email="Ann@example.com")
    link = make_material("guide")
    Material.objects.filter(pk=link.pk).update(kind="link", address="https://example.com/guide")
    share(Material.objects.get(), Customer.objects.all(), sales)
    return Share.objects.get()


def change(made: Share, **fields: Any) -> None:
    Share.objects.filter(pk=made.pk).update(**fields)


def code_in(message: Any) -> str:
    (code,) = re.findall(r"\b\d{6}\b", message.body)
    return str(code)


def ask_for_code(made: Share, address: str = "ann@example.com", client: Client | None = None) -> Any:
    return (client or Client()).post(f"/s/{made.token}/verify/", {"email": address}, follow=True)


# Machines at the door


@pytest.mark.parametrize("asks", [{"verified_only": True}, {"passcode": "pbkdf2_sha256$1$a$b"}])
def test_a_machine_before_a_door_that_asks_is_counted_and_a_person_is_not(made: Share, asks: dict[str, Any]) -> None:
    change(made, **asks)
    scanner, person = Client(headers={"user-agent": "Googlebot/2.1"}), Client(headers={"user-agent": FIREFOX})

    person.get(f"/s/{made.token}/")
    assert not Event.objects.filter(kind="visit").exists()

    scanner.get(f"/s/{made.token}/")
    person.head(f"/s/{made.token}/")
    scanner.post(f"/s/{made.token}/verify/", {"email": "x@example.com"})

    found = Event.objects.filter(kind="visit").order_by("occurred_at").values_list("share_id", "verdict", "reason")
    reasons = ["known_agent", "head_request", *(["known_agent"] if "verified_only" in asks else [])]
    assert list(found) == [(made.pk, "scanner", reason) for reason in reasons]
    assert not Event.objects.filter(kind="view").exists()


# Codes


def test_code_that_was_mailed_opens_what_is_for_verified_viewers_only(made: Share) -> None:
    change(made, verified_only=True)
    client = Client()
    assert client.get(f"/s/{made.token}/").status_code == 403

    ask_for_code(made, client=client)
    opened = client.post(f"/s/{made.token}/verify/", {"code": code_in(mail.outbox[0])}, follow=True)

    assert mail.outbox[0].to == ["ann@example.com"]
    assert opened.status_code == 200
    assert opened.redirect_chain == [(f"/s/{made.token}/", 302)]
    visit = Event.objects.filter(kind="visit").latest("occurred_at")
    assert (visit.grade, visit.viewer_id) == ("verified", made.recipient_id)


def test_link_alone_verifies_nobody(made: Share) -> None:
    change(made, verified_only=True)
    person = Client(headers={"user-agent": FIREFOX})

    for _ in range(2):
        assert person.get(f"/s/{made.token}/").status_code == 403
    assert person.get(f"/s/{made.token}/verify/?mailed=1").status_code == 200
    assert not Event.objects.exclude(kind="shared").exists()


def test_another_address_reads_the_same_and_gets_no_mail(made: Share) -> None:
    right = ask_for_code(made)
    wrong = ask_for_code(made, "eve@example.com")

    assert right.content == wrong.content
    assert [message.to for message in mail.outbox] == [["ann@example.com"]]


@pytest.mark.parametrize("typed", ["", "ann", "a@" + "b" * 260])
def test_what_is_no_address_is_refused_with_an_example(made: Share, typed: str) -> None:
    answer = ask_for_code(made, typed)

    assert answer.status_code == 422
    assert "name@example.com" in answer.content.decode()
    assert mail.outbox == []


def test_code_is_used_up_by_being_typed(made: Share) -> None:
    ask_for_code(made)
    code = code_in(mail.outbox[0])

    assert verifying.is_right(made, f" {code[:3]} {code[3:]} ")
    assert not verifying.is_right(made, code)


def test_only_the_newest_code_holds(made: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([111111, 222222])
    monkeypatch.setattr("secrets.randbelow", lambda most: next(drawn))
    ask_for_code(made)
    ask_for_code(made)

    assert not verifying.is_right(made, "111111")
    assert verifying.is_right(made, "222222")


def test_code_of_one_link_opens_no_other(made: Share, sales: User) -> None:
    share(make_material("other"), Customer.objects.all(), sales)
    other = Share.objects.exclude(pk=made.pk).get()
    ask_for_code(made)

    assert not verifying.is_right(other, code_in(mail.outbox[0]))


def test_code_ends_when_the_recipients_address_changes(made: Share) -> None:
    ask_for_code(made)
    Customer.objects.update(email="new@example.com")

    assert not verifying.is_right(Share.objects.get(), code_in(mail.outbox[0]))


def test_after_five_wrong_codes_the_right_one_is_refused_too(made: Share) -> None:
    ask_for_code(made)
    code = code_in(mail.outbox[0])
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert Client().post(f"/s/{made.token}/verify/", {"code": wrong}).status_code == 422

    answer = Client().post(f"/s/{made.token}/verify/", {"code": code})

    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"


def test_fifth_code_within_a_while_is_not_mailed(made: Share) -> None:
    answers = [ask_for_code(made).status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]
    assert len(mail.outbox) == 4


def test_code_stands_nowhere_as_itself(made: Share) -> None:
    ask_for_code(made)
    code = code_in(mail.outbox[0])

    assert code not in str(cache.get(verifying._key(made)))
    assert made.token not in verifying._key(made)


def test_leading_zeros_are_digits_of_the_code(made: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda most: 7)
    ask_for_code(made)

    assert code_in(mail.outbox[0]) == "000007"
    assert not verifying.is_right(made, "7")
    assert verifying.is_right(made, "000007")


# Wishes


def test_wish_is_kept_without_an_account_and_shown_again(made: Share) -> None:
    client = Client()

    answer = client.post(f"/s/{made.token}/preferences/", {"frequency": "less", "language": "es"}, follow=True)

    assert "Guardado." in answer.content.decode()
    said = RecipientPreference.objects.get()
    assert (said.viewer, said.frequency, said.language) == (made.recipient, "less", "es")
    assert answer.context["form"].initial == {"frequency": "less", "language": "es"}


def test_whoever_wants_nothing_is_left_out_and_whoever_wants_something_again_is_not(made: Share, sales: User) -> None:
    keep_wish(made, Frequency.NOTHING, Language.ENGLISH)
    assert Suppression.objects.count() == 1
    left_out = share(make_material("other"), Customer.objects.all(), sales)

    keep_wish(made, Frequency.EVERYTHING, Language.ENGLISH)

    assert left_out.made == 0
    assert not Suppression.objects.exists()
    assert share(Material.objects.get(slug="other"), Customer.objects.all(), sales).made == 1


def test_wanting_something_again_does_not_undo_what_was_said_elsewhere(made: Share) -> None:
    suppress("email", "ann@example.com", None, "complained")

    keep_wish(made, Frequency.NOTHING, Language.ENGLISH)
    keep_wish(made, Frequency.EVERYTHING, Language.ENGLISH)

    assert Suppression.objects.get().reason == "complained"


def test_wish_that_is_none_is_refused(made: Share) -> None:
    answer = Client().post(f"/s/{made.token}/preferences/", {"frequency": "hourly", "language": "xx"})

    assert answer.status_code == 422
    assert "hourly is not one of the available choices" in answer.content.decode()
    assert not RecipientPreference.objects.exists()


def test_stopping_needs_no_passcode_and_no_code(made: Share) -> None:
    change(made, passcode="x", verified_only=True)

    assert Client().get(f"/s/{made.token}/preferences/").status_code == 200


# Asking


@pytest.mark.parametrize("action", ["call", "question", "order", "complaint", "problem"])
def test_what_is_asked_is_an_event_begun_an_event_finished_and_a_task(made: Share, sales: User, action: str) -> None:
    client = Client()
    form = client.get(f"/s/{made.token}/ask/{action}/").context["form"]

    answer = client.post(
        f"/s/{made.token}/ask/{action}/", {"text": "Please do.", "event": str(form["event"].value())}, follow=True
    )

    assert "Sent." in answer.content.decode()
    task = FollowUp.objects.get()
    assert (task.action, task.text, task.owner, task.viewer) == (action, "Please do.", sales, made.recipient)
    assert sorted(Event.objects.exclude(kind="shared").values_list("kind", flat=True)) == ["begun", "response"]


def test_form_that_is_sent_twice_asks_once(made: Share) -> None:
    sent = {"text": "Call me.", "event": str(uuid.uuid4())}
    for _ in range(2):
        assert Client().post(f"/s/{made.token}/ask/question/", sent).status_code == 302

    assert FollowUp.objects.count() == 1


def test_question_without_words_is_refused_and_a_call_without_is_not(made: Share) -> None:
    sent = {"text": "", "event": str(uuid.uuid4())}

    assert Client().post(f"/s/{made.token}/ask/question/", sent).status_code == 422
    assert Client().post(f"/s/{made.token}/ask/call/", sent).status_code == 302


@pytest.mark.parametrize("action", ["dance", "CALL", "call%0a"])
def test_action_that_is_none_is_not_found(made: Share, action: str) -> None:
    assert Client().get(f"/s/{made.token}/ask/{action}/").status_code == 404


def test_card_number_is_refused_and_not_shown_again(made: Share) -> None:
    sent = {"text": "Charge 4111 1111 1111 1111", "event": str(uuid.uuid4())}

    answer = Client().post(f"/s/{made.token}/ask/question/", sent)

    assert answer.status_code == 422
    assert "4111" not in answer.content.decode()
    assert not FollowUp.objects.exists()


def test_words_come_out_inert(made: Share) -> None:
    sent = {"text": "<script>alert(1)</script>", "event": "no uuid"}

    shown = Client().post(f"/s/{made.token}/ask/question/", sent).content.decode()

    assert "<script>alert" not in shown


# While Redis is away


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis, in which tries are counted, does not answer."""

    def away(*_given: object) -> int:
        raise RedisError

    monkeypatch.setattr("privacy.tries.add_up", away)


@pytest.mark.parametrize("typed", [{"email": "ann@example.com"}, {"email": "bo@example.com"}, {"code": "123456"}])
def test_whoever_asks_for_a_code_or_types_one_reads_that_it_cannot_be_now(
    made: Share, uncounted: None, typed: dict[str, str]
) -> None:
    answer = Client().post(f"/s/{made.token}/verify/", typed)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Codes cannot be e-mailed or checked at the moment." in answer.content.decode()
    assert ('name="code"' in answer.content.decode()) == ("code" in typed)
    assert mail.outbox == []


@pytest.mark.parametrize("typed", ["ann@example.com", "bo@example.com"])
def test_whoever_asks_for_a_code_that_no_worker_can_be_asked_for_reads_the_same(
    made: Share, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    def away(*_arguments: object) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.mail_code, "delay", away)

    assert ask_for_code(made, typed).status_code == 503


def test_what_is_passed_on_while_nobody_counts_is_passed_on(made: Share, uncounted: None) -> None:
    assert pass_on(made).status_code == 200

    assert Share.objects.filter(passed_on_from=made).count() == 1


def test_no_more_is_passed_on_in_a_day_while_nobody_counts(made: Share, uncounted: None) -> None:
    statuses = [pass_on(made, email=f"bo{number}@example.com").status_code for number in range(WAYS_ON.tries + 1)]
    assert statuses == [*[200] * WAYS_ON.tries, 429]
    assert Share.objects.filter(passed_on_from=made).count() == WAYS_ON.tries
    Share.objects.filter(passed_on_from=made).update(shared_at=timezone.now() - timedelta(days=1, seconds=1))
    assert pass_on(made, email="cy@example.com").status_code == 200


# Passing on


def pass_on(made: Share, email: str = "bo@example.com", name: str = "Bo Colleague") -> Any:
    return Client().post(f"/s/{made.token}/pass-on/", {"name": name, "email": email}, follow=True)


def written() -> list[Any]:
    """What waits for colleagues, then for staff, is written."""
    write_letters()
    mail_waiting()
    return list(mail.outbox)


def test_colleague_gets_a_share_of_their_own_in_the_recipients_name(made: Share, sales: User) -> None:
    change(made, may_download=True)

    pass_on(made)

    passed = Share.objects.get(passed_on_from=made)
    colleague = passed.recipient.customer
    assert colleague is not None
    assert (colleague.name, colleague.email, colleague.source) == ("Bo Colleague", "bo@example.com", "customer")
    assert (passed.number, passed.material, passed.sender) == (2, made.material, sales)
    assert passed.may_download
    assert passed.token != made.token
    assert Event.objects.get(share_id=passed.pk).kind == "shared"
    told = {message.to[0]: message for message in written()}
    assert set(told) == {"bo@example.com", "sam.sales@example.com"}
    assert f"/s/{passed.token}/" in told["bo@example.com"].body
    assert passed.token not in told["sam.sales@example.com"].body
    assert "Bo" not in told["sam.sales@example.com"].subject


def test_views_of_the_colleague_have_their_name(made: Share) -> None:
    pass_on(made)
    passed = Share.objects.get(passed_on_from=made)

    Client().get(f"/s/{passed.token}/")

    visit = Event.objects.get(kind="visit")
    assert (visit.viewer_id, visit.grade) == (passed.recipient_id, "addressee")
    assert passed.recipient_id != made.recipient_id


def test_colleague_who_is_known_is_not_made_anew(made: Share) -> None:
    known = make_customer("C-2", name="Bo Known", email="BO@example.com")

    pass_on(made)

    assert Share.objects.get(passed_on_from=made).recipient.customer == known
    assert Customer.objects.count() == 2


def test_passing_on_to_the_same_colleague_twice_makes_one_share(made: Share) -> None:
    pass_on(made)
    pass_on(made, "Bo@Example.com")

    assert Share.objects.filter(passed_on_from=made).count() == 1


def test_whoever_asked_for_nothing_gets_nothing_and_the_passer_reads_the_same(made: Share) -> None:
    suppress("email", "bo@example.com", None, "asked")

    refused, passed = pass_on(made), pass_on(made, "cy@example.com")

    assert refused.content == passed.content
    assert [message.to[0] for message in written()] == ["cy@example.com", "sam.sales@example.com"]
    assert not Customer.objects.filter(email="bo@example.com").exists()


def test_eleventh_in_a_day_is_refused(made: Share) -> None:
    for number in range(10):
        assert pass_on(made, f"b{number}@example.com").status_code == 200

    answer = pass_on(made, "b10@example.com")

    assert answer.status_code == 429
    assert Share.objects.filter(passed_on_from=made).count() == 10


@pytest.mark.parametrize(
    ("name", "email"), [("", "bo@example.com"), ("Bo", "bo"), ("Bo", "bo@example.com\nBcc: x@y.z")]
)
def test_colleague_without_name_or_address_is_refused(made: Share, name: str, email: str) -> None:
    assert pass_on(made, email, name).status_code == 422
    assert written() == []


# All of them


@pytest.mark.parametrize("part", ["verify", "preferences", "ask/question", "pass-on"])
@pytest.mark.parametrize("state", ["unknown", "revoked"])
def test_link_that_does_not_open_answers_here_as_everywhere(made: Share, part: str, state: str) -> None:
    change(made, revoked_at=timezone.now())
    token = made.token if state == "revoked" else "A" * 22

    for answer in (Client().get(f"/s/{token}/{part}/"), Client().post(f"/s/{token}/{part}/", {"x": "y"})):
        assert answer.status_code == 404
        assert answer.content == Client().get(f"/s/{token}/").content


@pytest.mark.parametrize("part", ["ask/question", "pass-on"])
def test_what_stands_before_the_material_stands_before_these_too(made: Share, part: str) -> None:
    change(made, verified_only=True)

    assert Client().get(f"/s/{made.token}/{part}/").status_code == 403


@pytest.mark.parametrize("part", ["verify", "preferences", "ask/question", "pass-on"])
def test_pages_are_kept_by_nobody_and_found_by_no_search_engine(made: Share, part: str) -> None:
    answer = Client().get(f"/s/{made.token}/{part}/")

    assert answer.status_code == 200
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
