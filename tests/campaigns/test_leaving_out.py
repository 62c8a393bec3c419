"""Who is left out of a share and why: each reason alone, which of two holds, and that the numbers add up."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from campaigns.enums import Channel, Frequency
from campaigns.models import Material, RecipientPreference, Share
from campaigns.reaching import counted, why_left_out
from campaigns.sharing import LeftOut, Preview, Shared, ShareOptions, preview, share
from privacy.models import User
from privacy.roles import Role
from records.identity.merging import merge
from records.models import Customer, ListMembership, MailingList
from records.suppressing import suppress
from tests.factories import make_campaign, make_customer, make_material, make_user, viewer_of

pytestmark = pytest.mark.django_db

BY_MAIL, BY_EMAIL = ShareOptions(channel=Channel.PRINT), ShareOptions(channel=Channel.EMAIL)
ADDRESSED = {"email": "ann@example.com", "phone": "+1 202 555 0143", "street": "1 Main St.", "postal_code": "12345"}


@pytest.fixture
def sender() -> User:
    return make_user(Role.SALES)


@pytest.fixture
def material() -> Material:
    return make_material("guide")


@pytest.fixture
def customer(sender: User) -> Customer:
    """Somebody whom nothing keeps from getting a share by any way."""
    return make_customer("C-1", sender, **ADDRESSED)


def wish(customer: Customer, frequency: Frequency) -> None:
    RecipientPreference.objects.create(viewer=viewer_of(customer), frequency=frequency)


def end(customer: Customer) -> None:
    customer.relationship_ended_on, customer.relationship_end_reason = date(2026, 1, 2), "moved"
    customer.save()


def absorb(customer: Customer) -> None:
    merge(make_customer("C-0"), customer, by=None)


def left_out(
    sender: User, material: Material, options: ShareOptions | None = None, **more: object
) -> dict[LeftOut, int]:
    """Who is left out of a share with everybody; the preview must have said the very same."""
    seen = preview(material, Customer.objects.all(), sender, options, **more)  # type: ignore[arg-type]
    made = share(material, Customer.objects.all(), sender, options, **more)  # type: ignore[arg-type]
    assert (seen.reached, seen.left_out) == (made.made, made.left_out)
    assert made.asked == seen.asked == Customer.objects.count()
    assert Share.objects.filter(batch=made.batch).count() == made.made
    return made.left_out


def test_nobody_is_left_out_without_a_reason(sender: User, material: Material, customer: Customer) -> None:
    assert left_out(sender, material) == {}


def test_customers_of_others_are_left_out(sender: User, material: Material, customer: Customer) -> None:
    make_customer("C-2", make_user(Role.SALES, "Other"))
    assert left_out(sender, material) == {LeftOut.NOT_SEEN: 1}


def test_keepers_of_campaigns_share_with_everybody_within_a_campaign_only(material: Material) -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    make_customer("C-1", make_user(Role.SALES))
    variant = make_campaign().variants.get(name="letter")
    assert left_out(marketing, material) == {LeftOut.NOT_SEEN: 1}
    assert left_out(marketing, material, variant=variant) == {}


def test_a_campaign_widens_nobody_elses_scope(sender: User, material: Material) -> None:
    make_customer("C-2", make_user(Role.SALES, "Other"))
    variant = make_campaign().variants.get(name="letter")
    assert left_out(sender, material, variant=variant) == {LeftOut.NOT_SEEN: 1}


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (absorb, LeftOut.MERGED),
        (end, LeftOut.ENDED),
        (lambda customer: wish(customer, Frequency.NOTHING), LeftOut.OPTED_OUT),
    ],
    ids=["merged", "ended", "opted out"],
)
def test_what_a_record_says_leaves_it_out(
    material: Material, customer: Customer, happens: Callable[[Customer], None], reason: LeftOut
) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    happens(customer)
    others = Customer.objects.exclude(pk=customer.pk)
    assert share(material, Customer.objects.all(), officer).left_out == {reason: 1}
    assert Share.objects.count() == others.count()


@pytest.mark.parametrize(
    ("options", "lacks", "is_left_out"),
    [
        (BY_EMAIL, "email", True),
        (BY_EMAIL, "street", False),
        (BY_MAIL, "street", True),
        (BY_MAIL, "postal_code", True),
        (BY_MAIL, "email", False),
        (ShareOptions(), "email", False),
        (ShareOptions(verified_only=True), "email", True),
    ],
)
def test_who_has_no_address_for_the_way_it_goes_is_left_out(
    sender: User, material: Material, customer: Customer, options: ShareOptions, lacks: str, is_left_out: bool
) -> None:
    setattr(customer, lacks, "")
    customer.save()
    assert left_out(sender, material, options) == ({LeftOut.NO_ADDRESS: 1} if is_left_out else {})


@pytest.mark.parametrize(
    ("options", "kind", "value", "is_left_out"),
    [
        (BY_EMAIL, "email", "ANN@example.com ", True),
        (BY_EMAIL, "phone", "+12025550143", False),
        (BY_EMAIL, "address", "1 Main St 12345", False),
        (BY_MAIL, "address", "1 MAIN ST, 12345", True),
        (BY_MAIL, "email", "ann@example.com", False),
        (ShareOptions(), "email", "ann@example.com", True),
        (ShareOptions(), "phone", "(202) 555-0143", True),
        (ShareOptions(), "address", "1 Main St 12345", True),
        (ShareOptions(), "email", "bob@example.com", False),
    ],
)
def test_a_suppressed_address_of_the_way_it_goes_leaves_out(
    sender: User,
    material: Material,
    customer: Customer,
    options: ShareOptions,
    kind: str,
    value: str,
    is_left_out: bool,
) -> None:
    suppress(kind, value, None, "asked by telephone")
    assert left_out(sender, material, options) == ({LeftOut.OPTED_OUT: 1} if is_left_out else {})


def test_an_address_kept_out_of_one_list_is_reached_by_any_other_way(
    sender: User, material: Material, customer: Customer
) -> None:
    mailing_list, other = MailingList.objects.create(slug="a", name="A"), MailingList.objects.create(slug="b", name="B")
    suppress("email", customer.email, mailing_list, "left the list")
    assert left_out(sender, material, BY_EMAIL) == {}
    assert left_out(sender, material, BY_EMAIL, mailing_list=other, again=True) == {}
    assert left_out(sender, material, BY_EMAIL, mailing_list=mailing_list, again=True) == {LeftOut.OPTED_OUT: 1}


@pytest.mark.parametrize(
    ("ends", "is_left_out"),
    [([date(2026, 1, 2)], True), ([None], False), ([date(2026, 1, 2), None], False), ([], False)],
    ids=["left", "member", "came back", "never was"],
)
def test_who_has_left_the_list_by_which_they_were_chosen_is_left_out(
    sender: User, material: Material, customer: Customer, ends: list[date | None], is_left_out: bool
) -> None:
    mailing_list = MailingList.objects.create(slug="a", name="A")
    for until in ends:
        member = {"customer": customer, "since": date(2025, 1, 1), "until": until}
        ListMembership.objects.create(mailing_list=mailing_list, **member)
    assert left_out(sender, material, mailing_list=mailing_list) == ({LeftOut.LEFT_LIST: 1} if is_left_out else {})
    # Chosen by anything else, it does not matter.
    assert left_out(sender, material, again=True) == {}


@pytest.mark.parametrize("options", [BY_EMAIL, BY_MAIL])
def test_who_wants_to_hear_once_a_month_is_left_out_within_the_month(
    sender: User, material: Material, customer: Customer, options: ShareOptions
) -> None:
    wish(customer, Frequency.LESS)
    assert left_out(sender, material, options) == {}
    assert left_out(sender, make_material("list"), options) == {LeftOut.HEARD: 1}
    Share.objects.update(shared_at=timezone.now() - timedelta(days=31))
    assert left_out(sender, make_material("map"), options) == {}


def test_what_staff_hand_over_themselves_is_not_what_the_agency_sends(
    sender: User, material: Material, customer: Customer
) -> None:
    wish(customer, Frequency.LESS)
    assert left_out(sender, material) == {}
    assert left_out(sender, make_material("list")) == {}


def test_who_has_the_share_already_is_left_out_unless_asked_for_again(
    sender: User, material: Material, customer: Customer
) -> None:
    assert left_out(sender, material) == {}
    assert left_out(sender, material) == {LeftOut.HAS_IT: 1}
    assert left_out(sender, material, again=True) == {}


def test_a_share_that_is_over_or_of_another_campaign_keeps_nobody_from_getting_it(
    sender: User, material: Material, customer: Customer
) -> None:
    variant = make_campaign().variants.get(name="letter")
    assert left_out(sender, material) == {}
    assert left_out(sender, material, variant=variant) == {}
    assert left_out(sender, material, variant=variant) == {LeftOut.HAS_IT: 1}
    Share.objects.filter(campaign=None).update(revoked_at=timezone.now())
    assert left_out(sender, material) == {}
    past = timezone.now() - timedelta(days=1)
    Share.objects.filter(revoked_at=None).update(shared_at=past - timedelta(days=1), expires_at=past)
    assert left_out(sender, material) == {}


def test_the_first_reason_that_holds_counts_and_the_numbers_add_up(material: Material) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    merged = make_customer("C-1", **ADDRESSED)
    end(merged)
    absorb(merged)
    ended = make_customer("C-2")
    end(ended)
    wish(ended, Frequency.NOTHING)
    wish(make_customer("C-3"), Frequency.NOTHING)
    make_customer("C-4")
    make_customer("C-5", email="eve@example.com")

    shared = share(material, Customer.objects.all(), officer, BY_EMAIL)

    # C-0, who absorbed the first, and C-4 have no e-mail address.
    assert shared.left_out == {LeftOut.MERGED: 1, LeftOut.ENDED: 1, LeftOut.OPTED_OUT: 1, LeftOut.NO_ADDRESS: 2}
    assert list(shared.left_out) == [LeftOut.MERGED, LeftOut.ENDED, LeftOut.OPTED_OUT, LeftOut.NO_ADDRESS]
    assert (shared.made, shared.asked) == (1, 6)


def test_the_preview_makes_nothing(sender: User, material: Material, customer: Customer) -> None:
    assert preview(material, Customer.objects.all(), sender) == Preview(1, {})
    assert not Share.objects.exists()


def test_the_same_customer_chosen_twice_is_asked_for_once(sender: User, material: Material, customer: Customer) -> None:
    doubled = Customer.objects.filter(assignments__staff=sender) | Customer.objects.filter(viewers__isnull=False)
    shared = share(material, doubled, sender)
    assert isinstance(shared, Shared)
    assert (shared.asked, shared.made) == (1, 1)


# What an audience counts beforehand (campaigns.reaching) and what a share then does.

STATES: dict[str, Callable[[Customer], object]] = {
    "as usual": lambda customer: customer,
    "absorbed": absorb,
    "ended": end,
    "nothing wanted": lambda customer: wish(customer, Frequency.NOTHING),
    "less wanted": lambda customer: wish(customer, Frequency.LESS),
    "less wanted and heard": lambda customer: both(hear, customer, Frequency.LESS),
    "heard": lambda customer: hear(customer),
    "no e-mail address": lambda customer: Customer.objects.filter(pk=customer.pk).update(email=""),
    "no street": lambda customer: Customer.objects.filter(pk=customer.pk).update(street=""),
    "no postal code": lambda customer: Customer.objects.filter(pk=customer.pk).update(postal_code=""),
    "no telephone": lambda customer: Customer.objects.filter(pk=customer.pk).update(phone=""),
    "e-mail address kept out": lambda customer: suppress("email", ADDRESSED["email"], None, "asked"),
    "telephone kept out": lambda customer: suppress("phone", ADDRESSED["phone"], None, "asked"),
    "mailing address kept out": lambda customer: suppress("address", "1 Main St. 12345", None, "asked"),
    "nothing wanted and ended": lambda customer: both(end, customer, Frequency.NOTHING),
}


def both(make: Callable[[Customer], None], customer: Customer, frequency: Frequency) -> None:
    make(customer)
    wish(customer, frequency)


def hear(customer: Customer) -> None:
    share(make_material("before"), Customer.objects.filter(pk=customer.pk), User.objects.get())


@pytest.mark.parametrize("channel", [one for one in Channel if one != Channel.TELEPHONE])
@pytest.mark.parametrize("state", STATES)
def test_an_audience_counts_as_a_share_decides(
    state: str, channel: Channel, sender: User, material: Material, customer: Customer
) -> None:
    STATES[state](customer)
    others = Customer.objects.exclude(number="C-0")
    said = counted(others, [channel])
    done = preview(material, others, sender, ShareOptions(channel=channel))
    assert (said.reached, said.left_out) == (done.reached, {why.value: people for why, people in done.left_out.items()})
    assert said.matched == done.asked == 1


@pytest.mark.parametrize("state", STATES)
def test_of_one_customer_alone_the_same_is_said_as_of_many(state: str, customer: Customer) -> None:
    STATES[state](customer)
    for one in Customer.objects.all():
        why, many = why_left_out(one), counted(Customer.objects.filter(pk=one.pk), ())
        assert many.left_out == ({why.value: 1} if why else {})
