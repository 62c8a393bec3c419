"""Campaigns, materials and custom web pages made and changed by the API, as their pages make and change them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from campaigns import planning
from campaigns.materials.drawing.documents import CUT_OFF
from campaigns.materials.drawing.types import EMPTY, WRONG_TYPE
from campaigns.materials.failure_words import in_words
from campaigns.models import Audience, Campaign, Material, MaterialVersion, WebPage, WebPageVersion
from campaigns.webpages.publishing import make_page
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Organization
from tests.api import V1, Program, errors_of, new_word, problem_of
from tests.factories import make_campaign, make_customer, make_material, make_user
from tests.material_files import pdf as pdf_of
from tests.uploads import files_in

pytestmark = pytest.mark.django_db
PDF = pdf_of("Rates")


@pytest.fixture
def marketing() -> Program:
    cache.clear()
    return Program(make_user(Role.MARKETING_MANAGER))


@pytest.fixture
def sales() -> Program:
    """A sales manager's: who sells makes no keys."""
    cache.clear()
    return Program(make_user(Role.SALES_MANAGER))


# Campaigns -----------------------------------------------------------------------------------------------------------

SPRING = {
    "name": "Spring letters",
    "goal": "A hundred answers",
    "channels": ["email", "link"],
    "starts_on": "2026-03-01",
    "ends_on": "2026-03-31",
    "cost": "125.50",
}


