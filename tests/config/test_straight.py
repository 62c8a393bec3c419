"""What pages send to /c goes past sessions and sign-in, and everything else does not."""

import io
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.collecting.callable import Collector
from campaigns.collecting.committing import commit
from campaigns.collecting.line import AtOnce
from config.straight import headers_of_answers
from tests.campaigns.viewing import FIREFOX

pytestmark = pytest.mark.django_db


def ask(application: Any, path: str, method: str = "POST", **environ: Any) -> tuple[str, dict[str, str], bytes]:
    told: list[Any] = []
    body = environ.pop("body", b"")
    answer = application(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_USER_AGENT": FIREFOX,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            **environ,
        },
        lambda status, headers, *rest: told.append((status, dict(headers))),
    )
    content = b"".join(answer)
    return told[0][0], told[0][1], content


@pytest.fixture
def wsgi(monkeypatch: pytest.MonkeyPatch) -> Any:
    from config import wsgi

    commits_at_once(monkeypatch)
    return wsgi.application


def commits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the test's own transaction: the collector's thread would keep a connection of its own."""
    monkeypatch.setattr("config.wsgi.collector", Collector(AtOnce(commit), headers_of_answers()))


@pytest.mark.django_db
def test_collector_answers_without_looking_at_a_session(wsgi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureQueriesContext(connection) as queries:
        status, headers, content = ask(wsgi, "/c", HTTP_COOKIE="sessionid=abcdefghijklmnopqrstuvwxyz012345")

    assert status == "400 Bad Request"
    assert content == b'{"accepted":0,"duplicate":0,"rejected":[],"reason":"The body is no JSON."}'
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in headers
    assert len(queries) == 0


@pytest.mark.django_db
def test_everything_else_goes_the_long_way(wsgi: Any) -> None:
    status, headers, _ = ask(wsgi, "/customers/", "GET")

    assert status == "302 Found"
    assert headers["Location"] == "/sign-in/?next=/customers/"
    assert "Content-Security-Policy" in headers


def test_other_methods_are_refused(wsgi: Any) -> None:
    status, headers, _ = ask(wsgi, "/c", "GET")

    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "POST")


def test_behind_tls_it_is_reached_by_https_alone(settings: Any, wsgi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECURE_SSL_REDIRECT = True
    monkeypatch.setattr("config.wsgi.pages", WSGIHandler())  # the middleware reads the setting when it is made

    status, headers, _ = ask(wsgi, "/c")

    assert (status, headers["Location"]) == ("301 Moved Permanently", "https://localhost/c")
