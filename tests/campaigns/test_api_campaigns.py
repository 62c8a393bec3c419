"""Campaigns, materials, custom web pages and events by the API."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from analytics.folding import fold_all
from campaigns.models import Campaign, Event, Material, Share, Tag, Viewer
from campaigns.webpages.blocks import Text
from campaigns.webpages.publishing import make_page, publish, save_draft
from privacy.models import AccessEntry, User
from privacy.roles import Role
from tests.api import Program, errors_of, problem_of
from tests.campaigns.shared import shared_with
from tests.factories import enroll, make_campaign, make_customer, make_material, make_team, make_user
from tests.material_files import make_shown_material

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES)


@pytest.fixture
def manager(sales: User) -> User:
    user = make_user(Role.SALES_MANAGER)
    make_team(sales, manager=user)
    return user


@pytest.fixture
def program(manager: User) -> Program:
    cache.clear()
    return Program(manager)


@pytest.fixture
def marketing() -> Program:
    cache.clear()
    return Program(make_user(Role.MARKETING_MANAGER))


@pytest.fixture
def share(sales: User) -> Share:
    return shared_with(make_customer("C-1", sales), sales)


def statements(program: Program, path: str) -> int:
    program.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert program.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements_for_any_number(marketing: Program, count: int) -> None:
    owner = marketing.key.owner
    for number in range(count):
        make_campaign(f"c-{number}")
        make_material(f"m-{number}").tags.add(Tag.objects.get_or_create(slug="rates", name="Rates")[0])
        make_page("Page", owner, customer=make_customer(f"C-{number}"))
    found = {path: statements(marketing, path) for path in ("/campaigns", "/materials", "/web-pages")}
    assert found == {"/campaigns": 3, "/materials": 4, "/web-pages": 9}


# Campaigns -----------------------------------------------------------------------------------------------------------
def test_a_campaign_is_told_with_its_arms(marketing: Program) -> None:
    campaign = make_campaign("spring")
    Campaign.objects.filter(pk=campaign.pk).update(cost="125.50", goal="More")
    campaign.variants.filter(name="letter").update(material=make_material("guide"), label="Letter")
    body = marketing.get("/campaigns/spring").json()
    assert (body["name"], body["cost"], body["goal"], body["state"]) == ("Spring", "125.50", "More", "closed")
    assert body["variants"][1] == {
        "name": "letter",
        "label": "Letter",
        "is_control": False,
        "is_holdout": False,
        "weight": 1,
        "material": "guide",
    }


def test_campaigns_are_those_that_reach_a_customer_of_ones_own(program: Program, sales: User) -> None:
    mine, theirs = make_campaign("mine"), make_campaign("theirs")
    enroll(make_customer("C-1", sales), mine.variants.all()[0])
    enroll(make_customer("C-9", make_user(Role.SALES, "Other")), theirs.variants.all()[0])
    assert [row["slug"] for row in program.get("/campaigns").json()["results"]] == ["mine"]
    assert problem_of(program.get("/campaigns/theirs")) == (404, "not-found")


def test_campaigns_are_chosen_by_state_kind_and_day(marketing: Program) -> None:
    make_campaign("one")
    Campaign.objects.create(slug="two", name="Two", state="draft", kind="research", starts_on="2026-05-01")
    queries = ("state=draft", "kind=research", "starts_from=2026-05-01", "starts_to=2026-04-30", "sort=name")
    found = {
        query: [row["slug"] for row in marketing.get(f"/campaigns?{query}").json()["results"]] for query in queries
    }
    assert list(found.values()) == [["two"], ["two"], ["two"], [], ["one", "two"]]
    assert list(errors_of(marketing.get("/campaigns?state=lost"))) == ["state"]


# Materials -----------------------------------------------------------------------------------------------------------
def test_a_material_is_told_with_its_versions(
    program: Program, sales: User, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_shown_material(sales, pages=2)
    body = program.get("/materials/guide").json()
    (version,) = body["versions"]
    assert (body["kind"], body["page_count"], body["topics"]) == ("document", 2, [])
    assert (version["number"], version["state"], version["media_type"], version["page_count"]) == (
        1,
        "ready",
        "application/pdf",
        2,
    )
    assert "file" not in version


def test_withdrawn_materials_and_web_pages_are_left_out(program: Program, sales: User) -> None:
    make_material("guide").tags.add(Tag.objects.create(slug="rates", name="Rates"))
    Material.objects.create(slug="old", title="Old", withdrawn_at=timezone.now())
    page = make_page("Offer for Ann Quillfeather", sales)
    queries = ("", "?state=withdrawn", "?tag=rates", "?search=guide", "?kind=link")
    found = [[row["slug"] for row in program.get(f"/materials{query}").json()["results"]] for query in queries]
    assert found == [["guide"], ["old"], ["guide"], ["guide"], []]
    assert problem_of(program.get(f"/materials/{page.material.slug}")) == (404, "not-found")


# Custom web pages ----------------------------------------------------------------------------------------------------
def test_a_web_page_is_told_as_it_is_published(program: Program, sales: User, manager: User) -> None:
    customer = make_customer("C-1", sales, name="Ann")
    page = make_page("For Ann", manager, customer=customer)
    address = f"/web-pages/{page.material.slug}"
    assert (program.get(address).json()["version"], program.get(address).json()["blocks"]) == (0, [])
    publish(save_draft(page, [Text(heading="Rates", text="Lower")], page.changed_at), manager)
    body = program.get(address).json()
    assert body["blocks"] == [{"kind": "text", "heading": "Rates", "text": "Lower"}]
    assert (body["customer"], body["version"]) == ({"key": str(customer.key), "name": "Ann"}, 1)
    shown = AccessEntry.objects.filter(kind="shown").latest("at")
    assert (shown.place, shown.records, shown.categories) == ("api_web_pages", 1, [18])


def test_who_does_not_see_the_customer_is_not_told_who_it_is(marketing: Program, sales: User) -> None:
    make_page("Offer", sales, customer=make_customer("C-1", sales, name="Ann Quillfeather"))
    answer = marketing.get("/web-pages")
    assert [row["customer"] for row in answer.json()["results"]] == [None]
    assert "Quillfeather" not in answer.content.decode()


# Events --------------------------------------------------------------------------------------------------------------
def an_event(**more: Any) -> dict[str, Any]:
    at = (timezone.now() + timedelta(seconds=1)).isoformat()
    return {"id": str(uuid.uuid4()), "kind": "view", "occurred_at": at, "visit": str(uuid.uuid4()), **more}


def sent(program: Program, *events: dict[str, Any]) -> Any:
    return program.post("/events", {"events": list(events)})


def test_what_happened_through_a_share_is_its_recipients(program: Program, share: Share) -> None:
    page = an_event(kind="page", share=str(share.key), page=2, version=1, dwell_seconds=4.5)
    answer = sent(program, an_event(share=str(share.key)), page)
    assert (answer.status_code, answer.json()) == (201, {"accepted": 2, "duplicate": 0})
    stored = Event.objects.get(id=page["id"])
    assert (stored.viewer_id, stored.share_id, stored.material_id, stored.page, stored.dwell_ms) == (
        share.recipient_id,
        share.pk,
        share.material_id,
        2,
        4500,
    )
    assert (stored.verdict, stored.grade, stored.visit_id) == ("human", "addressee", uuid.UUID(page["visit"]))


@pytest.mark.parametrize("at", ["2026-03-08T02:30:00", "2026-11-01"])
def test_a_moment_without_its_offset_is_not_guessed(program: Program, share: Share, at: str) -> None:
    """By UTC it could be of the day before."""
    answer = sent(program, an_event(share=str(share.key), occurred_at=at))
    assert problem_of(answer) == (400, "invalid")
    said = "A moment has its offset, as in 2026-03-10T16:00:00Z."
    assert errors_of(answer) == {"events.0.occurred_at": [said]}
    assert not Event.objects.filter(kind="view").exists()


def test_the_same_event_is_stored_once(program: Program, share: Share) -> None:
    one = an_event(share=str(share.key))
    assert sent(program, one).json() == {"accepted": 1, "duplicate": 0}
    assert sent(program, one, an_event(share=str(share.key))).json() == {"accepted": 1, "duplicate": 1}


def test_an_outcome_counts_in_the_campaign_that_the_customer_is_in(program: Program, sales: User) -> None:
    customer, campaign = make_customer("C-1", sales), make_campaign("spring")
    arm = campaign.variants.get(name="letter")
    enroll(customer, arm)
    bought = {"kind": "conversion", "customer": str(customer.key), "campaign": "spring", "amount": "125.50"}
    event = {key: value for key, value in an_event(**bought).items() if key != "visit"}
    assert sent(program, event).status_code == 201
    stored = Event.objects.get(id=event["id"])
    assert (stored.variant_id, stored.verdict, stored.reason, str(stored.amount)) == (
        arm.pk,
        "human",
        "recorded_outcome",
        "125.50",
    )
    fold_all()
    report = program.get("/reports/campaigns/spring").json()
    assert (report["totals"]["conversions"], report["totals"]["revenue"]) == (1, 125.5)


def test_an_outcome_without_a_campaign_is_the_customers(program: Program, sales: User) -> None:
    customer = make_customer("C-1", sales)
    event = an_event(kind="response", customer=str(customer.key))
    assert sent(program, event).status_code == 201
    assert Event.objects.get(id=event["id"]).viewer_id == Viewer.objects.get(customer=customer).pk


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"kind": "shared"}, "events.0.kind", '"shared" is not a valid choice.'),
        ({"occurred_at": "2099-01-01T00:00:00Z"}, "events.0.occurred_at", "That is more than a day in the future."),
        ({"occurred_at": "2020-01-01T00:00:00Z"}, "events.0.occurred_at", "That is older than such events are kept."),
        ({"visit": None}, "events.0.visit", "This field may not be null."),
        ({"kind": "page"}, "events.0.page", "An event of this kind needs it."),
        ({"amount": "5.00"}, "events.0.amount", "Only a response or a conversion has one."),
        ({"share": str(uuid.uuid4())}, "events.0.share", "There is none, or you do not see it."),
        ({"campaign": "spring"}, "events.0.customer", "The share says whose it is"),
        ({"dwell_seconds": -1}, "events.0.dwell_seconds", "Ensure this value is greater than or equal to 0."),
        ({"id": "x"}, "events.0.id", "Must be a valid UUID."),
    ],
)
def test_what_is_wrong_is_said_by_event_and_field_and_nothing_stored(
    program: Program, share: Share, change: dict[str, Any], field: str, said: str
) -> None:
    wrong = {**an_event(share=str(share.key)), **change}
    answer = sent(program, wrong, an_event(share=str(share.key)))
    assert problem_of(answer) == (400, "invalid")
    ((found, (sentence,)),) = errors_of(answer).items()
    assert (found, sentence[: len(said)]) == (field, said)
    assert not Event.objects.filter(kind="view").exists()


@pytest.mark.parametrize("needed", ["share", "visit"])
def test_what_an_event_needs_is_asked_for(program: Program, share: Share, needed: str) -> None:
    event = an_event(share=str(share.key))
    del event[needed]
    assert list(errors_of(sent(program, event))) == [f"events.0.{needed}"]


def test_what_was_before_the_share_is_refused(program: Program, share: Share) -> None:
    Share.objects.update(shared_at=timezone.now() + timedelta(minutes=1))
    answer = sent(program, an_event(share=str(share.key)))
    assert errors_of(answer) == {"events.0.occurred_at": ["That is before the material was shared."]}


@pytest.mark.parametrize("count", [0, 1001])
def test_none_and_too_many_are_refused(program: Program, share: Share, count: int) -> None:
    answer = sent(program, *(an_event(share=str(share.key)) for _ in range(count)))
    assert list(errors_of(answer)) == ["events"]


def test_others_shares_and_customers_are_not_there(program: Program) -> None:
    other = make_user(Role.SALES, "Other")
    theirs = make_customer("C-9", other)
    share = shared_with(theirs, other)
    assert list(errors_of(sent(program, an_event(share=str(share.key))))) == ["events.0.share"]
    event = an_event(kind="response", customer=str(theirs.key))
    assert list(errors_of(sent(program, event))) == ["events.0.customer"]


@pytest.mark.parametrize("count", [1, 3])
def test_events_take_the_same_statements_for_any_number(program: Program, share: Share, count: int) -> None:
    sent(program, an_event(share=str(share.key)))
    with CaptureQueriesContext(connection) as queries:
        sent(program, *(an_event(share=str(share.key)) for _ in range(count)))
    assert len(queries) == 10
