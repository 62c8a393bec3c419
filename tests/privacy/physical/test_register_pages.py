"""The register in the administration, as a records administrator uses it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.models import AccessEntry, Destruction, PhysicalUnit, UnitKey, User
from privacy.physical import index
from privacy.roles import Role
from tests.factories import make_customer, make_user
from tests.retention import approve_all, hold_on
from tests.safeguards import make_unit

pytestmark = pytest.mark.django_db
TODAY = agency_today()
LIST = 6  # statements
BOX = {
    "barcode": "", "medium": "paper", "series": "Surveys", "box": "1", "site": "Washington", "categories": ["9"],
    "rule": "RET-7", "first_day": "2020-01-01", "last_day": "2020-12-31",
}  # fmt: skip


@pytest.fixture
def grace() -> User:
    user = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(user)
    return user


@pytest.fixture
def client(client: Client, grace: User) -> Client:
    client.force_login(grace)
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def get(client: Client, name: str, *args: object) -> str:
    return text(client.get(reverse(f"admin:privacy_{name}", args=args)))


def post(client: Client, name: str, *args: object, **data: Any) -> str:
    return text(client.post(reverse(f"admin:privacy_{name}", args=args), data, follow=True))


def test_a_box_is_registered_with_the_registers_next_barcode(client: Client, grace: User) -> None:
    said = post(client, "physicalunit_add", **BOX)
    unit = PhysicalUnit.objects.get()
    assert f"Surveys, 1 ({unit.barcode}) is on file." in said
    assert unit.barcode.startswith("WM-")
    assert (unit.registered_by, unit.categories, unit.is_indexed) == (grace, [9], False)
    assert "someone may be missing, so every hold on people applies to it" in said
    assert "January 1, 2024: due" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first_day": "2021-01-01"}, "The records end on 2020-12-31, before they begin on 2021-01-01."),
        ({"last_day": str(TODAY + timedelta(days=1))}, "The last record is dated in the future."),
        ({"clock_day": "2019-12-31"}, "The clock starts before the first record existed."),
        ({"categories": []}, "This field is required."),
        ({"rule": "RET-6"}, "The notice keeps none of these categories under this rule."),
        (
            {"barcode": "wm-900001"},
            ("This barcode is already on file: Surveys, 001 (WM-900001). It was scanned before."),
        ),
        (
            {"barcode": "Ada's"},
            "A barcode has 3 to 20 letters A to Z, digits and hyphens, and begins with a letter or digit.",
        ),
        ({"box": "001"}, "already exists."),
    ],
)
def test_what_is_wrong_with_a_box_is_said_and_nothing_is_put_on_file(
    client: Client, grace: User, given: dict[str, Any], said: str
) -> None:
    make_unit(grace)
    assert said in post(client, "physicalunit_add", **{**BOX, **given})
    assert PhysicalUnit.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"first_day": TODAY}, "unit_days_in_order"),
        ({"categories": []}, "unit_is_of_something"),
        ({"barcode": "a b"}, "unit_barcode_can_be_scanned"),
        ({"medium": "stone"}, "unit_medium"),
    ],
)
def test_the_database_refuses_it_too(grace: User, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_unit(grace, **{"barcode": "WM-900001", **fields})


def test_whose_records_are_in_it_is_put_into_its_index_and_found_through_the_door(client: Client, grace: User) -> None:
    make_customer("C-1", name="Zebedee Quill")
    unit = make_unit(grace)
    said = post(client, "physicalunit_index", unit.pk, kind="customer_id", texts="C-1\nC-2\n")
    assert "2 new, 0 already there. 1 known here." in said
    wrong = post(client, "physicalunit_index", unit.pk, kind="phone_number", texts="nobody")
    assert "Type a phone number, of 254 characters at most." in wrong
    found = post(client, "physicalunit_find", kind="customer_name", text="zebedee quill")
    assert "Surveys, 001 (WM-900001)" in found
    assert "Zebedee" not in found.replace('value="zebedee quill"', "")
    entry = AccessEntry.objects.get(kind="shown")
    assert (entry.duty, entry.key, entry.place, entry.records) == (
        "disposition", "customer_name", "admin:privacy_physicalunit_find", 1,
    )  # fmt: skip
    assert "No box or medium has this key" in post(client, "physicalunit_find", kind="name", text="Nobody")
    assert AccessEntry.objects.filter(kind="shown", records=0).count() == 1


def test_a_look_up_that_cannot_be_logged_shows_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from privacy import access

    def broken(line: AccessEntry, *, awaits_disk: bool = True) -> AccessEntry:
        raise access.NotLogged

    monkeypatch.setattr("privacy.access.write", broken)
    address = reverse("admin:privacy_physicalunit_find")
    assert client.post(address, {"kind": "name", "text": "Ada"}).status_code == 503


def test_a_box_is_moved_and_one_that_is_listed_is_not_changed(client: Client, grace: User) -> None:
    unit = make_unit(grace)
    sent = {**BOX, "barcode": unit.barcode, "box": unit.box, "site": "Denver"}
    assert "Denver" in post(client, "physicalunit_edit", unit.pk, **sent)
    post(client, "destruction_add", units=[unit.pk], method="shredding", site="Denver")
    assert "it cannot be changed" in post(client, "physicalunit_edit", unit.pk, **{**sent, "site": "Boulder"})
    unit.refresh_from_db()
    assert unit.site == "Denver"


def test_from_the_list_to_the_certificate(client: Client, grace: User) -> None:
    first, second, held = (make_unit(grace, f"WM-90000{number}") for number in range(3))
    PhysicalUnit.objects.filter(pk=held.pk).update(categories=[5])
    hold_on(grace, categories=[5])
    index.add(first, KeyKind.NAME, ["Ada"])
    page = get(client, "destruction_add")
    assert page.count('type="checkbox" id="unit-') == 2
    assert "<h2>Due and held</h2>" in page
    none = post(client, "destruction_add", method="shredding", site="Denver")
    assert "Choose what to destroy." in none
    wrong = post(client, "destruction_add", units=[first.pk], method="media_practice", technique="x", site="Denver")
    assert "the notice requires it to be destroyed by burning, pulping or shredding." in wrong
    said = post(client, "destruction_add", units=[first.pk, second.pk], method="shredding", site="Denver")
    assert "Another person scans each one when it is destroyed." in said
    assert "You listed it: another person must witness it" in said
    made = Destruction.objects.get()
    own = post(client, "destruction_witness", made.pk, destroyed_on=TODAY, codes=f"{first.barcode}\n{second.barcode}")
    assert "You listed it: another person must be the witness." in own
    will = Client()
    will.force_login(make_user(Role.AUDITOR, "Will"))
    missing = post(will, "destruction_witness", made.pk, destroyed_on=TODAY, codes=first.barcode)
    assert f"Not scanned: {second.barcode}." in missing
    codes = f"{first.barcode}\n{second.barcode.lower()}\n{first.barcode}"
    done = post(will, "destruction_witness", made.pk, destroyed_on=TODAY, codes=codes)
    assert f"Scanned twice, counted once: {first.barcode}." in done
    assert "Destroyed, and on its certificate. Signed by Will on " in done
    assert not UnitKey.objects.exists()
    certificate = will.get(reverse("admin:privacy_destruction_certificate", args=[made.pk]))
    assert (certificate["Content-Type"], certificate.content[:5]) == ("application/pdf", b"%PDF-")
    assert "was destroyed: no one can be added to it" in post(
        client, "physicalunit_index", first.pk, kind="name", texts="Ada"
    )
    assert "<h1>Destructions</h1>" in get(client, "destruction_changelist")
    register = reverse("admin:privacy_physicalunit_changelist")
    for state, barcodes in (("there", {held.barcode}), ("destroyed", {first.barcode, second.barcode})):
        shown = text(client.get(register, {"state": state}))
        assert {unit.barcode for unit in (first, second, held) if f">{unit.barcode}<" in shown} == barcodes


def test_a_unit_is_taken_off_and_the_list_withdrawn(client: Client, grace: User) -> None:
    first, second = make_unit(grace, "WM-900001"), make_unit(grace, "WM-900002")
    post(client, "destruction_add", units=[first.pk, second.pk], method="burning", site="Denver")
    made = Destruction.objects.get()
    assert f"{second} stays." in post(client, "destruction_act", made.pk, act="keep", unit=second.pk, reason="Wanted.")
    last = post(client, "destruction_act", made.pk, act="keep", unit=first.pk, reason="Wanted.")
    assert "withdraw the list instead" in last
    said = post(client, "destruction_act", made.pk, act="withdraw", reason="Rain.")
    assert "The list is withdrawn: everything on it stays." in said
    address = reverse("admin:privacy_destruction_act", args=[made.pk])
    assert client.post(address, {"act": "burn"}).status_code == 404


def test_labels_of_what_is_ticked_are_one_sheet(client: Client, grace: User) -> None:
    units = [make_unit(grace, f"WM-90000{number}") for number in range(2)]
    sent = {"action": "print_labels", "_selected_action": [unit.pk for unit in units]}
    answer = client.post(reverse("admin:privacy_physicalunit_changelist"), sent)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_forecast_shows_paper_beside_rows(client: Client, grace: User) -> None:
    make_unit(grace)
    page = get(client, "dispositionrun_forecast")
    assert "<h2>Paper and media</h2>" in page
    after = page.partition("<h2>Paper and media</h2>")[2]
    assert '<th scope="row">7</th><td class="number">1</td>' in after


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_one_and_three(
    client: Client, grace: User, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        make_unit(grace, f"WM-90000{number}")
    get(client, "physicalunit_changelist")
    with django_assert_num_queries(LIST):
        get(client, "physicalunit_changelist")
