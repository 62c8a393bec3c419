"""Views of lists that somebody saved, the link of a shared one, the default, and columns that stay as chosen."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from privacy.models import User
from privacy.roles import Role
from records import saved_views
from records.lists import declare_list, list_called
from records.models import Customer, ListColumns, Organization, SavedView
from records.models.view import LONGEST_QUERY
from tests.factories import make_customer, make_team, make_user

pytestmark = pytest.mark.django_db
LIST = "/records/organizations/"


@pytest.fixture
def marketing(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    for name, city in (("Acme", "Bern"), ("Borg", "Oslo"), ("Cato", "Bern")):
        Organization.objects.create(name=name, city=city)
    return user


def save(client: Client, name: str = "Firms", query: str = "search=a&sort=-name", **more: Any) -> SavedView:
    answer = client.post("/views/of/organizations/new/", {"name": name, "query": query, **more}, follow=True)
    assert answer.status_code == 200
    return SavedView.objects.get(name=name)


def names(client: Client, address: str) -> list[str]:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return [row["row"]["name"] for row in answer.context["rows"]]


def said(client: Client, address: str, sent: dict[str, Any] | None = None) -> str:
    """The messages of the page that a form leads to."""
    answer = client.post(address, sent or {}, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


# Saving --------------------------------------------------------------------------------------------------------------


def test_a_view_keeps_filters_and_sort_and_opens_the_list_with_them(client: Client, marketing: User) -> None:
    client.get(LIST)
    view = save(client, query="sort=-name&ended=&size=50&after=xyz&page=3&search=")
    assert (view.owner, view.list, view.query, view.columns) == (marketing, "organizations", "size=50&sort=-name", None)
    answer = client.get(f"/views/{view.key}/")
    assert answer["Location"] == f"{LIST}?size=50&sort=-name&view={view.key}"
    page = client.get(answer["Location"])
    assert page.context["looking"].current == view
    assert page.context["chosen"].sort == "-name"
    assert not page.context["view_is_changed"]


def test_a_view_named_alone_leads_to_its_filters_which_live_in_the_address(client: Client, marketing: User) -> None:
    view = save(client)
    answer = client.get(f"{LIST}?view={view.key}")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?sort=-name&view={view.key}")
    assert names(client, f"{LIST}?view={view.key}") == ["Cato", "Borg", "Acme"]


def test_the_usual_sort_is_not_kept_twice(client: Client, marketing: User) -> None:
    assert save(client, query="sort=name").query == ""


def test_what_was_searched_for_in_a_list_of_persons_is_not_kept(client: Client) -> None:
    sales = make_user(Role.SALES)
    client.force_login(sales)
    make_customer("C-1", sales, name="Ann Quill")
    told = said(client, "/views/of/customers/new/", {"name": "Unseen", "query": "search=quill&unseen=on&sort=-views"})
    assert told == "Saved as “Unseen”. What you searched for is not part of it: it may name somebody."
    assert SavedView.objects.get().query == "sort=-views&unseen=on"
    page = client.get("/customers/?search=quill").content.decode()
    assert "What you searched for is left out: it may name somebody." in page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Give the view a name."),
        ("   ", "Give the view a name."),
        ("x" * 81, "The name is too long: 80 characters at most."),
        ("A\x00B", "The name has a character that is not allowed in text (NUL): type it again."),
        (" Firms ", "You already have a view “Firms” of this list: choose another name, or change that one."),
    ],
)
def test_a_name_that_cannot_be_is_said_and_nothing_saved(client: Client, marketing: User, name: str, told: str) -> None:
    save(client)
    assert said(client, "/views/of/organizations/new/", {"name": name, "query": "sort=-name"}) == told
    assert SavedView.objects.count() == 1


def test_one_name_may_be_that_of_views_of_two_lists_and_two_people(client: Client, marketing: User) -> None:
    save(client)
    assert client.post("/views/of/campaigns/new/", {"name": "Firms"}).status_code == 302
    client.force_login(make_user(Role.SALES))
    assert client.post("/views/of/organizations/new/", {"name": "Firms"}).status_code == 302
    assert SavedView.objects.filter(name="Firms").count() == 3


def test_too_many_and_too_long_ones_are_refused(client: Client, marketing: User) -> None:
    rows = [SavedView(owner=marketing, list="organizations", name=f"V {n}") for n in range(saved_views.MOST)]
    SavedView.objects.bulk_create(rows)
    told = said(client, "/views/of/organizations/new/", {"name": "One more"})
    assert told == "A list has at most 50 views: delete one that you no longer use."
    told = said(client, "/views/of/campaigns/new/", {"name": "Long", "query": f"search={'x' * LONGEST_QUERY}"})
    assert told == "There are too many filters for a view: remove some."


@pytest.mark.parametrize(("word", "status"), [("nothing", 404), ("customers", 403)])
def test_nobody_saves_a_view_of_a_list_that_they_may_not_see(
    client: Client, marketing: User, word: str, status: int
) -> None:
    for verb in ("new", "columns"):
        assert client.post(f"/views/of/{word}/{verb}/", {"name": "Mine"}).status_code == status
    assert not SavedView.objects.exists()


def test_a_form_cannot_lead_away_from_the_list(client: Client, marketing: User) -> None:
    answer = client.post("/views/of/organizations/columns/", {"query": "//evil.example/", "column": "city"})
    assert answer["Location"] == f"{LIST}?//evil.example/"


# Changing, sharing, default ------------------------------------------------------------------------------------------


def change(client: Client, view: SavedView, **values: str) -> Any:
    return client.post(f"/views/{view.key}/edit/", {"name": view.name, **values})


def test_a_view_is_renamed_and_shared(client: Client, marketing: User) -> None:
    view = save(client)
    assert client.get(f"/views/{view.key}/edit/").status_code == 200
    assert change(client, view, name="Firms of ours", is_shared="on").status_code == 302
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.is_default) == ("Firms of ours", True, False)
    assert f"http://testserver/views/{view.key}/" in client.get(f"/views/{view.key}/edit/").content.decode()
    answer = change(client, view, name="")
    assert answer.status_code == 422
    assert "Give the view a name." in answer.content.decode()


def test_the_list_opens_with_the_default_and_the_whole_of_it_stays_one_click_away(
    client: Client, marketing: User
) -> None:
    view, other = save(client), save(client, "Other", "sort=city")
    change(client, view, is_default="on")
    answer = client.get(LIST)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?sort=-name&view={view.key}")
    page = client.get(answer["Location"])
    assert page.context["whole_address"] == f"{LIST}?view=none"
    assert client.get(f"{LIST}?view=none").context["looking"].current is None
    assert client.get(f"{LIST}?sort=city").status_code == 200  # who asks for something gets that
    change(client, other, is_default="on")
    assert list(SavedView.objects.filter(is_default=True)) == [other]


def test_the_list_says_when_it_shows_something_else_than_its_view_and_keeps_that_when_asked(
    client: Client, marketing: User
) -> None:
    view = save(client)
    changed = f"sort=city&view={view.key}"
    page = client.get(f"{LIST}?{changed}")
    assert page.context["view_is_changed"]
    assert "Firms (changed)" in page.content.decode()
    assert "Save the changes to “Firms”" in page.content.decode()
    told = said(client, f"/views/{view.key}/replace/", {"query": changed, "column": ["name", "city"]})
    assert told == "“Firms” shows the list as it is now."
    view.refresh_from_db()
    assert (view.query, view.columns) == ("sort=city", ["name", "city"])
    assert not client.get(f"{LIST}?{changed}").context["view_is_changed"]


def test_a_colleague_with_the_link_sees_what_their_own_role_allows(client: Client) -> None:
    ann, ben, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER)
    make_team(ann, ben, manager=manager)
    for number, staff in (("Ann's", ann), ("Ben's", ben)):
        make_customer(number, staff, name=number)
    client.force_login(manager)
    query = f"staff={ann.pk}&sort=-name"
    client.post("/views/of/customers/new/", {"name": "Ann's people", "query": query})
    view = SavedView.objects.get()
    assert names(client, f"/views/{view.key}/") == ["Ann's"]
    client.force_login(ben)
    assert client.get(f"/views/{view.key}/").status_code == 404
    page = client.get(f"/customers/?view={view.key}", follow=True)
    assert "That view does not exist, or its owner no longer shares it" in page.content.decode()
    SavedView.objects.update(is_shared=True)
    assert names(client, f"/views/{view.key}/") == ["Ben's"]  # never Ann's
    page = client.get(f"/views/{view.key}/", follow=True)
    assert page.context["view_lacks"] == ["staff"]
    assert "This view also filters by staff, which your role does not have here" in page.content.decode()
    assert f"{manager.name} shares this view with you." in page.content.decode()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert client.get(f"/views/{view.key}/").status_code == 403


def test_a_shared_view_has_its_link_in_the_list_of_views_where_sharing_it_leads(
    client: Client, marketing: User
) -> None:
    view, other = save(client), save(client, name="Others")
    answer = client.post(f"/views/{view.key}/edit/", {"name": "Firms", "is_shared": "on"}, follow=True)
    page = answer.content.decode()
    assert f'id="{view.key}" value="http://testserver/views/{view.key}/" readonly aria-label="Link: Firms"' in page
    assert f"http://testserver/views/{other.key}/" not in page


def test_whoever_saves_a_view_is_shown_how_to_share_it(client: Client, marketing: User) -> None:
    sent = {"name": "Firms", "query": "sort=-name"}
    page = client.post("/views/of/organizations/new/", sent, follow=True).content.decode()
    view = SavedView.objects.get()
    assert f'<a href="/views/{view.key}/edit/">Share it with a colleague</a>' in page


def test_a_shared_view_has_its_link_beside_the_list_and_one_that_is_not_shared_has_none(
    client: Client, marketing: User
) -> None:
    view = save(client)
    link = f'<input class="usa-input" id="view-copy" value="http://testserver/views/{view.key}/" readonly'
    assert link not in client.get(f"/views/{view.key}/", follow=True).content.decode()
    change(client, view, is_shared="on")
    assert link in client.get(f"/views/{view.key}/", follow=True).content.decode()


def test_a_colleague_keeps_a_copy_and_changes_nothing_of_the_view_itself(client: Client, marketing: User) -> None:
    view = save(client)
    SavedView.objects.update(is_shared=True)
    colleague = make_user(Role.SALES, "Colleague")
    client.force_login(colleague)
    for verb in ("edit", "replace", "delete", "restore"):
        assert client.post(f"/views/{view.key}/{verb}/", {"name": "Stolen"}).status_code == 404
    assert said(client, f"/views/{view.key}/copy/") == "“Firms” is yours now."
    assert said(client, f"/views/{view.key}/copy/").startswith("You already have a view “Firms” of this list")
    copied = SavedView.objects.get(owner=colleague)
    assert (copied.query, copied.is_shared, copied.is_default) == (view.query, False, False)
    view.refresh_from_db()
    assert (view.name, view.owner, view.deleted_at) == ("Firms", marketing, None)


# Deleting ------------------------------------------------------------------------------------------------------------


def test_a_deleted_view_is_gone_and_comes_back_by_undo(client: Client, marketing: User) -> None:
    view = save(client)
    change(client, view, is_shared="on", is_default="on")
    page = client.post(f"/views/{view.key}/delete/", follow=True)
    assert "“Firms” is deleted." in page.content.decode()
    assert f'action="/views/{view.key}/restore/"' in page.content.decode()
    assert client.get(f"/views/{view.key}/").status_code == 404
    assert client.get(LIST).status_code == 200  # it opens with it no more
    assert said(client, f"/views/{view.key}/restore/") == "“Firms” is back."
    view.refresh_from_db()
    assert (view.deleted_at, view.is_shared, view.is_default) == (None, True, False)
    assert client.post(f"/views/{view.key}/restore/").status_code == 404


def test_a_deleted_view_whose_name_is_taken_meanwhile_says_so(client: Client, marketing: User) -> None:
    view = save(client)
    client.post(f"/views/{view.key}/delete/", follow=True)
    SavedView.objects.create(owner=marketing, list="organizations", name="Firms")
    assert said(client, f"/views/{view.key}/restore/").startswith("You already have a view “Firms” of this list")


def test_what_was_deleted_a_day_ago_goes_for_good_with_the_next_one(client: Client, marketing: User) -> None:
    view, other = save(client), save(client, "Other")
    client.post(f"/views/{view.key}/delete/")
    SavedView.objects.filter(pk=view.pk).update(deleted_at=timezone.now() - timedelta(days=1, minutes=1))
    client.post(f"/views/{other.key}/delete/")
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Other"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "A"}, {"name": "A"}),
        ({"name": "A", "is_default": True}, {"name": "B", "is_default": True}),
        ({"name": "A"}, {"name": ""}),
    ],
)
def test_the_database_refuses_views_that_cannot_be(first: dict[str, Any], second: dict[str, Any]) -> None:
    owner = make_user(Role.SALES)
    SavedView.objects.create(owner=owner, list="customers", **first)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(owner=owner, list="customers", **second)
    SavedView.objects.update(deleted_at=timezone.now())
    if second["name"]:
        SavedView.objects.create(owner=owner, list="customers", **second)


# Columns -------------------------------------------------------------------------------------------------------------


def heads(client: Client, address: str = LIST) -> list[str]:
    return [str(heading.column.label) for heading in client.get(address, follow=True).context["headings"]]


EVERY = ["Name", "Number", "City", "State", "Employees", "Contract ends"]


def test_chosen_columns_stay_as_chosen_for_one_person_and_one_list(client: Client, marketing: User) -> None:
    assert heads(client) == EVERY
    answer = client.post(
        "/views/of/organizations/columns/", {"column": ["employees", "city", "bogus"], "query": "sort=city"}
    )
    assert answer["Location"] == f"{LIST}?sort=city"
    assert heads(client) == ["Name", "City", "Employees"]  # the first always, in the list's order
    assert ListColumns.objects.get().names == ["name", "city", "employees"]
    assert len(heads(client, "/campaigns/")) == 10
    client.force_login(make_user(Role.SALES))
    assert heads(client) == EVERY


def test_all_columns_come_back_and_none_leaves_the_name(client: Client, marketing: User) -> None:
    client.post("/views/of/organizations/columns/", {})
    assert heads(client) == ["Name"]
    client.post("/views/of/organizations/columns/", {"all": "1", "column": "city"})
    assert heads(client) == EVERY
    client.post("/views/of/organizations/columns/", {"column": ["number", "city", "state", "employees"]})
    client.post(
        "/views/of/organizations/columns/",
        {"column": ["number", "city", "state", "employees", "contract_ends_on"]},
    )
    assert not ListColumns.objects.exists()  # all of them is no choice


def test_a_list_can_be_sorted_by_a_column_that_is_not_shown(client: Client, marketing: User) -> None:
    client.post("/views/of/organizations/columns/", {"column": ["number"]})
    assert names(client, f"{LIST}?sort=-city&size=25") == ["Borg", "Cato", "Acme"]


def test_a_view_has_columns_of_its_own_until_others_are_chosen(client: Client, marketing: User) -> None:
    view = save(client, column=["name", "city"])
    client.post("/views/of/organizations/columns/", {"column": ["state"]})
    address = f"{LIST}?sort=-name&view={view.key}"
    assert heads(client, address) == ["Name", "City"]
    assert heads(client) == ["Name", "State"]
    answer = client.post(
        "/views/of/organizations/columns/", {"column": ["employees"], "query": f"sort=-name&view={view.key}"}
    )
    assert answer["Location"] == f"{address}&columns=own"
    assert heads(client, answer["Location"]) == ["Name", "Employees"]
    assert client.get(answer["Location"]).context["view_is_changed"]
    assert heads(client, address) == ["Name", "City"]


def test_columns_of_a_view_that_are_there_no_more_are_left_out(client: Client, marketing: User) -> None:
    view = save(client)
    SavedView.objects.update(columns=["gone", "city"])
    assert heads(client, f"{LIST}?sort=-name&view={view.key}") == ["Name", "City"]
    SavedView.objects.update(columns=["gone"])
    assert heads(client, f"{LIST}?sort=-name&view={view.key}") == EVERY


def test_the_file_has_the_rows_of_the_view(client: Client) -> None:
    from tests.exporting import csv_rows

    sales = make_user(Role.SALES)
    client.force_login(sales)
    for number in range(30):
        make_customer(f"C-{number}", sales, name=f"N {number}", email="" if number % 2 else f"n{number}@example.com")
    client.post("/views/of/customers/new/", {"name": "All", "query": "sort=-name"})
    client.post("/views/of/customers/columns/", {"column": ["number"]})
    view = SavedView.objects.get()
    page = client.get(f"/customers/?sort=-name&view={view.key}&size=50")
    shown = [row["row"]["name"] for row in page.context["rows"]]
    file = csv_rows(client, "customers", f"sort=-name&view={view.key}&size=50")
    assert [row[0] for row in file[1:]] == shown
    assert page.context["page"].count == len(file) - 1 == Customer.objects.count()


# The lists -----------------------------------------------------------------------------------------------------------


def test_two_lists_of_one_word_are_refused() -> None:
    known = list_called("customers")
    assert known is not None
    for word in ("customers", "organizations"):
        with pytest.raises(ValueError, match=f"Two lists are called {word}"):
            declare_list(word, "home", (), known.listing_for)
    assert list_called("nothing") is None
