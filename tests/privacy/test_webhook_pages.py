"""The pages of webhooks: made, shown once, tested, given a new secret, switched off, and what was given up."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from privacy.enums import TellingState, TellingWhy
from privacy.models import WebhookEndpoint, WebhookEvent, WebhookTelling
from privacy.roles import Role
from privacy.webhooks import endpoints
from privacy.webhooks.delivering import deliver
from privacy.webhooks.telling import SEND
from tests.broker import Broker
from tests.factories import make_user
from tests.listening import Listener, listening

pytestmark = pytest.mark.django_db

PAGE = "/webhooks/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture(autouse=True)
def _own_network(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE = True


@pytest.fixture(autouse=True)
def _no_worker(broker: Broker) -> None:
    """Nothing is sent but what a test sends itself."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    return client


@pytest.fixture
def endpoint(listener: Listener) -> WebhookEndpoint:
    return endpoints.make("Program", listener.address, ["share.viewed"], make_user(name="Maker")).endpoint


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def make_dead(endpoint: WebhookEndpoint) -> WebhookTelling:
    now = timezone.now()
    event = WebhookEvent.objects.create(kind="share.viewed", at=now, data={})
    return WebhookTelling.objects.create(
        event=event, endpoint=endpoint, state=TellingState.DEAD, why=TellingWhy.STATUS, status=500, due_at=now,
        ended_at=now, attempts=10, tries=10,
    )  # fmt: skip


def test_an_endpoint_is_made_and_its_secret_shown_once(manager: Client, listener: Listener) -> None:
    new = {"name": "Warehouse", "address": listener.address, "kinds": ["share.viewed", "verdict.changed"]}
    answer = manager.post(f"{PAGE}new/", new)
    assert answer.status_code == 201
    made = WebhookEndpoint.objects.get()
    assert SECRET.findall(answer.content.decode()) == [made.secret]
    assert (made.name, made.kinds, made.address) == ("Warehouse", new["kinds"], listener.address)
    assert SECRET.findall(page(manager, f"{PAGE}{made.key}/")) == []
    assert "Warehouse" in page(manager, PAGE)


def test_a_secret_is_not_shown_to_who_sends_the_form_again_and_another_is_made_in_one_click(
    manager: Client, listener: Listener
) -> None:
    form = {"name": "Warehouse", "address": listener.address, "kinds": ["share.viewed"], "once": f"abc:{PAGE}new/"}
    manager.post(f"{PAGE}new/", form)
    made = WebhookEndpoint.objects.get()
    again = manager.post(f"{PAGE}new/", form, follow=True)
    said = again.content.decode()
    address = f"{PAGE}{made.key}/"
    assert (again.redirect_chain, SECRET.findall(said)) == ([(f"{address}shown/", 302)], [])
    assert ("was shown once" in said, f'action="{address}secret/"' in said) == (True, True)
    sent = {"once": f"abc:{address}shown/"}
    (shown,) = SECRET.findall(manager.post(f"{address}secret/", sent).content.decode())
    # Loaded again: the secret that a program may have by now stays.
    reloaded = manager.post(f"{address}secret/", sent, follow=True)
    assert (reloaded.redirect_chain, SECRET.findall(reloaded.content.decode())) == ([(f"{address}shown/", 302)], [])
    made.refresh_from_db()
    assert made.secret == shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"kinds": []}, "Choose at least one."),
        ({"kinds": ["everything"]}, "everything is not one of the available choices."),
        ({"address": "http://example.com/"}, "It must begin with https://"),
        ({"address": "https://127.0.0.1/"}, "The name leads to a private address"),
        ({"address": "https://user:word@example.com/"}, "It has a name or password before the machine"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    manager: Client, settings: Settings, change: dict[str, Any], said: str
) -> None:
    settings.WEBHOOK_PRIVATE = False
    right = {"name": "Warehouse", "address": "https://hooks.example/", "kinds": ["share.viewed"]}
    answer = manager.post(f"{PAGE}new/", {**right, **change})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not WebhookEndpoint.objects.exists()


