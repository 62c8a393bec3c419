"""Assigning: who gets whom, what stays as history, what a manager may not touch."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacy.models import User
from privacy.roles import Role
from records.assigning import assign, hand_over, reassign, undo
from records.models import Customer, CustomerAssignment, Team, Territory
from tests.factories import make_customer, make_team, make_user

pytestmark = pytest.mark.django_db


class House:
    """A manager with two colleagues, and somebody of another team."""

    def __init__(self) -> None:
        self.manager = make_user(Role.SALES_MANAGER)
        self.ann, self.ben = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
        self.outsider = make_user(Role.SALES, "Outsider")
        make_team(self.ann, self.ben, manager=self.manager)
        make_team(self.outsider, name="South")


@pytest.fixture
def house() -> House:
    return House()


def present(customer: Customer) -> list[str]:
    """Whose customer it is now."""
    return sorted(row.staff.name for row in customer.assignments.filter(until=None))


def history(customer: Customer) -> list[tuple[str, bool, str]]:
    """Whose it was, in order: name, whether it is over, the reason."""
    rows = customer.assignments.order_by("since", "id").select_related("staff")
    return [(row.staff.name, row.until is not None, row.reason) for row in rows]


def test_assign_adds_a_colleague_and_keeps_the_present_one(house: House) -> None:
    customer = make_customer("C-1", house.ann)
    change = assign(Customer.objects.all(), house.ben, house.manager, "more hands")
    assert (change.started, change.ended) == (1, 0)
    assert present(customer) == ["Ann", "Ben"]
    assert CustomerAssignment.objects.get(staff=house.ben).assigned_by == house.manager


def test_reassign_ends_the_present_colleagues_and_keeps_their_rows(house: House) -> None:
    first, second = make_customer("C-1", house.ann), make_customer("C-2", house.ann, house.ben)
    change = reassign(Customer.objects.all(), house.ben, house.manager, "new split")
    assert (change.started, change.ended) == (1, 2)
    assert present(first) == present(second) == ["Ben"]
    assert history(first) == [("Ann", True, ""), ("Ben", False, "new split")]
    assert history(second) == [("Ann", True, ""), ("Ben", False, "")]


def test_only_the_chosen_customers_move(house: House) -> None:
    chosen, other = make_customer("C-1", house.ann), make_customer("C-2", house.ann)
    reassign(Customer.objects.filter(number="C-1"), house.ben, house.manager, "one")
    assert (present(chosen), present(other)) == (["Ben"], ["Ann"])


def test_customers_of_another_team_are_not_touched(house: House) -> None:
    theirs = make_customer("C-9", house.outsider)
    change = reassign(Customer.objects.all(), house.ben, house.manager, "not mine")
    assert (change.started, change.ended) == (0, 0)
    assert history(theirs) == [("Outsider", False, "")]


def test_a_customer_shared_with_another_team_keeps_its_colleague_there(house: House) -> None:
    shared = make_customer("C-1", house.ann, house.outsider)
    reassign(Customer.objects.all(), house.ben, house.manager, "ours")
    assert present(shared) == ["Ben", "Outsider"]


def test_nobody_outside_the_managers_teams_gets_a_customer(house: House) -> None:
    customer = make_customer("C-1", house.ann)
    with pytest.raises(PermissionDenied, match="customers only between members of your own teams"):
        reassign(Customer.objects.all(), house.outsider, house.manager, "away")
    assert present(customer) == ["Ann"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SALES_MANAGER])
def test_no_other_role_assigns(house: House, role: Role) -> None:
    make_customer("C-1", house.ann)
    somebody = make_user(role, "Somebody")
    with pytest.raises(PermissionDenied, match="This is open to sales managers"):
        assign(Customer.objects.all(), somebody, somebody, "mine")


def test_hand_over_moves_all_of_one_colleague_and_nobody_elses(house: House) -> None:
    first, second, bens = (
        make_customer("C-1", house.ann),
        make_customer("C-2", house.ann),
        make_customer("C-3", house.ben),
    )
    change = hand_over(house.ann, house.ben, house.manager, "leave")
    assert (change.started, change.ended) == (2, 2)
    assert [present(customer) for customer in (first, second, bens)] == [["Ben"], ["Ben"], ["Ben"]]


def test_a_colleague_with_a_closed_account_can_be_handed_over_from(house: House) -> None:
    customer = make_customer("C-1", house.ann)
    User.objects.filter(pk=house.ann.pk).update(is_active=False)
    hand_over(house.ann, house.ben, house.manager, "left")
    assert present(customer) == ["Ben"]


def test_handing_over_another_teams_customers_is_refused(house: House) -> None:
    make_customer("C-9", house.outsider)
    with pytest.raises(PermissionDenied):
        hand_over(house.outsider, house.ben, house.manager, "not mine")


def test_undo_restores_whose_they_were_and_keeps_what_happened(house: House) -> None:
    customer = make_customer("C-1", house.ann)
    change = reassign(Customer.objects.all(), house.ben, house.manager, "mistake")
    assert undo(change.moment, house.manager) == 1
    assert present(customer) == ["Ann"]
    assert history(customer) == [("Ann", True, ""), ("Ben", True, "mistake"), ("Ann", False, "Change undone")]


def test_undo_leaves_alone_what_was_moved_again_since(house: House) -> None:
    customer = make_customer("C-1", house.ann)
    change = reassign(Customer.objects.all(), house.ben, house.manager, "first")
    reassign(Customer.objects.all(), house.manager, house.manager, "second")
    assert undo(change.moment, house.manager) == 0
    assert present(customer) == ["Sales manager"]


def test_undo_of_another_managers_change_does_nothing(house: House) -> None:
    customer = make_customer("C-1", house.ann)
    change = reassign(Customer.objects.all(), house.ben, house.manager, "first")
    other = make_user(Role.SALES_MANAGER, "Other manager")
    assert undo(change.moment, other) == 0
    assert present(customer) == ["Ben"]


def test_the_number_of_statements_does_not_grow_with_the_customers(house: House) -> None:
    def statements(count: int) -> int:
        for number in range(count):
            make_customer(f"C-{count}-{number}", house.ann)
        with CaptureQueriesContext(connection) as queries:
            reassign(Customer.objects.all(), house.ben, house.manager, "count")
        return len(queries)

    reassign(Customer.objects.all(), house.ben, house.manager, "permissions are read once")
    assert statements(1) == statements(30) == 5


def test_one_moment_marks_all_rows_of_a_change(house: House) -> None:
    make_customer("C-1", house.ann)
    make_customer("C-2", house.ann)
    moment: datetime = reassign(Customer.objects.all(), house.ben, house.manager, "together").moment
    assert CustomerAssignment.objects.filter(since=moment, staff=house.ben).count() == 2
    assert CustomerAssignment.objects.filter(until=moment, staff=house.ann).count() == 2


def test_customer_of_nobody_is_assigned_by_the_manager_of_their_territory(house: House) -> None:
    coast, hills = (Territory.objects.create(code=name, name=name) for name in ("coast", "hills"))
    Team.objects.filter(name="North").update(territory=coast)
    nobodys, elsewhere = make_customer("C-1", territory=coast), make_customer("C-2", territory=hills)
    make_customer("C-3", house.outsider, territory=coast)
    make_customer("C-4")

    assert list(Customer.objects.visible_to(house.manager)) == [nobodys]
    assert assign(Customer.objects.all(), house.ann, house.manager, "new").started == 1
    assert (present(nobodys), present(elsewhere)) == (["Ann"], [])


def test_customer_of_nobody_is_nobodys_for_a_manager_of_no_territory(house: House) -> None:
    make_customer("C-1")

    assert list(Customer.objects.visible_to(house.manager)) == []
