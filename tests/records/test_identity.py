"""New and changed customers compared, merged when sure, put before a person when not, and parted again."""

from datetime import date
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from analytics.folding import fold_all
from analytics.models import ViewerTotal
from campaigns.models import MovedViewer, Viewer
from privacy.roles import Role
from records.identity.comparing import Compared, compare_all, compare_some
from records.identity.deciding import same_person, two_people
from records.identity.merging import CannotMerge, merge, undo
from records.models import ContactPoint, Customer, DuplicatePair, Identifier, Import, MatchKey, Merge
from records.models.customer import is_seen_by, whether_seen_by
from records.tasks import compare_waiting
from tests.factories import engage, make_customer, make_user
from tests.intake import refusal, run, write

pytestmark = pytest.mark.django_db

ANN = {"name": "Ann Smith", "email": "ann@example.com", "phone": "202 268 2000", "street": "12 Main St"}


def ann(number: str, **different: str) -> Customer:
    return make_customer(number, **{**ANN, **different})


def people() -> list[str]:
    return list(Customer.objects.people().order_by("number").values_list("number", flat=True))


# Comparing -----------------------------------------------------------------------------------------------------------
def test_sure_pair_is_merged_into_the_older_record_without_asking() -> None:
    ann("C-1")
    ann("C-2", name="Smith, Ann", email="")
    make_customer("C-3", name="Carla Weber")

    assert compare_all() == Compared(customers=3, merged=1, doubtful=0)
    assert people() == ["C-1", "C-3"]
    pair = DuplicatePair.objects.get()
    assert (pair.state, pair.decided_by, pair.evidence) == ("merged", None, ["phone", "address", "name"])
    assert (Merge.objects.get().kept.number, Merge.objects.get().absorbed.number) == ("C-1", "C-2")


def test_doubtful_pair_waits_for_a_person() -> None:
    ann("C-1")
    ann("C-2", name="Bob Smith")

    assert compare_all() == Compared(customers=2, merged=0, doubtful=1)
    assert people() == ["C-1", "C-2"]
    assert DuplicatePair.objects.get().state == "open"


def test_three_records_of_one_person_become_one() -> None:
    for number in ("C-1", "C-2", "C-3"):
        ann(number)

    assert compare_all().merged == 2
    assert people() == ["C-1"]


def test_nobody_is_compared_twice_until_something_compared_changes() -> None:
    first, second = ann("C-1"), make_customer("C-2", name="Ann Smith")
    compare_all()
    assert compare_all() == Compared()

    Customer.objects.filter(pk=second.pk).update(city="Springfield")
    assert compare_all() == Compared()
    Customer.objects.filter(pk=second.pk).update(phone=ANN["phone"])
    assert compare_all() == Compared(customers=1, merged=1)
    assert Customer.objects.get(pk=second.pk).merged_into == first


def test_further_contacts_and_identifiers_are_compared_too() -> None:
    first, second = make_customer("C-1", name="Ann Smith"), make_customer("C-2", name="Ann Smith")
    compare_all()
    ContactPoint.objects.create(customer=first, kind="email", value="A@b.org", normalized="a@b.org")
    Identifier.objects.create(customer=second, kind="customer id", value="K-9")
    assert compare_all() == Compared(customers=2)

    Customer.objects.filter(pk=second.pk).update(email="a@B.org")
    assert compare_all().merged == 1


def test_key_that_too_many_share_tells_nothing() -> None:
    for number in range(51):
        make_customer(f"C-{number}", name=f"Person {number}", phone="202 268 2000")
    make_customer("X-1", name="Person 1", email="p@example.com")
    make_customer("X-2", name="Person 1", email="p@example.com")

    assert compare_all() == Compared(customers=53, merged=1)


def test_keys_follow_what_they_are_of() -> None:
    customer = ann("C-1")
    compare_all()
    keys = {"email": "ann@example.com", "phone": "+12022682000", "street": "12 main", "near": "12 mai"}
    assert dict(MatchKey.objects.exclude(kind="identifier").values_list("kind", "value")) == keys

    Customer.objects.filter(pk=customer.pk).update(email="", phone="", street="", number="C-2")
    compare_all()
    assert list(MatchKey.objects.values_list("kind", "value")) == [("identifier", "customer id:C-2")]


