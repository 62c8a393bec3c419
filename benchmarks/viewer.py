"""How soon does a recipient see the first page, with nothing in the browser's or the server's cache?

    python -m benchmarks.viewer            a document of 100 pages, 20 openings; QUICK=1: 10 pages, 5 openings

The program runs as `make run` starts it, on loopback; Chromium opens a share of the document, each time in a session of
its own. Measured by the browser: from the beginning of the navigation to when the first page's picture stands on the
screen (its largest contentful paint), what was asked for until then, and how long the viewer's script is. Set beside
it: a bare page that holds the same picture and nothing else, from Python's own server. Uses embedded servers of its own
in a temporary folder. Prints a table and, as the last line, JSON.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from benchmarks.intake import CHECKOUT, database, manage, own_servers
from benchmarks.sharing import FILL, program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

IS_QUICK = bool(os.environ.get("QUICK"))
PAGES, OPENINGS = (10, 5) if IS_QUICK else (100, 20)
SECOND = 1_000  # milliseconds that it may take, on a processor that is not slowed down
LONGEST_SCRIPT = 5_000  # bytes, as it lies on the disk
SCRIPT = "viewer"
# A document as people write them: each page is full of words.
DOCUMENT = f"#for number in range({PAGES}) [= Chapter #(number + 1)\n#lorem(420)\n#pagebreak(weak: true)]"
# Not the whole window: what fills it Chromium takes for a background, and tells no painting of.
BARE = b'<!DOCTYPE html><title>Bare</title><div id="page-1"><img src="/picture" style="width: 90%"></div>'
# When the first page's picture was painted, in milliseconds from the beginning of the navigation.
PAINTED = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  const pictures = list.getEntries().filter((entry) => entry.element && entry.element.closest("#page-1"));
  if (pictures.length) resolve(pictures[0].startTime);
}).observe({ type: "largest-contentful-paint", buffered: true }))"""


@dataclass(frozen=True)
class Reader:
    """Before what a recipient sits. `slower` is how many times slower than here the processor is."""

    name: str
    width: int
    height: int
    slower: int = 1


READERS = [
    Reader("desk, 1280 px", 1280, 800),
    Reader("phone, 360 px", 360, 740),
    Reader("phone, 360 px, processor 4 times slower", 360, 740, slower=4),
]


@dataclass(frozen=True)
class Opening:
    """One opening: milliseconds until the first page was seen, of it and of the bare page; requests that were made;
    bytes of the answers' bodies as they went; and the viewer's script, as it went and as it lies."""

    milliseconds: float
    bare: float
    requests: int
    sent: int
    script_sent: int
    script_raw: int


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("no chromium on PATH: nothing is measured")
        return
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        os.environ["MEDIA_ROOT"] = str(Path(folder) / "media")
        manage("migrate", "--verbosity", "0")
        with database() as cursor:
            cursor.execute(FILL.format(customers=1))
            cursor.execute("SELECT setval(pg_get_serial_sequence('campaigns_material', 'id'), 1000)")
        with program():
            token, picture = shared(Path(folder))
            with web() as port, bare_page(picture) as bare, chromium(browser) as launched:
                address = f"http://127.0.0.1:{port}/s/{token}/"
                found = {one: openings(launched, address, bare, one) for one in READERS}
    told(found)


def told(found: dict[Reader, list[Opening]]) -> None:
    title = f"first page of {PAGES} seen"
    print(f"{title:<42} {'median ms':>10} {'slowest':>8} {'bare ms':>8} {'of bare':>8} {'requests':>9} {'kB sent':>8}")
    for reader, each in found.items():
        times, last = [one.milliseconds for one in each], each[-1]
        median, bare = statistics.median(times), statistics.median(one.bare for one in each)
        print(
            f"{reader.name:<42} {median:>10.0f} {max(times):>8.0f} {bare:>8.0f} {median / bare:>8.1f}"
            f" {last.requests:>9} {last.sent / 1000:>8.0f}"
        )
    any_one = found[READERS[0]][-1]
    print(f"script: {any_one.script_raw:,} bytes, {any_one.script_sent:,} as sent")
    print(json.dumps({reader.name: [asdict(one) for one in each] for reader, each in found.items()}))
    assert any_one.script_raw < LONGEST_SCRIPT, "the viewer's script is too long"
    for reader, each in found.items():
        is_late = statistics.median(one.milliseconds for one in each) >= SECOND
        assert reader.slower > 1 or not is_late, f"{reader.name}: not within a second"


