"""Pages of plans, audiences, calendar, responses and tasks: who may what, bad input, undo, numbers of statements."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.folding import fold_all
from campaigns import calendar, launching, stepping
from campaigns.enums import CampaignState, Channel, OutcomeKind
from campaigns.mailing import running
from campaigns.models import (
    Assignment,
    Audience,
    Campaign,
    CampaignNote,
    Event,
    FollowUp,
    Launch,
    Mailing,
    Outcome,
    Share,
)
from campaigns.responding import Said, record
from campaigns.stepping import Step
from campaigns.tasks.launching import tend_launches
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.purposes import Basis
from privacy.roles import Role
from records.models import CustomerAssignment, Interaction, MailingList
from tests.broker import Broker, by_the_clock
from tests.factories import NOON, enroll, make_campaign, make_customer, make_material, make_share, make_team, make_user
from tests.plans import approve, ask_through, launch, make_audience, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Mary Marketing")
    client.force_login(user)
    return user


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES, "Sam Sales")
    client.force_login(user)
    return user


def text_of(answer: Any) -> str:
    """The words of a page, runs of white space as one."""
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return text_of(answer)


def post(client: Client, address: str, **data: Any) -> str:
    """Post, and the page that it leads to."""
    # A browser posts at least the token against forged forms.
    return text_of(client.post(address, {"csrfmiddlewaretoken": "x", **data}, follow=True))


def save(client: Client, address: str, **data: Any) -> str:
    """Post what was typed with what the form carries of what was read, and the page that it leads to."""
    return post(client, address, read=client.get(address).context["read"], **data)


def undo_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the page's undo button posts to, and what."""
    form = re.search(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*>Undo</button>', page)
    assert form
    found = re.search(r'name="undone" value="([^"]+)"', form.group(0))
    return form.group(1), {"undone": found.group(1)} if found else {}


# Making and changing ----------------------------------------------------------------------------------------------

FACTS = {
    "name": "Spring letter", "goal": "More orders", "kind": "promotion", "channels": ["email", "print"],
    "starts_on": "2026-03-03", "ends_on": "2026-03-31", "cost": "1200.50",
}  # fmt: skip


def test_a_campaign_is_made_as_a_draft_that_says_what_it_still_needs(client: Client, marketing: User) -> None:
    page = post(client, "/campaigns/new/", **FACTS)
    campaign = Campaign.objects.get()
    assert (campaign.slug, campaign.state, campaign.owner) == ("spring-letter", "draft", marketing)
    assert (campaign.channels, str(campaign.cost), campaign.kind) == (["email", "print"], "1200.50", "promotion")
    for said in ("Before it can be approved", "Add a variant: what people get.", "Choose its audience.", "$1,200.50"):
        assert said in page
    assert "E-mail, Printed mail" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"ends_on": "2026-03-02"}, "It ends before it starts, on March 3, 2026."),
        ({"cost": "-1"}, "A cost cannot be below zero."),
        ({"cost": "much"}, "Enter a number."),
        ({"channels": ["pigeon"]}, "Select a valid choice. pigeon is not one of the available choices."),
        ({"starts_on": "soon"}, "Enter a valid date."),
        ({"starts_on": "1900-01-01"}, "Enter a day from January 1, 1990 to December 31, 2199."),
        ({"ends_on": "9999-12-31"}, "Enter a day from January 1, 1990 to December 31, 2199."),
        ({"starts_on": "", "ends_on": "2200-01-01"}, "Enter a day from January 1, 1990 to December 31, 2199."),
        ({"ends_on": "2036-03-04"}, "A campaign may last 10 years at most: this one through March 3, 2036."),
    ],
)
def test_a_campaign_that_makes_no_sense_is_not_made_and_what_was_typed_stays(
    client: Client, marketing: User, change: dict[str, Any], said: str
) -> None:
    answer = client.post("/campaigns/new/", {**FACTS, **change})
    assert answer.status_code == 422
    page = text_of(answer)
    assert said in page
    assert "More orders" in page
    assert not Campaign.objects.exists()


def test_a_campaign_may_take_ten_years(client: Client, marketing: User) -> None:
    post(client, "/campaigns/new/", **{**FACTS, "starts_on": "2028-02-29", "ends_on": "2038-03-01"})
    assert Campaign.objects.get().ends_on == date(2038, 3, 1)


def test_a_draft_is_changed_and_no_other_is(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    facts = {**FACTS, "name": "Summer letter", "audience": campaign.audience_id}
    assert "Saved." in save(client, f"/campaigns/{campaign.slug}/edit/", **facts)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.slug, campaign.starts_on) == ("Summer letter", "spring-letter", date(2026, 3, 3))
    Campaign.objects.update(state=CampaignState.APPROVED)
    for page in ("edit", "variants"):
        said = post(client, f"/campaigns/{campaign.slug}/{page}/", **facts)
        assert "Only a draft can be changed. Take the campaign back to draft, or copy it." in said
    campaign.refresh_from_db()
    assert campaign.name == "Summer letter"


