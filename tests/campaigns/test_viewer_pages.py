"""What a recipient reads, and what is recorded of it."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.enums import Signal
from campaigns.grades import nobody
from campaigns.models import Event, Share
from privacy.notice import in_force
from tests.campaigns.viewing import (
    Recipient,
    add_version,
    address,
    content_of,
    events_of,
    make_document,
    make_link,
    make_shared,
    share_with,
    text_of,
    visit_in,
)
from tests.factories import make_campaign, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def shown(share: Share, part: str = "", reader: Recipient | None = None) -> str:
    answer = (reader or Recipient()).get(address(share, part))
    assert answer.status_code == 200
    return str(answer.content.decode())


# What is there ------------------------------------------------------------------------------------------------------


def test_statement_stands_above_the_first_page_and_needs_no_click() -> None:
    html = shown(make_shared())

    above = html[: html.index('id="page-1"')]
    said = text_of(above)
    assert "Sam Sales of the United States Postal Service shared this with you on" in said
    assert "This page’s address begins with testserver" in said
    assert 'href="mailto:sam.sales@example.com"' in above
    assert "when you open this link, which pages you look at and for how long" in said
    assert "Not your IP address, browser, device or location" in said
    assert f"under Privacy Act notice {in_force().number}" in said
    assert "Reading is voluntary" in said
    assert 'href="/privacy-act-statement/?language=en"' in above
    assert "<details" not in above


def test_share_that_names_no_sender_names_the_agency() -> None:
    share = make_shared()
    Share.objects.filter(pk=share.pk).update(sender=None)

    assert "The United States Postal Service shared this with you on" in text_of(shown(share))


def test_pages_come_at_two_widths_the_first_at_once_the_others_when_they_are_near() -> None:
    share = make_shared()
    html = shown(share)

    images = re.findall(r"<img [^>]+>", html)
    narrow, wide = (address(share, f"v1/pages/2/{width}.webp") for width in ("narrow", "wide"))
    assert len(images) == 3
    assert f'srcset="{narrow} 800w, {wide} 1600w"' in images[1]
    assert all('width="1600" height="2000"' in image for image in images)
    assert ['loading="lazy"' in image for image in images] == [False, True, True]
    assert ['fetchpriority="high"' in image for image in images] == [True, False, False]


def test_words_of_a_page_stand_behind_its_picture_for_those_who_hear() -> None:
    html = shown(make_shared())

    assert '<div class="for-ears"><p>Words of page 1 of version 1.</p></div>' in html
    assert html.count('alt=""') == 2
    assert 'alt="Picture of page 3, which has no text"' in html
    assert re.findall(r"<h2[^>]*>([^<]+)", html) == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3", "What you can do"]


def test_title_and_words_come_out_inert() -> None:
    share = make_shared()
    evil = "<script>alert(1)</script>"
    share.material.title = evil
    share.material.save()
    share.material.versions.get().pages.update(text=evil)

    for part in ("", "print/", "text/"):
        html = shown(share, part)
        assert evil not in html
        assert "&lt;script&gt;" in html


def test_text_version_has_words_and_neither_picture_nor_script() -> None:
    html = shown(make_shared(), "text/")

    assert "Words of page 2 of version 1." in html
    assert "This page has no text." in html
    assert "<img" not in html
    assert "<script" not in html
    assert "Recorded:" in html


def test_print_version_has_all_pages_at_once() -> None:
    html = shown(make_shared(), "print/")

    assert html.count("wide.webp") == 3
    assert "lazy" not in html
    assert "<script" not in html
    assert "Recorded:" in html


def test_picture_is_the_pages_at_the_width_that_was_asked_for() -> None:
    share = make_shared()
    page = share.material.versions.get().pages.get(number=2)

    for width in ("narrow", "wide"):
        answer = Recipient().get(address(share, f"v1/pages/2/{width}.webp"))
        assert answer["Content-Type"] == "image/webp"
        with getattr(page, width).open() as stored:
            assert content_of(answer) == stored.read()
    assert events_of(share) == []


@pytest.mark.parametrize("part", ["v1/pages/4/wide.webp", "v1/pages/0/wide.webp", "v2/pages/1/wide.webp",
                                  "v1/pages/1/original.webp"])  # fmt: skip
def test_picture_that_is_not_there_is_not_found(part: str) -> None:
    assert Recipient().get(address(make_shared(), part)).status_code == 404


def test_newest_version_is_shown_and_a_pinned_one_stays() -> None:
    share = make_shared()
    pinned = share_with(make_customer("C-2"), share.material, pinned_version=1)
    add_version(share.material, 2, 3)

    assert "of version 2" in shown(share)
    assert "of version 1" in shown(pinned)
    assert Recipient().get(address(pinned, "v2/pages/1/wide.webp")).status_code == 404
    views = Event.objects.filter(kind="view").order_by("occurred_at")
    assert list(views.values_list("share_id", "version")) == [(share.pk, 2), (pinned.pk, 1)]


def test_watermark_carries_the_recipients_address_on_each_page_in_every_form() -> None:
    share = make_shared(has_watermark=True)

    for part in ("", "print/"):
        assert shown(share, part).count("<span>ann@example.org</span>") == 9
    assert "For ann@example.org" in shown(share, "text/")


def test_without_watermark_the_recipients_address_is_nowhere() -> None:
    share = make_shared()

    assert all("ann@example.org" not in shown(share, part) for part in ("", "print/", "text/"))


@pytest.mark.parametrize("part", ["", "print/", "text/", "more/", "file/", "v1/pages/1/wide.webp"])
def test_no_answer_is_found_kept_or_told_on(part: str) -> None:
    answer = Recipient().get(address(make_shared(), part))
    content_of(answer)

    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("part", ["", "print/", "text/"])
def test_page_asks_nobody_else_for_anything(part: str) -> None:
    html = shown(make_shared(), part)

    assert re.findall(r"""(?:src|href|srcset|action)=["'](?!/|mailto:|#|\\?)[^"']*""", html) == []
    assert not re.search(r"<style|style=|<script(?! src=)| on\w+=", html)


def test_script_is_under_five_kilobytes() -> None:
    assert (Path(django_settings.BASE_DIR) / "static/waymark/viewer.js").stat().st_size < 5_000


def test_privacy_statement_and_the_notice_are_public() -> None:
    said = text_of(Recipient().get("/privacy-act-statement/").content.decode())

    notice = in_force()
    assert "5 U.S.C. 552a(e)(3)" in said
    assert all(part in said for part in notice.authority)
    for number in (11, 12, 13):
        assert f"(purpose {number} of the notice)" in said
    assert "(purpose 1 of the notice)" not in said
    assert "Opening a link is voluntary" in said
    assert Recipient().get("/notice/").status_code == 200
    assert Recipient().get("/notice/compare/").status_code == 302


def test_whoever_reads_can_ask_for_their_records_from_every_page_of_theirs() -> None:
    share = make_shared()
    for part in ("", "preferences/", "pass-on/"):
        assert 'href="/rights/?language=en">Ask for your records</a>' in shown(share, part)
    assert ">Save my choice</button>" in shown(share, "preferences/")
    statement = Recipient().get("/privacy-act-statement/?language=es").content.decode()
    assert 'href="/rights/?language=es">Pida aquí sus registros, sin necesidad de una cuenta</a>' in statement


# What is recorded ---------------------------------------------------------------------------------------------------


def test_opening_is_a_visit_and_a_view_of_the_recipient_in_the_version_shown() -> None:
    share = make_shared()
    visit = visit_in(shown(share), share)

    rows = Event.objects.exclude(kind="shared").order_by("kind").values()
    assert [row["kind"] for row in rows] == ["visit", "view"]
    for row in rows:
        assert row["visit_id"] == visit.id
        assert row["viewer_id"] == share.recipient_id
        assert (row["share_id"], row["material_id"], row["version"]) == (share.pk, share.material_id, 1)
        assert (row["grade"], row["signals"], row["reason"]) == ("addressee", Signal.NO_FOCUS, "no_focus")
        assert (row["page"], row["dwell_ms"]) == (None, None)
    assert (visit.version, visit.pages, visit.grade) == (1, 3, "addressee")


def test_each_opening_is_a_visit_of_its_own() -> None:
    share, reader = make_shared(), Recipient()

    assert visit_in(shown(share, reader=reader), share).id != visit_in(shown(share, reader=reader), share).id
    assert sorted(kind for kind, _, _ in events_of(share)) == ["view", "view", "visit", "visit"]


def test_head_is_a_visit_that_says_so() -> None:
    share = make_shared()

    answer = Recipient().head(address(share))

    assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, b"", {})
    assert list(Event.objects.exclude(kind="shared").values_list("kind", "signals", "reason")) == [
        ("visit", Signal.HEAD, "head_request")
    ]