def test_a_draft_is_made_as_its_page_makes_it(marketing: Program) -> None:
    Audience.objects.create(name="Everybody")
    made = marketing.post("/campaigns", {**SPRING, "audience": "Everybody"})
    assert made.status_code == 201
    assert made["Location"] == "/api/v1/campaigns/spring-letters"
    body = made.json()
    assert {name: body[name] for name in SPRING} == SPRING
    assert (body["slug"], body["state"], body["audience"], body["variants"]) == (
        "spring-letters", "draft", "Everybody", [],
    )  # fmt: skip
    campaign = Campaign.objects.get()
    assert campaign.owner == marketing.key.owner
    assert marketing.get("/campaigns/spring-letters").json() == body
    assert marketing.post("/campaigns", SPRING).json()["slug"] == "spring-letters-2"


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"name": ["This field is required."]}),
        ({"name": "x", "cost": "-1"}, {"cost": ["A cost cannot be below zero."]}),
        ({"name": "x", "audience": "Nobody"}, {"audience": ["There is no audience of this name."]}),
        (
            {"name": "x", "starts_on": "2026-03-02", "ends_on": "2026-03-01"},
            {"ends_on": ["It ends before it starts, on March 2, 2026."]},
        ),
        ({"name": "x", "channels": ["pigeon"]}, {"channels.0": ['"pigeon" is not a valid choice.']}),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_in_the_words_of_its_page(
    marketing: Program, sent: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    answer = marketing.post("/campaigns", sent)
    assert problem_of(answer) == (400, "invalid")
    assert errors_of(answer) == wrong
    assert not Campaign.objects.exists()


def test_a_change_keeps_what_is_not_sent(marketing: Program) -> None:
    made = marketing.post("/campaigns", SPRING).json()
    changed = marketing.patch(f"/campaigns/{made['slug']}", {"cost": None, "goal": "More"})
    assert changed.status_code == 200
    assert changed.json() == {**made, "cost": None, "goal": "More"}


def test_a_change_of_what_was_changed_meanwhile_is_refused(marketing: Program) -> None:
    slug = marketing.post("/campaigns", SPRING).json()["slug"]
    read = marketing.get(f"/campaigns/{slug}")
    assert marketing.patch(f"/campaigns/{slug}", {"goal": "One"}, If_Match=read["ETag"]).status_code == 200
    refused = marketing.patch(f"/campaigns/{slug}", {"goal": "Two"}, If_Match=read["ETag"])
    assert problem_of(refused) == (412, "changed")
    assert Campaign.objects.get().goal == "One"


def test_only_a_draft_is_changed_or_discarded(marketing: Program) -> None:
    campaign = make_campaign("spring")
    Campaign.objects.update(state="closed")
    assert problem_of(marketing.patch("/campaigns/spring", {"goal": "x"})) == (409, "conflict")
    assert problem_of(marketing.delete("/campaigns/spring")) == (409, "conflict")
    assert Campaign.objects.get() == campaign


def test_a_draft_is_discarded(marketing: Program) -> None:
    slug = marketing.post("/campaigns", SPRING).json()["slug"]
    read = marketing.get(f"/campaigns/{slug}")
    planning_changed = marketing.patch(f"/campaigns/{slug}", {"goal": "x"})
    assert planning_changed.status_code == 200
    assert problem_of(marketing.delete(f"/campaigns/{slug}", If_Match=read["ETag"])) == (412, "changed")
    gone = marketing.delete(f"/campaigns/{slug}", If_Match=marketing.get(f"/campaigns/{slug}")["ETag"])
    assert (gone.status_code, gone.json()["slug"]) == (200, slug)
    assert not Campaign.objects.exists()


def test_the_same_request_makes_one_draft(marketing: Program) -> None:
    word = new_word()
    first, second = (marketing.post("/campaigns", SPRING, Idempotency_Key=word) for _ in range(2))
    assert (first.json(), second.json()["slug"]) == (second.json(), "spring-letters")
    assert second["Idempotent-Replayed"] == "true"
    assert Campaign.objects.count() == 1


def test_a_discard_is_answered_alike_when_sent_again(marketing: Program) -> None:
    slug, word = marketing.post("/campaigns", SPRING).json()["slug"], new_word()
    answers = [marketing.delete(f"/campaigns/{slug}", Idempotency_Key=word).status_code for _ in range(2)]
    assert answers == [200, 200]


def test_who_may_not_keep_campaigns_makes_none(sales: Program) -> None:
    for answer in (sales.post("/campaigns", SPRING), sales.patch("/campaigns/x", {}), sales.delete("/campaigns/x")):
        assert problem_of(answer) == (403, "forbidden")


def test_a_key_that_reads_campaigns_writes_none() -> None:
    cache.clear()
    reader = Program(make_user(Role.MARKETING_MANAGER), "campaigns:read")
    assert problem_of(reader.post("/campaigns", SPRING)) == (403, "scope-missing")
    assert reader.get("/campaigns").status_code == 200


def test_variants_stay_with_a_change(marketing: Program) -> None:
    campaign = make_campaign("spring")
    Campaign.objects.update(state="draft")
    before = marketing.get("/campaigns/spring").json()["variants"]
    assert len(before) == 2
    changed = marketing.patch("/campaigns/spring", {"goal": "x"}).json()
    assert changed["variants"] == before
    assert planning.treated(campaign)


# Materials -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def send(program: Program, path: str, **form: Any) -> Any:
    return program.client.post(f"{V1}{path}", form, headers=program.headers({}))


def pdf(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("rates.pdf", content, "application/pdf")


def test_a_file_becomes_a_material_whose_pages_are_drawn_later(sales: Program, media: Path) -> None:
    made = send(sales, "/materials", title="Rates", topics="Rates, Mail", file=pdf())
    assert made.status_code == 201, made.content
    body = made.json()
    assert made["Location"] == f"/api/v1/materials/{body['slug']}"
    assert (body["title"], body["kind"], body["topics"], body["version"]) == ("Rates", "document", ["mail", "rates"], 0)
    assert [(one["number"], one["state"], one["size"]) for one in body["versions"]] == [(1, "waiting", len(PDF))]
    material = Material.objects.get()
    assert material.owner == sales.key.owner
    assert list((media / "uploads").iterdir()) == []


def test_an_address_becomes_a_link(sales: Program, media: Path) -> None:
    body = send(sales, "/materials", title="Prices", address="https://example.gov/prices").json()
    assert (body["kind"], body["version"], body["address"]) == ("link", 1, "https://example.gov/prices")
    changed = sales.patch(f"/materials/{body['slug']}", {"address": "https://example.gov/new"}).json()
    assert (changed["version"], changed["address"], changed["title"]) == (2, "https://example.gov/new", "Prices")


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"title": "x"}, "file", "Send a file, or the address of a link: one of the two."),
        ({"title": "x", "address": "javascript:alert(1)"}, "address", "Enter a valid URL."),
        ({"address": "https://example.gov/"}, "title", "This field is required."),
        ({"title": "x", "address": "https://a.gov/", "topics": "!"}, "topics", "A topic needs a letter or a digit: !"),
    ],
)
def test_what_is_wrong_with_a_material_is_said_and_nothing_kept(
    sales: Program, media: Path, form: dict[str, str], field: str, said: str
) -> None:
    answer = send(sales, "/materials", **form)
    assert problem_of(answer) == (400, "invalid")
    assert {name: set(words) for name, words in errors_of(answer).items()} == {field: {said}}
    assert not Material.objects.exists()


def test_a_file_and_an_address_are_one_too_many(sales: Program, media: Path) -> None:
    answer = send(sales, "/materials", title="x", address="https://example.gov/", file=pdf())
    assert errors_of(answer) == {"file": ["Send a file, or the address of a link: one of the two."]}
    assert not Material.objects.exists()
    assert not any((media / "uploads").iterdir())


