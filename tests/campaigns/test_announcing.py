"""What webhooks are told of: people's visits, a minute old, each once; and verdicts that changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns import announcing
from campaigns.announcing import announce
from campaigns.enums import Grade, Signal
from campaigns.models import EventBatch, Share
from config.schedule import SCHEDULE
from privacy.models import WebhookEndpoint, WebhookEvent
from privacy.roles import Role
from privacy.webhooks import endpoints
from privacy.webhooks.kinds import kinds
from records.models import Import
from tests.campaigns.shared import shared_with, visit
from tests.events import append, event
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db

BOTH = ["share.viewed", "verdict.changed"]


@pytest.fixture
def share() -> Share:
    sales = make_user(Role.SALES)
    made = shared_with(make_customer("C-1", sales, name="Ann Quillfeather"), sales)
    EventBatch.objects.update(announced_at=timezone.now())
    return made


@pytest.fixture
def endpoint(share: Share) -> WebhookEndpoint:
    return endpoints.make("Program", "https://hooks.example/", BOTH, make_user(name="Maker")).endpoint


def a_minute_later() -> int:
    # Longer, for the database's clock stands still within a test.
    EventBatch.objects.filter(announced_at=None).update(received_at=timezone.now() - timedelta(minutes=10))
    return announce()


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(row.kind, row.data) for row in WebhookEvent.objects.order_by("at", "kind")]


def test_a_persons_visit_is_told_once_by_identifiers_alone(share: Share, endpoint: WebhookEndpoint) -> None:
    number = visit(share, (1, 3))
    assert a_minute_later() == 1
    assert told() == [("share.viewed", {"share": str(share.key), "visit": str(number)})]
    assert "Quillfeather" not in str(told())
    assert share.token not in str(told())
    assert (a_minute_later(), len(told())) == (0, 1)


def test_a_visit_that_comes_in_parts_is_told_once_and_another_one_too(share: Share, endpoint: WebhookEndpoint) -> None:
    number = visit(share)
    a_minute_later()
    viewer, now = share.recipient_id, timezone.now()
    append(
        event(
            viewer, "page", occurred_at=now, share_id=share.pk, material_id=share.material_id, page=1, version=1,
            dwell_ms=3000, visit_id=number, grade="addressee",
        )
    )  # fmt: skip
    assert (a_minute_later(), len(told())) == (1, 1)
    other = visit(share)
    a_minute_later()
    assert {data["visit"] for _kind, data in told()} == {str(number), str(other)}


def test_a_minute_passes_first(share: Share, endpoint: WebhookEndpoint) -> None:
    visit(share)
    EventBatch.objects.filter(announced_at=None).update(received_at=timezone.now() - timedelta(seconds=55))
    assert (announce(), told()) == (0, [])
    assert (a_minute_later(), len(told())) == (1, 1)


@pytest.mark.parametrize("signal", [Signal.KNOWN_AGENT, Signal.HEAD, Signal.HONEYPOT, Signal.INTERNAL_NETWORK])
def test_machines_are_not_told_of(share: Share, endpoint: WebhookEndpoint, signal: Signal) -> None:
    visit(share, (1, 3), signals=signal)
    assert (a_minute_later(), told()) == (1, [])


def test_what_shows_itself_as_a_scanners_within_the_minute_is_not_told(share: Share, endpoint: WebhookEndpoint) -> None:
    number = visit(share)
    judge(number)
    a_minute_later()
    assert [kind for kind, _data in told()] == ["verdict.changed"]


def judge(number: Any) -> int:
    """What a burst or a new rule makes of the visit: a scanner's."""
    from django.db import connection

    from campaigns.models import JudgedEvent

    batch = EventBatch.objects.create(event_count=0)
    count = 0
    with connection.cursor() as cursor:
        for row in JudgedEvent.objects.filter(visit_id=number, verdict="human"):
            cursor.execute(
                "INSERT INTO campaigns_judgement (viewer_id, occurred_at, id, series, nth, batch_id, rule_version, "
                "verdict_before, reason_before, verdict, reason, judged_at) VALUES "
                "(%s, %s, %s, %s, 1, %s, 2, 'human', 'no_sign', 'scanner', 'burst', now())",
                [row.viewer_id, row.occurred_at, str(row.id), row.series, batch.pk],
            )
            count += 1
    EventBatch.objects.filter(pk=batch.pk).update(judgement_count=count)
    return count


def test_a_changed_verdict_is_told_with_what_it_was_before(share: Share, endpoint: WebhookEndpoint) -> None:
    number = visit(share, (1, 3), (2, 3))
    a_minute_later()
    events = judge(number)
    a_minute_later()
    assert events == 4
    data = {"share": str(share.key), "visit": str(number), "before": "human", "verdict": "scanner", "events": 4}
    assert ("verdict.changed", data) in told()
    assert (a_minute_later(), len(told())) == (0, 2)


def test_what_is_imported_from_a_file_is_over(share: Share, endpoint: WebhookEndpoint) -> None:
    source = Import.objects.create(kind="engagement", file_name="x.csv")
    viewer, number = share.recipient_id, "0b1f1f6e-8f57-4f43-8a3a-6f6a1c1de0f4"
    append(
        event(viewer, "view", share_id=share.pk, visit_id=number, material_id=share.material_id, grade="addressee"),
        source_import=source,
    )
    assert (a_minute_later(), told()) == (1, [])


def test_a_visit_of_nobody_known_is_told_by_its_share(share: Share, endpoint: WebhookEndpoint) -> None:
    number = visit(share, (1, 3), grade=Grade.UNKNOWN, viewer_id=-77)
    a_minute_later()
    assert told() == [("share.viewed", {"share": str(share.key), "visit": str(number)})]


def test_what_happened_before_anybody_listened_is_told_to_nobody(share: Share) -> None:
    visit(share)
    a_minute_later()
    endpoints.make("Late", "https://hooks.example/", BOTH, make_user(name="Maker"))
    assert (a_minute_later(), told()) == (0, [])


def test_batches_are_marked_and_told_together_or_not_at_all(
    share: Share, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(share)

    def broken(*_args: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(announcing, "tell_all", broken)
        with pytest.raises(RuntimeError), transaction.atomic():
            a_minute_later()
    assert EventBatch.objects.filter(announced_at=None).count() == 1
    assert (a_minute_later(), len(told())) == (1, 1)


def test_both_kinds_are_offered_and_the_clock_looks_for_them() -> None:
    assert set(BOTH) <= {kind.name for kind in kinds()}
    assert "campaigns.tasks.shares.announce_visits" in {entry["task"] for entry in SCHEDULE.values()}
