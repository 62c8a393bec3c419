"""The lists of materials, custom web pages, tasks and mailings: each sorts, is filtered and is taken as a file."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.exports.base import head_of
from campaigns import lists
from campaigns.models import FollowUp, Mailing, Material, MaterialPage, Share, Tag
from campaigns.webpages.blocks import Text
from campaigns.webpages.publishing import make_page, publish, save_draft
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.listing import Listing
from records.models import Organization
from tests.campaigns.shared import shared_with
from tests.exporting import csv_rows
from tests.factories import make_customer, make_material, make_team, make_user
from tests.plans import ask_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def fill(user: User, count: int = 3) -> None:
    """So many of everything that the lists show."""
    for number in range(count):
        customer = make_customer(f"C-{number}", user, name=f"Ann {number}")
        share = shared_with(customer, user, make_material(f"guide-{number}"))
        ask_through(share)
        material = Material.objects.get(slug=share.material.slug)
        material.tags.add(Tag.objects.get_or_create(slug="rates", name="Rates")[0])
        make_page(f"Page {number}", user, customer=customer if number else None)
        letter = {"name": f"Letter {number}", "subject": "Rates", "body": "{{link}}"}
        Mailing.objects.create(sender=user, batch=share.batch, **letter)


LISTS: dict[str, tuple[str, Listing, int]] = {
    "materials": ("/materials/", lists.MATERIALS, 6),  # web pages are materials, too
    "web-pages": ("/web-pages/", lists.WEB_PAGES, 3),
    "tasks": ("/tasks/", lists.TASKS, 3),
    "mailings": ("/mailings/", lists.MAILINGS, 3),
}


def rows(client: Client, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [row["row"] for row in answer.context["rows"]]


@pytest.mark.parametrize("word", list(LISTS))
def test_each_list_sorts_by_each_column_both_ways_and_its_file_has_the_same_rows(
    client: Client, sales: User, word: str
) -> None:
    fill(sales)
    address, listing, count = LISTS[word]
    for column in listing.columns:
        pages = (f"{address}?layout=table&sort={minus}{column.name}" for minus in ("", "-"))
        up, down = ([row["pk"] for row in rows(client, page)] for page in pages)
        assert sorted(up) == sorted(down)
        assert len(up) == count
    file = csv_rows(client, word, f"sort={listing.columns[0].name}")
    assert len(file) == count + 1
    with timezone.override(UTC):  # as in a file for programs
        assert file[0] == [head_of(column).heading for column in listing.columns]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("word", "expected"),
    [
        # The user, what is kept of the list, count, rows; of the filters topics and owners, the cards.
        ("materials", 7),
        # The same four, and the two lines of the access log, each in a transaction of its own.
        ("web-pages", 4 + 2 * 3),
        # The same, and how many messages there are.
        ("mailings", 5),
    ],
)
def test_a_list_takes_the_same_statements_for_any_number(
    client: Client, sales: User, word: str, expected: int, count: int
) -> None:
    fill(sales, count)
    address = LISTS[word][0]
    cache.clear()
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == expected


# Materials -----------------------------------------------------------------------------------------------------------


def test_the_library_is_cards_or_a_table_and_a_view_keeps_which(client: Client, sales: User) -> None:
    make_material("guide")
    cards, table = (client.get(f"/materials/{query}").content.decode() for query in ("", "?layout=table"))
    assert '<ul class="shelf">' in cards
    assert '<table class="grid">' not in cards
    assert '<table class="grid">' in table
    assert '<input type="hidden" name="layout" value="table">' in table
    client.post("/views/of/materials/new/", {"name": "Table", "query": "layout=table&search=rates"})
    (view,) = sales.saved_views.all()
    assert view.query == "layout=table&search=rates"  # materials are nobody's: the words are kept


def test_a_search_says_on_which_page_the_words_stand(client: Client, sales: User) -> None:
    from tests.material_files import make_shown_material

    material = make_shown_material(sales)
    MaterialPage.objects.filter(version__material=material, number=1).update(text="Quokkas post parcels")
    (row,) = rows(client, "/materials/?search=quokka")
    assert row["material"] == material
    assert row["material"].found_on == 1
    assert not hasattr(rows(client, "/materials/")[0]["material"], "found_on")


def test_withdrawn_materials_are_listed_when_asked_for(client: Client, sales: User) -> None:
    make_material("guide")
    make_material("old")
    Material.objects.filter(slug="old").update(withdrawn_at=timezone.now())
    assert [row["slug"] for row in rows(client, "/materials/")] == ["guide"]
    assert [row["slug"] for row in rows(client, "/materials/?state=withdrawn")] == ["old"]
    assert [row["slug"] for row in rows(client, "/materials/?state=all&sort=title")] == ["guide", "old"]


# Custom web pages ----------------------------------------------------------------------------------------------------


def test_a_web_page_names_whom_it_is_for_only_to_who_sees_them(client: Client, sales: User) -> None:
    theirs = make_customer("C-9", make_user(Role.SALES, "Other"), name="Quillfeather")
    mine = make_customer("C-1", sales, name="Ann")
    firm = Organization.objects.create(name="Acme")
    for title, options in (
        ("hidden", {"customer": theirs}), ("seen", {"customer": mine}), ("firm", {"organization": firm}), ("all", {}),
    ):  # fmt: skip
        make_page(title, sales, **options)
    found = {row["title"]: row["for_name"] for row in rows(client, "/web-pages/")}
    assert found == {"hidden": "A customer whom you cannot see", "seen": "Ann", "firm": "Acme", "all": None}
    entry = AccessEntry.objects.filter(place="web_pages", kind="shown").latest("at")
    assert entry.records == 1
    assert "Quillfeather" not in str(csv_rows(client, "web-pages"))


def test_web_pages_are_filtered_by_whom_they_are_for_and_whether_they_are_published(
    client: Client, sales: User
) -> None:
    page = make_page("Published", sales, customer=make_customer("C-1", sales))
    save_draft(page, [Text(heading="Hello")], page.changed_at)
    publish(page, sales)
    make_page("Draft", sales)

    def titles(query: str) -> list[str]:
        return sorted(row["title"] for row in rows(client, f"/web-pages/?{query}"))

    assert titles("published=yes") == ["Published"]
    assert titles("published=no") == ["Draft"]
    assert titles("made_for=customer") == ["Published"]
    assert titles("made_for=all") == ["Draft"]
    assert titles("made_for=organization") == []
    assert titles("search=raf") == ["Draft"]


# Tasks ---------------------------------------------------------------------------------------------------------------


def test_tasks_are_filtered_by_state_kind_owner_and_day(client: Client) -> None:
    ann, ben, mona = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER, "Mona")
    make_team(ann, ben, manager=mona)
    for number, staff in enumerate((ann, ben, mona)):
        ask_through(shared_with(make_customer(f"C-{number}", staff), staff, make_material(f"guide-{number}")))
    nobodys = ask_through(shared_with(make_customer("C-9", mona), mona, make_material("guide-9")))
    FollowUp.objects.filter(pk=nobodys.pk).update(owner=None)
    today = agency_today()
    FollowUp.objects.filter(owner=mona).update(due_on=today + timedelta(days=2))
    FollowUp.objects.filter(owner=ben).update(done_at=timezone.now(), done_by=ben)
    client.force_login(mona)

    def owners(query: str) -> list[str]:
        return sorted(row["owner_name"] for row in rows(client, f"/tasks/?{query}"))

    assert owners("") == ["Mona"]
    assert owners("whose=team") == ["Ann", "Mona", "Nobody yet"]
    assert owners("whose=nobody") == ["Nobody yet"]
    assert owners("whose=team&show=overdue") == ["Ann", "Nobody yet"]
    assert owners("whose=team&show=done") == ["Ben"]
    assert owners(f"whose=team&due_since={today}") == ["Mona"]
    assert owners("whose=team&action=order") == []
    client.force_login(ann)
    assert owners("whose=team") == ["Ann"]  # who manages nobody has no such filter


def test_a_task_that_is_over_its_day_says_so(client: Client, sales: User) -> None:
    for number, days in enumerate((-1, 0, 1)):
        task = ask_through(shared_with(make_customer(f"C-{number}", sales), sales, make_material(f"guide-{number}")))
        FollowUp.objects.filter(pk=task.pk).update(due_on=agency_today() + timedelta(days=days))
    answer = client.get("/tasks/?sort=due_on")
    assert [row["tags"] for row in answer.context["rows"]] == [["overdue"], ["due today"], []]


# Mailings ------------------------------------------------------------------------------------------------------------


def test_mailings_are_filtered_and_say_when_they_stand_still(client: Client, sales: User) -> None:
    fill(sales, 2)
    Mailing.objects.filter(name="Letter 0").update(trouble="The mail server is away.")
    answer = client.get("/mailings/?search=letter&sort=name")
    assert [(row["row"]["name"], row["tags"]) for row in answer.context["rows"]] == [
        ("Letter 0", ["Stalled"]), ("Letter 1", []),
    ]  # fmt: skip
    assert rows(client, "/mailings/?of=campaign") == []
    assert len(rows(client, "/mailings/?of=shares&state=draft")) == 2
    assert rows(client, "/mailings/?started=today") == []
    assert Share.objects.count() == 2