def variant_rows(*rows: dict[str, Any], holdout: int | str = 0, known: int = 0) -> dict[str, Any]:
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": known, "holdout_percent": holdout}
    return data | {f"form-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}


def test_variants_are_kept_in_their_order_with_a_holdout(client: Client, marketing: User) -> None:
    campaign, guide = make_plan(owner=marketing), make_material("guide")
    letter, card = campaign.variants.order_by("position")
    rows = variant_rows(
        {"id": letter.pk, "label": "Letter", "material": letter.material_id, "weight": 1, "DELETE": "on"},
        {"id": card.pk, "label": "Postcard", "material": card.material_id, "weight": 3},
        {"label": "Guide", "material": guide.pk, "weight": 1, "is_control": "on"},
        {"label": "", "weight": 1},
        holdout=10,
        known=2,
    )
    page = save(client, f"/campaigns/{campaign.slug}/variants/", **rows)
    kept = campaign.variants.values_list("name", "label", "weight", "is_control", "is_holdout")
    assert list(kept) == [
        ("card", "Postcard", 3, False, False),
        ("guide", "Guide", 1, True, False),
        ("holdout", "Holdout: gets nothing", 1, False, True),
    ]
    assert "67.5%" in page
    assert "22.5%" in page
    assert "10%" in page


@pytest.mark.parametrize(
    ("rows", "holdout", "said"),
    [
        ([{"label": "A", "weight": 0}], 0, "At least 1: otherwise, leave the variant out."),
        ([{"label": "A", "weight": 5_000}], 0, "At most 1,000."),
        ([{"label": "A", "weight": "x"}], 0, "Enter a whole number."),
        ([{"label": "A", "weight": 1}], 100, "At most 90%: somebody must get it."),
        ([{"label": "A", "weight": 1}], -1, "Not below 0%."),
        ([{"label": "A", "weight": 1}, {"label": "a", "weight": 1}], 0, "Two variants have the same name."),
        (
            [{"label": "A", "weight": 1, "is_control": "on"}, {"label": "B", "weight": 1, "is_control": "on"}],
            0,
            "Only one variant can be the one that the others are compared with.",
        ),
        ([{"label": "A", "weight": 1, "material": 99}], 0, "Select a valid choice."),
    ],
)
def test_variants_that_make_no_sense_are_not_kept(
    client: Client, marketing: User, rows: list[dict[str, Any]], holdout: int, said: str
) -> None:
    campaign = make_plan(owner=marketing)
    before = list(campaign.variants.values())
    address = f"/campaigns/{campaign.slug}/variants/"
    page = client.get(address)
    leads_back = f'href="/campaigns/{campaign.slug}/plan/"><span>{campaign.name}</span></a></li>'
    assert leads_back in page.content.decode()
    read = page.context["read"]
    answer = client.post(address, variant_rows(*rows, holdout=holdout) | {"read": read})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert list(campaign.variants.values()) == before


def test_the_cost_is_said_at_any_time(client: Client, marketing: User) -> None:
    campaign = make_campaign()
    assert "Saved." in save(client, "/campaigns/spring/cost/", cost="99")
    campaign.refresh_from_db()
    assert campaign.cost == 99
    assert client.post("/campaigns/spring/cost/", {"cost": "-1"}).status_code == 422
    save(client, "/campaigns/spring/cost/", cost="")
    campaign.refresh_from_db()
    assert campaign.cost is None


CHANGED = "This was changed while you had it open, so your changes are not saved yet."


def test_a_later_edit_of_a_plan_overwrites_nothing_and_keeps_what_was_typed(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    address = f"/campaigns/{campaign.slug}/edit/"
    facts = {**FACTS, "name": campaign.name, "audience": campaign.audience_id}
    save(client, address, **facts)
    read = client.get(address).context["read"]
    client.post(address, {**facts, "cost": "250", "channels": ["print"], "kind": "invitation", "read": read})
    late = client.post(address, {**facts, "description": "By hand", "read": read})
    assert late.status_code == 409
    assert CHANGED in text_of(late)
    told = [(one.label, one.now, one.by) for one in late.context["meanwhile"]]
    assert told == [("Kind", "Invitation", ""), ("Channels", "Printed mail", ""), ("Cost in dollars", "250.00", "")]
    form = late.context["form"]
    assert form["description"].value() == "By hand"
    assert (str(form["cost"].value()), form["channels"].value(), form["kind"].value()) == (
        "250.00",
        ["print"],
        "invitation",
    )
    campaign.refresh_from_db()
    assert (str(campaign.cost), campaign.description) == ("250.00", "")
    again = {**facts, "cost": "250", "channels": ["print"], "kind": "invitation", "description": "By hand"}
    assert client.post(address, again | {"read": late.context["read"]}).status_code == 302
    campaign.refresh_from_db()
    assert (str(campaign.cost), campaign.description) == ("250.00", "By hand")


def test_a_later_cost_overwrites_none(client: Client, marketing: User) -> None:
    campaign, address = make_campaign(), "/campaigns/spring/cost/"
    read = client.get(address).context["read"]
    client.post(address, {"cost": "99", "read": read})
    late = client.post(address, {"cost": "12", "read": read})
    assert late.status_code == 409
    assert late.context["form"]["cost"].value() == "12"
    campaign.refresh_from_db()
    assert campaign.cost == 99


def test_later_variants_overwrite_none_and_what_was_typed_stays(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    letter, card = campaign.variants.order_by("position")
    address = f"/campaigns/{campaign.slug}/variants/"
    one = {"id": letter.pk, "label": "Letter", "material": letter.material_id, "weight": 1, "is_control": "on"}
    two = {"id": card.pk, "label": "Card", "material": card.material_id, "weight": 1}
    read = client.get(address).context["read"]
    first = variant_rows({**one, "weight": 7}, {**two, "DELETE": "on"}, {"label": "Leaflet", "weight": 2}, known=2)
    assert client.post(address, first | {"read": read}).status_code == 302
    stored = list(campaign.variants.values())
    typed = variant_rows({**one, "label": "Epistle"}, {**two, "weight": 4}, {"label": "Poster", "weight": 3}, known=2)
    late = client.post(address, typed | {"read": read, "holdout_percent": 15})
    assert late.status_code == 409
    assert CHANGED in text_of(late)
    assert list(campaign.variants.values()) == stored
    told = [(one.label, one.now) for one in late.context["meanwhile"]]
    assert told == [("Letter: Weight", "7"), ("Another variant", "Leaflet"), ("Card", "removed")]
    rows = [[str(row[name].value() or "") for name in ("label", "weight")] for row in late.context["forms"]]
    typed_and_stored = [["Epistle", "7"], ["Leaflet", "2"], ["Card", "4"], ["Poster", "3"], ["", "1"], ["", "1"]]
    assert rows == typed_and_stored
    assert str(late.context["form"]["holdout_percent"].value()) == "15"
    fields = {field.html_name: field.value() for row in late.context["forms"] for field in row}
    again = {name: value for name, value in fields.items() if value not in (None, False)}
    sizes = {"form-TOTAL_FORMS": 6, "form-INITIAL_FORMS": 2, "holdout_percent": 15, "read": late.context["read"]}
    assert client.post(address, again | sizes).status_code == 302
    kept = campaign.variants.filter(is_holdout=False).values_list("label", "weight")
    assert list(kept) == [("Epistle", 7), ("Leaflet", 2), ("Card", 4), ("Poster", 3)]


def test_no_variant_that_was_typed_is_lost_beyond_the_most_that_there_may_be(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    address = f"/campaigns/{campaign.slug}/variants/"
    read = client.get(address).context["read"]
    campaign.variants.filter(position=0).update(weight=9)
    typed = variant_rows(*({"label": f"New {number}", "weight": 1} for number in range(20)))
    late = client.post(address, typed | {"read": read})
    assert late.status_code == 409
    labels = [row["label"].value() for row in late.context["forms"]]
    assert labels == ["Letter", "Card", *(f"New {number}" for number in range(20))]


def test_a_campaign_that_came_in_longer_than_may_be_is_changed_otherwise(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing, starts_on=date(1987, 3, 3), ends_on=date(2031, 3, 31))
    address = f"/campaigns/{campaign.slug}/edit/"
    days = {"starts_on": "1987-03-03", "ends_on": "2031-03-31", "name": campaign.name}
    read = client.get(address).context["read"]
    answer = client.post(address, {**FACTS, **days, "description": "By hand", "read": read})
    assert answer.status_code == 302
    campaign.refresh_from_db()
    assert campaign.description == "By hand"
    read = client.get(address).context["read"]
    answer = client.post(address, {**FACTS, **days, "ends_on": "2031-04-01", "read": read})
    assert answer.status_code == 422


@pytest.mark.parametrize("page", ["edit", "variants", "cost"])
def test_a_plans_form_without_what_was_read_overwrites_nothing(client: Client, marketing: User, page: str) -> None:
    campaign = make_plan(owner=marketing)
    sent = {**FACTS, **variant_rows({"label": "A", "weight": 1}), "read": "forged"}
    assert client.post(f"/campaigns/{campaign.slug}/{page}/", sent).status_code == 409
    campaign.refresh_from_db()
    assert (campaign.cost, campaign.variants.count()) == (None, 2)


def test_a_copy_is_suggested_and_made(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing, starts_on=date(2026, 3, 3), ends_on=date(2026, 3, 31))
    page = get(client, f"/campaigns/{campaign.slug}/copy/")
    assert 'value="Spring letter (2)"' in page
    taken = {"name": "Spring letter", "starts_on": "2027-01-05", "ends_on": "2027-01-04"}
    answer = client.post(f"/campaigns/{campaign.slug}/copy/", taken)
    assert answer.status_code == 422
    assert "Another campaign already has this name; “Spring letter (2)” is available." in text_of(answer)
    assert "It ends before it starts" in text_of(answer)
    page = post(client, f"/campaigns/{campaign.slug}/copy/", name="Again", starts_on="2027-01-05", ends_on="2027-02-01")
    assert "Copied as a draft, without its people and its cost." in page
    assert 'Copied from</dt><dd><a href="/campaigns/spring-letter/plan/">Spring letter</a>' in page


def test_a_draft_is_removed_once_that_is_confirmed(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    assert "This cannot be undone." in get(client, f"/campaigns/{campaign.slug}/discard/")
    approve(campaign)
    said = post(client, f"/campaigns/{campaign.slug}/discard/")
    assert "Only a draft that nothing has come of yet can be removed." in said
    post(client, f"/campaigns/{campaign.slug}/step/back/")
    assert "The draft “Spring letter” is removed." in post(client, f"/campaigns/{campaign.slug}/discard/")
    assert not Campaign.objects.exists()


def test_what_is_typed_comes_out_inert(client: Client, marketing: User) -> None:
    page = post(client, "/campaigns/new/", **{**FACTS, "name": "<script>alert(1)</script>", "goal": "<b>x</b>"})
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    post(client, "/campaigns/notes/new/", day="2026-03-04", text="<img src=x onerror=alert(1)>")
    assert "<img" not in get(client, "/campaigns/calendar/?month=2026-03").replace('<img src="/static', "")


# Steps ------------------------------------------------------------------------------------------------------------


def test_a_campaign_goes_from_draft_to_closed_in_pages(client: Client, marketing: User, work: None) -> None:
    for number in range(6):
        make_customer(f"C-{number}", email=f"c{number}@example.com")
    campaign = make_plan(owner=marketing, holdout_percent=20)
    step = f"/campaigns/{campaign.slug}/step"
    assert "Approved." in post(client, f"{step}/approve/")
    confirm = get(client, f"{step}/launch/")
    assert "<strong>6</strong> of 6 matching customers are reached." in confirm
    page = post(client, f"{step}/launch/", why="the manager said so")
    assert "Running" in page
    assert f"<code>{Campaign.objects.get().seed}</code>" in page
    assert "Approved → <strong>Running</strong>: the manager said so" in page
    assert (Assignment.objects.count(), Launch.objects.get().reached) == (6, 6)
    page = post(client, f"{step}/pause/")
    address, data = undo_of(page)
    assert address == f"{step}/resume/"
    assert "It is running again, with the same people." in post(client, address, **data)
    assert "Closed." in post(client, f"{step}/close/")
    assert Campaign.objects.get().state == CampaignState.CLOSED


def test_a_double_click_on_launch_draws_once(client: Client, marketing: User, work: None) -> None:
    make_customer("C-1", email="a@example.com")
    campaign = make_plan(owner=marketing)
    approve(campaign)
    post(client, f"/campaigns/{campaign.slug}/step/launch/")
    seed = Campaign.objects.get().seed
    post(client, f"/campaigns/{campaign.slug}/step/launch/")
    assert (Launch.objects.count(), Assignment.objects.count(), Share.objects.count()) == (1, 1, 1)
    assert Campaign.objects.get().seed == seed


def test_a_launch_is_drawn_by_the_clock_where_the_broker_is_away(
    client: Client, marketing: User, broker: Broker
) -> None:
    make_customer("C-1", email="a@example.com")
    campaign, broker.is_away = make_plan(owner=marketing), True
    approve(campaign)
    assert "Running" in post(client, f"/campaigns/{campaign.slug}/step/launch/")
    assert (Assignment.objects.count(), broker.calls) == (0, [])
    broker.is_away, broker.does = False, {launching.WORK}
    by_the_clock(tend_launches)
    assert (Assignment.objects.count(), Share.objects.count()) == (1, 1)
    broker.calls.clear()
    by_the_clock(tend_launches)
    assert broker.calls == []


def test_an_audience_of_nobody_is_not_approved(client: Client, marketing: User) -> None:
    make_customer("C-1")
    campaign = make_plan(owner=marketing)
    said = post(client, f"/campaigns/{campaign.slug}/step/approve/")
    assert "Its audience reaches nobody: 1 match, and all are left out." in said
    assert Campaign.objects.get().state == CampaignState.DRAFT


def test_what_a_draft_lacks_is_said_before_whom_it_reaches(client: Client, marketing: User) -> None:
    make_customer("C-1")
    campaign = make_plan(owner=marketing, goal="", channels=[], audience=None)
    answer = client.post(f"/campaigns/{campaign.slug}/step/approve/", {"csrfmiddlewaretoken": "x"}, follow=True)
    (said,) = answer.context["messages"]
    assert str(said) == "Enter its goal. Choose which channels it uses. Choose its audience."
    assert Campaign.objects.get().state == CampaignState.DRAFT


def test_a_step_that_does_not_exist_or_is_not_open_is_refused(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    assert client.get(f"/campaigns/{campaign.slug}/step/fly/").status_code == 400
    said = text_of(client.get(f"/campaigns/{campaign.slug}/step/close/", follow=True))
    assert "The campaign is draft: this step is not available for it." in said


def test_who_sees_a_campaign_reads_its_plan_and_changes_nothing(client: Client) -> None:
    campaign = make_plan()
    client.force_login(make_user(Role.AUDITOR))
    page = get(client, f"/campaigns/{campaign.slug}/plan/")
    for button in ("Approve", "Edit", "Copy", "New audience", "Before it can be approved"):
        assert button not in page
    for address in ("edit", "variants", "copy", "cost", "discard", "step/approve"):
        assert client.post(f"/campaigns/{campaign.slug}/{address}/").status_code == 403
    assert Campaign.objects.get().state == CampaignState.DRAFT


def test_a_campaign_that_reaches_no_customer_of_ones_own_is_not_found(client: Client, sales: User) -> None:
    make_plan()
    for page in ("plan", "reach", "launch-state", "responses/new"):
        assert client.get(f"/campaigns/spring-letter/{page}/").status_code == 404
    assert "Spring letter" not in get(client, "/campaigns/calendar/")


def test_a_plan_takes_the_same_statements_for_any_number_of_people_and_variants(
    client: Client, marketing: User, work: None
) -> None:
    counts = []
    for number in (1, 3):
        for one in range(number):
            make_customer(f"C-{number}-{one}", email=f"c{number}{one}@example.com")
        campaign = launch(make_plan(f"Plan {number}", owner=marketing))
        client.get(f"/campaigns/{campaign.slug}/plan/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/campaigns/{campaign.slug}/plan/")
        counts.append(len(queries))
    assert counts == [11, 11]


def test_after_its_launch_a_plan_by_email_leads_to_its_mailings(
    client: Client, marketing: User, broker: Broker
) -> None:
    everybody = 40  # enough that neither variant is drawn for nobody
    for number in range(everybody):
        make_customer(f"C-{number}", email=f"c{number}@example.com")
    campaign = make_plan(owner=marketing)
    address = f"/campaigns/{campaign.slug}/plan/"
    approve(campaign)
    assert "Nothing goes to them until a mailing is sent." not in get(client, address)
    assert "No e-mail is sent automatically" in get(client, f"/campaigns/{campaign.slug}/step/launch/")
    stepping.take(campaign, Step.LAUNCH, marketing)
    launching.work_on(campaign.pk)
    page = get(client, address)
    assert "Next: the mailing" in page
    assert "E-mail links have been made for 40 people. Nothing goes to them until a mailing is sent." in page
    letter, card = campaign.variants.order_by("position")
    assert f"/mailings/new/?source=variant-{letter.pk}" in page
    asked = {"source": f"variant-{card.pk}", "name": "Cards", "subject": "A card", "body": "{{link}}"}
    begun = client.post("/mailings/new/", {**asked, "messages_a_minute": 600})
    assert begun.status_code == 302
    page = get(client, address)
    assert "Links waiting for a mailing" in page
    assert f'<a href="{begun["Location"]}">Go on with “Cards”</a>' in page
    assert f'<a href="{begun["Location"]}">Cards</a></th><td>Card</td><td>Mary Marketing</td><td>Draft</td>' in page
    assert f"source=variant-{card.pk}" not in page
    running.start(Mailing.objects.get())
    page, people = get(client, address), Share.objects.filter(variant=letter).count()
    assert f'<td>Sending</td><td class="number">0</td><td class="number">{everybody - people}</td>' in page
    assert f"Letter ({people})" in page
    assert "Go on with “Cards”" not in page


def test_a_plan_shows_the_goal_in_numbers(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    address = f"/campaigns/{campaign.slug}/plan/"
    assert "Goal in numbers" not in get(client, address)
    Campaign.objects.update(goal_measure="response_rate", goal_value="2.5")
    assert "<dt>Goal in numbers</dt><dd>Percent who respond, 2.50%</dd>" in get(client, address)


def test_a_plan_without_email_tells_of_no_mailing(client: Client, marketing: User, work: None) -> None:
    make_customer("C-1", email="c1@example.com", street="1 Main St", city="Chicago", state="IL", postal_code="60601")
    campaign = launch(make_plan(owner=marketing, channels=[Channel.PRINT]))
    assert Launch.objects.get().drawn_at
    page = get(client, f"/campaigns/{campaign.slug}/plan/")
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Letters to print" in main
    assert "mailing" not in main.replace("home mailing address", "")  # the notice's words for where letters go


# Audiences --------------------------------------------------------------------------------------------------------


def test_the_count_follows_what_is_asked_and_shows_nobody(client: Client, marketing: User) -> None:
    make_customer("C-1", email="quillfeather@example.com", name="Quillfeather", postal_code="60601")
    make_customer("C-2", postal_code="60602")
    make_customer("C-3", postal_code="10001")
    answer = client.post("/campaigns/audiences/count/", {"postal_codes": "606", "channels": ["email"]})
    assert answer.json() == {
        "matched": 2,
        "reached": 1,
        "left_out": [{"why": "they have no address for this", "people": 1}],
    }
    assert client.post("/campaigns/audiences/count/", {"postal_codes": "606"}).json()["reached"] == 2
    assert not Audience.objects.exists()
    page = post(client, "/campaigns/audiences/new/", name="Near", postal_codes="606", channels="email", count="1")
    assert "<strong>1</strong> of 2 matching customers are reached." in page
    assert "Quillfeather" not in page
    assert not Audience.objects.exists()


def test_a_count_of_what_makes_no_sense_says_where(client: Client, marketing: User) -> None:
    answer = client.post("/campaigns/audiences/count/", {"employees": "many", "lists": ["gone"]})
    assert answer.status_code == 422
    assert "Employees, at least: Enter a whole number." in answer.json()["problem"]
    assert "Is a member of any of these lists: Select a valid choice." in answer.json()["problem"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"customer_since": "2026-11-01", "customer_until": "2026-01-01"}, "customer_until"),
        ({"customer_since": "2026-01-01", "customer_until": "2026-01-01"}, "customer_until"),
        ({"customer_since": "2026-01-01", "customer_until": "2026-01-02"}, ""),
        ({"shared_within": "30", "not_shared_within": "30"}, "not_shared_within"),
        ({"shared_within": "30", "not_shared_within": "29"}, ""),
    ],
)
def test_an_audience_of_what_nobody_can_be_says_so_where_it_is_asked(
    client: Client, marketing: User, asked: dict[str, str], field: str
) -> None:
    answer = client.post("/campaigns/audiences/new/", {"name": "Readers", **asked})
    if field:
        assert [*answer.context["form"].errors] == [field]
        assert answer.context["form"].errors[field][0].startswith("Nobody fits: ")
    assert (answer.status_code, Audience.objects.count()) == ((422, 0) if field else (302, 1))


def test_an_audience_made_for_a_draft_becomes_its_audience(client: Client, marketing: User) -> None:
    MailingList.objects.create(slug="deliver", name="Deliver")
    campaign = make_plan(owner=marketing)
    address = f"/campaigns/audiences/new/?campaign={campaign.slug}"
    page = text_of(client.post(address, {"name": "Readers", "lists": ["deliver"]}, follow=True))
    assert "Is a member of any of these lists: Deliver" in page
    campaign.refresh_from_db()
    assert campaign.audience
    assert (campaign.audience.name, campaign.audience.conditions) == ("Readers", {"lists": ["deliver"]})


def test_two_audiences_are_not_called_the_same(client: Client, marketing: User) -> None:
    make_audience("Readers")
    answer = client.post("/campaigns/audiences/new/", {"name": "Readers"})
    assert (answer.status_code, Audience.objects.count()) == (422, 1)
    assert "Another audience already has this name." in text_of(answer)


def test_what_was_approved_keeps_its_audience(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    approve(campaign)
    answer = client.post(f"/campaigns/audiences/{campaign.audience_id}/", {"name": "Other", "states": "NY"})
    assert answer.status_code == 422
    assert "“Spring letter” was approved with this audience" in text_of(answer)
    assert Audience.objects.get().conditions == {}


def test_audiences_are_listed_and_unused_ones_removed(client: Client, marketing: User) -> None:
    used, unused = make_plan(owner=marketing).audience, make_audience("Unused", states=["NY"])
    make_audience("Broken", lists=["gone"])
    page = get(client, "/campaigns/audiences/")
    assert "State or region: NY" in page
    assert "No longer valid: Is a member of any of these lists: Select a valid choice." in page
    assert used
    whole = client.get("/campaigns/audiences/").content.decode()
    assert f'<a href="/campaigns/audiences/{unused.pk}/remove/" aria-label="Remove Unused">Remove</a>' in whole
    assert f'href="/campaigns/audiences/{used.pk}/remove/"' not in whole
    assert "it cannot be removed" in post(client, f"/campaigns/audiences/{used.pk}/remove/")
    assert "is removed" in post(client, f"/campaigns/audiences/{unused.pk}/remove/")
    assert set(Audience.objects.values_list("name", flat=True)) == {used.name, "Broken"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_audiences_takes_the_same_statements_for_any_number(
    client: Client, marketing: User, count: int
) -> None:
    for number in range(count):
        make_audience(f"A{number}", states=["NY"])
    client.get("/campaigns/audiences/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/campaigns/audiences/")
    # The user, what is kept of the list, its keys, the audiences, how many.
    assert len(queries) == 4


def test_audiences_are_searched_sorted_and_filtered_by_whether_a_campaign_has_them(
    client: Client, marketing: User
) -> None:
    used = make_plan(owner=marketing).audience
    assert used
    for name in ("North", "South"):
        make_audience(name)

    def named(query: str) -> list[str]:
        page = client.get(f"/campaigns/audiences/?{query}").content.decode()
        return re.findall(r'<a href="/campaigns/audiences/\d+/">([^<]+)</a>', page)

    assert named("search=ort") == ["North"]
    assert named("used=yes") == [used.name]
    assert named("used=no&sort=-name") == ["South", "North"]
    assert (
        "No audience matches all of these filters." in client.get("/campaigns/audiences/?search=xyz").content.decode()
    )


# Calendar and notes -----------------------------------------------------------------------------------------------


def test_a_month_has_bars_for_what_runs_in_it_and_notes_on_its_days(client: Client, marketing: User) -> None:
    make_plan("Spring letter", owner=marketing, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 16))
    make_plan("Later", owner=marketing, starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2))
    CampaignNote.objects.create(day=date(2026, 3, 10), text="Snow", author=marketing)
    page = get(client, "/campaigns/calendar/?month=2026-03")
    assert "March 2026" in page
    assert 'aria-label="Spring letter, draft, from March 4 to March 16"' in page
    assert "Later" not in page
    assert "Snow" in page
    assert 'rel="prev" href="?month=2026-02"' in page
    assert 'rel="next" href="?month=2026-04"' in page


def test_weeks_begin_on_sunday_and_campaigns_share_rows_where_they_fit() -> None:
    user = make_user(Role.MARKETING_MANAGER)
    one = make_plan("One", starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 16))
    two = make_plan("Two", starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 6))
    three = make_plan("Three", starts_on=date(2026, 3, 7), ends_on=None)
    month = calendar.month_of(date(2026, 3, 1), user)
    first, second, third = month.weeks[:3]
    assert [day.day.day for day in first.days] == [1, 2, 3, 4, 5, 6, 7]
    shape = [
        [(bar.campaign.name, bar.gap, bar.width, bar.begins, bar.ends) for bar in lane.bars] for lane in first.lanes
    ]
    assert shape == [[("One", 3, 4, True, False)], [("Two", 4, 2, True, True), ("Three", 0, 1, True, True)]]
    assert [lane.rest for lane in first.lanes] == [0, 0]
    assert [(bar.gap, bar.width, bar.begins, bar.ends) for bar in second.lanes[0].bars] == [(0, 7, False, False)]
    assert [(bar.gap, bar.width, bar.begins, bar.ends) for bar in third.lanes[0].bars] == [(0, 2, False, True)]
    assert third.lanes[0].rest == 5
    assert month.campaigns == [one, two, three]


@pytest.mark.parametrize(
    ("first", "previous", "following"),
    [
        (date(2026, 1, 1), date(2025, 12, 1), date(2026, 2, 1)),
        (date(2024, 2, 1), date(2024, 1, 1), date(2024, 3, 1)),
        (date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1)),
    ],
)
def test_the_months_beside(first: date, previous: date, following: date) -> None:
    month = calendar.month_of(first, make_user(Role.AUDITOR))
    assert (month.previous, month.next) == (previous, following)


@pytest.mark.parametrize("asked", ["2026-13", "yesterday", "0001-01", "9999-12", ""])
def test_what_is_no_month_shows_the_present_one(client: Client, marketing: User, asked: str) -> None:
    page = get(client, f"/campaigns/calendar/?month={asked}")
    assert f"{agency_today():%B %Y}" in page
    assert "That was not a month" in page


def test_a_new_note_is_of_today_in_this_month_and_of_the_first_of_any_other(client: Client, marketing: User) -> None:
    assert f'/campaigns/notes/new/?day={agency_today()}"' in get(client, "/campaigns/calendar/")
    assert '/campaigns/notes/new/?day=2026-03-01"' in get(client, "/campaigns/calendar/?month=2026-03")


def test_a_note_is_added_changed_removed_and_put_back(client: Client, marketing: User) -> None:
    campaign = make_plan(owner=marketing)
    page = post(client, "/campaigns/notes/new/", day="2026-03-10", text="Snow in the north", campaign=campaign.pk)
    assert "Snow in the north" in page
    note = CampaignNote.objects.get()
    assert (note.author, note.campaign) == (marketing, campaign)
    post(client, f"/campaigns/notes/{note.pk}/", day="2026-03-11", text="Snow", campaign="")
    note.refresh_from_db()
    assert (note.day, note.text, note.campaign, note.author) == (date(2026, 3, 11), "Snow", None, marketing)
    page = post(client, f"/campaigns/notes/{note.pk}/remove/")
    assert not CampaignNote.objects.exists()
    address, data = undo_of(page)
    assert "The note is back." in post(client, address, **data)
    back = CampaignNote.objects.get()
    assert (back.day, back.text, back.author) == (date(2026, 3, 11), "Snow", marketing)


@pytest.mark.parametrize("change", [{"text": ""}, {"day": ""}, {"day": "x"}, {"text": "x" * 301}, {"campaign": "99"}])
def test_a_note_that_makes_no_sense_is_not_kept(client: Client, marketing: User, change: dict[str, str]) -> None:
    answer = client.post("/campaigns/notes/new/", {"day": "2026-03-10", "text": "Snow", **change})
    assert (answer.status_code, CampaignNote.objects.count()) == (422, 0)


def test_a_note_that_nobody_removed_is_not_put_back(client: Client, marketing: User) -> None:
    assert client.post("/campaigns/notes/restore/", {"undone": "made:up"}).status_code == 400
    assert not CampaignNote.objects.exists()


def test_notes_stand_beside_the_report_by_day(client: Client, marketing: User) -> None:
    campaign = make_campaign("spring")
    enroll(make_customer("C-1"), campaign.variants.all()[0], "response")
    Campaign.objects.filter(pk=campaign.pk).update(starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    for day, text, of in (
        (10, "Snow everywhere", None), (11, "Its own", campaign), (12, "Of another", make_campaign("other"))
    ):  # fmt: skip
        CampaignNote.objects.create(day=date(2026, 3, day), text=text, campaign=of)
    CampaignNote.objects.create(day=date(2026, 6, 1), text="Long after")
    fold_all()
    page = get(client, "/campaigns/spring/")
    assert "Snow everywhere" in page
    assert "Its own" in page
    assert "Of another" not in page
    assert "Long after" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_takes_the_same_statements_for_any_number(client: Client, marketing: User, count: int) -> None:
    for number in range(count):
        campaign = make_plan(f"P{number}", owner=marketing)
        CampaignNote.objects.create(day=agency_today(), text="x", author=marketing, campaign=campaign)
    client.get("/campaigns/calendar/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/campaigns/calendar/")
    # The user, campaigns, notes.
    assert len(queries) == 3


# Responses --------------------------------------------------------------------------------------------------------


def outcome_data(**more: Any) -> dict[str, Any]:
    return {"key": uuid.uuid4(), "kind": "conversion", "happened_at": "2026-03-12T10:00", "amount": "70", **more}


def test_a_response_is_recorded_on_the_customers_page_and_taken_back(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Ann Ames")
    enroll(customer, make_campaign("spring").variants.get(name="letter"))
    assignment = Assignment.objects.get()
    address = f"/customers/{customer.key}/responses/new/"
    assert "Spring (letter)" in get(client, address)
    page = post(client, address, **outcome_data(assignment=assignment.pk))
    assert "Conversion recorded. The numbers will include it within seconds." in page
    assert "$70.00" in page
    outcome = Outcome.objects.get()
    assert (outcome.campaign, outcome.recorded_by) == (assignment.campaign, sales)
    assert "Ann Ames" in get(client, f"/responses/{outcome.key}/take-back/")
    page = post(client, f"/responses/{outcome.key}/take-back/")
    assert "Taken back: it has been removed from the log and the numbers." in page
    assert "<strong>Taken back</strong>" in page
    assert not Event.objects.filter(kind="conversion").exists()
    assert "already been taken back" in post(client, f"/responses/{outcome.key}/take-back/")


def test_a_double_click_records_once(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    data = outcome_data()
    for _ in range(2):
        post(client, f"/customers/{customer.key}/responses/new/", **data)
    assert Outcome.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"happened_at": "2999-01-01T10:00"}, "That is in the future: record it once it has happened."),
        ({"happened_at": "noon"}, "Enter a valid date/time."),
        ({"amount": "-5"}, "An amount cannot be below zero."),
        ({"amount": "1e40"}, "Give a number of at most"),
        ({"kind": "view"}, "Select a valid choice."),
        ({"assignment": "99"}, "Select a valid choice."),
        ({"key": "x"}, "Enter a valid UUID."),
    ],
)
def test_a_response_that_makes_no_sense_is_not_recorded(
    client: Client, sales: User, change: dict[str, str], said: str
) -> None:
    customer = make_customer("C-1", sales)
    answer = client.post(f"/customers/{customer.key}/responses/new/", outcome_data(**change))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Outcome.objects.exists()