def test_a_test_is_sent_and_what_became_of_it_stands_on_the_page(
    manager: Client, endpoint: WebhookEndpoint, broker: Broker
) -> None:
    assert manager.post(f"{PAGE}{endpoint.key}/test/").status_code == 302
    (number,) = broker.asked(SEND)
    assert deliver(number) is TellingState.DELIVERED
    shown = page(manager, f"{PAGE}{endpoint.key}/")
    assert ("webhook.test" in shown, "Delivered" in shown, "204" in shown) == (True, True, True)


def test_a_new_secret_is_shown_once_and_the_former_one_goes_on_for_a_day(
    manager: Client, endpoint: WebhookEndpoint
) -> None:
    former = endpoint.secret
    answer = manager.post(f"{PAGE}{endpoint.key}/secret/")
    (shown,) = SECRET.findall(answer.content.decode())
    assert (answer.status_code, shown != former, "the previous one also signs" in answer.content.decode()) == (
        201,
        True,
        True,
    )
    again = page(manager, f"{PAGE}{endpoint.key}/")
    assert (SECRET.findall(again), "the previous secret signs alongside the new one" in again) == ([], True)


def test_it_is_switched_off_and_on_again(manager: Client, endpoint: WebhookEndpoint, broker: Broker) -> None:
    address = f"{PAGE}{endpoint.key}/"
    manager.post(f"{address}off/")
    assert "turned off" in page(manager, address)
    manager.post(f"{address}test/")
    assert broker.asked(SEND) == []
    assert "turn it on first" in page(manager, address)
    manager.post(f"{address}on/")
    endpoint.refresh_from_db()
    assert (endpoint.ended_at, endpoint.ended_why) == (None, "")


def test_what_it_is_told_of_is_changed(manager: Client, endpoint: WebhookEndpoint) -> None:
    address = f"{PAGE}{endpoint.key}/kinds/"
    assert manager.post(address, {"kinds": ["verdict.changed"]}).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.kinds == ["verdict.changed"]
    assert manager.post(address, {}).status_code == 422
    assert manager.get(address).status_code == 302


def test_what_was_given_up_is_listed_and_sent_again(manager: Client, endpoint: WebhookEndpoint, broker: Broker) -> None:
    telling = make_dead(endpoint)
    shown = page(manager, f"{PAGE}given-up/")
    assert ("share.viewed" in shown, "500 answered with an error" in shown) == (True, True)
    assert manager.post(f"{PAGE}tellings/{telling.pk}/again/").status_code == 302
    assert broker.asked(SEND) == [telling.pk]
    assert deliver(telling.pk) is TellingState.DELIVERED
    assert "Nothing was given up" in page(manager, f"{PAGE}given-up/")


def test_all_that_was_given_up_is_sent_again_where_its_endpoint_is_on(
    manager: Client, endpoint: WebhookEndpoint, listener: Listener, broker: Broker
) -> None:
    off = endpoints.make("Off", listener.address, ["share.viewed"], endpoint.made_by).endpoint
    numbers = [make_dead(endpoint).pk, make_dead(endpoint).pk]
    make_dead(off)
    endpoints.switch_off(off)
    assert manager.get(f"{PAGE}given-up/again/").status_code == 302
    assert broker.asked(SEND) == []
    manager.post(f"{PAGE}given-up/again/")
    assert sorted(broker.asked(SEND)) == numbers
    assert WebhookTelling.objects.filter(state=TellingState.DEAD).count() == 1


@pytest.mark.parametrize("address", ["", "new/", "given-up/"])
def test_others_see_nothing_of_it(client: Client, address: str) -> None:
    client.force_login(make_user(Role.SALES_MANAGER))
    assert client.get(PAGE + address).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("address", ["", "given-up/", "one"])
def test_the_pages_take_the_same_statements_for_any_number(
    manager: Client, endpoint: WebhookEndpoint, count: int, address: str, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        made = endpoints.make(f"P{number}", endpoint.address, ["share.viewed"], endpoint.made_by).endpoint
        make_dead(made)
        make_dead(endpoint)
    where = f"{PAGE}{endpoint.key}/" if address == "one" else PAGE + address
    manager.get(where)
    with django_assert_num_queries({"": 2, "given-up/": 5, "one": 3}[address]):
        assert manager.get(where).status_code == 200
