"""Tasks that are asked for by their names."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from structlog.testing import capture_logs

from config.celery import app
from privacy.errands import ask, ask_once_committed
from tests.broker import Broker

NAME = re.compile(r'"((?:privacy|records|campaigns|analytics)\.tasks\.[\w.]+)"')


def test_every_name_that_is_asked_for_is_a_tasks() -> None:
    app.loader.import_default_modules()
    sources = [path for floor in ("privacy", "records", "campaigns", "analytics") for path in _python(floor)]
    asked = {name for path in sources for name in NAME.findall(path.read_text())}
    assert {"privacy.tasks.mail_notifications", "records.tasks.send_refund"} <= asked
    assert asked - set(app.tasks) == set()


def _python(floor: str) -> list[Path]:
    return sorted((Path(settings.BASE_DIR) / floor).rglob("*.py"))


def test_a_broker_that_is_away_is_told_to_the_log_alone(broker: Broker) -> None:
    broker.is_away = True
    with capture_logs() as logs:
        ask("privacy.tasks.tell_webhook", 7)
    assert [entry["event"] for entry in logs] == ["tell_webhook_not_asked_for"]
    broker.is_away = False
    ask("privacy.tasks.tell_webhook", 7)
    assert broker.calls == [("privacy.tasks.tell_webhook", (7,))]


@pytest.mark.django_db
def test_what_is_to_be_done_stands_before_it_is_asked_for(
    broker: Broker, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            ask_once_committed("privacy.tasks.tell_webhook", 1)
            assert broker.calls == []
        with transaction.atomic():
            ask_once_committed("privacy.tasks.tell_webhook", 2)
            transaction.set_rollback(True)
    assert broker.asked("privacy.tasks.tell_webhook") == [1]