def test_a_file_that_is_too_large_is_not_kept(sales: Program, media: Path, settings: Settings) -> None:
    settings.MATERIAL_MAX_BYTES = 10
    answer = send(sales, "/materials", title="x", file=pdf())
    assert problem_of(answer)[0] == 400
    assert "The file is larger than" in errors_of(answer)["file"][0]
    settings.MATERIAL_MAX_BYTES = -(3 << 20)
    assert problem_of(send(sales, "/materials", title="x", file=pdf())) == (413, "too-large")
    assert not Material.objects.exists()


def test_a_document_gets_versions_and_no_address(sales: Program, media: Path) -> None:
    slug = send(sales, "/materials", title="Rates", file=pdf()).json()["slug"]
    body = send(sales, f"/materials/{slug}/versions", file=pdf()).json()
    assert [(one["number"], one["state"]) for one in body["versions"]] == [(2, "waiting"), (1, "waiting")]
    refused = sales.patch(f"/materials/{slug}", {"address": "https://example.gov/"})
    assert errors_of(refused) == {"address": ["A document has none."]}
    assert MaterialVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "said"), [(b"", EMPTY), (b"no pdf at all", in_words(WRONG_TYPE)), (PDF[:200], CUT_OFF)]
)
def test_a_file_that_cannot_be_shown_is_refused_and_nothing_kept(
    sales: Program, media: Path, content: bytes, said: str
) -> None:
    answer = send(sales, "/materials", title="x", file=pdf(content))
    assert problem_of(answer) == (400, "invalid")
    assert errors_of(answer) == {"file": [said]}
    assert not Material.objects.exists()
    slug = send(sales, "/materials", title="Rates", file=pdf()).json()["slug"]
    answer = send(sales, f"/materials/{slug}/versions", file=pdf(content))
    assert errors_of(answer) == {"file": [said]}
    assert MaterialVersion.objects.count() == 1
    assert [list((media / folder).iterdir()) for folder in ("uploads", "work")] == [[], []]


def test_a_link_gets_no_file(sales: Program, media: Path) -> None:
    slug = send(sales, "/materials", title="Prices", address="https://example.gov/").json()["slug"]
    assert problem_of(send(sales, f"/materials/{slug}/versions", file=pdf())) == (409, "conflict")


