"""What the logs say, and about whom they must not."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.core.cache import cache
from django.test import Client

from config import logs
from privacy.roles import Role
from tests.factories import make_user
from tests.renewals import Opened

CLIENT = {"HTTP_USER_AGENT": "Mozilla/5.0 (of Jane)", "REMOTE_ADDR": "203.0.113.9"}


class Lines:
    """What was logged since the test began, as JSON objects."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def __call__(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def logged() -> Iterator[Lines]:
    lines = Lines()
    handler = logging.StreamHandler(lines.stream)
    present = structlog.get_config()
    made = logs.configuration(level="INFO", plain=False)["formatters"]["line"]
    structlog.configure(**present)  # loggers that were used before keep it, and so must those of later tests
    handler.setFormatter(made.pop("()")(**made))
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_request_leaves_one_line_without_the_person(logged: Lines, client: Client) -> None:
    client.get("/sign-in/?next=/customers/?name=Jane", **CLIENT)  # type: ignore[arg-type]
    (line,) = [line for line in logged() if line["logger"].startswith("django_structlog")]
    assert (line["event"], line["code"], line["request"]) == ("request_finished", 200, "GET /sign-in/")
    assert line["request_id"]
    assert "Jane" not in json.dumps(logged())
    assert "203.0.113.9" not in json.dumps(logged())


def test_an_exception_is_logged_without_values(logged: Lines) -> None:
    row = "Key (name)=(Jane Doe)"
    try:
        raise ValueError(f"duplicate key of Jane Doe, 'jane' and 55501\nDETAIL:  {row} already exists.")
    except ValueError:
        logging.getLogger("campaigns").exception("import of %s failed", "jane.doe@example.gov")
    (line,) = logged()
    assert line["event"] == "import of [e-mail] failed"
    place, said = line["exception"].splitlines()
    assert place.startswith("tests/config/test_logs.py:")
    assert place.endswith(
        r"""raise ValueError(f"duplicate key of Jane Doe, 'jane' and 55501\nDETAIL:  {row} already exists.")"""
    )
    assert said == "ValueError: duplicate key of … and …"


def test_an_exception_put_into_the_sentence_loses_its_values_there_too(logged: Lines) -> None:
    try:
        raise ValueError(f"no address of {'Jane'} Doe")
    except ValueError as error:
        logging.getLogger("celery").error("failed: %r (%s)", error, error, exc_info=True)
        structlog.get_logger("records").exception("failed", error=str(error))
    by_celery, by_us = logged()
    assert by_celery["event"] == "failed: ValueError (no address of …)"
    assert by_us["error"] == "no address of …"
    assert by_us["exception"].endswith("\nValueError: no address of …")


def test_personal_keys_are_dropped_and_others_kept(logged: Lines) -> None:
    structlog.get_logger("records").warning(
        "merged", email="jane@example.gov", ip="203.0.113.9", user_agent="x", rows=2
    )
    (line,) = logged()
    assert (line["event"], line["rows"], line["level"], line["logger"]) == ("merged", 2, "warning", "records")
    assert not {"email", "ip", "user_agent"} & line.keys()


@pytest.mark.django_db
def test_a_page_that_has_not_changed_leaves_no_line_and_one_that_has_leaves_one(logged: Lines, client: Client) -> None:
    client.force_login(make_user(Role.AUDITOR))
    page = Opened(client, "/")
    before = len(requests_of(logged))
    assert page.renew().status_code == 304
    assert len(requests_of(logged)) == before
    cache.clear()
    assert page.renew().status_code == 200
    assert [line["code"] for line in requests_of(logged)[before:]] == [200]


def requests_of(logged: Lines) -> list[dict[str, Any]]:
    return [line for line in logged() if line["event"] == "request_finished"]
