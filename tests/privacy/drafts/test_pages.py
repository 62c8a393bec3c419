"""Drafts of the notice as a privacy officer sees them."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from privacy.drafts import steps
from privacy.drafts.editing import PARTS
from privacy.models import NoticeDraft, User
from privacy.roles import Role
from tests.drafts import edited, publish, whole_draft, with_element, written
from tests.factories import make_user
from tests.privacy.drafts.conftest import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(clock: Clock) -> Clock:
    return clock


@pytest.fixture
def client(henrik: User) -> Client:
    client = Client()
    client.force_login(henrik)
    return client


def words(content: bytes) -> str:
    return " ".join(content.decode().split())


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return words(answer.content)


def post(client: Client, name: str, /, *args: object, status: int = 200, **data: object) -> str:
    answer = client.post(reverse(name, args=args), data, follow=True)
    assert answer.status_code == status
    return words(answer.content)


def fields(client: Client, *args: object) -> dict[str, Any]:
    """What the browser would post of the form on a part's page."""
    form = client.get(reverse("notice_draft_part", args=args)).context["form"]
    values = {one.name: one.value() for one in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def test_a_draft_is_begun_by_a_button(client: Client) -> None:
    assert "No draft yet" in page(client, "notice_drafts")
    said = post(client, "notice_drafts")
    draft = NoticeDraft.objects.get()
    assert f"<h1>Draft-{draft.pk}</h1>" in said
    assert "It changes nothing." in said
    assert "SUMMARY: something still has to be written." in said
    assert f">{draft.name}</a>" in page(client, "notice_drafts")


def test_a_purpose_is_changed_in_its_form(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    given = fields(client, draft.key, "purposes/1")
    said = post(client, "notice_draft_part", draft.key, "purposes/1", **{**given, "text": "To sell well."})
    assert "Changed." in said
    draft.refresh_from_db()
    assert (draft.content["purposes"][0]["text"], draft.revision) == ("To sell well.", 1)
    said = page(client, "notice_draft", draft.key)
    assert "<ins>sell well.</ins>" in said or "<ins>" in said


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    given = fields(client, draft.key, "purposes/1")
    edited(draft, with_element)
    said = post(client, "notice_draft_part", draft.key, "purposes/1", status=422, **{**given, "text": "To sell well."})
    assert "Henrik has changed the draft in the meantime" in said
    assert "To sell well." in said  # what was typed is still there


def test_a_thing_is_added_moved_and_removed(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    given = {**fields(client, draft.key, "purposes"), "text": "To answer.", "reading.categories": "1, 18"}
    assert given["id"] == "PUR-14"
    post(client, "notice_draft_part", draft.key, "purposes", **given)
    draft.refresh_from_db()
    assert draft.content["purposes"][13] == {
        "id": "PUR-14", "text": "To answer.", "reading": {"categories": [1, 18]},
    }  # fmt: skip
    said = post(client, "notice_draft_part", draft.key, "purposes/14", act="up", revision=1)
    assert "PUR-14" in said
    said = page(client, "notice_draft", draft.key)
    assert "Purposes 13, id</a>: PUR-14 stands where number 13 of purposes belongs" in said
    post(client, "notice_draft_part", draft.key, "purposes/13", act="remove", revision=2)
    assert "Not a notice yet" not in page(client, "notice_draft", draft.key)
    assert "has changed the draft in the meantime" in post(
        client, "notice_draft_part", draft.key, "purposes/13", act="remove", revision=0
    )


def test_an_element_is_found_within_its_category(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    assert "Its elements (18)" in page(client, "notice_draft_part", draft.key, "categories/18")
    said = page(client, "notice_draft_part", draft.key, "categories/18/elements")
    assert 'value="c18-"' in said
    said = post(client, "notice_draft_part", draft.key, "categories/18/elements", status=422, revision=0, id="c18-x")
    assert "This field is required." in said


def test_every_part_has_a_page_and_a_thing_in_it_too(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    for name, title in PARTS.items():
        said = page(client, "notice_draft_part", draft.key, name)
        assert f"<h1>{title}</h1>" in said, name
        if name != "head":
            said = page(client, "notice_draft_part", draft.key, f"{name}/1")
            assert "<h2>Change it</h2>" in said, name
            assert f"Back to {title.lower()}" in said, name


def test_the_head_is_changed_as_one_form(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    given = {**fields(client, draft.key, "head"), "manager.title": "Chief Customer Officer"}
    post(client, "notice_draft_part", draft.key, "head", **given)
    draft.refresh_from_db()
    assert draft.content["manager"]["title"] == "Chief Customer Officer"
    assert draft.content["authority"] == ["39 U.S.C. 401", "39 U.S.C. 403", "39 U.S.C. 404"]
    assert "Not a notice yet" not in page(client, "notice_draft", draft.key)


def test_a_thing_that_is_no_notice_yet_is_saved_and_told_with_a_link(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    given = {**fields(client, draft.key, "categories/1/elements/1"), "reading.retention": "RET-99"}
    said = post(client, "notice_draft_part", draft.key, "categories/1/elements/1", **given)
    told = "categories 1, elements 1, reading, retention: RET-99 is nowhere in this file"
    assert f"Changed. Not right yet: {told}." in said
    said = page(client, "notice_draft", draft.key)
    address = reverse("notice_draft_part", args=[draft.key, "categories/1/elements/1"])
    assert f'<a href="{address}">Categories 1, elements 1, reading, retention</a>' in said
    assert "Record the publication" not in said
    answer = client.get(reverse("notice_draft_text", args=[draft.key]), follow=True)
    assert f"{draft.name} is not a notice yet." in answer.content.decode()


@pytest.mark.parametrize("place", ["nothing", "purposes/99", "purposes/1/text", "categories/x", "sources"])
def test_what_is_no_part_is_not_there(client: Client, henrik: User, place: str) -> None:
    draft = steps.begin(henrik)
    assert client.get(reverse("notice_draft_part", args=[draft.key, place])).status_code == 404


def test_the_text_is_a_page_and_a_file(client: Client, henrik: User) -> None:
    draft = whole_draft(henrik)
    assert "will be modified as follows:" in page(client, "notice_draft_text", draft.key)
    answer = client.get(reverse("notice_draft_text", args=[draft.key]), {"format": "txt"})
    assert answer["Content-Disposition"] == f'attachment; filename="draft-{draft.pk}.txt"'
    assert answer.content.decode().startswith("POSTAL SERVICE")


def test_publication_comments_and_a_deferral_by_the_page(client: Client, henrik: User, clock: Clock) -> None:
    draft = whole_draft(henrik)
    assert "Nothing keeps it" in page(client, "notice_draft", draft.key)
    act = ("notice_draft_act", draft.key)
    post(client, *act, "report", congress_on="2026-10-01", omb_on="2026-10-02")
    assert "Only if the change is not significant" in page(client, "notice_draft", draft.key)
    early: dict[str, Any] = {"citation": "91 FR 80000", "published_on": "2026-11-20", "effective_on": "2026-12-01"}
    assert "30 days after its publication at the earliest" in post(client, *act, "publish", status=422, **early)
    assert "Enter volume and page" in post(client, *act, "publish", status=422, **{**early, "citation": "page 5"})
    said = post(client, *act, "publish", **{**early, "effective_on": "2027-01-04"})
    assert "Published. It takes effect automatically on January 4, 2027. Signed by Henrik on " in said
    assert "Congress: October 1, 2026; OMB: October 2, 2026." in said
    said = post(client, *act, "comment", filed_as="0001", received_on="2026-11-25", gist="Too long.")
    assert "Too long." in said
    comment = draft.comments.get()
    assert "This field is required." in post(client, "notice_comment", draft.key, comment.key, status=422, answer="")
    assert "Answer: Needed." in post(client, "notice_comment", draft.key, comment.key, answer="Needed.")
    assert "Deferred to March 1, 2027." in post(client, *act, "defer", effective_on="2027-03-01", reason="Comments.")
    clock.on(date(2026, 11, 28))
    assert client.get(reverse("notice_version", args=["2027-03-01"])).status_code == 200
    said = post(client, *act, "withdraw", reason="All against it.")
    assert "Withdrawn. It does not take effect." in said
    clock.on(date(2026, 11, 28))
    assert client.get(reverse("notice_version", args=["2027-03-01"])).status_code == 404
    assert client.post(reverse("notice_draft_act", args=[draft.key, "burn"])).status_code == 404


def test_what_is_published_is_shown_and_not_changed(client: Client, henrik: User) -> None:
    draft = publish(whole_draft(henrik))
    assert "As it was published" in page(client, "notice_draft_part", draft.key, "purposes/1")
    said = post(client, "notice_draft_part", draft.key, "purposes/1", text="x")
    assert "its wording stays as it was printed" in said


def test_what_it_touches_stands_in_tables(client: Client, henrik: User) -> None:
    said = page(client, "notice_draft", whole_draft(henrik, with_element).key)
    assert "<caption>Elements</caption>" in said
    assert "records.Record.attributes[c10-participant-mood]" in said
    said = page(client, "notice_draft", whole_draft(henrik).key)
    assert "What becomes due earlier or later" in said
    assert "What is read differently" not in said


def test_who_could_read_what_stands_in_a_table(client: Client, henrik: User) -> None:
    draft = steps.begin(henrik)
    given = {**fields(client, draft.key, "purposes/13"), "reading.categories": "5, 9, 14, 17, 18"}
    post(client, "notice_draft_part", draft.key, "purposes/13", **given)
    said = page(client, "notice_draft", draft.key)
    assert "<caption>What is read differently in the notice’s words</caption>" in said
    assert "Marketing managers could read category 14, which they cannot now." in said
    assert "It changes nothing." not in said
    assert "Nothing yet: every word is that of the version" in said


def test_the_list_asks_the_same_for_one_and_for_three(
    client: Client, henrik: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page(client, "notice_drafts")  # warm
    for more in (1, 2):
        for _ in range(more):
            written(steps.begin(henrik))
        with django_assert_num_queries(2):
            page(client, "notice_drafts")


def test_the_pages_are_the_privacy_officers(henrik: User) -> None:
    draft = steps.begin(henrik)
    other = Client()
    other.force_login(make_user(Role.SALES, "Maria"))
    assert other.get(reverse("notice_draft", args=[draft.key])).status_code == 403
    assert ">Drafts<" not in words(other.get(reverse("notice")).content)