def test_no_amount_is_no_amount_and_zero_neither(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    for amount in ("", "0"):
        post(client, f"/customers/{customer.key}/responses/new/", **outcome_data(amount=amount))
    assert list(Outcome.objects.values_list("amount", flat=True)) == [None, None]


def test_a_customer_of_others_is_not_found(client: Client, sales: User) -> None:
    theirs = make_customer("C-9", make_user(Role.SALES, "Outsider"))
    assert client.get(f"/customers/{theirs.key}/responses/new/").status_code == 404
    assert client.post(f"/customers/{theirs.key}/responses/new/", outcome_data()).status_code == 404
    outcome = record(theirs, Said(uuid.uuid4(), OutcomeKind.RESPONSE, NOON), make_user(Role.SALES, "Zoe"), Basis(12))
    assert client.post(f"/responses/{outcome.key}/take-back/").status_code == 404
    assert Outcome.objects.get().taken_back_at is None


def test_who_did_not_record_it_is_told_who_may_take_it_back(client: Client, sales: User) -> None:
    colleague = make_user(Role.SALES, "Cora Colleague")
    customer = make_customer("C-1", sales, colleague)
    outcome = record(customer, Said(uuid.uuid4(), OutcomeKind.RESPONSE, NOON), colleague, Basis(12))
    page = get(client, f"/responses/{outcome.key}/take-back/")
    assert "Cora Colleague recorded it: they, or the manager of their team, can take it back." in page
    assert "Cora Colleague recorded it" in post(client, f"/responses/{outcome.key}/take-back/")
    assert Event.objects.count() == 1


def test_a_campaigns_response_asks_first_whose_it_is(client: Client, sales: User) -> None:
    customer, stranger = make_customer("C-1", sales), make_customer("C-2", sales)
    campaign = make_campaign("spring")
    enroll(customer, campaign.variants.get(name="letter"))
    address = "/campaigns/spring/responses/new/"
    answer = client.post(address, {"customer": stranger.number})
    assert "This customer is not in the campaign: record it on their own page." in text_of(answer)
    assert "Nothing that you can see has that name." in text_of(client.post(address, {"customer": "C-99"}))
    page = text_of(client.post(address, {"customer": "C-1"}, follow=True))
    assert f'<option value="{Assignment.objects.get().pk}" selected>Spring (letter)</option>' in page


def test_each_reading_is_logged(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    get(client, f"/customers/{customer.key}/responses/new/")
    get(client, "/tasks/")
    rows = AccessEntry.objects.filter(kind="shown").order_by("at").values_list("place", "key", "records", "user_id")
    assert list(rows) == [("response_new", "customer_id", 1, sales.pk), ("tasks", "list", 0, sales.pk)]


def test_without_a_purpose_nothing_is_shown_or_changed(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    task = ask_through(make_share(customer, sales))
    session = client.session
    session["basis"] = {"purpose": 13, "duty": None, "reference": ""}  # marketing's, not sales'
    session.save()
    addresses = ("/tasks/", f"/tasks/{task.key}/", f"/customers/{customer.key}/responses/new/")
    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(f"/tasks/{task.key}/done/", {"outcome": "x"}).status_code == 403
    assert client.post(addresses[2], outcome_data()).status_code == 403
    assert (FollowUp.objects.get().done_at, Outcome.objects.count()) == (None, 0)


# Tasks ------------------------------------------------------------------------------------------------------------


def test_tasks_are_listed_with_what_is_overdue_in_words_and_done_with_undo(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Ann Ames", phone="+13125550142")
    task = ask_through(make_share(customer, sales), text="Call me on Tuesday")
    page = get(client, "/tasks/")
    assert "Asked to be called" in page
    assert '<span class="tag tag-warning">overdue</span>' in page
    assert "Mar 11, 2026" in page
    page = get(client, f"/tasks/{task.key}/")
    assert "Call me on Tuesday" in page
    page = post(client, f"/tasks/{task.key}/done/", outcome="Called her")
    assert "Nothing is open" in page
    address, data = undo_of(page)
    assert "Ann Ames" in get(client, "/tasks/?show=done")
    assert "The task is open again." in post(client, address, **data)
    assert '<span class="tag tag-warning">overdue</span>' in get(client, "/tasks/")
    assert "1, 1 overdue" in get(client, "/")


def test_next_steps_of_calls_stand_on_the_list_too(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Ann Ames")
    due = agency_today() + timedelta(days=1)
    Interaction.objects.create(customer=customer, staff=sales, about="x", next_step="Send prices", next_step_on=due)
    step = Interaction.objects.get()
    assert "Send prices" in get(client, "/tasks/")
    said = post(client, f"/records/interactions/{step.key}/done/", next="/tasks/")
    assert "Send prices" not in said


def test_what_was_done_meanwhile_is_said(client: Client, sales: User) -> None:
    task = ask_through(make_share(make_customer("C-1", sales), sales))
    post(client, f"/tasks/{task.key}/done/", outcome="first")
    assert "Sam Sales has done this already." in post(client, f"/tasks/{task.key}/done/", outcome="second")
    assert FollowUp.objects.get().outcome == "first"


def test_too_long_an_outcome_is_not_kept_and_not_lost(client: Client, sales: User) -> None:
    task = ask_through(make_share(make_customer("C-1", sales), sales))
    answer = client.post(f"/tasks/{task.key}/done/", {"outcome": "z" * 1_001})
    assert answer.status_code == 422
    assert "z" * 1_001 in answer.content.decode()
    assert FollowUp.objects.get().done_at is None


def test_a_manager_hands_a_task_to_one_of_their_people_who_sees_the_customer(client: Client) -> None:
    ann, ben, mona = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER, "Mona")
    outsider = make_user(Role.SALES, "Outsider")
    make_team(ann, ben, manager=mona)
    customer = make_customer("C-1", ann)
    task = ask_through(make_share(customer, ann))
    client.force_login(ann)
    assert client.post(f"/tasks/{task.key}/hand-on/", {"owner": ben.pk}).status_code == 403
    client.force_login(mona)
    page = get(client, "/tasks/?whose=team")
    assert "Asked to be called" in page
    assert f"/tasks/{task.key}/" not in get(client, "/tasks/")
    refused = client.post(f"/tasks/{task.key}/hand-on/", {"owner": ben.pk})
    assert refused.status_code == 422
    assert "Ben cannot see this customer: assign the customer first." in text_of(refused)
    assert client.post(f"/tasks/{task.key}/hand-on/", {"owner": outsider.pk}).status_code == 422
    CustomerAssignment.objects.create(customer=customer, staff=ben)
    assert "It now belongs to Ben." in post(client, f"/tasks/{task.key}/hand-on/", owner=ben.pk)
    assert FollowUp.objects.get().owner == ben


def test_a_task_of_others_is_not_found(client: Client, sales: User) -> None:
    other = make_user(Role.SALES, "Other")
    task = ask_through(make_share(make_customer("C-1", other), other))
    for verb in ("", "done/", "open/"):
        assert client.post(f"/tasks/{task.key}/{verb}").status_code == (405 if not verb else 404)
    assert client.get(f"/tasks/{task.key}/").status_code == 404
    assert FollowUp.objects.get().done_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_tasks_takes_the_same_statements_for_any_number(client: Client, sales: User, count: int) -> None:
    for number in range(count):
        customer = make_customer(f"C-{number}", sales)
        ask_through(make_share(customer, sales, f"m-{number}"))
        Interaction.objects.create(customer=customer, staff=sales, about="x", next_step="y")
    client.get("/tasks/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/tasks/")
    # The user, what is kept of the list, the tasks and their count, next steps; the two lines of
    # the access log, each in a transaction of its own within the test's.
    assert len(queries) == 5 + 2 * 3