def test_a_material_that_is_deleted_meanwhile_is_not_found(
    sales: Program, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = send(sales, "/materials", title="Rates", file=pdf()).json()["slug"]
    before = files_in("materials")
    monkeypatch.setattr("campaigns.forms.materials.look_at", lambda path, by: Material.objects.all().delete())
    assert problem_of(send(sales, f"/materials/{slug}/versions", file=pdf())) == (404, "not-found")
    assert files_in("materials") == before


def test_a_material_is_changed_only_as_it_was_read(sales: Program, media: Path) -> None:
    slug = send(sales, "/materials", title="Prices", address="https://example.gov/").json()["slug"]
    read = sales.get(f"/materials/{slug}")
    assert sales.patch(f"/materials/{slug}", {"title": "One"}, If_Match=read["ETag"]).json()["title"] == "One"
    assert problem_of(sales.patch(f"/materials/{slug}", {"title": "Two"}, If_Match=read["ETag"])) == (412, "changed")
    assert Material.objects.get().title == "One"


def test_a_material_is_withdrawn_and_offered_again_and_both_may_be_repeated(sales: Program, media: Path) -> None:
    slug = send(sales, "/materials", title="Prices", address="https://example.gov/").json()["slug"]
    first, second = (sales.post(f"/materials/{slug}/withdraw").json()["withdrawn_at"] for _ in range(2))
    assert first
    assert first == second
    assert [sales.post(f"/materials/{slug}/offer").json()["withdrawn_at"] for _ in range(2)] == [None, None]


def test_nobody_changes_the_material_of_others(sales: Program, media: Path) -> None:
    make_material("guide")
    assert problem_of(sales.patch("/materials/guide", {"title": "Mine"})) == (403, "forbidden")
    assert problem_of(sales.post("/materials/guide/withdraw")) == (403, "forbidden")
    assert problem_of(send(sales, "/materials/guide/versions", file=pdf())) == (403, "forbidden")
    assert problem_of(sales.post("/materials/nothing/withdraw")) == (404, "not-found")


def test_the_same_file_sent_again_makes_one_material(sales: Program, media: Path) -> None:
    headers = sales.headers({"Idempotency-Key": new_word()})
    for _ in range(2):
        form = {"title": "Rates", "file": pdf()}
        assert sales.client.post(f"{V1}/materials", form, headers=headers).status_code == 201
    assert Material.objects.count() == 1


# Custom web pages ----------------------------------------------------------------------------------------------------


def owner_of(program: Program) -> User:
    return program.key.owner


def test_a_page_is_made_for_a_customer_whom_one_sees(sales: Program) -> None:
    customer = make_customer("C-1", owner_of(sales), name="Ann")
    made = sales.post("/web-pages", {"title": "For Ann", "customer": str(customer.key)})
    assert made.status_code == 201
    body = made.json()
    assert made["Location"] == f"/api/v1/web-pages/{body['slug']}"
    assert (body["customer"], body["version"], body["draft"], body["blocks"]) == (
        {"key": str(customer.key), "name": "Ann"}, 0, [], [],
    )  # fmt: skip
    kinds = list(
        AccessEntry.objects.filter(place="api_web_pages").order_by("at", "id").values_list("records", flat=True)
    )
    assert 1 in kinds


@pytest.mark.parametrize("field", ["customer", "organization"])
def test_a_page_for_somebody_who_is_not_seen_is_not_made(sales: Program, field: str) -> None:
    theirs = make_customer("C-1", make_user(Role.SALES, "Other"))
    answer = sales.post("/web-pages", {"title": "x", field: str(theirs.key)})
    assert errors_of(answer) == {field: ["There is none of this key that you see."]}
    assert not WebPage.objects.exists()


def test_a_page_is_for_one_or_the_other(sales: Program) -> None:
    customer = make_customer("C-1", owner_of(sales))
    firm = Organization.objects.create(name="Acme")
    sent = {"title": "x", "customer": str(customer.key), "organization": str(firm.key)}
    assert errors_of(sales.post("/web-pages", sent)) == {"organization": ["Choose a customer or an account, not both."]}
    assert sales.post("/web-pages", {"title": "x", "organization": str(firm.key)}).json()["organization"] == str(
        firm.key
    )


def page(sales: Program) -> str:
    return str(sales.post("/web-pages", {"title": "Page"}).json()["slug"])


WORDS = [{"kind": "text", "heading": "Hello", "text": "There"}]


def test_a_draft_is_kept_and_published(sales: Program) -> None:
    slug = page(sales)
    kept = sales.patch(f"/web-pages/{slug}", {"draft": WORDS}).json()
    assert (kept["draft"], kept["blocks"], kept["version"]) == (WORDS, [], 0)
    published = sales.post(f"/web-pages/{slug}/publish").json()
    assert (published["draft"], published["blocks"], published["version"]) == (WORDS, WORDS, 1)
    assert WebPageVersion.objects.get().published_by == owner_of(sales)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ([{"kind": "video"}], "Block 1: kind is not one of text, material, link, contact."),
        ([{"kind": "link", "text": "x", "address": "javascript:x"}], "Block 1: address is not an address that"),
        ([*WORDS, {"kind": "text"}], "Block 2: text is empty"),
    ],
)
def test_a_block_that_cannot_be_is_named_and_nothing_kept(sales: Program, draft: list[Any], said: str) -> None:
    slug = page(sales)
    answer = sales.patch(f"/web-pages/{slug}", {"draft": draft})
    assert problem_of(answer) == (400, "invalid")
    assert errors_of(answer)["draft"][0].startswith(said)
    assert WebPage.objects.get().draft == []


def test_a_page_that_cannot_be_published_says_why(sales: Program) -> None:
    slug = page(sales)
    empty = sales.post(f"/web-pages/{slug}/publish")
    assert problem_of(empty) == (409, "conflict")
    assert "is empty: add a block first" in empty.json()["detail"]
    sales.patch(f"/web-pages/{slug}", {"draft": [{"kind": "material", "material": "gone", "words": ""}]})
    assert "is not ready or was withdrawn" in sales.post(f"/web-pages/{slug}/publish").json()["detail"]
    assert not WebPageVersion.objects.exists()


def test_a_draft_that_was_changed_meanwhile_is_not_overwritten(sales: Program) -> None:
    slug = page(sales)
    read = sales.get(f"/web-pages/{slug}")
    assert sales.patch(f"/web-pages/{slug}", {"draft": WORDS}, If_Match=read["ETag"]).status_code == 200
    assert problem_of(sales.patch(f"/web-pages/{slug}", {"draft": []}, If_Match=read["ETag"])) == (412, "changed")
    assert WebPage.objects.get().draft == WORDS


def test_a_page_that_one_sees_and_does_not_own_is_not_changed(sales: Program) -> None:
    customer = make_customer("C-1", owner_of(sales))
    theirs = make_page("Theirs", make_user(Role.SALES, "Other"), customer=customer)
    slug = theirs.material.slug
    assert sales.get(f"/web-pages/{slug}").status_code == 200
    assert problem_of(sales.patch(f"/web-pages/{slug}", {"draft": WORDS})) == (403, "forbidden")
    assert problem_of(sales.post(f"/web-pages/{slug}/publish")) == (403, "forbidden")
