"""The event log at speed: one table of what it reaches beside this machine's bare limits, measured in the same run.

    make bench                             10,000,000 events; QUICK=1: a tenth of it

Embedded servers of its own in a temporary folder. Each row is a ratio, so that machines can be compared; `at least` and
`aim` are what this project asks of itself. Prints the table and writes it, with the absolute figures, to
var/bench/event_log.json. How each row is measured: benchmarks/README.md. Needs wrk (apt install wrk).
"""

import json
import os
import shutil
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from benchmarks import collector, pages
from benchmarks.intake import database, migrated_servers
from config.embedded import var_folder

SMALL = pages.EVENTS // 100
FOLDED, PAGES_OF_VISIT = 100_000, 6
RATE, BURST, SECONDS = 1_000, 50, 20 if pages.EVENTS > 1_000_000 else 8
REPORT = "/campaigns/campaign-1/"
# What each measure of a rollup is of the log's own columns: the least that a statement must do to know it.
BARE = {
    "facts": "count(*)",
    "recipients": "0",
    "shares": "count(*) FILTER (WHERE kind = 'shared')",
    "deliveries": "count(*) FILTER (WHERE kind = 'delivered')",
    "visits": "count(*) FILTER (WHERE kind = 'visit' AND verdict IN ('human', 'unknown'))",
    "raw_visits": "count(*) FILTER (WHERE kind = 'visit')",
    "views": "count(*) FILTER (WHERE kind = 'view' AND verdict IN ('human', 'unknown'))",
    "raw_views": "count(*) FILTER (WHERE kind = 'view')",
    "unsure_views": "count(*) FILTER (WHERE kind = 'view' AND verdict = 'unknown')",
    "reads": "count(*) FILTER (WHERE kind = 'page' AND verdict IN ('human', 'unknown'))",
    "dwell_ms": "sum(dwell_ms) FILTER (WHERE verdict IN ('human', 'unknown'))",
    "responses": "count(*) FILTER (WHERE kind = 'response' AND verdict IN ('human', 'unknown'))",
    "conversions": "count(*) FILTER (WHERE kind = 'conversion' AND verdict IN ('human', 'unknown'))",
    "revenue": "sum(amount) FILTER (WHERE verdict IN ('human', 'unknown'))",
    "unknown_amounts": "count(*) FILTER (WHERE amount_unknown AND verdict IN ('human', 'unknown'))",
    "first_at": "min(occurred_at)",
    "last_at": "max(occurred_at)",
}
COLUMNS = {
    "day": "(occurred_at AT TIME ZONE 'America/New_York')::date",
    "month": "date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date",
    "of_campaign": "coalesce(campaign_id, 0)",
}
NEEDS = {"recipients = 0": "true", "is_engagement": "kind NOT IN ('shared', 'delivered')"}


@dataclass(frozen=True)
class Row:
    """`reached`: a ratio, or megabytes or seconds; `wants_less`: at most `least`, not at least."""

    what: str
    least: float
    aim: float
    reached: float
    wants_less: bool = False
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def is_reached(self) -> bool:
        return self.reached <= self.least if self.wants_less else self.reached >= self.least

    def line(self) -> str:
        bound = "≤" if self.wants_less else "≥"
        mark = "" if self.is_reached else "  below"
        return f"{self.what:<86} {bound} {self.least:<5g} {bound} {self.aim:<5g} {self.reached:>7.2f}{mark}"


def main() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed (Debian and Ubuntu: apt install wrk)")
    written = var_folder() / "bench" / "event_log.json"
    began, load = time.monotonic(), os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, migrated_servers(Path(folder)):
        rows = list(measure(Path(folder)))
    print(f"{pages.EVENTS:,} events, {time.monotonic() - began:.0f} s, load before {load[0]:.1f}\n")
    print(f"{'what':<86} {'least':>7} {'aim':>7} {'reached':>7}")
    for row in rows:
        print(row.line())
    written.parent.mkdir(parents=True, exist_ok=True)
    found = {"events": pages.EVENTS, "load_before": load, "rows": [asdict(row) for row in rows]}
    written.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    print(f"\n{written}")