def test_hidden_link_is_reached_by_machines_alone_and_ends_the_doubt_about_its_visit() -> None:
    share, reader = make_shared(), Recipient()
    html = shown(share, reader=reader)
    (link,) = re.findall(r'<a class="unseen"[^>]*>', html)
    assert 'aria-hidden="true"' in link
    assert 'tabindex="-1"' in link
    assert 'rel="nofollow"' in link
    assert link.count(address(share, "more/")) == 1

    assert reader.get(link.partition('href="')[2].partition('"')[0]).status_code == 200

    followed = Event.objects.get(reason="honeypot")
    assert (followed.kind, followed.visit_id) == ("visit", visit_in(html, share).id)
    assert followed.signals & Signal.HONEYPOT
    assert (followed.share_id, followed.viewer_id) == (share.pk, share.recipient_id)


@pytest.mark.parametrize("named", ["", "?visit=", "?visit=x:y", "?visit=WyJhIl0:1tX"])
def test_hidden_link_with_no_visit_of_ours_is_one_of_its_own(named: str) -> None:
    share = make_shared()

    assert Recipient().get(address(share, f"more/{named}")).status_code == 200

    assert [kind for kind, _, _ in events_of(share)] == ["visit"]


@pytest.mark.parametrize("part", ["print/", "text/"])
def test_another_form_is_another_view_of_the_same_visit(part: str) -> None:
    share = make_shared()
    visit = visit_in(shown(share), share)

    shown(share, f"{part}?visit={visit.signed}")

    assert sorted(kind for kind, _, _ in events_of(share)) == ["view", "view", "visit"]
    assert set(Event.objects.exclude(kind="shared").values_list("visit_id", flat=True)) == {visit.id}


