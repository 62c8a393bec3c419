"""The zip of QR pictures: one a letter, named by the merge file beside them, of nobody who gets no letter."""

import csv
import io
import struct
import tracemalloc
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from campaigns import letter_codes, qr_codes
from campaigns.letter_codes import Pictures, packed
from campaigns.letters import HEADINGS, picture_name
from campaigns.models import Share
from campaigns.revoking import revoke
from campaigns.sharing import share
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "1 Main Street", "city": "Springfield", "state": "IL", "postal_code": "62701"}
KINDS = ["png", "svg"]


@pytest.fixture
def sales(client: Client, settings: Any) -> User:
    settings.PUBLIC_URL = "https://share.example.gov"
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def batch(sales: User) -> int:
    """Ann and Ben, who have a mail address, and Eve, who has none."""
    make_customer("C-1", sales, name="Ann", **ADDRESS | {"postal_code": "90210"})
    make_customer("C-2", sales, name="=Ben", **ADDRESS)
    make_customer("C-3", sales, name="Eve")
    made = share(make_material("guide"), Customer.objects.all(), sales).batch
    assert made is not None
    return made.pk


def zip_of(client: Client, batch: int, kind: str) -> dict[str, bytes]:
    """The names in the zip, in their order, with what they hold."""
    answer = client.get(f"/shares/made/{batch}/letters-{kind}.zip")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="letters-{batch}-{kind}.zip"'
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def merged(found: dict[str, bytes]) -> list[dict[str, str]]:
    text = found["letters.csv"].decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("kind", KINDS)
def test_each_letter_has_the_picture_that_its_row_names(client: Client, batch: int, kind: str) -> None:
    found = zip_of(client, batch, kind)

    rows = merged(found)
    assert list(rows[0]) == [*HEADINGS, "QR picture"]
    assert [row["Name"] for row in rows] == ["'=Ben", "Ann"]  # in the order of the postal codes
    drawing = {"png": qr_codes.png, "svg": qr_codes.svg}[kind]
    assert {row["QR picture"]: drawing(row["Link"]) for row in rows} == {
        name: content for name, content in found.items() if name != "letters.csv"
    }
    assert all(row["QR code"] == row["Link"] for row in rows)
    assert len({row["Link"] for row in rows}) == 2


def test_names_of_pictures_are_the_shares_own_and_stay_when_others_are_revoked(
    client: Client, batch: int, sales: User
) -> None:
    before = {row["Link"]: row["QR picture"] for row in merged(zip_of(client, batch, "png"))}
    gone = Share.objects.get(recipient__customer__number="C-2")

    revoke(Share.objects.filter(pk=gone.pk), sales)

    found = zip_of(client, batch, "png")
    after = {row["Link"]: row["QR picture"] for row in merged(found)}
    kept = Share.objects.get(recipient__customer__number="C-1")
    assert list(found) == [f"{kept.number:06}.png", "letters.csv"]
    assert after.items() < before.items()


def test_picture_names_nobody(client: Client, batch: int) -> None:
    assert not any(part in name for name in zip_of(client, batch, "svg") for part in ("Ann", "Ben", "C-"))
    assert picture_name(7, "svg") == "000007.svg"


def test_pictures_are_pictures(client: Client, batch: int) -> None:
    png, *_rest = zip_of(client, batch, "png").values()
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (738, 738)
    svg, *_rest = zip_of(client, batch, "svg").values()
    assert svg.startswith(b"<?xml")
    assert b"<script" not in svg


def test_reading_is_logged_with_how_many(client: Client, batch: int) -> None:
    zip_of(client, batch, "png")

    entry = AccessEntry.objects.filter(place="shares_letters").latest("at")
    assert entry.records == 2


def test_whoever_sees_no_customers_gets_none(client: Client, batch: int) -> None:
    marketing = Client()
    marketing.force_login(make_user(Role.MARKETING_MANAGER))

    assert marketing.get(f"/shares/made/{batch}/letters-png.zip").status_code == 403


@pytest.mark.parametrize("address", ["letters-gif.zip", "letters-PNG.zip"])
def test_other_kinds_are_not_there(client: Client, batch: int, address: str) -> None:
    assert client.get(f"/shares/made/{batch}/{address}").status_code == 404


def test_of_too_many_the_merge_file_alone_is_had(client: Client, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_codes, "MOST", 1)

    answer = client.get(f"/shares/made/{batch}/letters-png.zip", follow=True)

    assert answer.redirect_chain == [(f"/shares/made/{batch}/", 302)]
    page = answer.content.decode()
    assert "No more than 1 codes are drawn" in page
    assert f"/shares/made/{batch}/letters.csv" in page
    assert "letters-png.zip" not in page


def test_page_of_what_was_made_leads_to_both_kinds(client: Client, batch: int) -> None:
    page = client.get(f"/shares/made/{batch}/").content.decode()

    assert all(f'href="/shares/made/{batch}/letters-{kind}.zip"' in page for kind in KINDS)


def test_zip_of_many_is_never_whole_in_memory() -> None:
    count, address = 300, "https://share.example.gov/s/abcdefghijklmnopqrstuv/"

    def letters() -> Iterator[tuple[int, list[str]]]:
        for number in range(1, count + 1):
            yield number, ["Ann", "1 Main Street", "Springfield", "IL", "62701", address, address]

    def sent() -> int:
        return sum(map(len, packed(letters(), Pictures.SVG)))

    tracemalloc.start()
    try:
        size = sent()
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > count * 600
    assert peak < 1 << 20, f"{peak:,} bytes were held of {size:,}"
