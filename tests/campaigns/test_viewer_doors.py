"""What the holder of a token finds: one answer to every token that does not open, words to whoever holds a good one."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import passcodes
from campaigns.models import Event, MaterialVersion, Share
from privacy.tries import Refusals, refusals
from tests.campaigns.viewing import Recipient, address, content_of, events_of, make_document, make_shared, share_with
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

PARTS = ("", "print/", "text/", "file/", "go/", "more/", "v1/pages/1/wide.webp")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def nothing_refused_yet() -> Iterator[None]:
    demo_note_is_cached = Recipient().get("/s/Z/").status_code == 404
    assert demo_note_is_cached
    refusals.clear()
    yield
    refusals.clear()


def expire(share: Share) -> str:
    Share.objects.filter(pk=share.pk).update(
        shared_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    return share.token


def revoke(share: Share) -> str:
    Share.objects.filter(pk=share.pk).update(revoked_at=timezone.now())
    return share.token


def revoke_with_passcode(share: Share) -> str:
    Share.objects.filter(pk=share.pk).update(revoked_at=timezone.now(), passcode="pbkdf2_sha256$1$x$y")
    return share.token


TOKENS: dict[str, Callable[[Share], str]] = {
    "unknown": lambda share: "A" * 22,
    "forged": lambda share: share.token[:-1] + ("A" if share.token[-1] != "A" else "B"),
    "truncated": lambda share: share.token[:-1],
    "empty but for a dash": lambda share: "-",
    "very long": lambda share: share.token * 40,
    "no text of a database": lambda share: f"{share.token[:-1]}\0",
    "another script": lambda share: "é" * 22,
    "expired": expire,
    "revoked": revoke,
    "revoked, with passcode": revoke_with_passcode,
}


def closed(token: str, part: str = "") -> tuple[int, bytes, dict[str, str], list[str]]:
    """Status, content, headers and the shapes of the statements of what the token meets."""
    Recipient().get("/privacy-act-statement/")  # the note on demo data, kept for a minute, is asked for here
    with CaptureQueriesContext(connection) as queries:
        answer = Recipient().get(f"/s/{token}/{part}".replace("\0", "%00"))
    shapes = [re.sub(r"'[^']*'", "'…'", query["sql"]) for query in queries]
    return answer.status_code, answer.content, dict(answer.headers), shapes


@pytest.mark.parametrize("kind", TOKENS)
def test_every_token_that_does_not_open_gets_the_same_answer_for_the_same_work(kind: str) -> None:
    expected = closed("Z" * 22)
    share = make_shared()
    got = closed(TOKENS[kind](share))

    assert got == expected
    assert got[0] == 404
    assert len(got[3]) == 1
    assert b"This link does not open" in got[1]
    assert Event.objects.exclude(kind="shared").count() == 0


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_a_share_tells_more_of_such_a_token(part: str) -> None:
    expected = closed("Z" * 22)
    share = make_shared(may_download=True)

    assert closed(revoke(share), part) == expected


@pytest.mark.parametrize("kind", ["unknown", "expired", "revoked", "revoked, with passcode"])
def test_no_passcode_is_compared_for_a_token_that_does_not_open(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def compare(*_passwords: str) -> bool:
        compared.append("")
        return True

    monkeypatch.setattr(passcodes, "check_password", compare)
    share = make_shared(passcode="brass lantern")

    answer = Recipient().post(address(share, "passcode/"), {"passcode": "x"})
    assert (answer.status_code, compared) == (302, [""])  # it would be seen
    token = TOKENS[kind](share)
    answer = Recipient().post(f"/s/{token}/passcode/", {"passcode": "brass lantern"})

    assert (answer.status_code, compared) == (404, [""])
    assert answer.content == Recipient().get("/s/ZZZ/").content


def test_share_opens_until_it_expires() -> None:
    share = make_shared(expires_at=timezone.now() + timedelta(hours=1))
    assert Recipient().get(address(share)).status_code == 200

    expire(share)

    assert Recipient().get(address(share)).status_code == 404


def test_address_that_tries_token_after_token_is_held_back_and_readers_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refusals, "MOST", 3)
    share = make_shared()
    guesser = Recipient()

    found = [guesser.get(f"/s/{'guess' * 4}{n:02}/") for n in range(4)]

    assert [answer.status_code for answer in found] == [404, 404, 404, 429]
    assert found[3]["Retry-After"] == "60"
    assert "Wait a minute" in found[3].content.decode()
    assert guesser.get(address(share)).status_code == 200
    assert browser_at("203.0.113.5").get("/s/guess/").status_code == 404


def browser_at(address: str) -> Recipient:
    client = Recipient()
    client.defaults["REMOTE_ADDR"] = address
    return client


# What stands before the material -----------------------------------------------------------------------------------


def test_withdrawn_material_explains_itself_and_nothing_is_recorded() -> None:
    share = make_shared()
    share.material.withdrawn_at = timezone.now()
    share.material.save()

    answer = Recipient().get(address(share))

    assert answer.status_code == 410
    text = answer.content.decode()
    assert "This was withdrawn" in text
    assert "sam.sales@example.com" in text
    assert share.material.title not in text
    assert events_of(share) == []


def test_material_of_which_nothing_is_ready_says_to_come_again() -> None:
    share = make_shared()
    MaterialVersion.objects.all().delete()

    answer = Recipient().get(address(share))

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "still being prepared" in answer.content.decode()
    assert events_of(share) == []


def test_verified_viewers_only_is_told_and_shows_nothing() -> None:
    share = make_shared(verified_only=True)

    answer = Recipient().get(address(share))

    assert answer.status_code == 403
    assert "For the recipient only" in answer.content.decode()
    assert "Words of page 1" not in answer.content.decode()
    assert Recipient().get(address(share, "v1/pages/1/wide.webp")).status_code == 403
    assert events_of(share) == []


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_verified_viewers_only_does_not_open_without_a_trace_and_says_so(header: str) -> None:
    share = make_shared(verified_only=True)

    answer = Recipient(**{header: "1"}).get(address(share))

    assert answer.status_code == 403
    assert "This cannot be opened without being recorded" in answer.content.decode()
    assert events_of(share) == []


# Passcodes ----------------------------------------------------------------------------------------------------------


def test_passcode_is_asked_for_and_opens_in_this_browser_alone() -> None:
    share, reader = make_shared(passcode="brass lantern"), Recipient()

    asked = reader.get(address(share))
    assert asked.status_code == 200
    assert "Words of page 1" not in asked.content.decode()
    assert share.material.title not in asked.content.decode()
    assert reader.get(address(share, "v1/pages/1/wide.webp"))["Content-Type"] != "image/webp"
    assert events_of(share) == []

    answer = reader.post(address(share, "passcode/"), {"passcode": "brass lantern"})
    assert (answer.status_code, answer["Location"]) == (302, address(share))
    assert "Words of page 1" in reader.get(address(share)).content.decode()
    assert content_of(reader.get(address(share, "v1/pages/1/wide.webp")))[8:12] == b"WEBP"
    assert "Words of page 1" not in Recipient().get(address(share)).content.decode()


def test_wrong_passcode_is_told_beside_the_field() -> None:
    share = make_shared(passcode="brass lantern")

    answer = Recipient().post(address(share, "passcode/"), {"passcode": "Brass Lantern"})

    assert answer.status_code == 422
    assert "This is not the passcode" in answer.content.decode()
    assert not answer.cookies


def test_after_five_wrong_tries_the_right_one_waits_too() -> None:
    share, other = make_shared(passcode="brass lantern"), None
    other = share_with(make_customer("C-2"), make_document("list"), passcode="brass lantern")
    tries = ["a", "b", "c", "d", "e", "brass lantern"]

    found = [Recipient().post(address(share, "passcode/"), {"passcode": word}) for word in tries]

    assert [answer.status_code for answer in found] == [422] * 5 + [429]
    assert found[5]["Retry-After"] == "900"
    assert "Wait 15 minutes" in found[5].content.decode()
    assert Recipient().post(address(other, "passcode/"), {"passcode": "brass lantern"}).status_code == 302


def test_right_passcode_ends_the_counting() -> None:
    share = make_shared(passcode="brass lantern")
    tries = ["a", "b", "c", "d", "brass lantern", "a", "b", "c", "d", "brass lantern"]

    found = [Recipient().post(address(share, "passcode/"), {"passcode": word}).status_code for word in tries]

    assert found == ([422] * 4 + [302]) * 2


def test_another_passcode_ends_what_the_former_one_opened() -> None:
    share, reader = make_shared(passcode="brass lantern"), Recipient()
    reader.post(address(share, "passcode/"), {"passcode": "brass lantern"})
    assert "Words of page 1" in reader.get(address(share)).content.decode()

    Share.objects.filter(pk=share.pk).update(passcode=Share(passcode="md5$x$y").passcode)

    assert "Words of page 1" not in reader.get(address(share)).content.decode()


def test_mark_of_one_share_opens_no_other() -> None:
    share = make_shared(passcode="brass lantern")
    other = share_with(make_customer("C-2"), share.material, passcode="brass lantern")
    reader = Recipient()
    reader.post(address(share, "passcode/"), {"passcode": "brass lantern"})
    mark = reader.cookies["share_passcode"]

    assert mark["path"] == address(share)
    thief = Recipient()
    thief.cookies["share_passcode"] = mark.value

    assert "Words of page 1" in thief.get(address(share)).content.decode()
    assert "Words of page 1" not in thief.get(address(other)).content.decode()


def test_passcode_sent_to_a_share_that_asks_for_none_leads_to_it() -> None:
    share = make_shared()

    answer = Recipient().post(address(share, "passcode/"), {"passcode": "x"})

    assert (answer.status_code, answer["Location"]) == (302, address(share))


# Addresses that are mistyped -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", [".", ")", "txt/", "ask/nonsense/", "pages/", "text/x/", "%00/", "<script>/"])
def test_mistyped_address_of_a_share_meets_the_closed_door_whatever_the_token(rest: str) -> None:
    share, reader = make_shared(), Recipient()

    good, unknown = reader.get(address(share, rest)), reader.get(f"/s/{'A' * 22}/{rest}")

    assert (good.status_code, unknown.status_code) == (404, 404)
    assert good.content == unknown.content == reader.get("/s/ZZZ/").content
    assert good["Referrer-Policy"] == "no-referrer"
    assert events_of(share) == []


@pytest.mark.parametrize("part", ["text", "print", "verify", "ask/call", "unsubscribe"])
def test_last_slash_that_is_missing_is_put_there(part: str) -> None:
    share = make_shared()

    answer = Recipient().get(address(share, part))

    assert (answer.status_code, answer["Location"]) == (302, address(share, f"{part}/"))


def test_what_is_posted_to_a_mistyped_address_is_not_led_on() -> None:
    assert Recipient().post(address(make_shared(), "verify"), {"email": "a@example.org"}).status_code == 404
