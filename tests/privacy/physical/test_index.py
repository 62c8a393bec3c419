"""Whose records are in which box: found by the notice's keys, readable by nobody."""

import pytest
from django.db import connection
from django.utils import timezone

from privacy.enums import KeyKind
from privacy.models import PhysicalUnit, UnitKey
from privacy.physical import index
from privacy.physical.index import NotAKey
from privacy.rights.package.content import LEFT_OUT, whole_of
from privacy.roles import Role
from tests.factories import make_customer, make_user
from tests.requesting import make_officer, make_request, verified
from tests.retention import merge_into
from tests.safeguards import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> PhysicalUnit:
    return make_unit(make_user(Role.RECORDS_ADMINISTRATOR))


def found(kind: KeyKind, text: str) -> list[str]:
    return [unit.barcode for unit in index.find(kind, text)]


@pytest.mark.parametrize(
    ("kind", "kept", "asked"),
    [
        (KeyKind.CUSTOMER_NAME, "Ada  Lovelace", " ada lovelace"),
        (KeyKind.NAME, "Müller, Jörg", "MÜLLER, JÖRG."),
        (KeyKind.PHONE_NUMBER, "(202) 555-0100", "+1 202 555 0100"),
        (KeyKind.EMAIL_ADDRESS, "Ada@Example.com", "ada@example.COM"),
        (KeyKind.MAIL_ADDRESS, "1 Main St, Denver", "1 main st,  denver"),
        (KeyKind.MEETING_ID, "98765432100", "98765432100"),
    ],
)
def test_a_box_is_found_by_the_key_however_it_is_typed(
    unit: PhysicalUnit, kind: KeyKind, kept: str, asked: str
) -> None:
    index.add(unit, kind, [kept])
    assert found(kind, asked) == [unit.barcode]
    assert found(KeyKind.COMPANY_NAME, asked) == []


@pytest.mark.parametrize(
    ("kind", "text"), [(KeyKind.PHONE_NUMBER, "none"), (KeyKind.NAME, " . "), (KeyKind.NAME, "x" * 255)]
)
def test_what_is_no_key_is_refused_without_being_repeated(unit: PhysicalUnit, kind: KeyKind, text: str) -> None:
    for act in (lambda: index.find(kind, text), lambda: index.add(unit, kind, ["202 555 0100", text])):
        with pytest.raises(NotAKey, match=f"Type a {kind.label}") as refused:
            act()
        assert text not in str(refused.value)
    assert not UnitKey.objects.exists()


def test_a_key_that_is_there_stays_as_it_is(unit: PhysicalUnit) -> None:
    make_customer("C-1")
    assert index.add(unit, KeyKind.CUSTOMER_ID, ["C-1", " C-1 ", "C-9", ""]) == index.Added(new=2, there=0, known=1)
    assert index.add(unit, KeyKind.CUSTOMER_ID, ["c-1"]) == index.Added(new=0, there=1, known=1)


def test_somebody_known_here_is_found_by_their_other_keys_too_and_after_a_merge(unit: PhysicalUnit) -> None:
    ada, twin = make_customer("C-1", name="Ada Lovelace", email="ada@example.com"), make_customer("C-2")
    index.add(unit, KeyKind.CUSTOMER_ID, ["C-1"])
    assert found(KeyKind.EMAIL_ADDRESS, "ada@example.com") == [unit.barcode]
    assert found(KeyKind.CUSTOMER_NAME, "Ada Lovelace") == [unit.barcode]
    assert found(KeyKind.CUSTOMER_ID, "C-2") == []
    merge_into(twin, ada)
    assert found(KeyKind.CUSTOMER_ID, "C-2") == [unit.barcode]


def test_a_name_links_to_nobody_for_it_may_be_several_persons(unit: PhysicalUnit) -> None:
    make_customer("C-1", name="Ada Lovelace")
    index.add(unit, KeyKind.CUSTOMER_NAME, ["Ada Lovelace"])
    assert UnitKey.objects.get().person is None
    assert found(KeyKind.CUSTOMER_ID, "C-1") == []


def test_nobody_can_be_read_from_the_register(unit: PhysicalUnit) -> None:
    index.add(unit, KeyKind.CUSTOMER_NAME, ["Zebedee Quill"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM privacy_unitkey k")
        (row,) = cursor.fetchone()
    assert "zebedee" not in row.lower()
    assert "5a656265646565" not in row.lower()  # nor as bytes


def test_each_barcode_of_the_register_is_given_once() -> None:
    first, second = index.next_barcode(), index.next_barcode()
    assert int(second.removeprefix("WM-")) == int(first.removeprefix("WM-")) + 1
    assert len(first) == len("WM-000001")


def test_a_destroyed_box_is_not_found(unit: PhysicalUnit) -> None:
    index.add(unit, KeyKind.NAME, ["Ada"])
    UnitKey.objects.filter(unit=unit).delete()
    assert found(KeyKind.NAME, "Ada") == []


def test_an_access_package_names_the_boxes_in_which_the_person_is(unit: PhysicalUnit) -> None:
    ada, bob = make_customer("C-1"), make_customer("C-2")
    index.add(unit, KeyKind.CUSTOMER_ID, ["C-1"])
    olga = make_officer()
    for person, told in ((ada, ["On paper or media: Surveys, 001 (WM-900001), at Washington."]), (bob, [])):
        whole = whole_of(verified(make_request(name=f"A {person.number}"), olga, person), timezone.now())
        assert whole.left_out() == [*LEFT_OUT, *told]
