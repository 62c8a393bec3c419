"""Are machines told from people, and how fast? Known crawlers caught, browsers wrongly called machines, rates.

    DATA=folder python -m benchmarks.verdicts      the folder that holds user_agents/ and weblog_apache/

Agents are those of three public collections, named by hand by their makers. What the log costs is measured on embedded
servers of its own in a temporary folder: one visit appended to a log of few and of many events of the same month, and
a rule run again over all of it. Without the folder only the second half is measured. Prints tables and, as the last
line, JSON.
"""

import gzip
import json
import os
import re
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.intake import database, manage, own_servers

BROWSERS = {
    "MSIE", "Mozilla", "Opera", "Netscape", "Safari", "Konqueror", "Galeon", "Links", "Crazy Browser", "Lynx", "ELinks",
    "w3m", "iCab", "Dillo", "IBrowse", "Avant", "UP.Browser",
}  # fmt: skip
# A string that a list files under a browser, and that says itself that it is none.
SAYS_SO = re.compile(r"bot|spider|crawl|larbin", re.IGNORECASE)
SIZES = (10_000, 100_000 if os.environ.get("QUICK") else 1_000_000)
RUNS = 50
MONTH = datetime(2026, 3, 1, tzinfo=UTC)

# Events of a month: each viewer opens a share now and then. A third never had the focus, which an older rule did not
# mind: judging again changes them.
FILL = """
INSERT INTO campaigns_event (
    viewer_id, occurred_at, id, series, batch_id, kind, share_id, visit_id, signals, grade, verdict, reason,
    amount_unknown
)
SELECT
    n %% %(viewers)s + 1,
    '2026-03-01'::timestamptz + ((n - 1) * 2678400.0 / %(events)s) * interval '1 second',
    gen_random_uuid(), 'insight', 1, 'view', n %% 7, gen_random_uuid(), CASE WHEN n %% 3 = 0 THEN 16 ELSE 0 END,
    'addressee', 'human', 'no_sign', false
FROM generate_series(1, %(events)s) AS n
"""


@dataclass(frozen=True)
class Judged:
    """How many of these agents are called a machine (scanner or preview)."""

    collection: str
    agents: int
    machines: int

    @property
    def share(self) -> float:
        return self.machines / self.agents


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    data = Path(os.environ.get("DATA", "data"))
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        import django

        django.setup()
        told = {**agents_of(data), **log_costs()}
    print(json.dumps(told))


# Agents --------------------------------------------------------------------------------------------------------------
def agents_of(data: Path) -> dict[str, object]:
    if not (data / "user_agents").is_dir():
        print(f"{data / 'user_agents'} is not there: agents are not measured (DATA=folder says where it lies)")
        return {}
    crawlers, browsers, weblog = known_crawlers(data), real_browsers(data), weblog_agents(data)
    names_itself = is_named(data)  # its patterns are made once
    named = [agent for agent in weblog if names_itself(agent)]
    others = [agent for agent in weblog if not names_itself(agent)]
    results = [
        judged("known crawlers (user_agents)", crawlers),
        judged(
            "browsers (user_agents), none that says it is a machine", [a for a in browsers if not SAYS_SO.search(a)]
        ),
        judged("crawlers by the list (weblog_apache, lines)", named),
        judged("all others (weblog_apache, lines)", others),
    ]
    print(f"{'agents':<60} {'number':>8} {'called a machine':>17} {'share':>9}")
    for one in results:
        print(f"{one.collection:<60} {one.agents:>8,} {one.machines:>17,} {one.share:>9.4%}")
    rate = classify_rate(list(dict.fromkeys([*crawlers, *browsers])))
    print(f"{rate:,.0f} different agents a second are judged for the first time")
    return {"agents": [asdict(one) for one in results], "agents_a_second": round(rate)}


def judged(collection: str, agents: list[str]) -> Judged:
    from campaigns.agents import signals_of_agent

    return Judged(collection, len(agents), sum(bool(signals_of_agent(agent)) for agent in agents))


