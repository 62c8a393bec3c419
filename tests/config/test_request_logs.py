"""All that a real web process writes, when persons are in everything that it is sent."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from config.arriving import SHORT
from tests.processes import CHECKOUT, environment, free_port, kill, wait_for

NAME, EMAIL, ADDRESS, AGENT = "Canary Finchley", "canary.finchley@example.gov", "198.51.100.77", "Canarybrowser/7.7"
CANARIES = re.compile("canary|finchley|198.51.100.77|555-0199", re.IGNORECASE)
PERSON = {"name": NAME, "email": EMAIL, "telephone": "(202) 555-0199"}
HEADERS = {
    "Host": "localhost",
    "User-Agent": AGENT,
    "X-Forwarded-For": ADDRESS,
    "X-Real-Ip": ADDRESS,
    "Referer": f"http://localhost/customers/?{urlencode(PERSON)}",
    "Cookie": f"name={NAME}",
}

TOKEN = "t" * 32  # as long as Django's
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.config.raising_settings", "LOG_LEVEL": "DEBUG"}


class Web:
    def __init__(self, log: Path, static: Path) -> None:
        self.port = free_port()
        command = ["granian", "--interface", "wsgi", "--port", str(self.port), "--blocking-threads", "64", "--no-ws"]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command, "--log-level", "error", "config.wsgi:application"],
                cwd=CHECKOUT,
                env={**environment(), **SETTINGS, "STATIC_ROOT": str(static)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        try:
            connection.request(method, path, urlencode(form) if form else None, {**HEADERS, **kind})
            return connection.getresponse().status
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz") == 200
        except OSError:
            return False


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "web.log"


@contextmanager
def running_web(log: Path, static: Path) -> Iterator[Web]:
    web = Web(log, static)
    try:
        wait_for(web.answers, "web answers")
        yield web
    finally:
        kill(web.process)


@pytest.fixture
def web(transactional_db: None, log: Path, tmp_path: Path) -> Iterator[Web]:
    static = {**environment(), "STATIC_ROOT": str(tmp_path / "static")}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=CHECKOUT, env=static, check=True)
    with running_web(log, tmp_path / "static") as web:
        yield web


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.slow
def test_no_person_is_written_whatever_a_request_holds_and_breaks(web: Web, log: Path) -> None:
    query = urlencode(PERSON)
    assert web.ask("GET", f"/fail/?{query}") == 500
    assert web.ask("POST", f"/fail/?{query}", PERSON) == 500
    assert web.ask("POST", "/insert-twice/", PERSON) == 500
    assert web.ask("GET", f"/sign-in/?next=/customers/&{query}") == 200
    assert web.ask("POST", "/sign-in/", {"login": EMAIL, "password": NAME}) == 403  # without its token
    assert web.ask("GET", f"/customers/?q={EMAIL}") == 302
    assert web.ask("GET", f"/api/v1/reports/campaigns/none?{query}") == 401
    assert web.ask("PUT", f"/nowhere/?{query}", PERSON) == 404
    wait_for(lambda: log.read_text().count('"request_finished"') >= 6, "the requests are logged")
    os.sync()

    written = log.read_text()
    assert [line for line in written.splitlines() if CANARIES.search(line)] == []
    failed = [line for line in lines(log) if line["event"] == "request_failed"]
    assert [line["request"] for line in failed] == ["GET /fail/", "POST /fail/", "POST /insert-twice/"]
    assert str(failed[0]["exception"]).endswith("\nValueError: …] is wrong")
    assert "UniqueViolation" in str(failed[2]["exception"])


@pytest.mark.slow
def test_every_line_is_json_and_those_of_a_request_carry_its_id(web: Web, log: Path) -> None:
    web.ask("GET", "/fail/")
    web.ask("GET", "/sign-in/")
    wait_for(lambda: log.read_text().count("/sign-in/") >= 1, "the last request is logged")

    about_requests = ("django_structlog", "django.request")
    of_requests = [line for line in lines(log) if str(line["logger"]).startswith(about_requests)]
    assert {"GET /healthz", "GET /fail/", "GET /sign-in/"} <= {line.get("request") for line in of_requests}
    assert all(re.fullmatch(r"[0-9a-f-]{36}", str(line["request_id"])) for line in of_requests)
    assert all({"event", "level", "logger", "timestamp"} <= line.keys() for line in lines(log))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_page_of_an_error_that_fails_itself_tells_nothing_either(log: Path, tmp_path: Path) -> None:
    """Without collected files no page can be drawn, that of the error included: the server reports the traceback."""
    with running_web(log, tmp_path / "nothing collected") as web:
        assert web.ask("POST", f"/fail/?{urlencode(PERSON)}", PERSON) == 500
        wait_for(lambda: "page_not_answered" in log.read_text(), "the server reports it")

    assert [line for line in log.read_text().splitlines() if CANARIES.search(line)] == []
    (reported,) = (str(line["exception"]) for line in lines(log) if line["event"] == "page_not_answered")
    assert "django/views/defaults.py" in reported
    assert "ValueError" in reported


@pytest.mark.slow
@pytest.mark.parametrize("announced", [1_000, SHORT + 1])
def test_a_form_that_is_cut_off_is_no_form(web: Web, log: Path, announced: int) -> None:
    part = urlencode({"login": EMAIL, "password": NAME, "csrfmiddlewaretoken": TOKEN})
    with socket.create_connection(("127.0.0.1", web.port), timeout=30) as line:
        line.sendall(
            "POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Cookie: csrftoken={TOKEN}\r\nContent-Length: {announced}\r\n\r\n{part}".encode()
        )
    finished = re.compile('"code": ([0-9]+), "request": "POST /sign-in/", "event": "request_finished"')
    wait_for(lambda: finished.search(log.read_text()), "the request is logged")

    assert finished.findall(log.read_text()) == ["400"]
