"""Presets: one's own and everybody's; who may make and delete which."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from campaigns.models import SharePreset
from campaigns.presets import deletable_by, filled_in, presets_of
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def test_one_sees_ones_own_and_everybodys(client: Client, sales: User) -> None:
    SharePreset.objects.create(name="Mine", owner=sales)
    SharePreset.objects.create(name="House style")
    SharePreset.objects.create(name="Theirs", owner=make_user(Role.SALES, "Other"))
    assert [preset.name for preset in presets_of(sales)] == ["House style", "Mine"]
    page = client.get("/shares/presets/").content.decode()
    assert "House style" in page
    assert "Theirs" not in page


def test_a_preset_is_kept_for_oneself(client: Client, sales: User) -> None:
    answer = client.post(
        "/shares/presets/", {"name": "A month", "expires_after_days": "30", "may_download": "on", "for_everybody": "on"}
    )
    assert answer.status_code == 302
    made = SharePreset.objects.get()
    assert (made.name, made.owner, made.expires_after_days) == ("A month", sales, 30)
    assert (made.may_download, made.verified_only) == (True, False)


def test_keepers_of_all_materials_make_and_delete_everybodys(client: Client) -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    client.force_login(marketing)
    client.post("/shares/presets/", {"name": "House style", "for_everybody": "on"})
    made = SharePreset.objects.get()
    assert made.owner is None
    client.post(f"/shares/presets/{made.pk}/delete/")
    assert not SharePreset.objects.exists()


def test_nobody_deletes_what_is_not_theirs(client: Client, sales: User) -> None:
    house = SharePreset.objects.create(name="House style")
    theirs = SharePreset.objects.create(name="Theirs", owner=make_user(Role.SALES, "Other"))
    mine = SharePreset.objects.create(name="Mine", owner=sales)
    assert list(deletable_by(sales)) == [mine]
    for preset in (house, theirs):
        assert client.post(f"/shares/presets/{preset.pk}/delete/").status_code == 404
    assert client.post(f"/shares/presets/{mine.pk}/delete/").status_code == 302
    assert set(SharePreset.objects.all()) == {house, theirs}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Mine"}, "There is already a preset with this name"),
        ({"name": "New", "expires_after_days": "0"}, "Give 1 or more."),
        ({"name": "New", "expires_after_days": "soon"}, "Enter a whole number."),
        ({"name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(client: Client, sales: User, sent: dict[str, str], said: str) -> None:
    SharePreset.objects.create(name="Mine", owner=sales)
    answer = client.post("/shares/presets/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert SharePreset.objects.count() == 1


def test_a_name_with_markup_comes_out_inert(client: Client, sales: User) -> None:
    client.post("/shares/presets/", {"name": "<script>alert(1)</script>"})
    page = client.get("/shares/presets/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_preset_counts_its_days_from_today(sales: User) -> None:
    preset = SharePreset(name="A month", expires_after_days=30, verified_only=True)
    assert filled_in(preset) == {
        "expires_on": agency_today() + timedelta(days=30),
        "may_download": False,
        "verified_only": True,
        "has_watermark": False,
        "notifies_sender": False,
    }
    assert filled_in(SharePreset(name="x"))["expires_on"] is None


def test_the_database_refuses_two_of_one_name() -> None:
    SharePreset.objects.create(name="House style")
    with pytest.raises(IntegrityError, match="share_preset_once"):
        SharePreset.objects.create(name="House style")


def test_the_database_refuses_days_that_are_none() -> None:
    with pytest.raises(IntegrityError, match="share_preset_days"):
        SharePreset.objects.create(name="x", expires_after_days=0)
