"""The program that takes a picture of every page: which addresses it goes to, and what it does with an error."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import screenshots

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ORIGIN = "http://127.0.0.1:8047"


class Answer:
    def __init__(self, status: int = 200, kind: str = "text/html; charset=utf-8", disposition: str = "") -> None:
        self.status, self.ok = status, status < 400
        self.headers = {"content-type": kind, "content-disposition": disposition}


class FakePage:
    """A browser's page whose answers and links are given."""

    def __init__(self, links: dict[str, list[str]], answers: dict[str, Answer] | None = None) -> None:
        self.links, self.answers = links, answers or {}
        self.at = ""
        self.taken: list[str] = []
        self.request = self

    def get(self, address: str) -> Answer:
        return self.answers.get(address, Answer())

    def goto(self, address: str) -> None:
        self.at = address

    def evaluate(self, _script: str) -> list[str]:
        return self.links.get(self.at, [])

    def screenshot(self, *, path: Path, full_page: bool) -> None:
        assert full_page
        self.taken.append(path.name)

    def emulate_media(self, **_given: Any) -> None: ...
    def wait_for_function(self, _script: str) -> None: ...
    def set_viewport_size(self, _size: dict[str, int]) -> None: ...


@pytest.fixture
def album(tmp_path: Path) -> screenshots.Album:
    return screenshots.Album(tmp_path)


def walk(page: FakePage, album: screenshots.Album, seen: set[str]) -> set[str]:
    return screenshots.walk(page, ORIGIN, "sales", seen, album)  # type: ignore[arg-type]


def test_a_kind_of_page_is_taken_once_in_each_theme_and_width(album: screenshots.Album) -> None:
    page = FakePage({f"{ORIGIN}/": [f"{ORIGIN}/campaigns/", f"{ORIGIN}/campaigns/one/", f"{ORIGIN}/campaigns/two/"]})
    found = walk(page, album, set())
    assert list(album.taken) == ["sales: /", "sales: /campaigns/", "sales: /campaigns/<slug:slug>/"]
    assert page.taken[:6] == [f"home.{width}-{theme}.png" for theme in ("light", "dark") for width in (360, 768, 1280)]
    assert page.taken[-1] == "campaigns-slug.1280-dark.png"
    assert found == {"campaigns/", "campaigns/<slug:slug>/"}


def test_what_somebody_saw_before_is_not_taken_again_but_home_is(album: screenshots.Album) -> None:
    page = FakePage({f"{ORIGIN}/": [f"{ORIGIN}/campaigns/", f"{ORIGIN}/teams/"]})
    walk(page, album, {"campaigns/"})
    assert list(album.taken) == ["sales: /", "sales: /teams/"]


def test_others_addresses_files_and_unknown_ones_are_passed_over(album: screenshots.Album) -> None:
    file = f"{ORIGIN}/exports/new/"
    links = ["https://elsewhere.example/campaigns/", f"{ORIGIN}/nowhere/at/all/", file, f"{ORIGIN}/teams/"]
    page = FakePage(
        {f"{ORIGIN}/": links},
        {file: Answer(disposition="attachment"), f"{ORIGIN}/teams/": Answer(kind="text/csv")},
    )
    walk(page, album, set())
    assert list(album.taken) == ["sales: /"]
    assert album.errors == []


def test_an_error_is_told_and_not_taken(album: screenshots.Album) -> None:
    teams = f"{ORIGIN}/teams/"
    walk(FakePage({f"{ORIGIN}/": [teams]}, {teams: Answer(500)}), album, set())
    assert album.errors == ["sales: /teams/ answered 500"]
    assert list(album.taken) == ["sales: /"]


@pytest.mark.browser
@pytest.mark.slow
def test_links_of_text_and_of_pictures_are_found_and_files_are_not(browser: "Browser") -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content(
            '<base href="https://waymark.example/map/"><a href="/teams/">Teams</a><a href="x.csv" download>CSV</a>'
            '<svg><a href="?category=1"><text>1</text></a></svg>'
        )
        found = page.evaluate(screenshots.LINKS)
    assert found == ["https://waymark.example/teams/", "https://waymark.example/map/?category=1"]


def test_the_index_shows_all(album: screenshots.Album) -> None:
    walk(FakePage({}), album, set())
    shown = album.write_index().read_text()
    assert shown.count("<img") == 6
    assert 'src="sales/home.360-light.png"' in shown
