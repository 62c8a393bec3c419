"""The sandbox payment provider: what it speaks, the cards that it takes, webhooks that come until they are taken."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from config import certificates
from config.payment_sandbox.store import Store
from config.payment_sandbox.telling import Teller
from privacy import outgoing
from privacy.webhooks.signing import is_signed, new_secret
from records.paying import calling
from records.paying.adapter import Asked, ProviderAway, ProviderRefuses, Stands, provider
from records.paying.calling import Line
from records.paying.sandbox import Sandbox as Adapter
from records.paying.sandbox import found_of
from tests.listening import listening
from tests.paying import GOOD, KEY, Sandbox, paying


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with paying(settings) as found:
        yield found


def asked(**changed: Any) -> Asked:
    until = datetime.now(UTC) + timedelta(hours=1)
    known = {"key": uuid4(), "amount": Decimal("25.00"), "currency": "USD", "what": "<Forum>", "language": "es"}
    return Asked(**{**known, "back": "http://localhost/back/", "until": until, **changed})


def adapter() -> Any:
    found = provider()
    assert found
    return found


def test_the_same_key_is_the_same_checkout_and_another_amount_under_it_is_refused(sandbox: Sandbox) -> None:
    wanted = asked()
    assert adapter().check_out(wanted) == adapter().check_out(wanted)
    with pytest.raises(ProviderRefuses):
        adapter().check_out(asked(key=wanted.key, amount=Decimal(1)))


def test_the_page_speaks_spanish_shows_no_markup_of_others_and_lets_forms_lead_back_alone(sandbox: Sandbox) -> None:
    status, headers, page = sandbox.open(adapter().check_out(asked()).address)
    assert (status, "Pagar con tarjeta" in page, "&lt;Forum&gt;" in page, "<script" in page) == (200, True, True, False)
    assert "form-action 'self' http://localhost;" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "4242424242424241"}, "no es un número de tarjeta"),
        ({"number": "4111111111111111"}, "solo valen tarjetas de prueba"),
        ({"expires": "13/39"}, "mes y año"),
        ({"expires": "01/20"}, "ha caducado"),
        ({"code": "12"}, "código de seguridad"),
    ],
    ids=["wrong digit", "a real card", "no month", "over", "short code"],
)
def test_a_card_that_is_not_taken_pays_nothing_and_is_not_repeated(
    sandbox: Sandbox, typed: dict[str, str], said: str
) -> None:
    checkout = adapter().check_out(asked())
    status, _headers, page = sandbox.open(checkout.address, {**GOOD, **typed})
    assert (status, said in page, "value=" in page.replace('value="1"', "")) == (422, True, False)
    assert adapter().look_up(checkout.reference).stands is Stands.OPEN


def test_what_is_paid_comes_back_without_the_number_and_is_refunded_once(sandbox: Sandbox) -> None:
    checkout = adapter().check_out(asked())
    assert sandbox.open(checkout.address, GOOD)[1]["Location"] == "http://localhost/back/"
    found = adapter().look_up(checkout.reference)
    assert (found.stands, found.card.last_four, found.card.brand) == (Stands.PAID, "4242", "visa")
    assert adapter().end(checkout.reference).stands is Stands.PAID
    assert [adapter().refund(checkout.reference, "k").stands for _ in range(2)] == [Stands.REFUNDED] * 2
    assert GOOD["number"].replace(" ", "") not in "".join(sandbox.store._file.iterdump())
    with pytest.raises(ProviderRefuses):
        adapter().refund(adapter().check_out(asked()).reference, "k")


def test_its_time_over_it_cannot_be_paid(sandbox: Sandbox) -> None:
    checkout = adapter().check_out(asked(until=datetime.now(UTC) - timedelta(seconds=1)))
    assert sandbox.open(checkout.address, GOOD)[0] == 409
    assert adapter().look_up(checkout.reference).stands is Stands.EXPIRED


def test_whoever_has_not_the_key_learns_nothing(sandbox: Sandbox, settings: Any) -> None:
    checkout = adapter().check_out(asked())
    settings.PAYMENT_KEY = "another"
    with pytest.raises(ProviderRefuses, match="401"):
        adapter().look_up(checkout.reference)


def test_a_webhook_comes_again_with_the_same_id_until_it_is_taken(tmp_path: Path) -> None:
    store, secret = Store(tmp_path / "sandbox.sqlite"), new_secret()
    with listening() as listener:
        teller = Teller(store, secret, listener.address)
        wanted = asked().__dict__ | {"until": datetime(2999, 1, 1, tzinfo=UTC).isoformat()}
        row = store.ask({name: str(value) for name, value in wanted.items()})
        store.pay(row["id"], {"token": "card_1", "brand": "visa", "last_four": "4242", "expires": "12/2039"})
        listener.status = 500
        assert teller.tell() == 0
        (waiting,) = store.due(datetime.now(UTC).timestamp() + 100)
        assert (waiting["tries"], waiting["due_at"] > datetime.now(UTC).timestamp()) == (1, True)
        store._file.execute("UPDATE delivery SET due_at = 0")
        listener.status = 204
        assert (teller.tell(), teller.tell()) == (1, 0)
    first, second = listener.requests
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    for _path, headers, body in (first, second):
        sent = headers["webhook-id"], int(headers["webhook-timestamp"]), body, headers["webhook-signature"]
        assert is_signed([secret], *sent)
        assert not is_signed([new_secret()], *sent)
        assert found_of(json.loads(body)["data"]).stands is Stands.PAID
    store.close()


# The line to a provider -----------------------------------------------------------------------------------------------
def test_a_redirect_is_not_followed_and_a_page_elsewhere_is_refused(sandbox: Sandbox, settings: Any) -> None:
    with listening() as listener:
        listener.status, listener.headers = 302, {"Location": sandbox.origin}
        origin = listener.address.rpartition("/hooks")[0]
        with pytest.raises(ProviderRefuses, match="302"):
            Line(origin, KEY).call("POST", "/v1/checkouts", {})
        assert len(listener.requests) == 1
        listener.status = 503
        with pytest.raises(ProviderAway, match="503"):
            Line(origin, KEY).call("POST", "/v1/checkouts", {})
    elsewhere = Adapter(Line(sandbox.origin, KEY), (), "https://pay.example.com")
    with pytest.raises(ProviderRefuses, match="not where the settings say"):
        elsewhere.check_out(asked())


def test_what_drips_over_tls_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates.make(tmp_path, hosts=("localhost",))
    ours = ssl.create_default_context(cafile=tmp_path / "authority" / "authority.pem")
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(tmp_path / "database" / "server.pem", tmp_path / "database" / "server.key")
    monkeypatch.setattr(outgoing, "_context", lambda: ours)
    monkeypatch.setattr(calling, "TOTAL_SECONDS", 0.5)
    listener, is_cut, given_up = socket.create_server(("127.0.0.1", 0)), threading.Event(), threading.Event()

    def drip() -> None:
        try:
            with theirs.wrap_socket(listener.accept()[0], server_side=True) as spoken:
                spoken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
                while not given_up.wait(0.05):
                    spoken.sendall(b" ")
        except OSError:
            is_cut.set()

    dripping = threading.Thread(target=drip, daemon=True)
    dripping.start()
    watch = threading.Timer(10, given_up.set)
    watch.start()
    try:
        with pytest.raises(ProviderAway):
            Line(f"https://localhost:{listener.getsockname()[1]}", KEY).call("GET", "/v1/checkouts/x")
        dripping.join(10)
    finally:
        watch.cancel()
        given_up.set()
        listener.close()
    assert is_cut.is_set(), "it went on until it had enough of it"


@pytest.mark.parametrize("token", ["4242424242424242", "tok_123456789012", "a b", ""])
def test_what_may_be_a_number_is_never_taken_over_as_a_token(token: str) -> None:
    card = {"token": token, "brand": "visa", "last_four": "4242", "expires": "12/2039"}
    content = {"id": "x", "key": str(uuid4()), "amount": "1", "currency": "USD", "state": "paid", "card": card}
    assert found_of(content).card is None