def measure(folder: Path) -> Iterator[Row]:
    pages.furnish()
    pages.add_events(0, SMALL)
    rebuilt()
    empty, small = served()
    pages.add_events(SMALL, pages.EVENTS)
    seconds, bare = rebuilt(), grouped()
    _, full = served()
    yield from collected(folder)
    yield from folds()
    name = f"rebuild of {pages.EVENTS:,} events ÷ the same GROUP BYs run bare"
    yield Row(name, 0.5, 0.8, bare / seconds, figures={"rebuild_seconds": seconds, "bare_seconds": bare})
    times = {"small_ms": small, "full_ms": full, "empty_ms": empty}
    name = f"campaign report's server time at {pages.EVENTS:,} events ÷ at {SMALL:,}"
    yield Row(name, 1.5, 1.1, full / small, wants_less=True, figures=times)
    name = "campaign report's server time ÷ an empty view, same middleware and template base"
    yield Row(name, 5, 2.5, full / empty, wants_less=True, figures=times)


def rebuilt() -> float:
    """Seconds that a rebuild takes."""
    from analytics.rebuild import rebuild

    began = time.perf_counter()
    rebuild()
    return time.perf_counter() - began


def grouped() -> float:
    """Seconds of the rollups' own GROUP BYs over the log, their results summed and not stored."""
    from analytics.rollups import ROLLUPS

    with database() as cursor:
        cursor.execute("SET work_mem = '512MB'")
        began = time.perf_counter()
        for rollup in ROLLUPS:
            measures = (*rollup.measures, *(("first_at", "last_at") if rollup.extremes else ()))
            grain = ", ".join(COLUMNS.get(column, column) for column in rollup.grain)
            values = ", ".join(f"{BARE[measure]} AS {measure}" for measure in measures)
            used = ", ".join(f"{'max' if measure.endswith('_at') else 'sum'}({measure})" for measure in measures)
            needs = NEEDS.get(rollup.needs, rollup.needs)
            cursor.execute(
                f"SELECT {used} FROM (SELECT {values} FROM campaigns_event WHERE {needs} GROUP BY {grain}) AS grouped"
            )
        return time.perf_counter() - began


def served() -> tuple[float, float]:
    """Milliseconds on the server of the empty page and of the campaign's report, the medians of many in turn."""
    from django.conf import settings
    from django.test import Client
    from django.urls import clear_url_caches, path

    import config.urls
    from privacy.models import User
    from privacy.roles import Role

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]
    if getattr(config.urls.urlpatterns[0], "name", "") != "empty":
        config.urls.urlpatterns.insert(0, path("empty/", pages.empty, name="empty"))
        clear_url_caches()
    reader, made = User.objects.get_or_create(email="marketing@example.com", defaults={"name": "Marketing"})
    if made:
        reader.give_role(Role.MARKETING_MANAGER)
    client = Client()
    client.force_login(reader)
    taken: dict[str, list[float]] = {"/empty/": [], REPORT: []}
    for _ in range(40):
        for address, times in taken.items():
            began = time.perf_counter()
            answer = client.get(address)
            times.append(1000 * (time.perf_counter() - began))
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
    return statistics.median(taken["/empty/"][5:]), statistics.median(taken[REPORT][5:])


def collected(folder: Path) -> Iterator[Row]:
    """Over HTTP, with two web processes and a worker that folds into the full rollups meanwhile."""
    key = collector.make_shares()
    copied, commits = collector.bare_copy(), collector.one_row_commits(folder)
    with collector.server("validating:application", folder, threads=4) as address:
        collector.by_wrk(address, folder, key, run=0, seconds=collector.WARM_UP)
        checked = collector.by_wrk(address, folder, key, run=1)
    with collector.server("config.wsgi:application", folder, threads=16) as address, collector.worker():
        batched = collector.by_batches(address, key)
        collector.by_wrk(address, folder, key, run=3, seconds=collector.WARM_UP)
        single = collector.by_wrk(address, folder, key, run=2)
        collector.wait_until_folded()
        delays = delays_at_a_rate(address, key)
        memory = collector.most_memory()
    figures = {"batches_events_a_second": batched, "bare_copy_rows_a_second": copied}
    name = "batches of 1,000 over HTTP, stored and folded, events/s ÷ bare partitioned COPY rows/s"
    yield Row(name, 0.15, 0.30, batched / copied, figures=figures)
    figures = {"single_requests_a_second": single, "validating_requests_a_second": checked}
    name = "single events over HTTP, 256 connections, durable, requests/s ÷ the raw callable"
    yield Row(name, 0.10, 0.25, single / checked, figures=figures)
    name = "the same, ÷ pgbench's one-row commits/s at 64 connections"
    yield Row(name, 0.4, 1.0, single / commits, figures={"pgbench_commits_a_second": commits})
    name = f"seconds until an event is in its report, at {RATE:,} events a second: the worst"
    figures = {"median_seconds": statistics.median(delays), "worst_seconds": max(delays)}
    yield Row(name, 2, 1, max(delays), wants_less=True, figures=figures)
    name = "resident memory of a web or worker process during all of it, MB"
    yield Row(name, 300, 150, memory, wants_less=True)