def test_values_that_copy_would_misread_are_kept_whole() -> None:
    make_customer("C\\1\t\n2", name="Ann\\Smith")
    compare_all()
    assert MatchKey.objects.get().value == "customer id:C\\1\t\n2"


def test_comparing_stops_at_its_limit_and_when_time_is_up() -> None:
    for number in range(3):
        make_customer(f"C-{number}")
    assert compare_all(seconds=0) == Compared()
    assert [compare_some(2).customers, compare_some(2).customers, compare_some(2).customers] == [2, 1, 0]


def test_command_and_task_compare_whoever_waits() -> None:
    ann("C-1")
    ann("C-2")
    output = StringIO()
    call_command("compare_customers", stdout=output)
    assert output.getvalue() == "compared 2 customers: merged 1, 0 pairs to be decided\n"

    ann("C-3")
    compare_waiting()
    assert people() == ["C-1"]


# Deciding ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def pair() -> DuplicatePair:
    ann("C-1")
    ann("C-2", name="Bob Smith")
    compare_all()
    return DuplicatePair.objects.get()


def test_same_person_merges_the_pair_and_says_who_decided(pair: DuplicatePair) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    made = same_person(pair, by=officer, keep_second=True)

    assert (made.kept, made.absorbed, made.merged_by) == (pair.second, pair.first, officer)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("merged", officer)


def test_two_people_are_never_asked_about_again(pair: DuplicatePair) -> None:
    two_people(pair, by=make_user(Role.PRIVACY_OFFICER))
    Customer.objects.update(compared_at=None)

    assert compare_all() == Compared(customers=2)
    assert DuplicatePair.objects.get().state == "apart"


def test_pair_is_decided_once(pair: DuplicatePair) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    two_people(pair, by=officer)
    with pytest.raises(CannotMerge, match=r"^Someone has since decided about these two"):
        same_person(pair, by=officer)


# Merging and parting -------------------------------------------------------------------------------------------------
def test_engagement_of_both_records_is_the_persons_and_returns_when_parted() -> None:
    first, second = ann("C-1"), make_customer("C-2")
    engage(second, "view")
    fold_all()

    made = merge(first, second, by=None)
    assert Viewer.objects.filter(customer=first).count() == 2
    assert sum(ViewerTotal.objects.filter(viewer__customer=first).values_list("views", flat=True)) == 1

    undo(made, by=make_user(Role.PRIVACY_OFFICER))
    assert [Viewer.objects.filter(customer=customer).count() for customer in (first, second)] == [1, 1]
    assert MovedViewer.objects.count() == 0


def test_colleagues_of_the_absorbed_record_serve_the_person_until_parted() -> None:
    staff, officer = make_user(Role.SALES), make_user(Role.PRIVACY_OFFICER)
    first, second = make_customer("C-1"), make_customer("C-2", staff)

    made = merge(first, second, by=officer)
    assert list(Customer.objects.visible_to(staff)) == [first]
    undo(made, by=officer)
    assert list(Customer.objects.visible_to(staff)) == [second]


def test_what_hangs_on_a_merged_record_is_seen_with_the_person() -> None:
    staff, other = make_user(Role.SALES, "S"), make_user(Role.SALES, "O")
    first, second, third = make_customer("C-1", staff), make_customer("C-2"), make_customer("C-3", other)
    merge(first, second, by=make_user(Role.PRIVACY_OFFICER))
    assert set(Customer.objects.records_visible_to(staff)) == {first, second}
    assert set(Customer.objects.records_visible_to(other)) == {third}
    assert set(Customer.objects.records_visible_to(make_user(Role.AUDITOR))) == set()


