"""What was removed comes back by the button of its message, to whoever removed it and to nobody else."""

import re
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Audience, Material, SharePreset
from privacy.models import User
from privacy.roles import Role
from tests.factories import make_material, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def button(answer: Any) -> tuple[str, dict[str, str]]:
    """Where the Undo of the page posts to, and what it sends."""
    page = answer.content.decode()
    (address,) = re.findall(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*Undo</button>', page, re.DOTALL)
    return address, dict(re.findall(r'<input type="hidden" name="(undone)" value="([^"]+)">', page))


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_preset_comes_back_as_it_was(client: Client, marketing: User) -> None:
    options = {"expires_after_days": 30, "verified_only": True, "has_watermark": True}
    preset = SharePreset.objects.create(name="A month", owner=marketing, **options)
    address, sent = button(client.post(f"/shares/presets/{preset.pk}/delete/", follow=True))
    assert not SharePreset.objects.exists()
    assert "A month" not in sent["undone"]
    assert said(client.post(address, sent, follow=True)) == "“A month” is back."
    back = SharePreset.objects.get()
    assert {name: getattr(back, name) for name in options} == options
    assert (back.name, back.owner, back.may_download) == ("A month", marketing, False)


def test_a_preset_whose_name_is_taken_again_stays_away(client: Client, marketing: User) -> None:
    preset = SharePreset.objects.create(name="A month", owner=marketing)
    address, sent = button(client.post(f"/shares/presets/{preset.pk}/delete/", follow=True))
    client.post(address, sent, follow=True)
    assert said(client.post(address, sent, follow=True)).startswith("Another preset is now named “A month”")
    assert SharePreset.objects.count() == 1


def test_an_audience_comes_back_with_its_conditions(client: Client, marketing: User) -> None:
    conditions = {"territory": ["ne"], "nested": {"uuid": "no key"}}
    audience = Audience.objects.create(name="Everybody", conditions=conditions, owner=marketing)
    address, sent = button(client.post(f"/campaigns/audiences/{audience.pk}/remove/", follow=True))
    assert not Audience.objects.exists()
    assert said(client.post(address, sent, follow=True)) == "The audience “Everybody” is back."
    back = Audience.objects.get()
    assert (back.name, back.conditions, back.owner) == ("Everybody", conditions, marketing)
    assert said(client.post(address, sent, follow=True)).startswith("Another audience is now named “Everybody”")


@pytest.mark.parametrize("undone", ["", "x", "AAAA"])
@pytest.mark.parametrize("address", ["/shares/presets/restore/", "/campaigns/audiences/restore/"])
def test_nothing_comes_back_of_what_was_not_removed(client: Client, marketing: User, address: str, undone: str) -> None:
    assert client.post(address, {"undone": undone}).status_code == 400


def test_what_somebody_removed_comes_back_to_nobody_else_and_as_nothing_else(client: Client, marketing: User) -> None:
    preset = SharePreset.objects.create(name="A month", owner=marketing)
    address, sent = button(client.post(f"/shares/presets/{preset.pk}/delete/", follow=True))
    assert client.post("/campaigns/audiences/restore/", sent).status_code == 400
    client.force_login(make_user(Role.MARKETING_MANAGER, "Other"))
    assert client.post(address, sent).status_code == 400
    assert not SharePreset.objects.exists()


def test_a_withdrawn_material_is_offered_again_by_the_button(client: Client, marketing: User) -> None:
    make_material("guide")
    page = client.post("/materials/guide/withdraw/", follow=True)
    assert Material.objects.get().withdrawn_at
    address, sent = button(page)
    assert (address, sent) == ("/materials/guide/offer/", {})
    client.post(address, sent)
    assert Material.objects.get().withdrawn_at is None
