"""Destroying boxes and media: two persons, the notice's methods, and a hold that comes in between."""

from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from django.db import IntegrityError, transaction

from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.ledger import statements
from privacy.models import Destruction, PhysicalUnit, UnitKey, User
from privacy.physical import destroying, index, papers
from privacy.physical.destroying import Refused, Way
from privacy.physical.enums import Destroying, DestructionState
from privacy.retention import policies
from privacy.retention.signals import to_be_sealed
from privacy.roles import Role
from tests.factories import make_user
from tests.retention import approve_all, hold_on
from tests.safeguards import make_unit

pytestmark = pytest.mark.django_db
TODAY = agency_today()
SHRED = Way(Destroying.SHREDDING, "", "Washington")
ERASE = Way(Destroying.MEDIA_PRACTICE, "Degaussing, model 4", "Washington")


@pytest.fixture
def grace() -> User:
    user = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(user)
    return user


@pytest.fixture
def will() -> User:
    return make_user(Role.AUDITOR, "Will")


def listed(grace: User, *barcodes: str) -> Destruction:
    return destroying.list_for([make_unit(grace, code) for code in barcodes or ("WM-900001",)], SHRED, grace)


def refused(act: Any) -> str:
    with pytest.raises(Refused) as problem, transaction.atomic():
        act()
    return str(problem.value)


# Listing ------------------------------------------------------------------------------------------------------------


def test_a_list_keeps_the_rules_version_and_the_day_on_which_each_was_due(grace: User) -> None:
    made = listed(grace)
    unit = made.units.get()
    assert (unit.policy, unit.due_on) == (policies.approved()["RET-7"], date(2024, 1, 1))
    assert (made.state, made.listed_by, unit.destroyed_on) == (DestructionState.LISTED, grace, None)


@pytest.mark.parametrize(
    ("fields", "way", "said"),
    [
        ({"last_day": TODAY}, SHRED, "is not due: it becomes due on"),
        ({"rule": "RET-3", "categories": [1]}, SHRED, "its clock has not started"),
        ({}, ERASE, "is paper: the notice requires it to be destroyed by burning, pulping or shredding."),
        (
            {"medium": "tape"},
            SHRED,
            "is magnetic tape: the notice requires it to be destroyed by the media sanitization practice.",
        ),
        ({"medium": "tape"}, Way(Destroying.MEDIA_PRACTICE, "", "W"), "Name the technique"),
    ],
)
def test_what_may_not_be_destroyed_so_is_not_listed(grace: User, fields: dict[str, Any], way: Way, said: str) -> None:
    unit = make_unit(grace, **fields)
    assert said in refused(lambda: destroying.list_for([unit], way, grace))
    assert not Destruction.objects.exists()


def test_a_list_of_nothing_is_refused(grace: User) -> None:
    assert "an empty list destroys nothing" in refused(lambda: destroying.list_for([], SHRED, grace))


def test_nothing_is_listed_before_the_rules_are_approved() -> None:
    user = make_user(Role.RECORDS_ADMINISTRATOR)
    with pytest.raises(policies.NotApproved):
        destroying.list_for([make_unit(user)], SHRED, user)


def test_what_is_held_is_not_listed_and_one_held_box_stops_the_whole_list(grace: User) -> None:
    free, kept = make_unit(grace, "WM-900001"), make_unit(grace, "WM-900002", categories=[5])
    hold_on(grace, categories=[5])
    said = refused(lambda: destroying.list_for([free, kept], SHRED, grace))
    assert "is held by “Matter 7”: it is not destroyed until the hold is released." in said
    assert destroying.list_for([free], SHRED, grace).units.get() == free


def test_a_box_is_on_one_list(grace: User) -> None:
    made = listed(grace)
    unit = made.units.get()
    assert "is on another list" in refused(lambda: destroying.list_for([unit], SHRED, grace))


# The witness --------------------------------------------------------------------------------------------------------


def test_a_second_person_who_scans_each_makes_the_certificate_and_the_index_goes(grace: User, will: User) -> None:
    made = listed(grace, "WM-900001", "WM-900002")
    for unit in made.units.all():
        index.add(unit, KeyKind.NAME, ["Ada"])
    sealed: list[tuple[str, dict[str, Any]]] = []

    def seal(kind: str, told: dict[str, Any], **_signal: Any) -> None:
        sealed.append((kind, told))

    to_be_sealed.connect(seal)
    try:
        done = destroying.witness(made, ["WM-900001", "WM-900002"], TODAY, will)
    finally:
        to_be_sealed.disconnect(seal)
    assert (done.state, done.witness, done.destroyed_on) == (DestructionState.DONE, will, TODAY)
    assert set(made.units.values_list("destroyed_on", flat=True)) == {TODAY}
    assert not UnitKey.objects.exists()
    assert index.find(KeyKind.NAME, "Ada") == []
    ((kind, told),) = sealed
    digest = statements.digest(statements.of_destruction(done))
    assert (kind, told) == ("destruction_done", {"by": grace.pk, "witness": will.pk, "units": 2, "digest": digest})
    assert "is already destroyed" in refused(lambda: destroying.witness(made, ["WM-900001"], TODAY, will))
    assert "was destroyed on" in refused(lambda: destroying.list_for([made.units.all()[0]], SHRED, grace))


