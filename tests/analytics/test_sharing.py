"""Sharing by the pages: with whom, what is asked first, what is made, what is refused."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from analytics.left_out_people import people_left_out
from campaigns.leaving_out import LeftOut
from campaigns.models import EventBatch, Material, MaterialVersion, Share, SharePreset
from campaigns.sharing import share
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer, CustomerAssignment, ListMembership, MailingList
from records.suppressing import suppress
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db

NEW = "/shares/new/"


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def guide() -> Material:
    return make_material("guide")


def asked(*customers: Customer, **more: Any) -> dict[str, Any]:
    """A form filled in for these ticked customers."""
    return {"key": [str(one.key) for one in customers], "material": "guide", "channel": "link", **more}


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return {name: list(said) for name, said in answer.context["form"].errors.items()}


# The steps ------------------------------------------------------------------------------------------------------------
def test_ticked_customers_are_asked_about_then_shared_with_after_a_confirmation(
    client: Client, sales: User, guide: Material
) -> None:
    ann, ben = make_customer("C-1", sales), make_customer("C-2", sales)

    form = client.post(NEW, {"key": [str(ann.key), str(ben.key)], "filters": ""})
    assert "Share with 2 customers" in words(form)

    question = client.post(NEW, asked(ann, ben))
    assert "Share “Guide” with 2 customers?" in words(question)
    assert "Nobody is left out." in words(question)
    assert not Share.objects.exists()

    done = client.post(NEW, asked(ann, ben, confirmed="2"), follow=True)
    assert done.redirect_chain == [(f"/shares/made/{EventBatch.objects.get().pk}/", 302)]
    assert "Shared with 2 customers; 0 left out." in words(done)
    assert {made.recipient.customer for made in Share.objects.all()} == {ann, ben}


def test_one_customer_is_named_and_leads_to_the_shares_page(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales, name="Ann Quill")
    form = client.get(f"{NEW}?key={ann.key}")
    assert "Share with Ann Quill" in words(form)
    assert f'<a href="/customers/{ann.key}/">Cancel</a>' in form.content.decode()
    assert "Share “Guide” with Ann Quill?" in words(client.post(NEW, asked(ann)))
    done = client.post(NEW, asked(ann, confirmed="1"))
    assert done["Location"] == f"/shares/{Share.objects.get().key}/"


def test_who_is_left_out_and_why_is_said_before_it_is_done(client: Client, sales: User, guide: Material) -> None:
    ann, ben, eve = (make_customer(f"C-{n}", sales, email=f"p{n}@example.com") for n in range(3))
    suppress("email", "p1@example.com", None, "asked")
    share(guide, Customer.objects.filter(pk=eve.pk), sales)

    question = words(client.post(NEW, asked(ann, ben, eve, channel="email")))

    assert "Of 3 customers, 1 gets a link of their own. Left out:" in question
    assert 'They asked not to be contacted</th><td class="number">1</td>' in question
    assert 'They have this share already, and it is open</th><td class="number">1</td>' in question
    client.post(NEW, asked(ann, ben, eve, channel="email", confirmed="1"))
    assert Share.objects.filter(channel="email").get().recipient.customer == ann


def test_where_everybody_is_left_out_there_is_nothing_to_confirm(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales)
    question = words(client.post(NEW, asked(ann, channel="email", confirmed="0")))
    assert "Nobody would get “Guide”" in question
    assert 'name="confirmed"' not in question
    assert not Share.objects.exists()


def left_out(answer: Any) -> list[tuple[str, str, list[str]]]:
    """Who is left out, as the page names them: name, reason, and their shares in words."""
    listed = answer.content.decode().partition('aria-labelledby="left-out-people"')[2].partition("</ul>")[0]
    people = []
    for one in listed.split("<li>")[1:]:
        shares = re.findall(r'<span class="has-share">(.*?)</span>', one)
        name, why = re.findall(r"<a[^>]+>(.*?)</a> <span class=\"what\">(.*?)</span>", one)[0]
        people.append((name, why, [re.sub(r"<[^>]+>", "", words) for words in shares]))
    return people


def test_where_nobody_would_get_it_each_is_named_with_the_reason_and_their_shares(
    client: Client, sales: User, guide: Material
) -> None:
    colleague = make_user(Role.SALES, "Cole League")
    ann, ben, eve = (make_customer(f"C-{name}", sales, name=name, email="") for name in ("Ann", "Ben", "Eve"))
    mine = share(guide, Customer.objects.filter(pk=ann.pk), sales).batch
    CustomerAssignment.objects.create(customer=eve, staff=colleague)
    theirs = share(guide, Customer.objects.filter(pk=eve.pk), colleague).batch
    assert mine
    assert theirs
    own, other = Share.objects.get(batch=mine), Share.objects.get(batch=theirs)

    answer = client.post(NEW, asked(ann, eve))
    said = words(answer)

    assert "Nobody would get “Guide”" in said
    has_it = "They have this share already, and it is open"
    assert [(name, why) for name, why, _ in left_out(answer)] == [("Ann", has_it), ("Eve", has_it)]
    assert f'<a href="/shares/{own.key}/">Shared ' in said
    assert f"/shares/{other.key}/" not in said
    assert left_out(answer)[1][2][0].endswith("by Cole League")
    assert f'<a href="/customers/{ann.key}/">Ann</a>' in said

    by_mail = client.post(NEW, asked(ann, ben, channel="email"))
    no_address = "They have no address for this"
    assert [(name, why) for name, why, _ in left_out(by_mail)] == [("Ann", no_address), ("Ben", no_address)]
    assert f'<a href="/shares/{own.key}/">Shared ' in words(by_mail)
    assert left_out(by_mail)[1][2] == []
    assert 'name="again" value="on"' not in words(by_mail)


def test_whoever_has_it_can_be_given_another_from_there(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales)
    share(guide, Customer.objects.filter(pk=ann.pk), sales)
    assert '<button class="usa-button usa-button--outline" type="submit" name="again" value="on">' in words(
        client.post(NEW, asked(ann))
    )
    question = client.post(NEW, asked(ann, again=["False", "on"]))
    assert question.context["seen"].reached == 1
    client.post(NEW, asked(ann, again="True", confirmed="1"))
    assert Share.objects.filter(recipient__customer=ann).count() == 2


def test_revoked_shares_are_none_that_somebody_has(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales, email="")
    share(guide, Customer.objects.filter(pk=ann.pk), sales)
    Share.objects.update(revoked_at=timezone.now())
    assert [shares for _, _, shares in left_out(client.post(NEW, asked(ann, channel="email")))] == [[]]


@pytest.mark.parametrize("count", [1, 3])
def test_those_left_out_and_their_shares_take_three_statements(
    sales: User, guide: Material, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    customers = [make_customer(f"C-{number}", sales) for number in range(count)]
    share(guide, Customer.objects.all(), sales)
    user = User.objects.get(pk=sales.pk)
    assert user.roles
    with django_assert_num_queries(3):
        left = people_left_out(user, guide, {one.pk: LeftOut.HAS_IT for one in customers})
    assert [len(one.has) for one in left] == [1] * count


def test_of_very_many_the_first_twenty_are_named(client: Client, sales: User, guide: Material) -> None:
    customers = [make_customer(f"C-{number:02}", sales, name=f"Ann {number:02}", email="") for number in range(25)]
    answer = client.post(NEW, asked(*customers, channel="email"))
    assert [name for name, _, _ in left_out(answer)] == [f"Ann {number:02}" for number in range(20)]
    assert "The first 20 of them." in words(answer)


def test_whoever_confirms_another_count_is_asked_again(client: Client, sales: User, guide: Material) -> None:
    ann, ben = make_customer("C-1", sales), make_customer("C-2", sales)
    answer = client.post(NEW, asked(ann, ben, confirmed="3"))
    assert "with 2 customers?" in words(answer)
    assert not Share.objects.exists()


def test_all_that_the_lists_filters_choose_are_shared_with(client: Client, sales: User, guide: Material) -> None:
    for number in range(3):
        make_customer(f"C-{number}", sales, name="Ben" if number else "Ann")
    client.post(NEW, asked(all="1", filters="search=ben", confirmed="2"))
    assert {made.recipient.customer.name for made in Share.objects.all() if made.recipient.customer} == {"Ben"}


def test_chosen_by_a_list_those_who_left_it_are_left_out_and_counted(
    client: Client, sales: User, guide: Material
) -> None:
    mailing_list = MailingList.objects.create(slug="deliver", name="Deliver")
    for number, until in {"C-1": None, "C-2": date(2026, 1, 2)}.items():
        member = {"customer": make_customer(number, sales), "since": date(2026, 1, 1), "until": until}
        ListMembership.objects.create(mailing_list=mailing_list, **member)
    question = words(client.post(NEW, asked(all="1", filters="list=deliver")))
    assert "Of 2 customers, 1 gets a link" in question
    assert "They have left the list" in question


def test_customers_of_others_cannot_be_shared_with(client: Client, sales: User, guide: Material) -> None:
    theirs = make_customer("C-9", make_user(Role.SALES, "Other"), name="Quillfeather")
    assert "Quillfeather" not in words(client.get(f"{NEW}?key={theirs.key}"))
    answer = client.post(NEW, asked(theirs, confirmed="1"))
    assert answer.status_code == 422
    assert "Choose at least one customer: type the beginning of a name" in words(answer)
    assert not Share.objects.exists()


def test_each_step_is_read_through_the_door(client: Client, sales: User, guide: Material) -> None:
    ann, ben = make_customer("C-1", sales), make_customer("C-2", sales)
    client.post(NEW, asked(ann, ben))
    logged = AccessEntry.objects.filter(place="shares_new").order_by("at").values_list("kind", "key", "records")
    assert list(logged) == [("intent", "list", None), ("shown", "list", 2)]
    client.get(f"{NEW}?key={ann.key}")
    assert AccessEntry.objects.filter(place="shares_new", key="customer_id", records=1).count() == 1


def test_roles_that_see_no_customers_are_told_who_may(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    answer = client.get(NEW)
    assert answer.status_code == 403
    assert "sales staff" in answer.content.decode()


# Whom, by their IDs ---------------------------------------------------------------------------------------------------
def test_from_a_materials_page_customers_are_named_by_their_ids(client: Client, sales: User, guide: Material) -> None:
    make_customer("C-1", sales)
    make_customer("C-2", sales)
    form = client.get(f"{NEW}?material=guide")
    assert '<option value="guide" selected>' in form.content.decode()
    sent = {"numbers": "C-1\r\n C-2 , C-1;", "material": "guide", "channel": "link", "confirmed": "2"}
    assert client.post(NEW, sent).status_code == 302
    assert Share.objects.count() == 2


NOBODY = "Choose at least one customer: type the beginning of a name and select the customer, or list customer IDs."


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ("", NOBODY),
        ("C-1, C-7, C-9", "Not among the customers you see: C-7, C-9."),
        ("\n".join(map(str, range(8))), "Not among the customers you see: 0, 1, 2, 3, 4 …."),
        ("\n".join(map(str, range(1001))), "1,001 IDs are too many: at most 1,000."),
    ],
)
def test_ids_that_are_wrong_are_named(client: Client, sales: User, guide: Material, numbers: str, said: str) -> None:
    make_customer("C-1", sales)
    make_customer("C-9", make_user(Role.SALES, "Other"))
    answer = client.post(NEW, {"numbers": numbers, "material": "guide", "channel": "link", "confirmed": "1"})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Share.objects.exists()


# How it opens ---------------------------------------------------------------------------------------------------------
def test_the_options_are_those_of_the_share(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales, email="ann@example.com")
    MaterialVersion.objects.create(material=guide, number=2, file="x", state="ready")
    day = agency_today() + timedelta(days=7)
    options = {"expires_on": day.isoformat(), "passcode": "brass lantern", "pinned_version": "2", "has_watermark": "on"}
    client.post(NEW, asked(ann, **options, verified_only="on", notifies_sender="on", confirmed="1"))
    made = Share.objects.get()
    assert made.expires_at is not None
    assert made.expires_at.astimezone(tz=None) > made.shared_at + timedelta(days=6)
    assert (made.pinned_version, made.verified_only, made.notifies_sender) == (2, True, True)
    assert (made.has_watermark, made.may_download) == (True, False)
    assert made.passcode
    assert "brass" not in made.passcode


def test_a_share_ends_when_the_agencys_last_day_is_over(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales)
    client.post(NEW, asked(ann, expires_on=agency_today().isoformat(), confirmed="1"))
    made = Share.objects.get()
    assert made.expires_at is not None
    assert made.expires_at > made.shared_at
    assert Share.objects.open().count() == 1


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"expires_on": "2020-01-31"}, "expires_on", "This day is over: choose today or a later day."),
        ({"expires_on": "9999-12-31"}, "expires_on", "At most 10 years from today."),
        ({"expires_on": "soon"}, "expires_on", "Enter a valid date."),
        ({"passcode": "short"}, "passcode", "Too short: at least 6 characters."),
        ({"passcode": "x" * 129}, "passcode", "Write at most 128 characters; there are 129."),
        ({"pinned_version": "7"}, "pinned_version", "No such version is ready. These are: 2."),
        ({"pinned_version": "-1"}, "pinned_version", "Give 1 or more."),
        ({"pinned_version": "9" * 30}, "pinned_version", "Give 32767 or less."),
        ({"channel": "pigeon"}, "channel", "Select a valid choice. pigeon is not one of the available choices."),
        ({"material": ""}, "material", "This field is required."),
        (
            {"material": "nothing"},
            "material",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_shared(
    client: Client, sales: User, guide: Material, sent: dict[str, str], field: str, said: str
) -> None:
    MaterialVersion.objects.create(material=guide, number=2, file="x", state="ready")
    answer = client.post(NEW, asked(make_customer("C-1", sales), confirmed="1", **sent))
    assert errors(answer) == {field: [said]}
    assert not Share.objects.exists()


def test_a_link_has_no_version_to_pin_to(client: Client, sales: User) -> None:
    Material.objects.create(slug="guide", title="Guide", kind="link", address="https://example.com")
    answer = client.post(NEW, asked(make_customer("C-1", sales), pinned_version="1"))
    assert errors(answer) == {"pinned_version": ["This material has no versions to pin to: leave this empty."]}


def test_withdrawn_materials_are_not_offered(client: Client, sales: User, guide: Material) -> None:
    Material.objects.update(withdrawn_at=timezone.now())
    answer = client.post(NEW, asked(make_customer("C-1", sales)))
    assert list(errors(answer)) == ["material"]


def test_more_than_one_step_can_hold_are_refused_with_a_sentence(
    client: Client, sales: User, guide: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = [make_customer(f"C-{number}", sales) for number in range(3)]
    monkeypatch.setattr(EventBatch, "MAX_EVENTS", 2)
    answer = client.post(NEW, asked(*customers, confirmed="3"))
    assert "3 is too many at once; at most 2 get a share in one step." in words(answer)
    assert not Share.objects.exists()


@pytest.mark.parametrize("key", ["x", "' OR 1=1", ""])
def test_an_address_that_names_no_customer_is_not_understood(client: Client, sales: User, key: str) -> None:
    assert client.get(NEW, {"key": key}).status_code == 400


def test_without_a_tick_the_list_says_what_to_do(client: Client, sales: User) -> None:
    answer = client.post(NEW, {"filters": "search=ben"}, follow=True)
    assert answer.redirect_chain == [("/customers/", 302)]
    assert "No customer was selected." in words(answer)


# Presets --------------------------------------------------------------------------------------------------------------
def test_a_preset_fills_the_options_in_and_shares_nothing(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales)
    preset = SharePreset.objects.create(name="A month", owner=sales, expires_after_days=30, may_download=True)
    answer = client.post(NEW, asked(ann, preset=str(preset.pk), action="use", passcode="brass lantern"))
    form = answer.context["form"]
    assert answer.status_code == 200
    assert form.initial["expires_on"] == agency_today() + timedelta(days=30)
    assert (form["may_download"].value(), form["passcode"].value()) == (True, "brass lantern")
    assert "Share with" in words(answer)
    assert not Share.objects.exists()


def test_anothers_preset_fills_in_nothing(client: Client, sales: User, guide: Material) -> None:
    theirs = SharePreset.objects.create(name="x", owner=make_user(Role.SALES, "Other"), may_download=True)
    answer = client.post(NEW, asked(make_customer("C-1", sales), preset=str(theirs.pk), action="use"))
    assert not answer.context["form"]["may_download"].value()


def test_the_options_as_they_are_become_a_preset(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales)
    day = (agency_today() + timedelta(days=14)).isoformat()
    sent = {"preset_name": "Two weeks", "action": "save", "expires_on": day, "verified_only": "on"}
    answer = client.post(NEW, asked(ann, **sent, passcode="brass lantern"))
    assert "Saved as the preset “Two weeks”." in words(answer)
    made = SharePreset.objects.get()
    assert (made.name, made.owner, made.expires_after_days) == ("Two weeks", sales, 14)
    assert (made.verified_only, made.may_download) == (True, False)
    again = client.post(NEW, asked(ann, **sent))
    assert "The preset was not saved. There is already a preset with this name" in words(again)
    assert SharePreset.objects.count() == 1


# The ways to it -------------------------------------------------------------------------------------------------------
def test_a_customers_page_and_list_lead_to_sharing_for_those_who_may(client: Client, sales: User) -> None:
    ann = make_customer("C-1", sales)
    assert f"{NEW}?key={ann.key}" in client.get(f"/customers/{ann.key}/").content.decode()
    listed = client.get("/customers/").content.decode()
    assert "Share with the selected customers" in listed
    assert "Assign the selected customers" not in listed
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert NEW not in client.get(f"/customers/{ann.key}/").content.decode()
    assert "Share with the selected customers" not in client.get("/customers/").content.decode()


def test_a_title_with_markup_comes_out_inert(client: Client, sales: User, guide: Material) -> None:
    Material.objects.update(title="<script>alert(1)</script>")
    ann = make_customer("C-1", sales)
    for answer in (client.get(f"{NEW}?key={ann.key}"), client.post(NEW, asked(ann))):
        assert "<script>alert" not in answer.content.decode()
    done = client.post(NEW, asked(ann, confirmed="1"), follow=True)
    assert "<script>alert" not in done.content.decode()
    assert "<script>alert" not in client.get("/shares/").content.decode()


def test_nobody_of_that_key_is_as_nobody_chosen(client: Client, sales: User, guide: Material) -> None:
    answer = client.post(NEW, {"key": str(uuid.uuid4()), "material": "guide", "channel": "link"})
    assert answer.status_code == 422
    assert NOBODY in words(answer)