@pytest.mark.parametrize("role", [*Role])
def test_who_is_seen_along_a_path_is_who_is_seen(role: Role) -> None:
    reader = make_user(role, "R")
    kept, absorbed = make_customer("C-1", reader), make_customer("C-2", reader)
    make_customer("C-3", make_user(Role.SALES, "O"))
    merge(kept, absorbed, by=make_user(Role.PRIVACY_OFFICER))
    Viewer.objects.bulk_create([Viewer(key=uuid4()), Viewer(key=uuid4(), customer=absorbed)])

    seen = {viewer.customer for viewer in Viewer.objects.filter(is_seen_by(reader, "customer"))}
    assert seen == set(Customer.objects.visible_to(reader))
    told = Viewer.objects.annotate(is_seen=whether_seen_by(reader, "customer"))
    assert {viewer.customer for viewer in told if viewer.is_seen} == seen
    assert {viewer.is_seen for viewer in told} <= {True, False}


def test_merges_of_merges_part_in_the_order_they_were_made() -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    first, second, third = (make_customer(f"C-{number}") for number in (1, 2, 3))
    inner = merge(second, third, by=officer)
    outer = merge(first, second, by=officer)
    assert set(first.records_of_person()) == {first, second, third}

    with pytest.raises(CannotMerge, match=r"^The kept record has been merged into another since"):
        undo(inner, by=officer)
    undo(outer, by=officer)
    assert (people(), set(second.records_of_person())) == (["C-1", "C-2"], {second, third})
    undo(inner, by=officer)
    assert people() == ["C-1", "C-2", "C-3"]
    with pytest.raises(CannotMerge, match=r"^This merge has been undone already"):
        undo(inner, by=officer)


def test_record_is_merged_neither_into_itself_nor_twice() -> None:
    first, second, third = (make_customer(f"C-{number}") for number in (1, 2, 3))
    with pytest.raises(CannotMerge, match="into itself"):
        merge(first, first, by=None)
    merge(first, second, by=None)
    with pytest.raises(CannotMerge, match="has since been merged into another record"):
        merge(third, second, by=None)


def test_merge_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_customer("C-1"), make_customer("C-2")
    monkeypatch.setattr("campaigns.receivers.FOLLOW", "SELECT broken")
    with pytest.raises(Exception, match="broken"), transaction.atomic():
        merge(first, second, by=None)
    assert (Merge.objects.count(), people()) == (0, ["C-1", "C-2"])


MERGED_INTO_ITSELF = "UPDATE records_customer SET merged_into_id = id"
KEY_OF_NOTHING = "INSERT INTO records_matchkey (customer_id, kind, value) SELECT id, 'email', '' FROM records_customer"
PAIR_OF_ONE = """
INSERT INTO records_duplicatepair (first_id, second_id, score, evidence, state, found_at)
SELECT id, id, 1, '{}', 'open', now() FROM records_customer
"""


@pytest.mark.parametrize("statement", [MERGED_INTO_ITSELF, KEY_OF_NOTHING, PAIR_OF_ONE])
def test_database_refuses_what_cannot_be(statement: str) -> None:
    make_customer("C-1", customer_since=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Imports -------------------------------------------------------------------------------------------------------------
ROWS = ("number,name,email,phone", "C-1,Ann Smith,ann@example.com,202 268 2000", "C-2,Ann Smith,ann@example.com,")


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    run("customers", write(tmp_path, "customers.csv", *ROWS))
    return Import.objects.get()


def test_import_whose_customers_the_program_merged_can_be_taken_back(imported: Import) -> None:
    assert compare_all().merged == 1
    run("--undo", imported.pk)

    assert (Customer.objects.count(), MatchKey.objects.count(), Merge.objects.count()) == (0, 0, 0)


def test_import_is_not_taken_back_when_somebody_merged_one_of_its_customers(imported: Import) -> None:
    merge(make_customer("A-1"), Customer.objects.get(number="C-1"), by=make_user(Role.PRIVACY_OFFICER))

    assert "its customers are referred to by 1 merges" in refusal("--undo", imported.pk)
    assert Customer.objects.count() == 3
