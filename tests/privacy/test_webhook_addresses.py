"""Where webhooks may go: public machines by https, to the address that was checked and to no other."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

from privacy.enums import TellingWhy
from privacy.webhooks.addresses import NotAllowed, NotFound, checked, is_public, target_of
from privacy.webhooks.sending import send
from tests.listening import listening


def resolving(*found: str) -> Any:
    """A resolver that gives these addresses, one list a call; the last one for good."""
    calls = iter(found)
    last = [found[-1]]

    def resolve(host: str, port: int, **_options: Any) -> Any:
        for one in calls:
            last[0] = one
            break
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in last[0].split()]

    return resolve


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 (an address to be refused)
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::10.0.0.1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    import ipaddress

    assert is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/",
        "ftp://example.com/",
        "//example.com/",
        "example.com",
        "https://",
        "https://user:word@example.com/",
        "https://user@example.com/",
        "https://example.com/#part",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: elsewhere",
        "https://exämple.com/",
        "https://[::1/",
    ],
)
def test_what_is_no_address_of_a_public_program_is_refused(address: str) -> None:
    with pytest.raises(NotAllowed):
        target_of(address)


def test_an_address_is_taken_apart() -> None:
    target = target_of("https://hooks.example.com:8443/a/b?c=d")
    assert (target.is_tls, target.host, target.port, target.path) == (True, "hooks.example.com", 8443, "/a/b?c=d")
    assert target_of("https://[2606:4700::1111]").host == "2606:4700::1111"
    assert target_of("https://example.com").path == "/"


@pytest.mark.parametrize("found", ["127.0.0.1", "8.8.8.8 10.0.0.1", "169.254.169.254"])
def test_a_name_is_refused_where_one_of_its_addresses_is_private(monkeypatch: pytest.MonkeyPatch, found: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(found))
    with pytest.raises(NotAllowed, match="private address"):
        checked(target_of("https://example.com/"))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1", "localhost"])
def test_no_writing_of_this_machine_is_let_through(host: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        checked(target_of(f"https://{host}/"))


def test_a_name_that_no_machine_has_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_args: Any, **_options: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    with pytest.raises(NotFound):
        checked(target_of("https://nowhere.example/"))
    assert send("https://nowhere.example/", b"{}", {}).why is TellingWhy.NOT_FOUND


def test_a_name_that_leads_elsewhere_a_moment_later_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checked address is connected to; a second look-up of the name would find another."""
    monkeypatch.setattr(socket, "getaddrinfo", resolving("8.8.8.8", "127.0.0.1"))
    connected: list[Any] = []

    def connect(where: tuple[str, int], timeout: float) -> Any:
        connected.append(where)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    assert send("https://rebinding.example/", b"{}", {}).why is TellingWhy.NO_ANSWER
    assert connected == [("8.8.8.8", 443)]


def test_the_next_of_several_addresses_is_tried_where_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving("8.8.8.8 9.9.9.9"))
    connected: list[str] = []

    def connect(where: tuple[str, int], timeout: float) -> Any:
        connected.append(where[0])
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    send("https://example.com/", b"{}", {})
    assert connected == ["8.8.8.8", "9.9.9.9"]


def test_nothing_goes_to_this_machine_unless_the_installation_allows_it(settings: Settings) -> None:
    with listening() as listener:
        assert send(listener.address, b"{}", {}).why is TellingWhy.NOT_ALLOWED
        assert send(listener.address.replace("http", "https"), b"{}", {}).why is TellingWhy.NOT_ALLOWED
        assert listener.requests == []
        settings.WEBHOOK_PRIVATE = True
        assert send(listener.address, b"{}", {}).is_taken
        assert len(listener.requests) == 1


def test_an_answer_that_is_no_tls_is_not_trusted(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE = True
    with listening() as listener:
        found = send(listener.address.replace("http://", "https://"), b"{}", {})
    assert found.why in (TellingWhy.NO_TRUST, TellingWhy.NO_ANSWER)


def test_no_proxy_of_the_environment_is_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would connect to wherever the name leads then."""
    settings.WEBHOOK_PRIVATE = True
    with listening() as proxy, listening() as listener:
        monkeypatch.setenv("http_proxy", proxy.address)
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        assert send(listener.address, b"{}", {}).is_taken
        assert (len(proxy.requests), len(listener.requests)) == (0, 1)
