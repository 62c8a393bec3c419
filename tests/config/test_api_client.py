"""The Python client: what the description gives, and asked of the running program."""

import re
import sys
import threading
import uuid
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from analytics.folding import fold_all
from clients.waymark_client import Problem, Waymark
from config.api_client import PLACE
from privacy.api.schema import description
from privacy.models import ApiKey, User
from privacy.roles import Role
from records.models import Customer, Organization
from tests.api import make_key
from tests.factories import make_customer, make_material, make_team, make_user


def test_the_client_is_what_the_description_gives() -> None:
    call_command("api_client", "--check")


def test_a_client_that_is_behind_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from config.management.commands import api_client

    behind = tmp_path / "client.py"
    behind.write_text(PLACE.read_text().replace("list_customers", "all_customers"))
    monkeypatch.setattr(api_client, "PLACE", behind)
    with pytest.raises(CommandError, match=re.escape("run `manage.py api_client`")):
        call_command("api_client", "--check")
    call_command("api_client")
    assert behind.read_text() == PLACE.read_text()


def test_each_operation_has_its_method() -> None:
    names = {one["operationId"] for methods in description()["paths"].values() for one in methods.values()}
    assert [name for name in names if not callable(getattr(Waymark, name, None))] == []


def test_the_client_needs_nothing_but_the_standard_library() -> None:
    modules = re.findall(r"^(?:from|import) ([\w.]+)", PLACE.read_text(), re.MULTILINE)
    assert {module.partition(".")[0] for module in modules} <= {*sys.stdlib_module_names}


@pytest.mark.parametrize("address", ["waymark.example.gov", "file:///etc/passwd", "ftp://host", "https://"])
def test_what_is_no_address_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        Waymark(address, "wm_x")


# Asked of the running program ----------------------------------------------------------------------------------------
@pytest.fixture
def manager(transactional_db: None) -> User:
    cache.clear()
    user = make_user(Role.SALES_MANAGER)
    make_team(manager=user)
    return user


@pytest.fixture
def waymark(live_server: LiveServer, manager: User) -> Waymark:
    return Waymark(str(live_server), make_key(manager).text, patience=2)


def test_customers_are_read_page_after_page(waymark: Waymark, manager: User) -> None:
    for number in range(5):
        make_customer(f"C-{number}", manager)
    assert [row["number"] for row in waymark.each_customers(size=2)] == [f"C-{number}" for number in range(5)]
    page = waymark.list_customers(size=2, sort="-created_at")
    assert ([row["number"] for row in page["results"]], page["next"] is None) == (["C-4", "C-3"], False)


def test_a_customer_is_made_changed_and_shared_with(waymark: Waymark) -> None:
    Organization.objects.create(name="Acme")
    make_material("guide")
    made = waymark.create_customer({"number": "C-7", "name": "Zoë Lee", "organization": "Acme"})
    changed = waymark.change_customer(made["key"], {"city": "Springfield"})
    assert (changed["city"], waymark.get_customer(made["key"])) == ("Springfield", changed)
    shared = waymark.create_shares({"customers": [made["key"]], "material": "guide"})
    assert (shared["made"], shared["left_out"]) == (1, {})
    (share,) = shared["shares"]
    seen = {
        "id": str(uuid.uuid4()),
        "kind": "view",
        "visit": str(uuid.uuid4()),
        "share": share["key"],
        "occurred_at": (timezone.now() + timedelta(seconds=1)).isoformat(),
    }
    assert waymark.create_events({"events": [seen]}) == {"accepted": 1, "duplicate": 0}  # type: ignore[list-item]
    assert waymark.revoke_share(share["key"])["state"] == "revoked"
    assert [row["state"] for row in waymark.each_shares(state="revoked")] == ["revoked"]
    fold_all()
    assert waymark.get_customer_report(made["key"])["share_count"] == 1
    (found,) = waymark.search({"key": "customer_id", "value": "C-7"})["people"]
    assert found["name"] == "Zoë Lee"


