"""What no survey may ask: religion and politics by law, race, sex and health because the notice does not name them.

Source: 5 U.S.C. 552a(e)(7) (no record of how anybody exercises rights of the First Amendment) and (e)(1), (e)(4)(C).
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOPICS = Path(__file__).with_name("refused_topics.toml")


@dataclass(frozen=True)
class Topic:
    name: str
    because: str
    words: "re.Pattern[str]"


def refused_topic(*texts: str) -> Topic | None:
    """The topic that one of the texts asks about, which must not be asked; None where they are fine."""
    asked = [_plain(text) for text in texts]
    return next((topic for topic in _topics() if any(map(topic.words.search, asked))), None)


@cache
def _topics() -> tuple[Topic, ...]:
    content = tomllib.loads(TOPICS.read_text(encoding="utf-8"))
    return tuple(Topic(one["name"], one["because"], _pattern(one["words"].split())) for one in content["topics"])


def _pattern(words: list[str]) -> "re.Pattern[str]":
    """Whole words, a hyphen standing for whatever parts two."""
    forms = [re.escape(word).replace(r"\*", "[a-z]*").replace(r"\-", "[ -]") for word in words]
    return re.compile(rf"(?<![a-z])(?:{'|'.join(forms)})(?![a-z])")


def _plain(text: str) -> str:
    """Small letters without accents; what parts words in names of columns parts them here too."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", text)
    return unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
