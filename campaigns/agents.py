"""What a request shows of who sent it: bits of `Signal`, never the user agent or address that they came from.

Both are read in memory only; nothing here stores, logs or queues them.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.metadata import version

from counter_robots import is_robot_or_machine
from crawlerdetect import CrawlerDetect
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from django.conf import settings
from django.http import HttpRequest
from is_bot import Bots

from campaigns.enums import Reason, Signal, Verdict
from privacy.client_addresses import Address, address_of, is_in

LISTS = ("crawler-user-agents", "counter-robots", "crawlerdetect", "is-bot")
LONGEST_AGENT = 2048  # what follows is not looked at: names come first, and an agent of megabytes must cost nothing
PATTERNS_TOGETHER = 25
# What a list of agents says of those that fetch a page to show a card of it, for somebody who may follow.
PREVIEW_TAG = "social-preview"
FETCHES_FOR_MORE = {"ai-crawler"}
BOTS = Bots()


def signals_of(request: HttpRequest) -> int:
    """The bits of `Signal` that the request itself shows; `collector.Happening.signals` takes them.

    What the page shows later (HONEYPOT, NO_FOCUS) is the caller's to add.
    """
    signals = signals_of_agent(request.headers.get("User-Agent", ""))
    if request.method == "HEAD":
        signals |= Signal.HEAD
    if is_internal(address_of(request)):
        signals |= Signal.INTERNAL_NETWORK
    return signals


def signals_of_agent(agent: str) -> int:
    """KNOWN_AGENT, PREVIEW_AGENT or 0. Kept in this process's memory for the agents that come often."""
    return _signals_of_shortened(agent[:LONGEST_AGENT].strip())


def verdict_of_agent(agent: str) -> tuple[Verdict, Reason]:
    """What an event would be taken for of which nothing but the user agent is known."""
    signals = signals_of_agent(agent)
    if signals & Signal.PREVIEW_AGENT:
        return Verdict.PREVIEW, Reason.PREVIEW_AGENT
    return (Verdict.SCANNER, Reason.KNOWN_AGENT) if signals else (Verdict.HUMAN, Reason.NO_SIGN)


@lru_cache(maxsize=4096)
def _signals_of_shortened(agent: str) -> int:
    if not is_known(agent):
        return 0
    return int(Signal.PREVIEW_AGENT if is_preview(agent) else Signal.KNOWN_AGENT)


def is_known(agent: str) -> bool:
    """Whether the agent is a machine's. No agent at all is (COUNTER Code of Practice, list of robots).

    Each list has mistakes of its own: a name that a toolbar goes by too, the build of a telephone. So is-bot, which
    knows what a machine's agent looks like, must agree with the list of names, or where nobody has named it yet, with
    both others. The fastest is asked first.
    """
    if not agent:
        return True
    return bool(BOTS.is_bot(agent)) and (
        _is_named(agent, names()) or (is_robot_or_machine(agent) and CrawlerDetect(user_agent=agent).isCrawler())
    )


def is_preview(agent: str) -> bool:
    """Whether the agent fetches what it is given to show a card of the link: messengers and social networks."""
    return _is_named(agent, previews())


def _is_named(agent: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    return any(pattern.search(agent) for pattern in patterns)


@cache
def names() -> list[re.Pattern[str]]:
    return _together(one["pattern"] for one in CRAWLER_USER_AGENTS_DATA)


@cache
def previews() -> list[re.Pattern[str]]:
    tagged = (one for one in CRAWLER_USER_AGENTS_DATA if PREVIEW_TAG in one.get("tags", []))
    return _together(one["pattern"] for one in tagged if not FETCHES_FOR_MORE & set(one["tags"]))


def _together(patterns: Iterable[str]) -> list[re.Pattern[str]]:
    """A few alternatives to an expression: one for all is slower, and so is one for each."""
    wanted = list(patterns)
    return [
        re.compile("|".join(wanted[first : first + PATTERNS_TOGETHER]))
        for first in range(0, len(wanted), PATTERNS_TOGETHER)
    ]


def versions() -> str:
    """Which lists judge agents here, with their versions: stands beside the rule version where it came into force."""
    return ", ".join(f"{name} {version(name)}" for name in LISTS)


def is_internal(address: Address | None) -> bool:
    return address is not None and is_in(address, settings.INTERNAL_NETWORKS)
