"""Jumping somewhere by a few letters: what is found, by whom, and what the access log says of it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from analytics.jumping import CALL, MOST, MOST_CUSTOMERS, Target, customers_for, targets_for
from campaigns.models import Campaign, Material
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import SavedView
from tests.factories import enroll, make_campaign, make_customer, make_material, make_share, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def found(user: User, text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.label, one.address) for one in targets_for(user, text)]


def actions(user: User, text: str = "") -> list[str]:
    return [one.label for one in targets_for(user, text) if one.kind == "Go to"]


COMPARING = (
    "Compare campaigns, materials or periods", "Who comes back", "What conversions are credited to",
    "How sharing is used", "Meeting insights", "Frozen reports",
)  # fmt: skip
PROGRAMMES = ("Surveys and contests", "Contests", "Studies", "Events", "Publications", "Suppliers", "Payments")
SAFEGUARDS = ("Safeguards", "Access reviews", "Incidents")
ACTIONS = {
    Role.SALES: [
        "Share a material", "Log a call", "Look somebody up", "New mailing", "New material", "New web page",
        "Customers", "Campaigns", "Calendar of campaigns", *COMPARING, "Materials", "Shares", "Custom web pages",
        "Web page insights", "Mailings", "Sent mail",
        "Exports", *PROGRAMMES, "Saved views", "Settings", "My tasks", "Trouble areas", "Scheduled reports",
    ],
    Role.MARKETING_MANAGER: [
        "Import a file", "New campaign", "New mailing", "New material", "New web page", "Campaigns",
        "Calendar of campaigns", *COMPARING, "Materials", "Shares", "Custom web pages",
        "Web page insights", "Mailings", "Sent mail", "Exports", "Imports",
        *PROGRAMMES, "Saved views", "Settings", "Scheduled reports", "API keys", "Webhooks",
    ],
    Role.PRIVACY_OFFICER: [
        "Look somebody up", "Customers", "Campaigns", "Calendar of campaigns", *COMPARING, "Shares", "Exports",
        *PROGRAMMES, "Saved views",
        "Settings", "Scheduled reports", "Requests from individuals", "Disclosures", "Legal holds", "Access log",
        *SAFEGUARDS, "Readings", "Drafts of the notice", "API keys",
    ],
    Role.IT_ADMINISTRATOR: ["Saved views", "Settings", *SAFEGUARDS, "API keys", "Webhooks", "Accounts and roles"],
}  # fmt: skip


def test_what_customers_take_part_in_is_found_by_its_name() -> None:
    user = make_user(Role.MARKETING_MANAGER)
    for typed, label, route in (
        ("surv", "Surveys and contests", "surveys_list"),
        ("stud", "Studies", "studies_list"),
        ("event", "Events", "events_list"),
        ("publ", "Publications", "publications_list"),
    ):
        assert ("Go to", label, reverse(route)) in found(user, typed)


@pytest.mark.parametrize("role", list(ACTIONS))
def test_without_letters_the_actions_of_the_role_are_offered(role: Role) -> None:
    assert actions(make_user(role)) == ACTIONS[role]


@pytest.mark.parametrize("role", list(Role))
def test_every_action_that_is_offered_opens(client: Client, role: Role) -> None:
    user = make_user(role)
    client.force_login(user)
    answers = {one.address: client.get(one.address).status_code for one in targets_for(user, "")}
    assert answers == dict.fromkeys(answers, 200)


def test_actions_are_found_by_the_beginnings_of_their_words(sales: User) -> None:
    assert actions(sales, "mat sha") == ["Share a material"]
    assert actions(sales, "cal") == ["Log a call", "Calendar of campaigns"]
    assert actions(sales, "import") == []
    assert actions(sales, "--") == []


def test_in_spanish_actions_are_found_by_their_spanish_words_with_accents_or_without(sales: User) -> None:
    def spanish(text: str) -> list[str]:
        return [one.label for one in targets_for(sales, text) if one.kind == "Ir a"]

    with translation.override("es"):
        assert spanish("calendario campañas") == ["Calendario de campañas"]
        assert spanish("campanas cal") == ["Calendario de campañas"]
        assert spanish("PAGINAS") == ["Páginas web a medida", "Análisis de páginas web"]
        assert spanish("log a call") == []


def test_in_spanish_what_tells_things_apart_is_spanish(sales: User) -> None:
    customer = make_customer("C-1", sales, name="Quillfeather")
    share = make_share(customer, sales, "rate-card")
    Material.objects.update(title="The spring rate card")
    enroll(customer, make_campaign("spring").variants.all()[0])
    view = SavedView.objects.create(owner=sales, list="customers", name="Spring keepers")
    with translation.override("es"):
        assert targets_for(sales, "spring") == [
            Target("Campaña", "Spring", "/campaigns/spring/", "Cerrada"),
            Target("Material", "The spring rate card", "/materials/rate-card/", "Documento"),
            Target("Compartido", "The spring rate card", f"/shares/{share.key}/", "compartido el 10 de marzo de 2026"),
            Target("Vista", "Spring keepers", f"/views/{view.key}/", "clientes"),
        ]


def test_campaigns_materials_and_shares_are_found_with_what_tells_them_apart(sales: User) -> None:
    customer = make_customer("C-1", sales, name="Quillfeather")
    share = make_share(customer, sales, "rate-card")
    Material.objects.update(title="The spring rate card")
    campaign = make_campaign("spring")
    enroll(customer, campaign.variants.all()[0])
    assert targets_for(sales, "spring") == [
        Target("Campaign", "Spring", "/campaigns/spring/", "Closed"),
        Target("Material", "The spring rate card", "/materials/rate-card/", "Document"),
        Target("Share", "The spring rate card", f"/shares/{share.key}/", "shared on March 10, 2026"),
    ]


def test_one_letter_finds_actions_alone(sales: User) -> None:
    make_material("zebra")
    assert found(sales, "z") == []
    assert found(sales, "ze") == [("Material", "Zebra", "/materials/zebra/")]


def test_nothing_of_others_is_found(sales: User) -> None:
    stranger = make_user(Role.SALES, "Ann")
    theirs = make_customer("C-1", stranger)
    make_share(theirs, stranger, "zebra")
    enroll(theirs, make_campaign("zebra-campaign").variants.all()[0])
    assert [kind for kind, _, _ in found(sales, "zebra")] == ["Material"]
    assert [kind for kind, _, _ in found(stranger, "zebra")] == ["Campaign", "Material", "Share"]
    assert found(make_user(Role.SECURITY_INVESTIGATOR), "zebra") == []


def test_ones_own_views_are_found_by_their_name(sales: User) -> None:
    mine = SavedView.objects.create(owner=sales, list="customers", name="Zebra keepers")
    for owner, more in ((make_user(Role.SALES, "Ann"), {"is_shared": True}), (sales, {"deleted_at": timezone.now()})):
        SavedView.objects.create(owner=owner, list="campaigns", name="Zebra", **more)
    assert targets_for(sales, "zebra") == [Target("View", "Zebra keepers", f"/views/{mine.key}/", "customers")]


def test_a_withdrawn_material_is_not_offered(sales: User) -> None:
    make_material("zebra")
    Material.objects.update(withdrawn_at=timezone.now())
    assert found(sales, "zebra") == []


def test_the_newest_campaigns_come_first_and_no_more_than_fit() -> None:
    for number in range(MOST + 2):
        Campaign.objects.create(slug=f"c{number}", name=f"Zebra {number}", starts_on=date(2026, 1, 1 + number))
    labels = [label for _, label, _ in found(make_user(Role.MARKETING_MANAGER), "zebra")]
    assert labels == ["Zebra 6", "Zebra 5", "Zebra 4", "Zebra 3", "Zebra 2"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_four_statements(count: int, django_assert_num_queries: Any) -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    for number in range(count):
        make_share(make_customer(f"C-{number}"), marketing, f"zebra-{number}")
        make_campaign(f"zebra-{number}")
    targets_for(marketing, "")  # the permits are asked for once
    with django_assert_num_queries(4):
        assert len(targets_for(marketing, "zebra")) == 3 * count


def test_customers_are_found_in_ones_scope_alone_and_lead_where_they_are_wanted(sales: User) -> None:
    mine, _others = make_customer("C-1", sales, name="Zoe One"), make_customer("C-2", name="Zoe Two")
    assert customers_for(sales, "zo") == [Target("Customer", "Zoe One", f"/customers/{mine.key}/", "C-1")]
    (to_call,) = customers_for(sales, "zo", CALL)
    assert to_call.address == reverse("interactions_new", args=[mine.key])
    for number in range(MOST_CUSTOMERS + 1):
        make_customer(f"C-9{number}", sales, name=f"Zoe {number}")
    assert len(customers_for(sales, "zo")) == MOST_CUSTOMERS


# The page and the palette --------------------------------------------------------------------------------------------


def lines() -> list[tuple[str, str, int | None]]:
    rows = AccessEntry.objects.filter(place="jump").order_by("at", "id")
    return [(row.kind, row.key, row.records) for row in rows]


def post(client: Client, address: str = "/jump/", *, palette: bool = False, **sent: str) -> str:
    headers = {"HX-Request": "true"} if palette else {}
    answer = client.post(address, sent, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_customers_are_looked_up_only_when_asked_for_and_that_is_logged(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Zoe One")
    page = post(client, text="zoe", palette=True)
    assert "Zoe One" not in page
    assert "Search customers for “zoe”" in page
    assert lines() == []
    page = post(client, text="zoe", customers="1", palette=True)
    assert "Zoe One" in page
    assert lines() == [("intent", "customer_name", None), ("shown", "customer_name", 1)]


@pytest.mark.parametrize(("text", "key"), [("C-1", "customer_id"), ("zoe@example.com", "email_address")])
def test_the_log_says_by_which_key_somebody_was_looked_up(client: Client, sales: User, text: str, key: str) -> None:
    make_customer("C-1", sales, name="Zoe", email="zoe@example.com")
    assert "Zoe" in post(client, text=text, customers="1", palette=True)
    assert [line[1] for line in lines()] == [key, key]


def test_one_letter_looks_nobody_up(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Zoe")
    page = post(client, text=" z ", customers="1", palette=True)
    assert "Zoe" not in page
    assert "Search customers for" not in page
    assert lines() == []


def test_who_sees_no_customers_cannot_ask_for_them(client: Client) -> None:
    make_customer("C-1", name="Zoe")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = post(client, text="zoe", customers="1", palette=True)
    assert "Zoe" not in page
    assert "Nothing has this name." in page
    assert lines() == []
    assert "Find customers" not in client.get("/jump/").content.decode()


def test_a_purpose_that_does_not_reach_customers_is_said_and_nobody_is_shown(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Zoe One")
    session = client.session
    session["basis"] = {"purpose": None, "duty": "audit", "reference": ""}
    session.save()
    for palette in (False, True):
        page = post(client, text="zoe", customers="1", palette=palette)
        assert "Zoe One" not in page
        assert "audit" in page.lower()
    assert [line[0] for line in lines()] == ["refused", "refused"]


def test_what_is_typed_is_shown_as_text_and_stands_in_no_address(client: Client, sales: User) -> None:
    for palette in (False, True):
        page = post(client, text="<script>alert(1)</script>", palette=palette)
        assert "<script>alert" not in page
    assert 'value="zoe"' not in client.get("/jump/?text=zoe").content.decode()


@pytest.mark.parametrize("text", ["", "   ", "\x00", "%", "_" * 3, "é" * 500, "'; --"])
def test_odd_texts_find_nothing_and_break_nothing(client: Client, sales: User, text: str) -> None:
    make_material("zebra")
    assert "Zebra" not in post(client, text=text)
    assert "Zebra" not in post(client, text=text, customers="1")


def test_the_page_works_without_a_script(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Zoe")
    make_material("zebra")
    assert '<a href="/materials/zebra/">Zebra</a>' in post(client, text="ze")
    assert f'<a href="/customers/{customer.key}/">Zoe</a>' in post(client, text="zoe", customers="1")
    assert "Nothing found" in post(client, text="nothing such")


def test_a_call_is_logged_with_the_customer_who_is_looked_up(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Zoe")
    page = post(client, "/jump/call/", text="zoe", customers="1")
    assert "Log a call: with whom?" in page
    assert str(customer.key) in page
    assert lines()[-1] == ("shown", "customer_name", 1)


def test_every_page_of_staff_has_the_palette_and_no_strangers_does(client: Client, sales: User) -> None:
    page = client.get("/notice/").content.decode()
    assert 'id="palette"' in page
    assert "htmx-2.min.js" in page
    stranger = Client().get("/sign-in/").content.decode()
    assert 'id="palette"' not in stranger
    assert "htmx-2.min.js" not in stranger
