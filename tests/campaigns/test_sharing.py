"""Shares made at once: one token and number each, their events folded, all or none."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.folding import fold_all
from analytics.models import CampaignVariant, ViewerMaterial
from campaigns.enums import Channel
from campaigns.eventlog import BatchTooLarge
from campaigns.models import Event, EventBatch, Material, Share, Viewer
from campaigns.sharing import NotOffered, Shared, ShareOptions, preview, share, share_of_token
from campaigns.signals import shares_made
from privacy.models import User
from privacy.roles import Role
from records.assigning import take_on
from records.models import Customer, CustomerAssignment, Territory
from tests.factories import make_campaign, make_customer, make_material, make_team, make_user

pytestmark = pytest.mark.django_db

# Of one share, whatever the number of its recipients, where no address is suppressed.
STATEMENTS = 23


def test_each_customer_gets_a_share_with_a_token_of_its_own() -> None:
    sender = make_user(Role.SALES)
    one, two = make_customer("C-1", sender), make_customer("C-2", sender)
    material = make_material("guide")

    shared = share(material, Customer.objects.all(), sender)

    shares = Share.objects.order_by("number")
    assert shared.made == 2
    assert {made.recipient.customer for made in shares} == {one, two}
    assert [made.number for made in shares] == [1, 2]
    assert len({made.token for made in shares}) == 2
    assert all(len(made.token) == 22 for made in shares)
    assert {made.batch for made in shares} == {shared.batch}
    assert shared.batch is not None
    assert shared.batch.event_count == EventBatch.objects.get().event_count == 2


def test_numbers_go_on_where_the_last_share_of_the_material_ended() -> None:
    sender = make_user(Role.SALES)
    make_customer("C-1", sender)
    material, other = make_material("guide"), make_material("list")
    for shared in (material, other, material):
        share(shared, Customer.objects.all(), sender, again=True)

    assert list(Share.objects.filter(material=material).order_by("id").values_list("number", flat=True)) == [1, 2]
    assert Share.objects.get(material=other).number == 1
    assert Material.objects.get(pk=material.pk).share_count == 2


def test_share_is_an_event_that_the_fold_counts() -> None:
    sender = make_user(Role.SALES)
    customer = make_customer("C-1", sender)
    material = make_material("guide")
    variant = make_campaign().variants.get(name="letter")

    share(material, Customer.objects.all(), sender, variant=variant)
    fold_all()

    made = Share.objects.get()
    event = Event.objects.get()
    assert (event.kind, event.id, event.share_id, event.viewer_id) == ("shared", made.key, made.pk, made.recipient_id)
    assert (made.campaign, made.variant) == (variant.campaign, variant)
    assert ViewerMaterial.objects.get(viewer__customer=customer, material=material).shares == 1
    assert CampaignVariant.objects.get(variant=variant).shares == 1


def test_customer_without_viewer_becomes_one() -> None:
    sender = make_user(Role.SALES)
    customer = make_customer("C-9", sender)
    Viewer.objects.all().delete()

    share(make_material("guide"), Customer.objects.all(), sender)

    assert Viewer.objects.get(customer=customer).key == customer.key


def test_customer_whose_key_went_to_another_with_a_merge_gets_a_viewer_of_their_own() -> None:
    """A viewer who came to the kept record after the merge stays there when the two are parted."""
    sender = make_user(Role.SALES)
    kept, parted = make_customer("C-1", sender), make_customer("C-2", sender)
    Viewer.objects.filter(key=parted.key).update(customer=kept)

    shared = share(make_material("guide"), Customer.objects.filter(pk=parted.pk), sender)

    made = Share.objects.get()
    assert shared.made == 1
    assert made.recipient.customer == parted
    assert made.recipient.key != parted.key


def test_customer_with_several_viewers_gets_one_share_through_the_oldest() -> None:
    sender = make_user(Role.SALES)
    customer = make_customer("C-1", sender)
    Viewer.objects.create(key=uuid.uuid4(), customer=customer)

    assert share(make_material("guide"), Customer.objects.all(), sender).made == 1

    assert Share.objects.get().recipient == Viewer.objects.order_by("id")[0]


def test_options_are_kept_and_the_passcode_only_as_a_hash() -> None:
    sender = make_user(Role.SALES)
    make_customer("C-1", sender, email="ann@example.com", street="1 Main Street", postal_code="12345")
    ends = timezone.now() + timedelta(days=3)
    options = ShareOptions(
        channel=Channel.PRINT,
        expires_at=ends,
        passcode="brass lantern",
        may_download=True,
        verified_only=True,
        has_watermark=True,
        notifies_sender=True,
        pinned_version=1,
    )

    share(make_material("guide"), Customer.objects.all(), sender, options)

    made = Share.objects.get()
    assert (made.channel, made.expires_at, made.pinned_version) == ("print", ends, 1)
    assert made.may_download
    assert made.verified_only
    assert made.has_watermark
    assert made.notifies_sender
    assert "brass" not in made.passcode
    assert check_password("brass lantern", made.passcode)


def test_an_end_before_the_beginning_shares_nothing() -> None:
    sender = make_user(Role.SALES)
    make_customer("C-1", sender)
    past = ShareOptions(expires_at=timezone.now() - timedelta(days=1))

    with pytest.raises(IntegrityError, match="share_expires_after"):
        share(make_material("guide"), Customer.objects.all(), sender, past)


def test_as_many_statements_for_one_customer_as_for_many() -> None:
    sender = make_user(Role.SALES)
    material = make_material("guide")
    make_customer("C-0", sender)
    share(material, Customer.objects.all(), sender)  # makes the month's partitions
    counts = []
    for count in (1, 20):
        for _ in range(count):
            make_customer(f"C-{uuid.uuid4()}", sender)
        with CaptureQueriesContext(connection) as queries:
            assert share(material, Customer.objects.all(), sender).made == count
        counts.append(len(queries))

    assert counts == [STATEMENTS, STATEMENTS]


def test_share_is_found_by_its_token_alone() -> None:
    sender = make_user(Role.SALES)
    make_customer("C-1", sender)
    share(make_material("guide"), Customer.objects.all(), sender)
    made = Share.objects.get()

    assert share_of_token(made.token) == made
    assert share_of_token(made.token[:-1]) is None
    assert share_of_token("") is None


# Who may, and what follows -------------------------------------------------------------------------------------------
def test_nothing_is_shared_of_a_withdrawn_material_or_one_without_anything_ready() -> None:
    sender = make_user(Role.SALES)
    make_customer("C-1", sender)
    withdrawn, unready = make_material("old"), make_material("new")
    Material.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    Material.objects.filter(pk=unready.pk).update(version=0)

    for material in (withdrawn, unready):
        with pytest.raises(NotOffered, match="withdrawn, or no part of it is ready"):
            share(material, Customer.objects.all(), sender)

    assert not Share.objects.exists()


def test_a_share_with_nobody_leaves_no_commit_and_no_number() -> None:
    sender = make_user(Role.SALES)
    material = make_material("guide")

    for nobody in (Customer.objects.all(), Customer.objects.none()):
        assert share(material, nobody, sender) == Shared(None, 0, {})

    assert not EventBatch.objects.exists()
    assert Material.objects.get(pk=material.pk).share_count == 0


def test_more_than_one_commit_holds_are_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = make_user(Role.SALES)
    for number in range(3):
        make_customer(f"C-{number}", sender)
    monkeypatch.setattr(EventBatch, "MAX_EVENTS", 2)

    for act in (share, preview):
        with pytest.raises(BatchTooLarge, match="3 is too many at once; at most 2 get a share in one step"):
            act(make_material(act.__name__), Customer.objects.all(), sender)

    assert not Share.objects.exists()


def test_a_manager_takes_on_only_those_of_the_team_who_are_nobodys() -> None:
    manager, sales = make_user(Role.SALES_MANAGER), make_user(Role.SALES)
    team = make_team(sales, manager=manager)
    territory = Territory.objects.create(code="ne", name="Northeast")
    team.territory = territory
    team.save()
    theirs, nobodys = make_customer("C-1", sales), make_customer("C-2", territory=territory)

    assert share(make_material("guide"), Customer.objects.all(), manager).made == 2

    assert staff_of(theirs) == [sales]
    assert staff_of(nobodys) == [manager]
    taken = CustomerAssignment.objects.get(customer=nobodys)
    assert (taken.assigned_by, taken.reason) == (manager, "Shared a material")


def test_sales_staff_take_on_whom_a_service_shares_with_for_them() -> None:
    sales, colleague = make_user(Role.SALES), make_user(Role.SALES, "Colleague")
    customer = make_customer("C-1", colleague)

    assert take_on(Customer.objects.all(), sales, "x") == 1
    assert take_on(Customer.objects.all(), sales, "x") == 0

    assert staff_of(customer) == [colleague, sales]


def test_who_has_no_customers_of_their_own_takes_on_nobody() -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    customer = make_customer("C-1")
    variant = make_campaign().variants.get(name="letter")

    assert share(make_material("guide"), Customer.objects.all(), marketing, variant=variant).made == 1

    assert staff_of(customer) == []


def staff_of(customer: Customer) -> list[User]:
    present = CustomerAssignment.objects.current().filter(customer=customer).order_by("staff__name")
    return [assignment.staff for assignment in present]


def test_a_share_and_its_events_go_together_where_a_receiver_refuses() -> None:
    sender = make_user(Role.SALES)
    make_customer("C-1", sender)

    def refuse(**_signal: object) -> None:
        raise ZeroDivisionError

    shares_made.connect(refuse)
    try:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            share(make_material("guide"), Customer.objects.all(), sender)
    finally:
        shares_made.disconnect(refuse)

    assert (Share.objects.count(), Event.objects.count(), EventBatch.objects.count()) == (0, 0, 0)
