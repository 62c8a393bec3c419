"""Finding those with whom something is shared: by name, key or list, within one's own customers, and logged."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from analytics.recipients import MOST_LISTED, entries_of, find, key_of
from campaigns.models import Material, Share
from privacy.enums import KeyKind
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer, Organization
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db

NEW, PEOPLE = "/shares/new/", "/shares/new/people/"


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def guide() -> Material:
    return make_material("guide")


def found(client: Client, text: str) -> dict[str, Any]:
    answer = client.post(PEOPLE, {"find": text})
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


def names(client: Client, text: str) -> list[str]:
    return [one["name"] for one in found(client, text)["people"]]


def chips(answer: Any) -> list[str]:
    return re.findall(r'<span class="chip-name">([^<]+)</span><span class="chip-note">', answer.content.decode())


def offered(answer: Any) -> list[str]:
    return re.findall(r'name="add" value="[^"]+" data-name="([^"]+)"', answer.content.decode())


def form(**more: Any) -> dict[str, Any]:
    """What a browser without script sends: the fields are there, filled in or not."""
    return {"find": "", "numbers": "", "material": "guide", "channel": "link", **more}


# Finding --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["ann", "QUI", "ann@example.com", "(202) 268-2000", "c-1", " Ánn  quill "])
def test_each_key_of_the_notice_finds(client: Client, sales: User, text: str) -> None:
    organization = Organization.objects.create(number="O-1", name="Quill Ltd")
    ann = make_customer("C-1", sales, name="Ann Quill", email="Ann@example.com", phone="202 268 2000")
    Customer.objects.filter(pk=ann.pk).update(organization=organization)
    make_customer("C-2", sales, name="Ben Penn")
    assert found(client, text) == {
        "people": [{"key": str(ann.key), "name": "Ann Quill", "note": "C-1, Quill Ltd"}],
        "is_list": False,
        "left": "",
        "said": "",
    }


def test_those_of_others_are_not_found(client: Client, sales: User) -> None:
    make_customer("C-1", make_user(Role.SALES, "Other"), name="Ann Quill")
    said = "No customer you can see has this name, number, e-mail address or phone number."
    assert found(client, "ann") == {"people": [], "is_list": False, "left": "", "said": said}
    assert found(client, "C-1, C-2")["people"] == []


def test_of_very_many_the_first_are_shown_and_more_is_asked_for(client: Client, sales: User) -> None:
    for number in range(10):
        make_customer(f"C-{number}", sales, name=f"Ann {number}")
    answer = found(client, "ann")
    assert [one["name"] for one in answer["people"]] == [f"Ann {number}" for number in range(8)]
    assert answer["said"] == "More than 8 match: type more of the name."


@pytest.mark.parametrize("text", ["", "a", "\x00a "])
def test_too_little_looks_nobody_up(client: Client, sales: User, text: str) -> None:
    make_customer("C-1", sales, name="Ann")
    assert found(client, text) == {
        "people": [],
        "is_list": False,
        "left": "",
        "said": "Type at least 2 letters of a name, or a whole key.",
    }


def test_each_look_up_is_logged_under_its_key_and_never_with_what_was_typed(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Ann", email="ann@example.com")
    for text in ("ann", "ann@example.com", "C-1", "C-1; C-7"):
        found(client, text)
    shown = AccessEntry.objects.filter(place="shares_new", kind="shown").order_by("at")
    assert list(shown.values_list("key", "records")) == [
        ("customer_name", 1),
        ("email_address", 1),
        ("customer_id", 1),
        ("customer_id", 1),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_look_up_is_one_statement(sales: User, django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    for number in range(count):
        make_customer(f"C-{number}", sales, name=f"Ann {number}")
    user = User.objects.get(pk=sales.pk)
    assert user.roles
    with django_assert_num_queries(1):
        assert len(find(user, "ann").people) == count
    with django_assert_num_queries(1):
        assert len(find(user, "C-0, C-1, C-2").people) == count


def test_what_is_looked_up_comes_in_the_body_alone(client: Client, sales: User) -> None:
    assert client.get(PEOPLE, {"find": "ann"}).headers["Location"] == NEW


# Lists ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("C-1\r\n C-2;C-1,\tC-3", ["C-1", "C-2", "C-3"]),
        ("ann@example.com, C-2", ["ann@example.com", "C-2"]),
        ("Ann\nBen", ["Ann", "Ben"]),
        ("C-1", []),
        ("C-1\n", []),
        ("Quill, Ann", []),
        (" , ; ", []),
    ],
)
def test_a_list_is_told_from_a_name(text: str, entries: list[str]) -> None:
    assert entries_of(text) == entries


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C-1, C-2", KeyKind.CUSTOMER_ID),
        ("C-1, ann@example.com", KeyKind.EMAIL_ADDRESS),
        ("Quill, Ann", KeyKind.CUSTOMER_NAME),
    ],
)
def test_a_list_is_looked_up_by_the_key_that_it_has(text: str, key: KeyKind) -> None:
    assert key_of(text) == key


def test_of_a_list_all_are_chosen_and_the_wrong_entries_named(client: Client, sales: User) -> None:
    for number in (1, 2):
        make_customer(f"C-{number}", sales, name=f"Ann {number}", email=f"a{number}@example.com")
    answer = found(client, "C-1, A2@example.com, C-7, C-9")
    assert [one["name"] for one in answer["people"]] == ["Ann 1", "Ann 2"]
    assert (answer["is_list"], answer["left"]) == (True, "C-7, C-9")
    assert answer["said"] == "Not among the customers you see: C-7, C-9."
    assert found(client, "C-1, C-2")["said"] == "2 customers are chosen."


def test_a_merged_record_stands_for_its_person(client: Client, sales: User) -> None:
    ann = make_customer("C-1", sales, name="Ann")
    old = make_customer("C-2", sales, name="Anne")
    Customer.objects.filter(pk=old.pk).update(merged_into=ann)
    assert names(client, "C-1, C-2") == ["Ann"]


def test_a_list_that_is_too_long_for_names_is_led_to_its_own_field(client: Client, sales: User) -> None:
    answer = found(client, ",".join(f"C-{number}" for number in range(MOST_LISTED + 1)))
    assert answer["said"] == "101 is too many here: at most 100. Put their IDs into the list below."
    assert (answer["people"], answer["left"].count("C-")) == ([], 101)


# Without script -------------------------------------------------------------------------------------------------------
def test_one_is_found_added_and_taken_out_by_the_forms_own_buttons(
    client: Client, sales: User, guide: Material
) -> None:
    ann, ben = make_customer("C-1", sales, name="Ann"), make_customer("C-2", sales, name="Ben")
    kept = {"may_download": "on", "passcode": "brass lantern"}

    searched = client.post(NEW, form(find="an", action="find", key=str(ben.key), **kept))
    assert (chips(searched), offered(searched)) == (["Ben"], ["Ann"])
    assert 'value="brass lantern"' in searched.content.decode()

    both = client.post(NEW, form(find="an", add=str(ann.key), key=str(ben.key), **kept))
    assert (chips(both), offered(both)) == (["Ann", "Ben"], [])
    assert "Share with 2 customers" in " ".join(both.content.decode().split())

    one = client.post(NEW, form(remove=str(ben.key), key=[str(ann.key), str(ben.key)], **kept))
    assert chips(one) == ["Ann"]
    assert one.context["form"]["may_download"].value()
    assert not Share.objects.exists()


def test_two_of_one_name_are_told_apart_once_they_are_chosen(client: Client, sales: User, guide: Material) -> None:
    organization = Organization.objects.create(number="O-1", name="Quill Ltd")
    one, other = (make_customer(number, sales, name="Ann Quill") for number in ("C-1", "C-2"))
    Customer.objects.filter(pk=one.pk).update(organization=organization)
    page = client.post(NEW, form(key=[str(one.key), str(other.key)], remove="")).content.decode()
    assert re.findall(r'<span class="chip-note">([^<]+)</span>', page) == ["C-1, Quill Ltd", "C-2"]
    assert re.findall(r'aria-label="Remove ([^"]+)"', page) == ["Ann Quill, C-1, Quill Ltd", "Ann Quill, C-2"]
    searched = client.post(NEW, form(find="ann", action="find")).content.decode()
    assert re.findall(r'data-name="Ann Quill" data-note="([^"]+)"', searched) == ["C-1, Quill Ltd", "C-2"]


def test_what_was_typed_and_nobody_chosen_by_is_not_lost(client: Client, sales: User, guide: Material) -> None:
    ann, ben = make_customer("C-1", sales, name="Ann"), make_customer("C-2", sales, name="Ben")
    answer = client.post(NEW, form(find="ann", key=str(ben.key), confirmed="1"))
    assert (offered(answer), chips(answer)) == (["Ann"], ["Ben"])
    assert str(ann.key) in answer.content.decode()
    assert not Share.objects.exists()


def test_a_list_in_the_field_becomes_those_chosen_and_what_is_wrong_stays(
    client: Client, sales: User, guide: Material
) -> None:
    make_customer("C-1", sales, name="Ann")
    answer = client.post(NEW, form(find="C-1, C-7", action="find"))
    said = answer.content.decode()
    assert chips(answer) == ["Ann"]
    assert re.search(r'name="find"[^>]* value="C-7"', said)
    assert "Not among the customers you see: C-7." in said


def test_others_customers_cannot_be_added_by_their_key(client: Client, sales: User, guide: Material) -> None:
    theirs = make_customer("C-9", make_user(Role.SALES, "Other"), name="Quillfeather")
    answer = client.post(NEW, form(add=str(theirs.key)))
    assert "Quillfeather" not in answer.content.decode()
    assert client.post(NEW, form(add="x")).status_code == 400


def test_a_wrong_list_of_ids_shares_with_nobody_though_others_are_chosen(
    client: Client, sales: User, guide: Material
) -> None:
    ann = make_customer("C-1", sales, name="Ann")
    answer = client.post(NEW, form(key=str(ann.key), numbers="C-7", confirmed="1"))
    assert answer.status_code == 422
    assert "Not among the customers you see: C-7." in answer.content.decode()
    assert not Share.objects.exists()


# Sharing --------------------------------------------------------------------------------------------------------------
def test_those_picked_are_shared_with_at_once_where_nobody_is_left_out(
    client: Client, sales: User, guide: Material
) -> None:
    ann, ben = make_customer("C-1", sales, name="Ann"), make_customer("C-2", sales, name="Ben")
    page = client.get(f"{NEW}?key={ann.key}").content.decode()
    assert re.search(r'id="share-now" type="submit" name="confirmed" value="1">', page)
    nobody = client.get(NEW).content.decode()
    assert re.search(r'id="share-now" type="submit" name="confirmed" value="0" hidden>', nobody)

    client.post(NEW, form(key=[str(ann.key), str(ben.key)], confirmed="2"))

    assert {made.recipient.customer for made in Share.objects.all()} == {ann, ben}


def test_those_picked_are_asked_about_where_somebody_is_left_out(client: Client, sales: User, guide: Material) -> None:
    ann, ben = make_customer("C-1", sales, email="ann@example.com"), make_customer("C-2", sales, email="")
    answer = client.post(NEW, form(key=[str(ann.key), str(ben.key)], channel="email", confirmed="2"))
    assert "Of 2 customers, 1 gets a link" in " ".join(answer.content.decode().split())
    assert not Share.objects.exists()


def test_those_picked_and_those_listed_are_shared_with_together(client: Client, sales: User, guide: Material) -> None:
    ann, ben = make_customer("C-1", sales), make_customer("C-2", sales)
    question = client.post(NEW, form(key=str(ann.key), numbers="C-2, C-1"))
    assert "with 2 customers?" in " ".join(question.content.decode().split())
    client.post(NEW, form(key=str(ann.key), numbers="C-2, C-1", confirmed="2"))
    assert {made.recipient.customer for made in Share.objects.all()} == {ann, ben}