def test_the_same_word_makes_one_customer(waymark: Waymark) -> None:
    word = str(uuid.uuid4())
    for _ in range(2):
        made = waymark.create_customer({"number": "C-7", "name": "Ann"}, idempotency_key=word)
    assert (made["number"], Customer.objects.count()) == ("C-7", 1)


def test_a_file_is_imported(waymark: Waymark, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    people = tmp_path / "people of “today”.csv"
    people.write_text("number,name\nC-7,Ann\n")
    made = waymark.create_import({"kind": "customers", "file": people})
    assert (made["kind"], made["state"] in ("waiting", "done")) == ("customers", True)
    assert waymark.get_import(made["id"])["id"] == made["id"]


def test_what_goes_wrong_is_raised_with_its_word_and_fields(waymark: Waymark) -> None:
    with pytest.raises(Problem) as raised:
        waymark.create_customer({"number": "", "name": "Ann"})
    problem = raised.value
    assert (problem.status, problem.word, problem.errors) == (
        400,
        "invalid",
        [("number", "This field may not be blank.")],
    )
    with pytest.raises(Problem) as missing:
        waymark.get_customer(str(uuid.uuid4()))
    assert (missing.value.status, missing.value.word) == (404, "not-found")


def test_a_key_that_is_revoked_opens_nothing(waymark: Waymark, manager: User) -> None:
    from privacy.keys import revoke

    revoke(ApiKey.objects.get(), manager)
    with pytest.raises(Problem) as raised:
        waymark.list_customers()
    assert (raised.value.status, raised.value.word) == (401, "unauthenticated")


def test_too_many_requests_raise_where_the_wait_is_longer_than_the_patience(
    live_server: LiveServer, manager: User, settings: Settings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    with pytest.raises(Problem) as raised:
        Waymark(str(live_server), make_key(manager).text, patience=0).list_customers()
    assert (raised.value.status, raised.value.word) == (429, "too-many")


# Of a server that the test makes -------------------------------------------------------------------------------------
@pytest.fixture
def answers() -> Any:
    """A server that gives these answers (status, headers, body) in turn, and keeps what it was asked."""

    class Server:
        given: list[tuple[int, dict[str, str], bytes]] = []
        asked: list[tuple[str, dict[str, str]]] = []
        address = ""

    told = Server()
    told.given, told.asked = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, dict(self.headers)))
            status, headers, body = told.given.pop(0)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


JSON = {"Content-Type": "application/json"}


def test_a_write_that_is_to_be_sent_again_carries_the_same_word(answers: Any) -> None:
    answers.given = [
        (429, {"Retry-After": "0", "Content-Type": "application/problem+json"}, b"{}"),
        (201, JSON, b'{"number": "C-7"}'),
    ]
    made = Waymark(answers.address, "wm_k").create_customer({"number": "C-7", "name": "Ann"})
    assert made["number"] == "C-7"
    words = [headers["Idempotency-Key"] for _path, headers in answers.asked]
    assert (len(words), len(set(words)), len(words[0])) == (2, 1, 36)


def test_the_key_follows_no_redirect(answers: Any) -> None:
    answers.given = [(302, {"Location": f"{answers.address}/elsewhere"}, b"")]
    with pytest.raises(Problem) as raised:
        Waymark(answers.address, "wm_k").list_customers()
    assert (raised.value.status, len(answers.asked)) == (302, 1)


def test_the_next_page_is_asked_of_the_same_server(answers: Any) -> None:
    answers.given = [
        (200, JSON, b'{"results": [{"number": "1"}], "next": "http://elsewhere.example/api/v1/customers?cursor=c"}'),
        (200, JSON, b'{"results": [{"number": "2"}], "next": null}'),
    ]
    rows = [row["number"] for row in Waymark(answers.address, "wm_k").each_customers()]
    assert (rows, answers.asked[1][0]) == (["1", "2"], "/api/v1/customers?cursor=c")


def test_what_stands_in_an_address_is_written_by_its_code(answers: Any) -> None:
    answers.given = [(200, JSON, b"{}")]
    Waymark(answers.address, "wm_k").get_campaign("../customers?x=1")
    assert answers.asked[0][0] == "/api/v1/campaigns/..%2Fcustomers%3Fx%3D1"
