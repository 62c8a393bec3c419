"""The pages of custom web pages: what the editor's buttons do, what is refused, and what a recipient reads."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Event, Material, Share, WebPage
from campaigns.sharing import share
from campaigns.webpages.blocks import Block, Contact, Link, MaterialBlock, Text, written
from campaigns.webpages.publishing import make_page, publish, save_draft
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer
from tests.campaigns.shared import visit
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db
WORDS = Text(heading="For you", text="What we spoke of.")


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def client(sales: User) -> Client:
    client = Client()
    client.force_login(sales)
    return client


def page_with(by: User, *blocks: Block, **options: Any) -> WebPage:
    page = make_page("For Ann", by, **options)
    return save_draft(page, blocks, page.changed_at)


def posted(page: WebPage, *blocks: dict[str, str], **more: str) -> dict[str, str]:
    typed = {f"block-{number}-{name}": text for number, block in enumerate(blocks) for name, text in block.items()}
    return {"count": str(len(blocks)), "read_at": page.changed_at.isoformat(), **typed, **more}


def address(page: WebPage) -> str:
    return f"/web-pages/{page.material.slug}/"


def test_page_is_made_for_a_customer_whom_the_maker_sees(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Ann Example")

    made = client.post("/web-pages/new/", {"title": "For Ann", "customer": "C-1"}, follow=True)

    page = WebPage.objects.get()
    assert made.redirect_chain == [(address(page), 302)]
    assert (page.customer, page.material.title) == (customer, "For Ann")
    assert "Ann Example" in made.content.decode()
    assert AccessEntry.objects.filter(place="web_pages", records=1).exists()


def test_page_for_a_customer_out_of_scope_is_not_made(client: Client) -> None:
    make_customer("C-2", name="Not Theirs")

    answer = client.post("/web-pages/new/", {"title": "x", "customer": "C-2"})

    assert answer.status_code == 422
    assert "Nothing that you can see has that name." in answer.content.decode()
    assert not WebPage.objects.exists()


@pytest.mark.parametrize("named", ["C-2", "there@example.org", "C-3"])
def test_who_sees_no_customers_makes_no_page_for_one_and_learns_of_none(client: Client, named: str) -> None:
    """Whatever programmes they keep, in which they may enter anybody."""
    make_customer("C-2", email="there@example.org")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "For one customer" not in client.get("/web-pages/new/").content.decode()
    answer = client.post("/web-pages/new/", {"title": "Fair", "customer": named})
    page = WebPage.objects.get()
    assert (answer["Location"], page.customer) == (address(page), None)


def test_list_names_only_customers_whom_the_reader_sees(client: Client, sales: User) -> None:
    hidden = make_customer("C-2", name="Not Theirs")
    page_with(sales, customer=hidden)
    page_with(sales, customer=make_customer("C-1", sales, name="Ann Example"))

    shown = client.get("/web-pages/").content.decode()

    assert "Ann Example" in shown
    assert "Not Theirs" not in shown
    assert "A customer whom you cannot see" in shown


def test_list_takes_as_many_queries_for_one_page_as_for_three(
    client: Client, sales: User, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/web-pages/")
    counts = []
    for number in range(3):
        page_with(sales, customer=make_customer(f"C-{number}", sales))
        with CaptureQueriesContext(connection) as queries:
            client.get("/web-pages/")
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_empty_list_says_what_a_page_is_good_for(client: Client) -> None:
    assert "Make the first one" in client.get("/web-pages/").content.decode()


def test_somebody_elses_page_is_not_found(client: Client) -> None:
    page = page_with(make_user(Role.SALES, "Other One"), WORDS)

    assert client.get(address(page)).status_code == 404
    assert client.get(address(page) + "preview/").status_code == 404


def test_page_of_a_colleague_for_ones_own_customer_is_read_but_not_changed(client: Client, sales: User) -> None:
    page = page_with(make_user(Role.SALES, "Other One"), WORDS, customer=make_customer("C-1", sales))

    assert "Only its author, or whoever manages" in client.get(address(page)).content.decode()
    assert client.post(address(page), posted(page, {"kind": "contact"})).status_code == 403
    page.refresh_from_db()
    assert page.draft == written([WORDS])


def test_whoever_keeps_all_materials_changes_any_page(sales: User) -> None:
    page = page_with(sales, WORDS)
    marketing = Client()
    marketing.force_login(make_user(Role.MARKETING_MANAGER))

    assert marketing.post(address(page), posted(page, {"kind": "contact", "words": "Hello"})).status_code == 302

    page.refresh_from_db()
    assert page.draft == written([Contact(words="Hello")])


@pytest.mark.parametrize(
    ("change", "order"),
    [
        ("add-contact", ["One", "Two", "Three", "Contact"]),
        ("up-2", ["Two", "One", "Three"]),
        ("down-2", ["One", "Three", "Two"]),
        ("up-1", ["One", "Two", "Three"]),
        ("down-3", ["One", "Two", "Three"]),
        ("remove-1", ["Two", "Three"]),
        ("remove-9", ["One", "Two", "Three"]),
        ("remove-\u00b2", ["One", "Two", "Three"]),
        ("spin-1", ["One", "Two", "Three"]),
        ("add-video", ["One", "Two", "Three"]),
    ],
)
def test_button_moves_blocks_and_keeps_what_was_typed_without_saving(
    client: Client, sales: User, change: str, order: list[str]
) -> None:
    page = page_with(sales)
    typed = [{"kind": "text", "heading": name, "text": ""} for name in ("One", "Two", "Three")]

    answer = client.post(address(page), posted(page, *typed, change=change))

    editor = answer.context["editor"]
    assert [form.initial.get("heading", form.label.split()[0]) for form in editor.forms] == order
    assert "not saved yet" in answer.content.decode()
    page.refresh_from_db()
    assert page.draft == []


def test_draft_with_a_wrong_block_is_not_saved_and_the_block_says_why(client: Client, sales: User) -> None:
    page = page_with(sales)
    typed = [
        {"kind": "text", "heading": "Fine", "text": ""},
        {"kind": "link", "text": "Bad", "address": "javascript:alert(1)"},
        {"kind": "text", "heading": "", "text": ""},
        {"kind": "material", "material": "nowhere"},
    ]

    answer = client.post(address(page), posted(page, *typed))

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter an address that begins with https:// or http://" in shown
    assert "Write something, or remove the block." in shown
    assert "nowhere is not one of the available choices" in shown
    assert "Fine" in shown
    page.refresh_from_db()
    assert page.draft == []


def test_second_of_two_editors_sees_that_the_first_saved_and_loses_nothing(client: Client, sales: User) -> None:
    page = page_with(sales)
    stale = posted(page, {"kind": "text", "heading": "Mine", "text": ""})
    save_draft(page, [WORDS], page.changed_at)

    answer = client.post(address(page), stale)

    assert answer.status_code == 409
    assert "Someone has changed the draft since you opened it" in answer.content.decode()
    assert "Mine" in answer.content.decode()
    page.refresh_from_db()
    assert page.draft == written([WORDS])


def test_publish_button_saves_and_publishes(client: Client, sales: User) -> None:
    page = page_with(sales)

    answer = client.post(
        address(page), posted(page, {"kind": "text", "heading": "Hi", "text": ""}, publish="1"), follow=True
    )

    assert "Published as version 1." in answer.content.decode()
    assert Material.objects.get(pk=page.material_id).version == 1


def test_what_was_published_first_says_where_it_goes_from_here(client: Client, sales: User) -> None:
    page = page_with(sales)
    sent = {"kind": "text", "heading": "Hi", "text": ""}
    to_material = f'href="/materials/{page.material.slug}/"'
    assert to_material not in client.get(address(page)).content.decode()
    first = client.post(address(page), posted(page, sent, publish="1"), follow=True).content.decode()
    assert "Published as version 1. It can now be shared, and chosen for a campaign, like any material." in first
    assert to_material in first
    page.refresh_from_db()
    second = client.post(address(page), posted(page, sent, publish="1"), follow=True).content.decode()
    assert "Published as version 2. Anyone who has the link reads it now." in second


def test_draft_is_kept_where_publishing_is_refused(client: Client, sales: User) -> None:
    page = page_with(sales)

    answer = client.post(address(page), posted(page, publish="1"))

    assert answer.status_code == 422
    assert "The draft is saved, not published." in answer.content.decode()


@pytest.mark.parametrize("count", ["-1", "\u00b2", "x", "99999999999999999999"])
def test_count_that_is_none_is_an_empty_page(client: Client, sales: User, count: str) -> None:
    page = page_with(sales)

    assert client.post(address(page), {"count": count, "read_at": page.changed_at.isoformat()}).status_code == 302

    page.refresh_from_db()
    assert page.draft == []


def test_preview_shows_the_draft_and_is_no_view(client: Client, sales: User) -> None:
    make_material("guide")
    page = page_with(sales, WORDS, MaterialBlock(material="guide"), Contact())

    shown = client.get(address(page) + "preview/").content.decode()

    assert "What we spoke of." in shown
    assert "Recipients find a button here" in shown
    assert "sam.sales@example.com" in shown
    assert not Event.objects.exists()


# What a recipient reads


def shared_page(sales: User, *blocks: Block) -> Share:
    make_customer("C-1", sales)
    page = page_with(sales, *blocks)
    publish(page, sales)
    material = Material.objects.get(pk=page.material_id)
    share(material, Customer.objects.all(), sales)
    publish(page, sales)
    return Share.objects.get(material=material)


def test_recipient_reads_each_kind_of_block_and_their_own_link_to_a_material(sales: User) -> None:
    guide = make_material("guide")
    link = Link(text="Our site", address="https://example.com/offer")
    made = shared_page(sales, WORDS, MaterialBlock(material="guide", words="Read this first."), link, Contact())

    shown = Client().get(f"/s/{made.token}/").content.decode()

    own = Share.objects.get(material=guide)
    for said in ("What we spoke of.", "Read this first.", "https://example.com/offer", "sam.sales@example.com"):
        assert said in shown
    assert f'href="/s/{own.token}/"' in shown
    assert shown.count("data-page=") == 4


def test_opening_a_page_is_a_visit_and_a_view_of_its_version(sales: User) -> None:
    made = shared_page(sales, WORDS)

    Client().get(f"/s/{made.token}/")

    seen = Event.objects.filter(share_id=made.pk).exclude(kind="shared")
    assert {(one.kind, one.version, one.material_id) for one in seen} == {
        ("visit", 2, made.material_id), ("view", 2, made.material_id)
    }  # fmt: skip


def test_pinned_share_goes_on_showing_its_version(sales: User) -> None:
    made = shared_page(sales, WORDS)
    page = WebPage.objects.get()
    save_draft(page, [Text(text="All new.")], page.changed_at)
    publish(page, sales)
    assert "All new." in Client().get(f"/s/{made.token}/").content.decode()

    Share.objects.filter(pk=made.pk).update(pinned_version=1)

    assert "What we spoke of." in Client().get(f"/s/{made.token}/").content.decode()


def test_material_withdrawn_since_is_named_as_gone(sales: User) -> None:
    make_material("guide")
    made = shared_page(sales, MaterialBlock(material="guide"))
    Material.objects.filter(slug="guide").update(withdrawn_at=timezone.now())

    assert "What was here is no longer available." in Client().get(f"/s/{made.token}/").content.decode()


def test_what_staff_type_comes_out_inert(sales: User) -> None:
    nasty = "<script>alert(1)</script>"
    made = shared_page(
        sales,
        Text(heading=nasty, text=f"{nasty}\n\n../../etc/passwd"),
        Link(text=nasty, address='https://example.com/"><b>'),
    )

    shown = Client().get(f"/s/{made.token}/").content.decode()

    assert "<script>alert" not in shown
    assert '"><b>' not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_page_is_read_with_as_many_queries_whatever_stands_on_it(sales: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for number in range(6):
        make_material(f"guide-{number}")
    short = shared_page(sales, MaterialBlock(material="guide-0"))
    counts = []
    page = WebPage.objects.get()
    for many in (1, 6):
        page = save_draft(page, [MaterialBlock(material=f"guide-{n}") for n in range(many)], page.changed_at)
        publish(page, sales)
        Client().get(f"/s/{short.token}/")  # what is kept for a minute (the note on demo data) is asked for here
        with CaptureQueriesContext(connection) as queries:
            Client().get(f"/s/{short.token}/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_whoever_is_unknown_on_the_page_is_so_on_its_materials_and_the_recipient_is_not(sales: User) -> None:
    make_material("guide")
    Material.objects.update(kind="link", address="https://example.com/guide")
    share = shared_page(sales, MaterialBlock("guide"))
    theirs = Share.objects.get(material__slug="guide", recipient=share.recipient)
    recipient, stranger = Client(), Client()
    recipient.get(f"/s/{share.token}/")
    visit(share, (1, 3))

    def opened(client: Client) -> str:
        (link,) = re.findall(rf'href="(/s/{theirs.token}/[^"]*)"', client.get(f"/s/{share.token}/").content.decode())
        assert client.get(html.unescape(link)).status_code == 200
        return str(Event.objects.filter(share_id=theirs.pk, kind="visit").latest("occurred_at").grade)

    assert (opened(stranger), opened(recipient)) == ("unknown", "addressee")
    again = stranger.get(f"/s/{theirs.token}/ask/call/").content.decode()
    assert "What you send here is treated as coming from an unknown person." in again
    assert "from an unknown person" not in recipient.get(f"/s/{theirs.token}/ask/call/").content.decode()