def classify_rate(agents: list[str]) -> float:
    from campaigns import agents as module

    module._signals_of_shortened.cache_clear()
    began = time.perf_counter()
    for agent in agents:
        module.signals_of_agent(agent)
    return len(agents) / (time.perf_counter() - began)


def known_crawlers(data: Path) -> list[str]:
    rows = json.loads((data / "user_agents" / "crawler-user-agents.json").read_text())
    return [agent for row in rows for agent in row.get("instances", [])]


def real_browsers(data: Path) -> list[str]:
    folder = data / "user_agents"
    text = (folder / "uap-core_firefox_user_agent_strings.txt").read_text()
    firefox = [line.strip() for line in text.splitlines() if line.strip().startswith("Mozilla/")]
    with gzip.open(folder / "uap-core_pgts_browser_list.txt.gz", "rt", encoding="utf-8-sig") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    return firefox + [row[-1] for row in rows if row[0] in BROWSERS]


def weblog_agents(data: Path) -> list[str]:
    """The last quoted field of each line."""
    with gzip.open(data / "weblog_apache" / "apache_logs.gz", "rt", encoding="utf-8", errors="replace") as lines:
        found = (re.search(r'"([^"]*)"\s*$', line) for line in lines)
        return [match[1] for match in found if match]


def is_named(data: Path) -> Callable[[str], bool]:
    """Whether a pattern of the collection's own list of crawlers matches."""
    rows = json.loads((data / "user_agents" / "crawler-user-agents.json").read_text())
    patterns = [re.compile(row["pattern"]) for row in rows]
    known: dict[str, bool] = {}

    def named(agent: str) -> bool:
        if agent not in known:
            known[agent] = any(pattern.search(agent) for pattern in patterns)
        return known[agent]

    return named


# The log -------------------------------------------------------------------------------------------------------------
def log_costs() -> dict[str, object]:
    appends = {}
    for events in SIZES:
        fill(events)
        appends[events] = statistics.median(append_times()) * 1000
        print(f"{events:>10,} events in the month: a visit (two events, corrections) in {appends[events]:.2f} ms")
    rates = list(rerun_rates())
    for label, rate in rates:
        print(f"{label}: {rate:,.0f} events a second")
    return {"append_ms": appends, "rerun_events_a_second": dict(rates)}


def fill(events: int) -> None:
    """A log of so many events in one month, of a tenth as many viewers."""
    with database() as cursor:
        cursor.execute("DROP TABLE IF EXISTS campaigns_event_insight_2026_03")
        cursor.execute("SELECT make_event_partition('insight', '2026-03-01')")
        cursor.execute(FILL, {"events": events, "viewers": events // 10})
    with database() as cursor:
        cursor.execute("ANALYZE campaigns_event")


def append_times() -> Iterator[float]:
    """Seconds of each `collect` of a visit and its view without focus, then of the page that makes them human."""
    from campaigns.collector import Happening, collect
    from campaigns.enums import EventKind, Signal

    for run in range(RUNS):
        at, visit, viewer = MONTH + timedelta(days=3, minutes=run), uuid.uuid4(), run + 1
        opened = [
            Happening(kind, viewer, at, uuid.uuid4(), share_id=1, visit_id=visit, signals=int(Signal.NO_FOCUS))
            for kind in (EventKind.VISIT, EventKind.VIEW)
        ]
        read = Happening(EventKind.PAGE, viewer, at + timedelta(seconds=5), uuid.uuid4(), share_id=1, visit_id=visit)
        for happenings in (opened, [read]):
            began = time.perf_counter()
            collect(happenings)
            yield time.perf_counter() - began


def rerun_rates() -> Iterable[tuple[str, float]]:
    from campaigns.rejudging import rerun

    for label in ("rerun that changes something", "rerun that changes nothing"):
        began = time.perf_counter()
        result = rerun()
        seconds = time.perf_counter() - began
        print(f"{result.judged:,} events judged, {result.changes.total():,} changed in {seconds:.1f} s")
        yield label, result.judged / seconds


if __name__ == "__main__":
    main()
