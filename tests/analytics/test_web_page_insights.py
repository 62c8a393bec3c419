"""How custom web pages are used, block by block and version by version, held against the log itself."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.exports.sources import source_of
from analytics.folding import fold_all
from analytics.freezing import content_of
from analytics.pictures.asking import Asked
from analytics.pictures.webpages import nothing, web_page_pictures
from analytics.reports.base import Freshness
from analytics.reports.webpages import PageUse, WebPageReport, WebPagesReport, web_page_report, web_pages_report
from campaigns.models import AnswerSheet, Material, Share, WebPage
from campaigns.views.webpages import pages_of
from campaigns.webpages.blocks import Block, Contact, Link, MaterialBlock, Text
from campaigns.webpages.publishing import make_page, publish, save_draft
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records import figures
from records.models import Customer, Survey
from tests.exporting import csv_rows
from tests.factories import engage, make_customer, make_material, make_user, viewer_of
from tests.material_files import make_shown_material

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)
# The readers of each block of a version, and how long they read it, by the log alone.
FROM_THE_LOG = """
SELECT page, count(DISTINCT viewer_id), sum(dwell_ms) / 1000.0
FROM campaigns_event
WHERE material_id = %(material)s AND version = %(version)s AND kind = 'page' AND verdict IN ('human', 'unknown')
GROUP BY page ORDER BY page
"""
BLOCKS: tuple[Block, ...] = (
    Text("For you", "What we spoke of."), MaterialBlock("guide", "As promised."), Link("More", "https://example.com/"),
    Contact("Call me."),
)  # fmt: skip


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def publish_page(by: User, title: str, *blocks: Block, **of: Any) -> WebPage:
    page = make_page(title, by, **of)
    publish(save_draft(page, blocks, page.changed_at), by)
    return WebPage.objects.get(pk=page.pk)


def send(person: Customer, material: Material) -> Share:
    engage(person, "shared", material=material, occurred_at=ago(9))
    return Share.objects.create(key=uuid4(), material=material, recipient=viewer_of(person), shared_at=ago(9))


def read(person: Customer, material: Material, blocks: int, *, days: float = 8, version: int = 1, **more: Any) -> None:
    """They viewed it, and read so many blocks from the first on, five seconds each."""
    about = {"material": material, "version": version, "visit_id": uuid4(), "occurred_at": ago(days), **more}
    engage(person, "view", **about)
    for number in range(1, blocks + 1):
        engage(person, "page", page=number, dwell_ms=5_000, **about)


@pytest.fixture
def ann() -> User:
    """Her page was shared with eight of whom seven viewed it: six read two blocks, three of them all four; the first
    had opened the guide before, the second has since. A machine came, too. Two began a survey, one handed it in.
    Version 2 has two blocks, which one read."""
    ann = make_user(Role.SALES, "Ann")
    guide = make_material("guide")
    people = [make_customer(f"C-{number}", ann) for number in range(9)]
    page = publish_page(ann, "For all", *BLOCKS)
    for number, person in enumerate(people[:8]):
        share = send(person, page.material)
        if number < 7:
            read(person, page.material, 4 if number < 3 else 2 if number < 6 else 0)
        if number < 2:
            survey = Survey.objects.get_or_create(slug="brochures", defaults={"name": "Brochures"})[0]
            AnswerSheet.objects.create(
                survey=survey, share=share, begun_at=ago(8), saved_at=ago(7), handed_in_at=ago(7) if number else None
            )
    engage(people[0], "view", material=guide, occurred_at=ago(20))
    engage(people[1], "view", material=guide, occurred_at=ago(7))
    read(people[8], page.material, 4, signals=1)
    publish(save_draft(page, BLOCKS[:2], page.changed_at), ann)
    read(people[0], page.material, 2, days=1, version=2)
    publish_page(ann, "Unread", BLOCKS[0])
    make_page("Draft", ann)
    fold_all()
    return ann


def of(user: User, title: str = "For all", version: int = 0) -> WebPageReport:
    pages = pages_of(user)
    return web_page_report(pages, pages.get(material__title=title).material.slug, version)


def counts(row: PageUse) -> tuple[Any, ...]:
    return (
        row.title, row.version, row.blocks, row.recipients, row.viewing_recipients, row.viewers, row.views,
        row.raw_views, row.readers, row.began, row.finished, row.left_after, row.forms_begun, row.forms_left,
    )  # fmt: skip


def test_all_pages_are_told_with_who_came_how_far_they_read_and_what_they_left(ann: User) -> None:
    found = web_pages_report(pages_of(ann)).pages
    assert [counts(row) for row in found] == [
        ("For all", 2, 2, 8, 7, 7, 8, 9, 6, 1, 1, None, 2, 1),
        ("Draft", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, 0, 0),
        ("Unread", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, None, 0, 0),
    ]
    assert found[0].view_rate == pytest.approx(7 / 8)
    assert found[0].dwell_seconds == (3 * 4 + 3 * 2 + 2) * 5
    assert found[0].seconds_each == pytest.approx(100 / 6)
    assert found[2].completion is None


def test_one_page_is_told_block_by_block_with_what_was_opened_from_it(ann: User) -> None:
    found = of(ann, version=1)
    assert [(one.number, one.kind, one.words, one.readers, one.raw_readers, one.lost, one.opened)
            for one in found.blocks] == [
        (1, "text", "For you", 6, 7, 0, None), (2, "material", "guide", 6, 7, 3, 1), (3, "link", "More", 3, 4, 0, None),
        (4, "contact", "Call me.", 3, 4, None, None),
    ]  # fmt: skip
    assert [one.number for one in of(ann).blocks] == [1, 2]
    draft = of(ann, "Draft")
    assert (draft.version, draft.blocks, draft.versions) == (0, (), ())


def test_its_versions_stand_side_by_side(ann: User) -> None:
    assert [(one.number, one.blocks, one.began, one.finished, one.completion, one.seconds_each)
            for one in of(ann).versions] == [(2, 2, 1, 1, 1.0, 10.0), (1, 4, 6, 3, 0.5, 15.0)]  # fmt: skip


@pytest.mark.parametrize("version", [1, 2])
def test_the_numbers_are_those_of_the_log(ann: User, version: int) -> None:
    found = of(ann, version=version)
    material = Material.objects.get(title="For all")
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LOG, {"material": material.pk, "version": version})
        assert [(number, readers, float(seconds)) for number, readers, seconds in cursor.fetchall()] == [
            (one.number, one.readers, one.dwell_seconds) for one in found.blocks
        ]


def test_each_reads_of_the_pages_that_they_may_open(client: Client, ann: User) -> None:
    ben = make_user(Role.SALES, "Ben")
    slug = Material.objects.get(title="For all").slug
    assert web_pages_report(pages_of(ben)).pages == ()
    client.force_login(ben)
    for address in (f"/web-page-insights/{slug}/", f"/api/v1/reports/web-pages/{slug}"):
        assert client.get(address).status_code == 404
    client.force_login(ann)
    assert client.get(f"/web-page-insights/{slug}/?version=9").status_code == 404
    assert client.get(f"/web-page-insights/{slug}/?version=x").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_the_same_statements_for_any_number(count: int) -> None:
    user = make_user(Role.SALES)
    for number in range(count):
        make_material(f"m-{number}")
        publish_page(user, f"Page {number}", *(MaterialBlock(f"m-{each}", "") for each in range(number + 1)))
    pages = pages_of(user)
    with CaptureQueriesContext(connection) as queries:
        assert len(web_pages_report(pages).pages) == count
    assert len(queries) == 2
    slug = Material.objects.get(title=f"Page {count - 1}").slug
    with CaptureQueriesContext(connection) as queries:
        assert len(web_page_report(pages, slug).blocks) == count
    assert len(queries) == 7


def test_page_file_and_api_say_the_same_and_are_in_the_access_log(client: Client, ann: User) -> None:
    client.force_login(ann)
    slug = Material.objects.get(title="For all").slug
    page = " ".join(client.get("/web-page-insights/").content.decode().split())
    assert "In the notice: “custom webpage user insights”, “custom webpage view count” (category 18)." in page
    assert "“For all” was viewed in 7 of 8 cases (87.50%)." in page
    one = " ".join(client.get(f"/web-page-insights/{slug}/?version=1").content.decode().split())
    assert "In the notice: “custom webpage user insights”, “custom webpage view count” (category 18)." in one
    assert "Block by block, version 1" in one
    assert [row["viewers"] for row in client.get("/api/v1/reports/web-pages").json()["pages"]] == [7, 0, 0]
    assert [row["readers"] for row in client.get(f"/api/v1/reports/web-pages/{slug}").json()["blocks"]] == [1, 1]
    assert [row[0] for row in csv_rows(client, "webpages")[1:]] == ["For all", "Draft", "Unread"]
    rows = csv_rows(client, f"webpage/{slug}", "version=1")
    assert [row[:6] for row in rows[1:3]] == [
        ["1", "1", "text", "For you", "6", "7"], ["1", "2", "material", "guide", "6", "7"],
    ]  # fmt: skip
    assert AccessEntry.objects.filter(place="web_page_insights").count() >= 4


def test_who_may_not_see_people_gets_no_number_of_few(client: Client, ann: User) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    slug = Material.objects.get(title="For all").slug
    (first, *_rest) = client.get("/api/v1/reports/web-pages").json()["pages"]
    assert [first[name] for name in ("viewers", "began", "finished", "dwell_seconds", "forms_left")] == [
        7, None, None, None, None,
    ]  # fmt: skip
    page = client.get(f"/api/v1/reports/web-pages/{slug}").json()
    assert [block["readers"] for block in page["blocks"]] == [None, None]
    assert [(one["began"], one["finished"]) for one in page["versions"]] == [(None, None), (6, None)]
    rows = csv_rows(client, f"webpage/{slug}", "version=1", basis="purpose-13")
    assert [row[4] for row in rows[1:]] == ["6", "6", "hidden", "hidden"]
    assert rows[2][8] == "hidden"  # with it the readers of the next block could be computed
    assert "What covers fewer than 5 people is left out." in client.get(f"/web-page-insights/{slug}/").content.decode()


def test_days_of_a_page_that_few_viewed_are_told_only_to_who_may_see_people(client: Client, ann: User) -> None:
    """However often they came: made for one customer, its days would say when that one was there."""
    page = publish_page(ann, "For one", *BLOCKS)
    person = make_customer("C-alone", ann)
    for days in (8, 8, 8, 8, 8, 8, 6, 6, 6, 6, 6):
        read(person, page.material, 0, days=days)
    fold_all()
    address = f"/api/v1/reports/web-pages/{page.material.slug}"
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert (client.get(address).json()["page"]["viewers"], client.get(address).json()["days"]) == (None, [])
    assert 'id="by-day"' not in client.get(f"/web-page-insights/{page.material.slug}/").content.decode()
    client.force_login(ann)
    assert [one["views"] for one in client.get(address).json()["days"]] == [6, 5]
    assert 'id="by-day"' in client.get(f"/web-page-insights/{page.material.slug}/").content.decode()


def behind_the_picture(client: Client, address: str) -> list[str]:
    """The cells of the table of days, as the page has it."""
    days = client.get(address).content.decode().partition('id="by-day"')[2].partition("</table>")[0]
    return re.findall(r"<td[^>]*>([^<]*)</td>", days)


@pytest.mark.parametrize(("role", "told"), [(Role.MARKETING_MANAGER, [9, None, 30, None]), (Role.SALES, [9, 2, 30, 8])])
@pytest.mark.parametrize("kind", ["material", "webpage"])
def test_page_picture_api_and_files_hide_the_same_days(
    client: Client, role: Role, told: list[int | None], kind: str
) -> None:
    seller = make_user(Role.SALES, "Sam")
    people = [make_customer(f"C-{number}", seller) for number in range(6)]
    page = publish_page(seller, "Days", BLOCKS[0]).material if kind == "webpage" else make_shown_material(seller)
    for days, views in ((10, 9), (8, 2), (6, 30), (4, 8)):
        for number in range(views):
            read(people[number % 6], page, 0, days=days)
    fold_all()
    user = seller if role == Role.SALES else make_user(role)
    client.force_login(user)
    words = ["hidden" if views is None else str(views) for views in told]
    of, address = f"{kind}/{page.slug}", f"/{'web-page-insights' if kind == 'webpage' else 'materials'}/{page.slug}/"
    assert [cell.strip() for cell in behind_the_picture(client, address)] == words
    table = source_of(user, of, "").table(NOW, ())
    (picture,) = [one for one in table.pictures if one.name == "days"]
    assert [row[1] for row in picture.rows] == words
    shown = [row["count"] for row in picture.specification["data"]["values"]]
    assert shown == [views for views in told if views is not None]
    if kind == "webpage":
        api = client.get(f"/api/v1/reports/web-pages/{page.slug}").json()
        assert [one["views"] for one in api["days"]] == told
    frozen = content_of(table)["pictures"]
    assert [[row[1] for row in one["rows"]] for one in frozen if one["name"] == "days"] == [words]


def titled(*pages: tuple[str, int | None, int | None]) -> WebPagesReport:
    zeros: dict[str, Any] = dict.fromkeys(PageUse.__dataclass_fields__, 0)
    return WebPagesReport(
        tuple(
            PageUse(**zeros | {"slug": title, "title": title, "recipients": sent, "viewing_recipients": viewed})
            for title, sent, viewed in pages
        ),
        Freshness(None, None, 0),
    )


def title(*pages: tuple[str, int | None, int | None]) -> str:
    (picture,) = web_page_pictures(titled(*pages), Asked())
    return picture.title.replace(figures.NARROW_GAP, " ")


def test_the_picture_says_how_many_viewed_for_none_one_and_several() -> None:
    assert title(("A", 10, 5), ("B", 20, 4)) == (
        "Web pages were viewed in 9 of 30 cases (30.00%), most often “A” (50.00%)."
    )
    assert title(("A", 10, 5), ("B", None, None), ("C", 0, 0)) == "“A” was viewed in 5 of 10 cases (50.00%)."
    assert title(("A", 10, 0)) == "None of the web pages that were shared was viewed."
    assert web_page_pictures(titled(("C", 0, 0)), Asked()) == []
    assert nothing(titled(("C", 0, 0)), Asked()) == "No web page was shared with people who may be shown."
    (picture,) = web_page_pictures(titled(("A", 10, 5), ("B", None, None)), Asked())
    assert picture.rows[1] == ("B", "hidden", "hidden", "hidden")
