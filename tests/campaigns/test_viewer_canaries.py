"""Nothing of a recipient's browser or network is kept: canaries in every header, looked for wherever they could lie."""

import base64
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import Settings

from campaigns.models import Event, Share
from config.wsgi import application
from records.models import Customer
from tests.campaigns.viewing import body, make_link, make_shared, reading, share_with, visit_in
from tests.config.test_straight import commits_at_once

# The entry of the program closes its connections: nothing can be left open around it.
pytestmark = pytest.mark.django_db(transaction=True)

CANARY = re.compile(rb"canary|203\.0\.113\.77|2001:db8:77|:7777\b", re.IGNORECASE)
HEADERS = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_X_FORWARDED_FOR": "203.0.113.77, 2001:db8:77::7",
    "HTTP_X_REAL_IP": "203.0.113.77",
    "HTTP_FORWARDED": 'for="[2001:db8:77::7]:7777";by=203.0.113.77',
    "HTTP_CF_CONNECTING_IP": "203.0.113.77",
    "HTTP_TRUE_CLIENT_IP": "203.0.113.77",
    "HTTP_CF_IPCOUNTRY": "CANARY-COUNTRY",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 Canary/7.7",
    "HTTP_SEC_CH_UA": '"Canary";v="7"',
    "HTTP_SEC_CH_UA_PLATFORM": '"CanaryOS"',
    "HTTP_SEC_CH_UA_MODEL": '"CanaryPhone"',
    "HTTP_REFERER": "https://canary.example.org/inbox?message=7",
    "HTTP_ORIGIN": "https://canary.example.org",
    "HTTP_ACCEPT_LANGUAGE": "en-canary,en;q=0.7",
    "HTTP_COOKIE": "tracker=canary-cookie",
    "HTTP_FROM": "canary@example.org",
    "HTTP_VIA": "1.1 canary.proxy.example.org",
    "HTTP_X_REQUEST_ID": "canary-request",
    "HTTP_AUTHORIZATION": "Bearer canary-token",
}


def ask(method: str, path: str, content: bytes = b"", kind: str = "application/x-www-form-urlencoded") -> bytes:
    """What the program's own entry, past any test client, answers to such a browser."""
    made = RequestFactory().generic(method, path, content, content_type=kind)
    answered: list[str] = []
    answer: Any = application(made.environ | HEADERS, lambda status, _headers, _info=None: answered.append(status))
    whole = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    assert answered[0][0] in "234", answered
    return whole


def everything_that_a_recipient_does(share: Share, link: Share) -> None:
    at = f"/s/{share.token}/"
    page = ask("GET", at + "?utm_source=canary&gclid=canary").decode()
    visit = visit_in(page, share)
    for part in ("text/", "print/", "file/", "more/", "verify/", "preferences/", "pass-on/", "ask/question/"):
        ask("GET", f"{at}{part}?visit={visit.signed}&utm_source=canary")
    for image in re.findall(rf'{at}[^" ]*narrow[^" ]*', page)[:2]:
        ask("GET", image)
    ask("HEAD", at)
    ask("GET", f"/s/{link.token}/")
    ask("GET", f"/s/{link.token}/go/")
    ask("POST", f"{at}verify/", b"email=ann%40example.org")
    ask("POST", f"{at}verify/", b"code=123456")
    ask("POST", f"{at}preferences/", b"frequency=all&language=en")
    ask("POST", f"{at}passcode/", b"passcode=wrong")
    sent = json.dumps(body(share, visit, reading(visit, 50, 40))).encode()
    ask("POST", "/c", sent, "text/plain;charset=UTF-8")
    ask("POST", "/c", b"{broken", "text/plain;charset=UTF-8")
    ask("GET", "/s/" + "Z" * 22 + "/")


def in_the_database() -> Iterator[str]:
    """The tables of whose rows one holds a canary, each row as its text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT whole::text FROM {table} AS whole")
            yield from (f"{table}: {row}" for (row,) in cursor.fetchall() if CANARY.search(row.encode()))


def in_redis() -> Iterator[str]:
    """Keys whose name or value holds a canary; tasks are read, which lie there in base64."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as server:
        for key in server.keys("*"):
            values = READERS[server.type(key)](server, key)
            yield from (f"{key!r}: {value!r}" for value in [key, *values] if CANARY.search(opened(value)))


READERS: dict[bytes, Callable[[Any, bytes], list[bytes]]] = {
    b"string": lambda server, key: [server.get(key) or b""],
    b"list": lambda server, key: server.lrange(key, 0, -1),
    b"set": lambda server, key: list(server.smembers(key)),
    b"zset": lambda server, key: server.zrange(key, 0, -1),
    b"hash": lambda server, key: [part for pair in server.hgetall(key).items() for part in pair],
}


def opened(value: bytes) -> bytes:
    """The value, and the body of the task that it may be."""
    try:
        return value + base64.b64decode(json.loads(value)["body"])
    except (ValueError, KeyError, TypeError):
        return value


def in_files(folder: Path) -> Iterator[str]:
    yield from (str(path) for path in folder.rglob("*") if path.is_file() and CANARY.search(path.read_bytes()))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as the program's own formatter writes it."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(root.handlers[0].formatter if root.handlers else None)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_nothing_of_a_recipients_browser_or_network_lies_anywhere(
    settings: Settings,
    tmp_path: Path,
    written: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commits_at_once(monkeypatch)
    cache.clear()
    settings.MEDIA_ROOT = tmp_path
    share = make_shared(may_download=True)
    link = share_with(Customer.objects.get(), make_link())

    everything_that_a_recipient_does(share, link)

    assert {"visit", "view", "download", "page"} <= set(Event.objects.values_list("kind", flat=True))
    output = capfd.readouterr()
    told = written.getvalue() + output.out + output.err
    assert "request" in told  # it is logged that something was asked
    found = [line for line in told.splitlines() if CANARY.search(line.encode())]
    assert [*in_the_database(), *in_redis(), *in_files(tmp_path), *found] == []


def test_a_canary_would_be_found(settings: Settings, tmp_path: Path) -> None:
    cache.clear()
    share = make_shared()
    Share.objects.filter(pk=share.pk).update(passcode="canary")
    cache.set("seen", "canary")
    (tmp_path / "kept").write_text("from 203.0.113.77")
    task = json.dumps({"body": base64.b64encode(b'["canary"]').decode()})

    assert [line.partition(":")[0] for line in in_the_database()] == ["campaigns_share"]
    assert len(list(in_redis())) == 1
    assert [Path(name).name for name in in_files(tmp_path)] == ["kept"]
    assert CANARY.search(opened(task.encode()))
    assert Client().get("/", headers={"user-agent": "canary"}).status_code == 302
    cache.clear()
