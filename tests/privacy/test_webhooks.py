"""Webhooks out: told once what stands, signed, sent at least once, given up in the end, and sent again on demand."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from privacy import tasks
from privacy.enums import EndpointEnd, TellingState, TellingWhy
from privacy.models import User, WebhookEndpoint, WebhookEvent, WebhookTelling
from privacy.webhooks import delivering, endpoints, sending
from privacy.webhooks.delivering import DELAYS, deliver, due, forget, replay
from privacy.webhooks.kinds import Kind
from privacy.webhooks.signing import new_secret, signature
from privacy.webhooks.telling import SEND, Told, tell, tell_all
from tests.broker import Broker
from tests.factories import make_user
from tests.listening import Listener, listening

pytestmark = pytest.mark.django_db

KIND = Kind("share.viewed", "A person viewed a share")
OTHER = Kind("verdict.changed", "A verdict changed")


@pytest.fixture(autouse=True)
def _own_network(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE = True


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def endpoint(listener: Listener, user: User, broker: Broker) -> WebhookEndpoint:
    return endpoints.make("Program", listener.address, [KIND.name], user).endpoint


def told(data: dict[str, Any] | None = None) -> WebhookTelling:
    tell(KIND, {"share": "s-1"} if data is None else data)
    return WebhookTelling.objects.latest("pk")


def again(telling: WebhookTelling) -> TellingState | None:
    """The next try, as if its time had come."""
    WebhookTelling.objects.filter(pk=telling.pk).update(due_at=timezone.now())
    return deliver(telling.pk)


# Telling -------------------------------------------------------------------------------------------------------------
def test_those_are_told_who_want_to_hear_of_the_kind(
    endpoint: WebhookEndpoint, user: User, broker: Broker, django_capture_on_commit_callbacks: Any
) -> None:
    both = endpoints.make("Both", endpoint.address, [KIND.name, OTHER.name], user).endpoint
    off = endpoints.make("Off", endpoint.address, [KIND.name], user).endpoint
    endpoints.switch_off(off)
    with django_capture_on_commit_callbacks(execute=True):
        assert tell(KIND, {"share": "s-1"}) == 2
        assert tell(OTHER, {"share": "s-1"}) == 1
    rows = WebhookTelling.objects.order_by("pk").values_list("endpoint", "event__kind", "state")
    assert sorted(rows) == sorted(
        [
            (endpoint.pk, "share.viewed", "waiting"),
            (both.pk, "share.viewed", "waiting"),
            (both.pk, "verdict.changed", "waiting"),
        ]
    )
    assert sorted(broker.asked(SEND)) == sorted(WebhookTelling.objects.values_list("pk", flat=True))


def test_what_nobody_wants_to_hear_is_not_written_down(endpoint: WebhookEndpoint) -> None:
    assert tell(OTHER, {"share": "s-1"}) == 0
    assert not WebhookEvent.objects.exists()


def test_what_is_rolled_back_is_told_to_nobody(endpoint: WebhookEndpoint, broker: Broker) -> None:
    with transaction.atomic():
        tell(KIND, {"share": "s-1"})
        transaction.set_rollback(True)
    assert (WebhookEvent.objects.count(), broker.calls) == (0, [])


def test_the_same_event_is_told_once(endpoint: WebhookEndpoint) -> None:
    about = uuid4()
    assert [tell(KIND, {"share": "s-1"}, about) for _ in range(2)] == [1, 0]
    assert [tell(KIND, {"share": "s-1"}) for _ in range(2)] == [1, 1]
    assert WebhookEvent.objects.count() == 3


@pytest.mark.parametrize("count", [1, 3])
def test_many_are_told_in_one_statement(endpoint: WebhookEndpoint, count: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # with the savepoint around it
        assert tell_all(KIND, [Told({"share": str(number)}) for number in range(count)]) == count


# Sending -------------------------------------------------------------------------------------------------------------
def test_what_is_sent_is_signed_as_the_standard_says(endpoint: WebhookEndpoint, listener: Listener) -> None:
    at = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    tell_all(KIND, [Told({"share": "s-1"}, at)])
    telling = WebhookTelling.objects.get()
    assert deliver(telling.pk) is TellingState.DELIVERED

    ((path, headers, body),) = listener.requests
    assert path == "/hooks?from=waymark"
    assert body == b'{"type":"share.viewed","timestamp":"2026-03-10T16:00:00Z","data":{"share":"s-1"}}'
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == str(telling.event_id)
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    # Worked out by hand, not by our own function.
    key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_secrets_are_long_random_and_sealed_in_the_database(endpoint: WebhookEndpoint, user: User) -> None:
    secret = endpoint.secret
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert new_secret() != new_secret()
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(secret, 'escape'), t::text FROM privacy_webhookendpoint AS t")
        stored = "".join(map(str, cursor.fetchone()))
    assert [one for one in (secret, secret.encode().hex(), secret[6:30]) if one in stored] == []


def test_after_a_rotation_both_secrets_sign_for_a_day(endpoint: WebhookEndpoint, listener: Listener) -> None:
    first = endpoint.secret
    second = endpoints.rotate(endpoint).secret
    telling = told()
    deliver(telling.pk)
    _path, headers, body = listener.requests[0]
    about = (headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == f"{signature(second, *about)} {signature(first, *about)}"
    WebhookEndpoint.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    deliver(told().pk)
    _path, headers, body = listener.requests[1]
    assert headers["webhook-signature"] == signature(
        second, headers["webhook-id"], int(headers["webhook-timestamp"]), body
    )


def test_a_second_rotation_ends_the_first_secret(endpoint: WebhookEndpoint) -> None:
    second = endpoints.rotate(endpoint).secret
    third = endpoints.rotate(endpoint).secret
    assert endpoints.secrets_of(WebhookEndpoint.objects.get()) == [third, second]


# What comes of it ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "state", "why"),
    [
        (200, TellingState.DELIVERED, ""),
        (204, TellingState.DELIVERED, ""),
        (301, TellingState.WAITING, TellingWhy.REDIRECT),
        (400, TellingState.WAITING, TellingWhy.STATUS),
        (404, TellingState.WAITING, TellingWhy.STATUS),
        (500, TellingState.WAITING, TellingWhy.STATUS),
        (410, TellingState.DEAD, TellingWhy.GONE),
    ],
)
def test_what_is_answered_decides(
    endpoint: WebhookEndpoint, listener: Listener, status: int, state: TellingState, why: str
) -> None:
    listener.status = status
    telling = told()
    assert deliver(telling.pk) is state
    telling.refresh_from_db()
    assert (telling.state, telling.status, telling.why, telling.attempts, telling.claimed_until) == (
        state,
        status,
        why,
        1,
        None,
    )
    assert (telling.ended_at is None) is (state is TellingState.WAITING)


def test_no_other_address_is_followed(endpoint: WebhookEndpoint, listener: Listener) -> None:
    with listening() as elsewhere:
        listener.status, listener.headers = 307, {"Location": elsewhere.address}
        deliver(told().pk)
        assert (len(listener.requests), elsewhere.requests) == (1, [])


def test_an_endpoint_that_says_nobody_listens_is_told_nothing_more(
    endpoint: WebhookEndpoint, listener: Listener
) -> None:
    listener.status = 410
    deliver(told().pk)
    endpoint.refresh_from_db()
    assert endpoint.ended_why == EndpointEnd.GONE
    assert tell(KIND, {"share": "s-2"}) == 0


def test_where_nobody_listens_it_is_tried_again(endpoint: WebhookEndpoint) -> None:
    with listening() as gone:
        WebhookEndpoint.objects.update(address=gone.address)
    telling = told()
    assert deliver(telling.pk) is TellingState.WAITING
    telling.refresh_from_db()
    assert (telling.why, telling.status) == (TellingWhy.NO_ANSWER, None)


def test_an_answer_that_never_comes_is_cut_off(
    endpoint: WebhookEndpoint, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.2)
    listener.hold = Event()
    telling = told()
    assert deliver(telling.pk) is TellingState.WAITING
    telling.refresh_from_db()
    assert telling.why == TellingWhy.NO_ANSWER


def test_nothing_of_an_answer_is_kept_but_its_status(endpoint: WebhookEndpoint, listener: Listener) -> None:
    listener.status, listener.headers = 500, {"X-Secret": "Quillfeather"}
    telling = told()
    deliver(telling.pk)
    stored = str(WebhookTelling.objects.values_list().get(pk=telling.pk))
    assert ("Quillfeather" in stored, "500" in stored) == (False, True)


def test_it_is_tried_ever_later_and_given_up_in_the_end(endpoint: WebhookEndpoint, listener: Listener) -> None:
    listener.status = 503
    telling = told()
    for delay in DELAYS:
        before = timezone.now()
        assert again(telling) is TellingState.WAITING
        telling.refresh_from_db()
        wait = telling.due_at - before
        assert delay * 0.8 <= wait <= delay * 1.2 + timedelta(seconds=5)
    assert again(telling) is TellingState.DEAD
    telling.refresh_from_db()
    assert (telling.tries, telling.state, len(listener.requests)) == (10, TellingState.DEAD, 10)
    assert len(set(listener.ids)) == 1


def test_what_failed_together_is_not_tried_again_together(endpoint: WebhookEndpoint, listener: Listener) -> None:
    listener.status = 503
    tellings = [told() for _ in range(5)]
    for telling in tellings:
        deliver(telling.pk)
    waits = {
        (row.due_at - row.event.at).total_seconds() for row in WebhookTelling.objects.select_related("event").all()
    }
    assert len({round(wait, 2) for wait in waits}) > 1


def test_it_is_not_tried_before_its_time_nor_after_it_is_over(endpoint: WebhookEndpoint, listener: Listener) -> None:
    listener.status = 503
    telling = told()
    assert deliver(telling.pk) is TellingState.WAITING
    assert deliver(telling.pk) is None
    listener.status = 200
    assert again(telling) is TellingState.DELIVERED
    assert again(telling) is None
    assert len(listener.requests) == 2


def test_two_workers_never_try_at_once(listener: Listener, transactional_db: None, broker: Broker) -> None:
    endpoints.make("Program", listener.address, [KIND.name], make_user())
    telling = told()
    listener.hold = Event()
    found: list[TellingState | None] = []

    def first() -> None:
        found.append(deliver(telling.pk))
        connection.close()

    thread = Thread(target=first)
    thread.start()
    while not listener.requests:
        thread.join(0.01)
    assert deliver(telling.pk) is None
    listener.hold.set()
    thread.join(20)
    assert found == [TellingState.DELIVERED]
    assert len(listener.requests) == 1


def test_what_a_dead_worker_left_is_sent_again_and_its_late_mark_counts_no_more(
    endpoint: WebhookEndpoint, listener: Listener
) -> None:
    telling = told()
    lost = WebhookTelling.objects.filter(pk=telling.pk)
    lost.update(state=TellingState.SENDING, attempts=1, claimed_until=timezone.now() - timedelta(seconds=1))
    assert due(10) == [telling.pk]
    assert deliver(telling.pk) is TellingState.DELIVERED
    telling.refresh_from_db()
    delivering._mark(telling, 1, sending.Outcome(TellingWhy.STATUS, 500))
    telling.refresh_from_db()
    assert (telling.state, telling.attempts, telling.status) == (TellingState.DELIVERED, 2, 204)


def test_what_waits_for_an_endpoint_that_is_switched_off_is_given_up(
    endpoint: WebhookEndpoint, listener: Listener
) -> None:
    telling = told()
    endpoints.switch_off(endpoint)
    assert deliver(telling.pk) is TellingState.DEAD
    telling.refresh_from_db()
    assert (telling.why, listener.requests) == (TellingWhy.ENDED, [])


def test_what_was_given_up_is_sent_again_under_the_same_name(
    endpoint: WebhookEndpoint, listener: Listener, user: User
) -> None:
    listener.status = 410
    telling = told()
    deliver(telling.pk)
    assert replay(WebhookTelling.objects.all(), user) == []
    endpoints.switch_on(endpoint)
    listener.status = 200
    assert replay(WebhookTelling.objects.all(), user) == [telling.pk]
    assert deliver(telling.pk) is TellingState.DELIVERED
    telling.refresh_from_db()
    assert (telling.attempts, telling.tries) == (2, 1)
    assert listener.ids == [str(telling.event_id)] * 2


def test_the_clock_asks_for_what_is_due(
    endpoint: WebhookEndpoint, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = told(), told()
    WebhookTelling.objects.filter(pk=second.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    called: list[int] = []
    monkeypatch.setattr(tasks.tell_webhook, "delay", called.append)
    tasks.tend_webhooks()
    assert called == [first.pk]


def test_a_test_goes_to_its_endpoint_alone_whatever_it_wants_to_hear(
    endpoint: WebhookEndpoint, listener: Listener, user: User
) -> None:
    endpoints.make("Other", endpoint.address, [KIND.name], user)
    deliver(endpoints.test(endpoint))
    ((event,), count) = ([body["type"] for body in listener.bodies], WebhookTelling.objects.count())
    assert (event, count, listener.bodies[0]["data"]) == ("webhook.test", 1, {"endpoint": str(endpoint.key)})


def test_after_a_month_what_is_over_goes_and_what_waits_stays(endpoint: WebhookEndpoint, listener: Listener) -> None:
    over, waiting, fresh = told(), told(), told()
    for telling in (over, fresh):
        deliver(telling.pk)
    old = timezone.now() - timedelta(days=31)
    WebhookEvent.objects.filter(pk__in=[over.event_id, waiting.event_id]).update(at=old)
    assert forget() == 2
    assert set(WebhookTelling.objects.values_list("pk", flat=True)) == {waiting.pk, fresh.pk}


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"state": "lost"}, "webhook_telling_state"),
        ({"state": TellingState.SENDING}, "webhook_claimed_while_sending"),
        ({"claimed_until": timezone.now()}, "webhook_claimed_while_sending"),
        ({"state": TellingState.DEAD}, "webhook_ended_when_over"),
        ({"ended_at": timezone.now()}, "webhook_ended_when_over"),
    ],
)
def test_the_database_refuses_states_that_make_no_sense(
    endpoint: WebhookEndpoint, columns: dict[str, Any], constraint: str
) -> None:
    telling = told()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        WebhookTelling.objects.filter(pk=telling.pk).update(**columns)


def test_what_is_sent_is_json_with_three_parts(endpoint: WebhookEndpoint) -> None:
    assert json.loads(delivering.body_of(told({}).event)).keys() == {"type", "timestamp", "data"}