def delays_at_a_rate(address: str, key: str) -> list[float]:
    """Seconds from before each request of BURST events until they and all before them are in the rollups."""
    sent = list[tuple[float, int]]()
    seen, is_over = list[tuple[float, int]](), threading.Event()
    before = counted()

    def look() -> None:
        while not is_over.is_set():
            found = counted() - before
            seen.append((time.monotonic(), found))
            is_over.wait(0.01)

    looker = threading.Thread(target=look)
    looker.start()
    began = time.monotonic()
    for number in range(SECONDS * RATE // BURST):
        time.sleep(max(0.0, began + number * BURST / RATE - time.monotonic()))
        sent.append((time.monotonic(), (number + 1) * BURST))
        if collector.post(address, key, [collector.event() for _ in range(BURST)]) != BURST:
            raise SystemExit("an event was not taken")
    deadline = time.monotonic() + 60
    while counted() - before < len(sent) * BURST and time.monotonic() < deadline:
        time.sleep(0.05)
    is_over.set()
    looker.join()
    arrived = [*seen, (time.monotonic(), counted() - before)]
    return [next(at for at, found in arrived if found >= count) - sent_at for sent_at, count in sent]


def counted() -> int:
    """The events in the rollup of materials, which every event of this benchmark reaches."""
    with database() as cursor:
        cursor.execute("SELECT coalesce(sum(facts), 0) FROM analytics_materialtotal")
        return int((cursor.fetchone() or [0])[0])


def folds() -> Iterator[Row]:
    """Events of many campaigns, materials and customers, of the last month: stored, then folded at once."""
    bare = collector.bare_batches()
    name = f"fold of {FOLDED:,} events into full rollups, events/s ÷ the batch insert's rows/s"
    yield fold_of_many(name, chance_events(), bare)
    name = f"the same of whole visits, {1 + 1 + PAGES_OF_VISIT} events each"
    yield fold_of_many(name, visits_events(), bare)


def fold_of_many(name: str, happenings: Iterator[Any], bare: float) -> Row:
    from analytics import folding
    from campaigns.collector import collect

    waiting = list(happenings)
    began = time.perf_counter()
    for first in range(0, len(waiting), 10_000):
        collect(waiting[first : first + 10_000])
    stored = len(waiting) / (time.perf_counter() - began)
    began = time.perf_counter()
    folding.fold_all()
    folded = len(waiting) / (time.perf_counter() - began)
    figures = {"fold_events_a_second": folded, "bare_batches_rows_a_second": bare, "stored_events_a_second": stored}
    return Row(name, 1.0, 1.5, folded / bare, figures=figures)


def chance_events() -> Iterator[Any]:
    """As the log's own (benchmarks.pages), most of them of few campaigns and pages, each of somebody else: the worst,
    for nearly every event is a row of its own in each rollup by viewer."""
    for number in range(FOLDED):
        yield from a_visit(["page"], number)


def visits_events() -> Iterator[Any]:
    """As people make them: an opening, the material in view, one page after the other."""
    kinds = ["visit", "view", *["page"] * PAGES_OF_VISIT]
    for number in range(FOLDED // len(kinds)):
        yield from a_visit(kinds, number)


def a_visit(kinds: Sequence[str], number: int) -> Iterator[Any]:
    """Somebody's events at one material, some seconds apart, some time in the last 20 days."""
    from campaigns.collector import Happening
    from campaigns.enums import EventKind, Grade

    draw = collector.RANDOM
    viewer, visit = draw.randint(1, pages.CUSTOMERS), uuid.UUID(int=draw.getrandbits(128))
    campaign = 1 + viewer % 10 + 10 * int(pages.CAMPAIGNS / 10 * draw.random() ** 3)
    material = 1 + int(pages.MATERIALS * draw.random() ** 3)
    began = timezone.now() - timedelta(seconds=draw.randint(0, 86_400 * 20))
    for nth, kind in enumerate(kinds):
        is_page = kind == "page"
        yield Happening(
            kind=EventKind(kind), viewer_id=viewer, occurred_at=began + timedelta(seconds=20 * nth),
            id=uuid.UUID(int=draw.getrandbits(128)), campaign_id=campaign, variant_id=2 * campaign + viewer % 2,
            material_id=material, version=1, page=1 + (number + nth) % 12 if is_page else None,
            visit_id=visit, dwell_ms=1000 + number % 60_000 if is_page else None, grade=Grade.ADDRESSEE,
        )  # fmt: skip


if __name__ == "__main__":
    main()
