"""Disposition lists: exactly what is due, without what is held, needed, in doubt or of nobody's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.folding import fold_all
from privacy.models import DispositionRun, User
from privacy.retention import planning, policies, runs
from privacy.retention.enums import RunState
from records.enums import ContactKind
from records.models import AchAccount, ContactPoint, Customer, Interaction, ListMembership, MailingList
from tests.events import append, event
from tests.factories import make_customer, make_user, viewer_of
from tests.retention import TODAY, dispose, gone_customer, hold_on, merge_into, signed_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def due(as_of: date = TODAY) -> dict[str, int]:
    return planning.preview(as_of).by_model()


def test_a_customer_goes_three_years_after_the_relationship_and_not_a_day_before() -> None:
    gone_customer(ended=date(2023, 11, 27))
    assert due(date(2026, 11, 27)) == {}
    assert due(date(2026, 11, 28)) == {"campaigns.Viewer": 1, "records.Customer": 1}


def test_a_customer_whose_relationship_goes_on_is_not_due_however_old() -> None:
    make_customer(customer_since=date(1990, 1, 1))
    assert due() == {}
    assert planning.preview(TODAY).undated == 2  # the customer and the viewer


def test_what_hangs_on_a_customer_goes_on_the_same_day() -> None:
    customer = gone_customer()
    ContactPoint.objects.create(customer=customer, kind=ContactKind.FAX, value="+1", normalized="+1")
    assert due() == {"campaigns.Viewer": 1, "records.ContactPoint": 1, "records.Customer": 1}


def test_a_preview_leaves_nothing_behind() -> None:
    gone_customer()
    due()
    assert not DispositionRun.objects.exists()


def test_nothing_is_listed_before_the_rules_are_approved() -> None:
    from privacy.models import RetentionPolicy

    RetentionPolicy.objects.filter(rule="RET-3").update(state="replaced")
    with pytest.raises(policies.NotApproved, match="the retention rules 3 yet"):
        planning.preview(TODAY)


def test_a_record_that_another_still_refers_to_waits() -> None:
    customer = gone_customer()
    mailing_list = MailingList.objects.create(slug="news", name="News")
    ListMembership.objects.create(customer=customer, mailing_list=mailing_list, since=date(2020, 1, 1))
    listing = planning.preview(TODAY)
    assert listing.by_model() == {"campaigns.Viewer": 1}
    assert [(line.model, line.waiting) for line in listing.lines if line.waiting] == [("records.Customer", 1)]


def test_the_end_of_a_membership_frees_the_customer() -> None:
    customer = gone_customer()
    mailing_list = MailingList.objects.create(slug="news", name="News")
    ListMembership.objects.create(
        customer=customer, mailing_list=mailing_list, since=date(2020, 1, 1), until=date(2026, 11, 27)
    )
    assert due() == {"campaigns.Viewer": 1, "records.Customer": 1, "records.ListMembership": 1}
    assert due(TODAY - timedelta(days=1)) == {"campaigns.Viewer": 1}


def test_a_person_who_showed_life_after_the_end_is_in_doubt_and_stays() -> None:
    customer, staff = gone_customer(), make_user()
    contact = {"kind": ContactKind.FAX, "value": "+1", "normalized": "+1"}
    ContactPoint.objects.create(customer=customer, **contact)
    Interaction.objects.create(customer=customer, staff=staff, about="Called", happened_at="2023-01-12T12:00Z")
    listing = planning.preview(TODAY)
    assert listing.by_model() == {}
    assert listing.waiting == 4


def test_a_call_on_the_day_of_the_end_puts_nothing_in_doubt() -> None:
    customer, staff = gone_customer(), make_user()
    Interaction.objects.create(customer=customer, staff=staff, about="Bye", happened_at="2023-01-10T20:00Z")
    assert due() == {"campaigns.Viewer": 1, "records.Customer": 1, "records.Interaction": 1}


def test_a_merged_record_goes_by_the_relationship_of_the_person_as_they_are_known_now() -> None:
    kept, absorbed = make_customer("C-1"), gone_customer("C-2")
    merge_into(kept, absorbed)
    assert due() == {}
    Customer.objects.filter(pk=kept.pk).update(relationship_ended_on=date(2023, 2, 1), relationship_end_reason="moved")
    assert due() == {"campaigns.Viewer": 2, "records.Customer": 2}


def test_an_account_of_the_clearing_house_goes_after_two_years_of_an_ongoing_relationship(grace: User) -> None:
    customer = make_customer()
    account = AchAccount(customer=customer, provider="P", token_hash=b"h")
    account.bank_name, account.last_four, account.token = "First", "1234", "t-1"
    account.save()
    AchAccount.objects.filter(pk=account.pk).update(created_at="2024-11-27T12:00Z")
    assert due() == {"records.AchAccount": 1}
    dispose(grace, TODAY)
    assert not AchAccount.objects.exists()
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_an_account_of_the_clearing_house_is_kept_two_years_and_not_a_day_longer() -> None:
    account = AchAccount(customer=make_customer(), provider="P", token_hash=b"h")
    account.bank_name, account.last_four, account.token = "First", "1234", "t-1"
    account.save()
    found = []
    for back in (0, 1):
        created_on = TODAY.replace(year=TODAY.year - 2) - timedelta(days=back)
        AchAccount.objects.update(created_at=f"{created_on}T17:00Z")
        found.append(due())
    assert found == [{}, {"records.AchAccount": 1}]


def test_lines_tell_model_rule_version_and_the_span_of_days() -> None:
    gone_customer("C-1", ended=date(2022, 5, 1))
    gone_customer("C-2", ended=date(2023, 1, 10))
    line = next(line for line in planning.preview(TODAY).lines if line.model == "records.Customer")
    assert (line.rule, line.version, line.planned) == ("RET-3", 1, 2)
    assert (line.first_trigger, line.last_trigger) == (date(2022, 5, 1), date(2023, 1, 10))


def test_the_same_rows_have_the_same_fingerprint_and_others_another() -> None:
    gone_customer("C-1")
    first = planning.preview(TODAY)
    assert planning.preview(TODAY).fingerprint == first.fingerprint
    gone_customer("C-2")
    assert planning.preview(TODAY).fingerprint != first.fingerprint


def test_a_run_disposes_of_exactly_what_the_preview_listed(grace: User) -> None:
    gone_customer("C-1")
    gone_customer("C-2")
    stays = make_customer("C-3")
    listing = planning.preview(TODAY)
    run = dispose(grace, TODAY)
    assert run.fingerprint == listing.fingerprint
    assert {step.model: step.disposed for step in run.steps.all()} == listing.by_model()
    assert list(Customer.objects.all()) == [stays]
    assert run.left_over == 0


def test_a_held_record_is_not_on_the_list_and_is_counted(grace: User) -> None:
    customer = gone_customer()
    hold_on(grace, people=[customer.key])
    listing = planning.preview(TODAY)
    assert (listing.by_model(), listing.held) == ({}, 2)


def test_a_list_that_changed_after_it_was_signed_stops_and_says_what_differs(grace: User) -> None:
    gone_customer("C-1")
    run = signed_list(grace, TODAY)
    gone_customer("C-2")
    assert runs.carry_on(run) == RunState.STOPPED
    run.refresh_from_db()
    assert "records.Customer under rule 3: 1 rows on the list, 2 now" in run.said
    assert Customer.objects.count() == 2


def test_a_visit_after_the_end_puts_it_in_doubt_too() -> None:
    customer = gone_customer()
    append(event(viewer_of(customer), "visit", occurred_at=datetime(2023, 2, 1, tzinfo=UTC)))
    fold_all()
    listing = planning.preview(date(2026, 1, 20))
    assert listing.by_model() == {}
    assert listing.waiting == 2