def test_another_form_opened_by_itself_is_a_visit() -> None:
    share = make_shared()

    shown(share, "text/")

    assert sorted(kind for kind, _, _ in events_of(share)) == ["view", "visit"]


def test_visit_of_another_share_is_none_of_this_one() -> None:
    share = make_shared()
    other = share_with(make_customer("C-2"), make_document("list"))
    visit = visit_in(shown(other), other)

    shown(share, f"text/?visit={visit.signed}")

    assert visit.id not in set(Event.objects.filter(share_id=share.pk).values_list("visit_id", flat=True))


def test_download_is_the_file_as_it_was_sent_and_an_event() -> None:
    share = make_shared(may_download=True)
    visit = visit_in(shown(share), share)

    answer = Recipient().get(address(share, f"file/?visit={visit.signed}"))

    assert content_of(answer) == b"%PDF-1.7 the file"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''The%20%E2%80%9Cguide")
    download = Event.objects.get(kind="download")
    assert (download.visit_id, download.version, download.signals) == (visit.id, 1, 0)


def test_file_is_not_given_where_the_sender_keeps_it() -> None:
    share = make_shared()

    answer = Recipient().get(address(share, "file/"))

    assert answer.status_code == 403
    assert "to be read here, not to be downloaded" in answer.content.decode()
    assert "file/" not in shown(share)
    assert not Event.objects.filter(kind="download").exists()


def test_link_says_where_it_leads_and_is_viewed_when_it_is_followed() -> None:
    share = share_with(make_customer("C-1"), make_link())
    html = shown(share)
    visit = visit_in(html, share)
    assert "https://example.org/prices?a=1" in html
    assert [kind for kind, _, _ in events_of(share)] == ["visit"]

    answer = Recipient().get(address(share, f"go/?visit={visit.signed}"))

    assert (answer.status_code, answer["Location"]) == (302, "https://example.org/prices?a=1")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert sorted(kind for kind, _, _ in events_of(share)) == ["view", "visit"]
    assert Event.objects.get(kind="view").visit_id == visit.id


def test_share_of_a_document_follows_no_link() -> None:
    share = make_shared()

    assert Recipient().get(address(share, "go/"))["Location"] == address(share)
    assert events_of(share) == []


OPENING_QUERIES = 10  # the share, the version, its pages; the rest is the commit of the events


def test_pages_ask_the_database_as_often_for_one_page_as_for_many() -> None:
    counts = []
    for number, pages in enumerate((1, 3)):
        share = share_with(make_customer(f"C-{number}"), make_document(f"d-{number}", pages=pages))
        reader = Recipient()
        shown(share, reader=reader)  # the month's partitions, the browser's mark
        with CaptureQueriesContext(connection) as queries:
            shown(share, reader=reader)
        counts.append(len(queries))

    assert counts == [OPENING_QUERIES, OPENING_QUERIES]


