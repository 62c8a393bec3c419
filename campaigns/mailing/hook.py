"""Reports that a mail service sends to us: our own small JSON, or the bounce itself as it came."""

import json
from collections.abc import Iterator
from typing import Any

from campaigns.enums import ReportKind
from campaigns.mailing.bounces import Intake, take_in_all
from campaigns.mailing.reports import IDENTIFIER, STATUS, Report

MESSAGE = "message/rfc822"
MOST_EVENTS = 1_000


class NotUnderstood(ValueError):
    """A body that is no list of reports. The text says what is wrong and where."""


def take_in_body(body: bytes, content_type: str) -> Intake:
    """Take in a message (RFC 3464, RFC 5965), or JSON: `{"events": [{"kind": …, "message_id": …, "status": …}, …]}`.

    Raises NotUnderstood before anything is taken in.
    """
    if content_type == MESSAGE:
        return take_in_all([body])
    intake = Intake()
    for report, content in list(_reports(body)):
        intake.read += 1
        intake.take_in(report, content)
    return intake


def _reports(body: bytes) -> Iterator[tuple[Report, bytes]]:
    try:
        events = json.loads(body.decode())["events"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotUnderstood('is no JSON object with a list named "events"') from None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise NotUnderstood(f'"events" is no list of at most {MOST_EVENTS:,}')
    for place, event in enumerate(events, 1):
        yield _report(event, place), json.dumps(event, sort_keys=True).encode()


def _report(event: Any, place: int) -> Report:
    values = {name: event.get(name, "") for name in ("kind", "message_id", "status")} if isinstance(event, dict) else {}
    if not values or any(not isinstance(value, str) for value in values.values()):
        raise NotUnderstood(f"event {place} has no texts kind, message_id and status")
    if values["kind"] not in ReportKind.values:
        raise NotUnderstood(f"event {place}: kind is none of {', '.join(ReportKind.values)}")
    if values["status"] and not STATUS.fullmatch(values["status"]):
        raise NotUnderstood(f"event {place}: status is none of RFC 3463, such as 5.1.1")
    found = IDENTIFIER.search(values["message_id"])
    return Report(ReportKind(values["kind"]), found[1] if found else "", values["status"])
