"""Responses that staff record, and what customers ask for: in the log, in the numbers, and taken back."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from analytics.folding import fold_all
from analytics.home.doing import tasks_of
from analytics.models import CampaignVariant, ViewerTotal
from campaigns import follow_ups, responding
from campaigns.enums import Action, Grade, OutcomeKind
from campaigns.follow_ups import AlreadyDone, due_on, owner_for
from campaigns.models import Assignment, Event, EventBatch, FollowUp, Outcome, Share
from campaigns.responding import CannotRecord, CannotTakeBack, Said
from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Role
from records.models import Customer, CustomerAssignment, Territory
from tests.factories import NOON, enroll, make_campaign, make_customer, make_share, make_team, make_user, viewer_of
from tests.plans import ask_through

pytestmark = pytest.mark.django_db
SELLING = Basis(12)


def said(kind: OutcomeKind = OutcomeKind.CONVERSION, **more: Any) -> Said:
    return Said(**{"key": uuid.uuid4(), "kind": kind, "happened_at": NOON + timedelta(days=1), **more})


def drawn(customer: Customer) -> Assignment:
    enroll(customer, make_campaign().variants.get(name="letter"))
    return Assignment.objects.get()


# Recording --------------------------------------------------------------------------------------------------------


def test_what_is_recorded_is_one_event_in_the_log_and_in_the_numbers() -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    assignment = drawn(customer)
    told = said(amount=Decimal("12.50"), assignment=assignment)

    outcome = responding.record(customer, told, sales, SELLING)
    fold_all()

    event = Event.objects.get(kind="conversion")
    assert (event.id, event.viewer_id, event.occurred_at) == (told.key, viewer_of(customer).pk, told.happened_at)
    assert (event.campaign_id, event.variant_id, event.amount) == (
        assignment.campaign_id,
        assignment.variant_id,
        Decimal("12.50"),
    )
    assert (event.verdict, event.reason, event.series) == ("human", "recorded_outcome", "promotion")
    assert event.batch_id == outcome.batch_id
    row = CampaignVariant.objects.get(variant=assignment.variant)
    assert (row.conversions, row.converters, row.revenue) == (1, 1, Decimal("12.50"))
    assert ViewerTotal.objects.get(viewer=viewer_of(customer)).conversions == 1
    assert [entry.by for entry in changes.history(outcome)] == ["Sales"]


def test_the_same_form_twice_is_recorded_once() -> None:
    sales = make_user(Role.SALES)
    customer, told = make_customer("C-1", sales), said()
    first = responding.record(customer, told, sales, SELLING)
    assert responding.record(customer, told, sales, SELLING) == first
    assert (Outcome.objects.count(), Event.objects.count(), EventBatch.objects.count()) == (1, 1, 1)


def test_without_a_campaign_it_is_the_customers_alone() -> None:
    sales = make_user(Role.SALES)
    customer = Customer.objects.create(number="C-1", name="One")
    outcome = responding.record(customer, said(OutcomeKind.RESPONSE), sales, SELLING)
    assert (outcome.campaign, outcome.variant, outcome.viewer.key) == (None, None, customer.key)
    assert Event.objects.get().campaign_id is None


def test_a_share_brings_its_own_campaign_and_material() -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    assignment, share = drawn(customer), make_share(customer, sales)
    Share.objects.filter(pk=share.pk).update(campaign=assignment.campaign, variant=assignment.variant)
    share.refresh_from_db()
    outcome = responding.record(customer, said(share=share), sales, SELLING)
    event = Event.objects.get(kind="conversion")
    assert (outcome.campaign, event.share_id, event.material_id) == (assignment.campaign, share.pk, share.material_id)


def test_a_share_without_a_campaign_counts_in_none() -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    outcome = responding.record(customer, said(share=make_share(customer, sales)), sales, SELLING)
    assert (outcome.campaign, outcome.share_id is None) == (None, False)


@pytest.mark.parametrize(
    ("when", "through", "field", "text"),
    [
        (timezone.now() + timedelta(hours=1), None, "happened_at", "in the future"),
        (NOON - timedelta(days=1), "share", "happened_at", "before the material was shared"),
        (NOON - timedelta(days=1), "assignment", "happened_at", "before the customer was in the campaign"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_nothing_stored(
    when: datetime, through: str | None, field: str, text: str
) -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    more: dict[str, Any] = {"share": make_share(customer, sales), "assignment": drawn(customer)}
    told = said(happened_at=when, **({through: more[through]} if through else {}))
    with pytest.raises(CannotRecord, match=text) as refused:
        responding.record(customer, told, sales, SELLING)
    assert refused.value.field == field
    assert not Outcome.objects.exists()
    assert not Event.objects.filter(kind="conversion").exists()


def test_a_share_of_another_campaign_is_refused() -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    assignment, share = drawn(customer), make_share(customer, sales)
    other = make_campaign("other")
    Share.objects.filter(pk=share.pk).update(campaign=other, variant=other.variants.all()[0])
    share.refresh_from_db()
    with pytest.raises(CannotRecord, match="shared in another campaign") as refused:
        responding.record(customer, said(share=share, assignment=assignment), sales, SELLING)
    assert refused.value.field == "share"


def test_the_database_keeps_what_is_in_the_log_apart_from_what_was_taken_back() -> None:
    sales = make_user(Role.SALES)
    outcome = responding.record(make_customer("C-1", sales), said(), sales, SELLING)
    with pytest.raises(IntegrityError, match="outcome_in_the_log_or_taken_back"):
        Outcome.objects.filter(pk=outcome.pk).update(taken_back_at=NOON)


# Taking back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_folded", [True, False])
def test_a_wrong_one_leaves_the_log_and_the_numbers_and_says_who_took_it_back(is_folded: bool) -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    assignment = drawn(customer)
    right = responding.record(customer, said(amount=Decimal(5), assignment=assignment), sales, SELLING)
    wrong = responding.record(customer, said(amount=Decimal(70), assignment=assignment), sales, SELLING)
    if is_folded:
        fold_all()
    batch = wrong.batch_id

    responding.take_back(wrong, sales, SELLING)
    fold_all()

    assert list(Event.objects.filter(kind="conversion").values_list("id", flat=True)) == [right.key]
    row = CampaignVariant.objects.get(variant=assignment.variant)
    assert (row.conversions, row.revenue) == (1, Decimal(5))
    assert not EventBatch.objects.filter(pk=batch or 0).exists()
    wrong.refresh_from_db()
    assert (wrong.batch, wrong.taken_back_by, wrong.amount) == (None, sales, Decimal(70))
    assert {entry.field for entry in changes.history(wrong)} == {"", "batch", "taken_back_at", "taken_back_by"}
    assert {entry.by for entry in changes.history(wrong)} == {"Sales"}


def test_it_is_taken_back_once() -> None:
    sales = make_user(Role.SALES)
    outcome = responding.record(make_customer("C-1", sales), said(), sales, SELLING)
    responding.take_back(outcome, sales, SELLING)
    with pytest.raises(CannotTakeBack, match="already been taken back"):
        responding.take_back(Outcome.objects.get(), sales, SELLING)


def test_whoever_recorded_it_and_the_manager_of_their_team_may_and_no_other() -> None:
    ann, ben, mona = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER, "Mona")
    stranger = make_user(Role.SALES_MANAGER, "Stranger")
    make_team(ann, ben, manager=mona)
    customer = make_customer("C-1", ann, ben)
    outcome = responding.record(customer, said(), ann, SELLING)
    may = {user.name: responding.may_take_back(outcome, user) for user in (ann, ben, mona, stranger)}
    assert may == {"Ann": True, "Ben": False, "Mona": True, "Stranger": False}
    with pytest.raises(CannotTakeBack, match="Ann recorded it: they, or the manager of their team"):
        responding.take_back(outcome, ben, SELLING)
    assert Event.objects.count() == 1
    responding.take_back(outcome, mona, SELLING)
    assert Event.objects.count() == 0


# What customers ask for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "asked", "due"),
    [
        (Action.CALL, date(2026, 3, 10), date(2026, 3, 11)),
        (Action.CALL, date(2026, 3, 13), date(2026, 3, 16)),  # a Friday
        (Action.COMPLAINT, date(2026, 3, 14), date(2026, 3, 16)),  # a Saturday
        (Action.QUESTION, date(2026, 3, 12), date(2026, 3, 16)),
        (Action.ORDER, date(2026, 3, 11), date(2026, 3, 16)),
        (Action.PROBLEM, date(2026, 3, 15), date(2026, 3, 16)),  # a Sunday
    ],
)
def test_a_task_is_due_in_working_days(action: Action, asked: date, due: date) -> None:
    assert due_on(action, asked) == due


def test_every_action_has_its_days() -> None:
    assert set(follow_ups.WORKING_DAYS) == set(Action)


def test_what_a_recipient_asks_is_an_event_and_a_task_and_the_same_id_is_one() -> None:
    sales = make_user(Role.SALES)
    share = make_share(make_customer("C-1", sales), sales)
    name = uuid.uuid4()
    late = datetime(2026, 3, 14, 3, tzinfo=UTC)  # still Friday in New York
    first = follow_ups.ask(share, Action.QUESTION, "Which sizes?", late, name, visit_id=uuid.UUID(int=7))
    again = follow_ups.ask(share, Action.QUESTION, "Which sizes?", late, name)
    assert first == again
    event = Event.objects.get()
    assert (event.kind, event.id, event.share_id, event.material_id) == ("response", name, share.pk, share.material_id)
    assert (event.grade, event.visit_id, event.reason) == ("addressee", uuid.UUID(int=7), "no_sign")
    task = FollowUp.objects.get()
    assert (task.text, task.owner, task.event_id, task.due_on) == ("Which sizes?", sales, name, date(2026, 3, 17))


def test_their_words_are_sealed_in_the_database() -> None:
    sales = make_user(Role.SALES)
    ask_through(make_share(make_customer("C-1", sales), sales), text="Quillfeather")
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_followup::text FROM campaigns_followup")
        (row,) = cursor.fetchone()
    assert "Quillfeather" not in row
    assert b"Quillfeather".hex() not in row


def test_a_form_that_is_opened_is_an_event_of_its_own() -> None:
    sales = make_user(Role.SALES)
    share = make_share(make_customer("C-1", sales), sales)
    follow_ups.begin(share, NOON, uuid.uuid4(), grade=Grade.UNKNOWN)
    event = Event.objects.get()
    assert (event.kind, event.series, event.grade, event.share_id) == ("begun", "insight", "unknown", share.pk)


def owner_of(customer: Customer, sender: User | None) -> User | None:
    share = make_share(customer, make_user(Role.AUDITOR, f"a{uuid.uuid4().hex}"), f"m{uuid.uuid4().hex}")
    share.sender = sender
    return owner_for(share)


def test_a_task_is_the_senders_where_they_see_the_customer_else_whose_customer_it_is() -> None:
    sales, other = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
    marketing = make_user(Role.MARKETING_MANAGER)
    customer = make_customer("C-1", sales)
    assert owner_of(customer, sales) == sales
    Share.objects.all().delete()
    assert owner_of(customer, marketing) == sales
    Share.objects.all().delete()
    CustomerAssignment.objects.create(customer=customer, staff=other, since=NOON - timedelta(days=900))
    assert owner_of(customer, marketing) == other
    Share.objects.all().delete()
    CustomerAssignment.objects.all().delete()
    assert owner_of(customer, marketing) == marketing
    Share.objects.all().delete()
    assert owner_of(customer, None) is None


def test_what_was_passed_on_is_its_first_senders() -> None:
    sales = make_user(Role.SALES)
    first = make_share(make_customer("C-1", sales), sales)
    passed = make_share(make_customer("C-2", sales), sales, "other")
    passed.sender, passed.passed_on_from = None, first
    assert owner_for(passed) == sales


def test_tasks_are_ones_own_and_for_managers_their_peoples_and_nobodys() -> None:
    ann, ben, mona = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER, "Mona")
    team = make_team(ann, ben, manager=mona)
    team.territory = Territory.objects.create(code="ne", name="Northeast")
    team.save()
    hers, his = make_customer("C-1", ann), make_customer("C-2", ben)
    nobodys, others = make_customer("C-3", territory=team.territory), make_customer("C-4", make_user(Role.SALES, "Zoe"))
    tasks = {
        customer.number: ask_through(make_share(customer, sender, f"m-{customer.number.lower()}"))
        for customer, sender in ((hers, ann), (his, ben), (nobodys, make_user(Role.MARKETING_MANAGER)), (others, mona))
    }
    FollowUp.objects.filter(pk=tasks["C-3"].pk).update(owner=None)
    numbers = {user.name: seen_by(user) for user in (ann, ben, mona)}
    assert numbers == {"Ann": {"C-1"}, "Ben": {"C-2"}, "Mona": {"C-1", "C-2", "C-3"}}
    assert [one.key for one in tasks_of(ann, 8).first] == [tasks["C-1"].key]


def seen_by(user: User) -> set[str]:
    return set(follow_ups.of(user).values_list("viewer__customer__number", flat=True))


def test_a_task_of_a_customer_whom_one_no_longer_sees_is_not_shown() -> None:
    sales = make_user(Role.SALES)
    customer = make_customer("C-1", sales)
    ask_through(make_share(customer, sales))
    CustomerAssignment.objects.update(until=timezone.now())
    assert not follow_ups.of(sales).exists()


def test_a_task_is_done_once_with_what_came_of_it_and_opened_again() -> None:
    ann, ben = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
    task = ask_through(make_share(make_customer("C-1", ann), ann))
    stale = FollowUp.objects.get()
    follow_ups.finish(task, "Called, all clear", ann, SELLING)
    found = FollowUp.objects.get()
    assert (found.done_by, found.outcome, found.done_at is None) == (ann, "Called, all clear", False)
    with pytest.raises(AlreadyDone, match="Ann has done this already"):
        follow_ups.finish(stale, "Me too", ben, SELLING)
    follow_ups.reopen(found, ann, SELLING)
    assert (found.done_at, found.done_by, found.outcome) == (None, None, "")
    kept = {entry.before for entry in changes.history(found)} | {entry.after for entry in changes.history(found)}
    assert "Called, all clear" in kept