# Without a trace ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_whoever_asks_not_to_be_tracked_leaves_campaign_material_and_variant_only(header: str) -> None:
    variant = make_campaign().variants.get(name="letter")
    share = make_shared(may_download=True)
    Share.objects.filter(pk=share.pk).update(campaign=variant.campaign, variant=variant)
    reader = Recipient(**{header: "1"})

    html = shown(share, reader=reader)
    for part in ("text/", "print/", "file/", "more/"):
        content_of(reader.get(address(share, part)))
    reader.head(address(share))

    assert "Your browser asks not to be tracked, and we honor it" in text_of(html)
    assert "data-visit" not in html
    assert "<script" not in html
    assert not reader.cookies
    rows = list(Event.objects.exclude(kind="shared").values())
    kinds = ["download", "view", "view", "view", "visit", "visit", "visit", "visit", "visit", "visit"]
    assert sorted(row["kind"] for row in rows) == kinds
    for row in rows:
        assert (row["campaign_id"], row["variant_id"]) == (variant.campaign_id, variant.pk)
        assert row["material_id"] == share.material_id
        assert [row[name] for name in ("share_id", "visit_id", "version", "page", "dwell_ms")] == [None] * 5
        assert row["viewer_id"] < 0
        assert row["grade"] == "unknown"
    assert len({row["viewer_id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("value", ["0", "", "yes"])
def test_any_other_value_asks_for_nothing(value: str) -> None:
    share = make_shared()

    assert "data-visit" in shown(share, reader=Recipient(DNT=value))
    assert Event.objects.filter(share_id=share.pk, kind="view").exists()


# Who it was ---------------------------------------------------------------------------------------------------------


def read_a_page(share: Share, html: str, reader: Recipient) -> int:
    from tests.campaigns.test_viewer_beacon import waited
    from tests.campaigns.viewing import body, reading, send

    visit = visit_in(html, share)
    with waited(visit, 5):
        return int(send(body(share, visit, reading(visit, 4_000, 3_000))).status_code)


def grades_of(share: Share) -> list[str]:
    views = Event.objects.filter(kind="view", share_id=share.pk).order_by("occurred_at")
    return list(views.values_list("grade", flat=True))


def test_link_opened_in_another_browser_after_somebody_read_is_nobody_knowns() -> None:
    share, first, second = make_shared(), Recipient(), Recipient()
    assert read_a_page(share, shown(share, reader=first), first) == 200

    html = shown(share, reader=second)
    shown(share, reader=first)

    assert grades_of(share) == ["addressee", "unknown", "addressee"]
    visit = visit_in(html, share)
    forwarded = Event.objects.get(kind="view", grade="unknown")
    assert forwarded.viewer_id == nobody(visit.id)
    assert forwarded.share_id == share.pk
    assert "share_first" in first.cookies
    assert "share_first" not in second.cookies
    assert read_a_page(share, html, second) == 200
    page = Event.objects.get(kind="page", visit_id=visit.id)
    assert (page.viewer_id, page.grade, page.share_id) == (nobody(visit.id), "unknown", share.pk)


def test_machine_that_comes_first_takes_the_grade_from_nobody() -> None:
    share = make_shared()
    shown(share)
    Recipient().get(address(share, "more/"))

    shown(share)

    assert grades_of(share) == ["addressee", "addressee"]


def test_page_read_by_a_known_machine_takes_the_grade_from_nobody() -> None:
    from tests.campaigns.test_viewer_beacon import waited
    from tests.campaigns.viewing import body, reading, send

    share = make_shared()
    visit = visit_in(shown(share), share)
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    with waited(visit, 5):
        assert send(body(share, visit, reading(visit, 4_000, 3_000)), **{"User-Agent": agent}).status_code == 200
    assert Event.objects.get(kind="page").reason == "known_agent"

    shown(share)

    assert grades_of(share) == ["addressee", "addressee"]


def test_forged_mark_is_none() -> None:
    share, first, forger = make_shared(), Recipient(), Recipient()
    read_a_page(share, shown(share, reader=first), first)
    forger.cookies["share_first"] = "0" * 64

    shown(share, reader=forger)

    assert grades_of(share) == ["addressee", "unknown"]


def test_mark_goes_to_its_share_alone_and_to_no_script() -> None:
    share, reader = make_shared(), Recipient()
    shown(share, reader=reader)

    mark = reader.cookies["share_first"]
    assert (mark["path"], mark["httponly"], mark["samesite"]) == (address(share), True, "Lax")
    assert mark["max-age"] == 180 * 24 * 60 * 60
    assert list(reader.cookies) == ["share_first"]


@pytest.mark.parametrize("number", ["00000000-0000-4000-8000-000000000001", "f3b1c2d4-1111-4222-8333-abcdefabcdef"])
def test_nobody_has_the_number_that_imports_derive(number: str) -> None:
    statement = (
        "-greatest(1, ('x' || encode(substr(sha256(uuid_send(%s::uuid)), 1, 8), 'hex'))::bit(64)::bigint >> 1"
        " & 9223372036854775807)"
    )
    assert (
        statement.replace("%s::uuid", "visit")
        in (Path(django_settings.BASE_DIR) / "campaigns/sql/intake_stage_events.sql").read_text()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statement}", [number])
        assert cursor.fetchone() == (nobody(UUID(number)),)