def test_who_listed_it_is_no_witness_for_the_program_and_the_database(grace: User, will: User) -> None:
    made = listed(grace)
    assert "another person must be the witness" in refused(
        lambda: destroying.witness(made, ["WM-900001"], TODAY, grace)
    )
    with pytest.raises(IntegrityError, match="destruction_witnessed_by_another"), transaction.atomic():
        Destruction.objects.update(state="done", witness=grace, witnessed_at=made.listed_at, destroyed_on=TODAY)
    with pytest.raises(IntegrityError, match="destruction_is_witnessed"), transaction.atomic():
        Destruction.objects.update(state="done")
    with pytest.raises(IntegrityError, match="unit_destroyed_on_a_certificate"), transaction.atomic():
        make_unit(grace, "WM-900009", destroyed_on=TODAY)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["WM-900001"], "Not scanned: WM-900002."),
        (["WM-900001", "WM-900002", "X-1"], "Not on this list: X-1."),
        ([], "Not scanned: WM-900001, WM-900002."),
    ],
)
def test_what_was_scanned_is_what_was_listed_or_nothing_is_recorded(
    grace: User, will: User, codes: list[str], said: str
) -> None:
    made = listed(grace, "WM-900001", "WM-900002")
    assert said in refused(lambda: destroying.witness(made, codes, TODAY, will))
    assert not PhysicalUnit.objects.exclude(destroyed_on=None).exists()


def test_a_barcode_scanned_twice_counts_once_and_is_told() -> None:
    assert destroying.scanned(" wm-1\nWM-2\r\n\nWM-1\nWM-1") == (["WM-1", "WM-2"], ["WM-1"])


@pytest.mark.parametrize(
    ("on", "said"),
    [(TODAY + timedelta(days=1), "The day is in the future"), (TODAY - timedelta(days=9), "is before the list")],
)
def test_the_day_lies_between_the_list_and_today(grace: User, will: User, on: date, said: str) -> None:
    made = listed(grace)
    assert said in refused(lambda: destroying.witness(made, ["WM-900001"], on, will))


def test_a_hold_placed_after_the_list_blocks_it_until_the_box_is_taken_off(grace: User, will: User) -> None:
    made = listed(grace, "WM-900001", "WM-900002")
    held = made.units.get(barcode="WM-900002")
    PhysicalUnit.objects.filter(pk=held.pk).update(categories=[5])
    hold_on(grace, categories=[5])
    said = refused(lambda: destroying.witness(made, ["WM-900001", "WM-900002"], TODAY, will))
    assert "is held by “Matter 7”" in said
    assert "Take it off the list, or tell counsel if it is gone." in said
    assert "State why it stays" in refused(lambda: destroying.take_off(made, held, " ", grace))
    destroying.take_off(made, held, "Matter 7.", grace)
    assert destroying.witness(made, ["WM-900001"], TODAY, will).holds_checked[0]["name"] == "Matter 7"
    held.refresh_from_db()
    assert (held.destruction, held.policy, held.destroyed_on) == (None, None, None)
    made.refresh_from_db()
    assert made.said == "WM-900002 stays: Matter 7. (Grace)"


def test_a_list_is_withdrawn_as_a_whole_and_its_boxes_may_be_listed_again(grace: User) -> None:
    made = listed(grace)
    unit = made.units.get()
    assert "withdraw the list instead" in refused(lambda: destroying.take_off(made, unit, "Wait.", grace))
    assert "State why the list is withdrawn" in refused(lambda: destroying.withdraw(made, "", grace))
    destroying.withdraw(made, "The shredder is broken.", grace)
    assert "is already withdrawn" in refused(lambda: destroying.withdraw(made, "Again.", grace))
    unit.refresh_from_db()
    assert destroying.list_for([unit], SHRED, grace).pk != made.pk


# Papers -------------------------------------------------------------------------------------------------------------


def words(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_the_certificate_says_what_how_by_whom_and_before_whom(grace: User, will: User) -> None:
    made = destroying.list_for([make_unit(grace, medium="tape")], ERASE, grace)
    hold_on(grace, categories=[5])
    done = destroying.witness(made, ["WM-900001"], TODAY, will)
    certificate = papers.certificate_of(done)
    assert (certificate.listed_by, certificate.witness, certificate.holds) == ("Grace", "Will", ["Matter 7"])
    (line,) = certificate.lines
    assert (line.rule, line.version, line.approved_by, line.due_on) == ("7", 1, "Grace", date(2024, 1, 1))
    said = words(papers.certificate_pdf(certificate))
    for part in (
        "Witness Will",
        "Degaussing, model 4",
        "WM-900001",
        "7, version 1",
        "The witness scanned each of the 1",
    ):
        assert part in said


def test_labels_have_the_barcode_and_its_words_ten_a_page(grace: User) -> None:
    units = [make_unit(grace, f"WM-9000{number:02d}") for number in range(11)]
    content = papers.labels_pdf(units)
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 2
    said = words(content)
    assert all(unit.barcode in said for unit in units)
    assert "Surveys" in said
    # Black modules where the first label's code stands: something is drawn there.
    corner = document[0].render(scale=2).to_pil().convert("L").crop((30, 90, 240, 300))
    assert 0.2 < sum(corner.histogram()[:128]) / (210 * 210) < 0.8