def shared(folder: Path) -> tuple[str, bytes]:
    """The token of a share of the document, its pages drawn by the program, and the picture of its first page."""
    import typst

    from campaigns.materials import keeping, preparing
    from campaigns.models import Share
    from campaigns.sharing import share
    from privacy.models import User
    from records.intake.receiving import IncomingFile
    from records.models import Customer

    source, path = folder / "document.typ", folder / "document.pdf"
    source.write_text(DOCUMENT)
    size = path.write_bytes(typst.compile(source, ignore_system_fonts=True))
    sender = User.objects.get(pk=1001)
    file = IncomingFile(path, "document.pdf", size, size)
    material, version = keeping.make_document({"title": "Document", "description": ""}, file, sender)
    preparing.prepare(version.pk)
    version.refresh_from_db()
    assert version.pages_done == PAGES, f"{version.pages_done} of {PAGES} pages were drawn: {version.failure}"
    batch = share(material, Customer.objects.all(), sender).batch
    with version.pages.get(number=1).wide.open("rb") as picture:
        return Share.objects.get(batch=batch).token, picture.read()


# The program and the browser -----------------------------------------------------------------------------------------
@contextmanager
def web() -> Iterator[int]:
    """What `make run` starts, on a free port, until the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "manage.py", "run", "--no-demo"]
    environment = {**os.environ, "PORT": str(port)}
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until_it_listens(port, process)
            yield port
        finally:
            process.terminate()


def wait_until_it_listens(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("`manage.py run` ended before it listened")


@contextmanager
def chromium(path: str) -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; our own queries are synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def bare_page(picture: bytes) -> Iterator[str]:
    """The address of a page that holds the picture and nothing else."""

    class Bare(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_picture = self.path == "/picture"
            self.send_response(200)
            self.send_header("Content-Type", "image/webp" if is_picture else "text/html")
            self.end_headers()
            self.wfile.write(picture if is_picture else BARE)

        def log_message(self, *_about: object) -> None:
            """Nothing is told of each request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Bare) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def openings(browser: "Browser", address: str, bare: str, reader: Reader) -> list[Opening]:
    opening(browser, address, bare, reader)  # the processes that answer have read their code then
    return [opening(browser, address, bare, reader) for _ in range(OPENINGS)]


def opening(browser: "Browser", address: str, bare: str, reader: Reader) -> Opening:
    from django.core.cache import cache

    cache.clear()
    alone, _none = seen(browser, bare, reader)
    milliseconds, answers = seen(browser, address, reader)
    (script,) = (one for one in answers if SCRIPT in one.address and one.address.endswith(".js"))
    return Opening(milliseconds, alone, len(answers), sum(one.sent for one in answers), script.sent, script.raw)


@dataclass(frozen=True)
class Answer:
    """What came for a request: bytes of its body as they went, and unpacked."""

    address: str
    sent: int
    raw: int


def seen(browser: "Browser", address: str, reader: Reader) -> tuple[float, list[Answer]]:
    """The page opened in a session of its own, without a cache or a cookie: milliseconds, and what came."""
    viewport: Any = {"width": reader.width, "height": reader.height}
    with browser.new_context(viewport=viewport) as context:
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": reader.slower})
        came: list[Response] = []
        page.on("response", lambda answer: came.append(answer))
        page.goto(address, wait_until="commit")
        milliseconds = float(page.evaluate(PAINTED))
        page.wait_for_load_state()
        answers = [(one, int(one.request.sizes()["responseBodySize"])) for one in list(came)]
        return milliseconds, [Answer(one.url, size, len(one.body())) for one, size in answers]


if __name__ == "__main__":
    main()
