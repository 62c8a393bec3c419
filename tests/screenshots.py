"""Pictures of every page that can be reached by links, in three widths and two themes: `make screenshots`.

    python -m tests.screenshots [ADDRESS]

Without an address the product is started with its demonstration, on servers and data of its own under
`var/screenshots/`. Each role of the demonstration signs in and follows the links of its pages; a kind of page (an
address pattern) is taken once, for the first role that comes to it, home for every role. The pictures are
`var/screenshots/pictures/ROLE/PATTERN.WIDTH-THEME.png`; an `index.html` beside them shows them all. Ends with 1 where
a page answered with an error.
"""

import html
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit

import django
from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHECKOUT = Path(__file__).parent.parent
FOLDER = CHECKOUT / "var" / "screenshots"
PORT = os.environ.get("PORT", "8047")
READY_WITHIN = 600  # seconds; the first start makes the tables and loads the demonstration
WIDTHS = (360, 768, 1280)
THEMES = ("light", "dark")
BROWSER = "/usr/bin/chromium"
PEOPLE = {
    "sales": "maria.santos",
    "sales-manager": "ingrid.halvorsen",
    "marketing": "beatriz.carvalho",
    "privacy": "henrik.lindqvist",
    "records": "grace.mwangi",
    "auditor": "walter.kim",
    "it": "priya.raman",
}
DRAWN = "[...document.querySelectorAll('.picture-box')].every(one => one.querySelector('svg'))"
# The property `href` of a link within a picture (SVG) is no string.
LINKS = """
[...document.querySelectorAll('a[href]:not([download])')].map(
    one => new URL(one.getAttribute('href'), document.baseURI).href)
"""
LEADS_ON = 200


@dataclass
class Album:
    """What was taken, and which pages answered with an error."""

    folder: Path
    taken: dict[str, list[Path]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, page: "Page", role: str, pattern: str, address: str) -> None:
        """The page in each theme and width."""
        name = re.sub(r"[^a-z0-9]+", "-", re.sub(r"<\w+:(\w+)>", r"\1", pattern)).strip("-") or "home"
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.goto(address)
            page.wait_for_function(DRAWN)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                path = self.folder / role / f"{name}.{width}-{theme}.png"
                page.screenshot(path=path, full_page=True)
                self.taken.setdefault(f"{role}: /{pattern}", []).append(path)

    def write_index(self) -> Path:
        """One page that shows them all."""
        parts = ["<!doctype html><meta charset=utf-8><title>Every page</title>"]
        for title, paths in self.taken.items():
            parts.append(f"<h2>{html.escape(title)}</h2>")
            parts += [f'<img src="{path.relative_to(self.folder)}" height=400 loading=lazy>' for path in paths]
        index = self.folder / "index.html"
        index.write_text("\n".join(parts))
        return index


@contextmanager
def product() -> Iterator[str]:
    """The product with its demonstration, on data of its own; its address."""
    address = f"http://127.0.0.1:{PORT}"
    command = [sys.executable, "manage.py", "run"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "run.log").open("w") as log:
        running = subprocess.Popen(
            command, cwd=CHECKOUT, env={**os.environ, "PORT": PORT, "WAYMARK_VAR": str(FOLDER)}, stdout=log, stderr=log
        )
        try:
            _wait_for(address, running)
            yield address
        finally:
            running.terminate()
            running.wait()


def _wait_for(address: str, running: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and running.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz")
        except URLError:
            time.sleep(1)
        else:
            return
    sys.exit(f"The product did not start: see {FOLDER / 'run.log'}")


def walk(page: "Page", origin: str, role: str, seen: set[str], album: Album) -> set[str]:
    """Take home and each kind of page that its links lead to and nobody has seen; returns the patterns besides home."""
    waiting = deque([f"{origin}/"])
    known = set(seen)
    while waiting:
        address = waiting.popleft()
        pattern = _pattern(address, origin)
        if pattern is None or pattern in known:
            continue
        known.add(pattern)
        answer = page.request.get(address)
        if not answer.ok:
            album.errors.append(f"{role}: {urlsplit(address).path} answered {answer.status}")
        if answer.status != LEADS_ON or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if "attachment" in answer.headers.get("content-disposition", ""):
            continue
        album.add(page, role, pattern, address)
        print(f"{role}: /{pattern}", flush=True)
        waiting.extend(page.evaluate(LINKS))
    return known - {""}


def _pattern(address: str, origin: str) -> str | None:
    """The pattern of an address of the product; None for others'."""
    if not address.startswith(f"{origin}/"):
        return None
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return None


def sign_in(page: "Page", origin: str, name: str) -> None:
    """As one of the demonstration's accounts."""
    from privacy.signin import DEMO_PASSWORD  # after Django is set up

    page.goto(f"{origin}/sign-in/")
    page.get_by_label("Email").fill(f"{name}@demo.waymark.test")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{origin}/")


def take(origin: str) -> Album:
    """Walk the product as each role."""
    from playwright.sync_api import sync_playwright

    album = Album(FOLDER / "pictures")
    shutil.rmtree(album.folder, ignore_errors=True)
    # Signing out is no page.
    seen = {"sign-out/"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for role, name in PEOPLE.items():
            with browser.new_context(reduced_motion="reduce") as context:
                page = context.new_page()
                sign_in(page, origin, name)
                seen |= walk(page, origin, role, seen, album)
    return album


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if len(sys.argv) > 1:
        album = take(sys.argv[1].rstrip("/"))
    else:
        with product() as origin:
            album = take(origin)
    print(f"{len(album.taken)} pages: {album.write_index()}")
    sys.exit("\n".join(album.errors) or 0)


if __name__ == "__main__":
    main()
