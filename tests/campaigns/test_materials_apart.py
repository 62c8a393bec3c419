"""Materials of the same title, wherever one is chosen."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from analytics.comparing.choosing import choices_for
from campaigns.audiences.conditions import CONDITIONS
from campaigns.forms.campaign import VariantForm
from campaigns.forms.shares import ShareForm
from campaigns.materials.apart import labels_of
from campaigns.models import Material, MaterialVersion
from campaigns.webpages.forms import offered_materials
from privacy.models import User
from privacy.roles import Role
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db

LABELS = [
    ("rates", "Rates (Document, Mar 2, 2026, 2:00 PM, Mary Marketing)"),
    ("rates-2", "RATES (Link, Mar 4, 2026, 2:00 PM)"),
    ("tubes", "Tubes"),
]


@pytest.fixture
def mary() -> User:
    return make_user(Role.MARKETING_MANAGER, "Mary Marketing")


@pytest.fixture(autouse=True)
def materials(mary: User) -> None:
    """Two called Rates, of which the first has two versions that are ready and one that is not; and Tubes."""
    document = Material.objects.create(slug="rates", title="Rates", owner=mary, version=2)
    for number, state in ((1, "ready"), (2, "ready"), (3, "waiting")):
        made = MaterialVersion.objects.create(material=document, number=number, file="x", state=state)
        MaterialVersion.objects.filter(pk=made.pk).update(created_at=datetime(2026, 3, number, 14, tzinfo=UTC))
    Material.objects.create(slug="rates-2", title="RATES", kind="link", address="https://example.com")
    Material.objects.create(slug="tubes", title="Tubes", owner=mary)
    for slug, day in (("rates", 1), ("rates-2", 4), ("tubes", 5)):
        Material.objects.filter(slug=slug).update(created_at=datetime(2026, 3, day, 14, tzinfo=UTC))


def options(field: Any) -> list[str]:
    return [str(label) for _value, label in field.choices][1:]


def test_those_of_one_title_say_what_else_there_is_of_them() -> None:
    assert sorted(labels_of(Material.objects.all())) == LABELS


def test_those_that_came_in_the_same_minute_have_their_word_in_addresses(mary: User) -> None:
    for number, second in ((3, 5), (4, 55)):
        Material.objects.create(slug=f"rates-{number}", title="Rates", owner=mary)
        came = datetime(2026, 3, 6, 14, 0, second, tzinfo=UTC)
        Material.objects.filter(slug=f"rates-{number}").update(created_at=came)
    more = [(f"rates-{n}", f"Rates (Document, Mar 6, 2026, 2:00 PM, Mary Marketing, rates-{n})") for n in (3, 4)]
    assert sorted(labels_of(Material.objects.all())) == sorted([*LABELS, *more])


def test_in_spanish_they_do_in_spanish() -> None:
    with translation.override("es"):
        assert ("rates-2", "RATES (Enlace, 4 Mar 2026, 14:00)") in labels_of(Material.objects.all())


def test_wherever_one_is_chosen_they_are_told_apart(mary: User) -> None:
    labels = sorted(label for _slug, label in LABELS)
    assert sorted(options(ShareForm().fields["material"])) == labels
    assert sorted(options(VariantForm().fields["material"])) == labels
    assert sorted((one.slug, one.label) for one in choices_for(mary).materials) == LABELS
    assert sorted(offered_materials()) == LABELS
    (condition,) = (one for one in CONDITIONS if one.name == "got_materials")
    assert sorted(condition.field("").choices) == LABELS  # type: ignore[attr-defined]


def test_the_chosen_one_is_the_one_of_its_label(client: Client) -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    client.force_login(sales)
    sent = {"key": str(customer.key), "material": "rates-2", "channel": "link"}
    assert client.post("/shares/new/", sent).context["material"].slug == "rates-2"


@pytest.mark.parametrize("more", [0, 2])
def test_it_takes_one_statement(django_assert_num_queries: DjangoAssertNumQueries, mary: User, more: int) -> None:
    for number in range(more):
        Material.objects.create(slug=f"more-{number}", title="Rates", owner=mary)
    with django_assert_num_queries(1):
        assert len(labels_of(Material.objects.all())) == 3 + more
