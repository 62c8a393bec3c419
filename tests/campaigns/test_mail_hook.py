"""What a mail service tells by itself: signed, bounded, taken in once."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from campaigns.models import MailMessage, MailReport
from privacy.roles import Role
from records.models import Suppression
from tests.campaigns.test_mail_bounces import bounce
from tests.factories import make_user
from tests.mailings import make_mailing, make_recipients, start

pytestmark = pytest.mark.django_db
SECRET = "Quillfeather"
ADDRESS = "/hooks/mail"


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET = SECRET


@pytest.fixture
def message() -> MailMessage:
    sales = make_user(Role.SALES, "Sam Sales")
    start(make_mailing(sales, make_recipients(1, sales)))
    MailMessage.objects.update(state="sent", sent_at=timezone.now(), begun_at=timezone.now(), address_hash=b"h" * 32)
    return MailMessage.objects.get()


def signed(body: bytes, *, at: datetime | None = None, secret: str = SECRET) -> dict[str, str]:
    moment = str(int((at or datetime.now(UTC)).timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Waymark-Timestamp": moment, "X-Waymark-Signature": f"v0={digest}"}


def post(body: bytes, headers: dict[str, str] | None = None, content_type: str = "application/json") -> HttpResponse:
    headers = signed(body) if headers is None else headers
    return Client(enforce_csrf_checks=True).post(ADDRESS, body, content_type, headers=headers)  # type: ignore[return-value]


def body_of(*events: Any) -> bytes:
    return json.dumps({"events": events}).encode()


def event(message: MailMessage, kind: str = "hard", status: str = "5.1.1") -> dict[str, str]:
    return {"kind": kind, "message_id": f"<{message.identifier}@waymark.example.gov>", "status": status}


def test_events_are_taken_in_once(message: MailMessage) -> None:
    body = body_of(event(message), event(message, "complaint", ""), {**event(message), "message_id": "<other@x>"})
    answer = post(body)
    assert (answer.status_code, json.loads(answer.content)) == (
        200, {"read": 3, "new": 2, "already_there": 0, "rejected": 1}
    )  # fmt: skip
    message.refresh_from_db()
    assert message.state == "complained"
    assert Suppression.objects.filter(value_hash=b"h" * 32).exists()
    assert json.loads(post(body).content) == {"read": 3, "new": 0, "already_there": 2, "rejected": 1}
    assert MailReport.objects.count() == 3


def test_a_bounce_itself_is_taken_in_as_it_came(message: MailMessage) -> None:
    answer = post(bounce(message.identifier), content_type="message/rfc822")
    assert json.loads(answer.content) == {"read": 1, "new": 1, "already_there": 0, "rejected": 0}
    message.refresh_from_db()
    assert (message.state, message.why) == ("bounced", "bounced 5.1.1")


def test_without_a_secret_nothing_is_listened_to(message: MailMessage, settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET = ""
    body = body_of(event(message))
    assert post(body, signed(body, secret="")).status_code == 404


@pytest.mark.parametrize("change", ["none", "secret", "body", "old", "future", "timestamp"])
def test_what_is_not_signed_just_now_is_refused_and_logged_without_it(message: MailMessage, change: str) -> None:
    body = body_of(event(message))
    moves = {"old": -301, "future": 301}
    headers = {
        "none": {},
        "secret": signed(body, secret="wrong"),
        "body": signed(body + b" "),
        "timestamp": {**signed(body), "X-Waymark-Timestamp": "1"},
        **{name: signed(body, at=datetime.now(UTC) + timedelta(seconds=by)) for name, by in moves.items()},
    }[change]
    with capture_logs() as logs:
        assert post(body, headers).status_code == 401
    told = [entry["event"] for entry in logs if not entry["event"].startswith("request_")]
    assert told == ["mail_hook_refused"]
    assert message.identifier not in str(logs)
    assert not MailReport.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xff", 'is no JSON object with a list named "events"'),
        (b"[]", 'is no JSON object with a list named "events"'),
        (b'{"events": 1}', '"events" is no list of at most 1,000'),
        (body_of(*[{}] * 1_001), '"events" is no list of at most 1,000'),
        (body_of({}), "event 1: kind is none of hard, soft, complaint, unsubscribe"),
        (body_of({"kind": "hard", "status": 5}), "event 1 has no texts kind, message_id and status"),
        (body_of({"kind": "hard"}, 7), "event 2 has no texts kind, message_id and status"),
        (body_of({"kind": "open"}), "event 1: kind is none of hard, soft, complaint, unsubscribe"),
        (body_of({"kind": "hard", "status": "550"}), "event 1: status is none of RFC 3463, such as 5.1.1"),
        (b"[" * 100_000, 'is no JSON object with a list named "events"'),
    ],
)
def test_what_is_not_understood_is_told_and_nothing_is_kept(body: bytes, said: str) -> None:
    answer = post(body)
    assert (answer.status_code, answer.content.decode()) == (400, f"{said}\n")
    assert not MailReport.objects.exists()


def test_too_long_is_refused() -> None:
    assert post(b" " * ((1 << 20) + 1)).status_code == 413


def test_only_post_is_taken() -> None:
    assert Client().get(ADDRESS).status_code == 405
