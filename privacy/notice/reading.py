"""From a notice file's content, already checked (privacy.notice.files), to typed objects."""

from datetime import date, timedelta
from typing import Any

from privacy.notice.model import (
    Category,
    Element,
    Individuals,
    Notice,
    Purpose,
    RetentionRule,
    RetrievalRule,
    Route,
    RoutineUse,
    Safeguard,
    Section,
)

Content = dict[str, Any]


def as_notice(content: Content, *, next_effective: str | None) -> Notice:
    """The version that a file holds. It ends on the day before the next one takes effect."""
    return Notice(
        id=content["id"],
        number=content["number"],
        name=content["name"],
        agency=content["agency"],
        status=content["status"],
        basis=content["basis"],
        citation=content["citation"],
        published=date.fromisoformat(content["published"]),
        effective=date.fromisoformat(content["effective"]),
        until=date.fromisoformat(next_effective) - timedelta(days=1) if next_effective else None,
        manager_title=content["manager"]["title"],
        manager_address=content["manager"]["address"],
        authority=tuple(content["authority"]),
        access_regulation=content["access_regulation"],
        sections=tuple(map(_section, content["sections"])),
        purposes=tuple(map(_purpose, content["purposes"])),
        individuals=tuple(map(_individuals, content["individuals"])),
        categories=tuple(map(_category, content["categories"])),
        sources=tuple(content["sources"]),
        routine_uses=tuple(map(_routine_use, content["routine_uses"])),
        retrieval=tuple(map(_retrieval_rule, content["retrieval"])),
        retention=tuple(map(_retention_rule, content["retention"])),
        safeguards=tuple(map(_safeguard, content["safeguards"])),
        notification=tuple(map(_route, content["notification"])),
        oddities=tuple(content.get("oddities", ())),
    )


def number_of(identifier: str) -> int:
    """13 of `PUR-13`."""
    return int(identifier.rpartition("-")[2])


def _section(content: Content) -> Section:
    paragraphs = tuple(content.get("paragraphs", ()))
    return Section(content["key"], content["heading"], content.get("of", ""), paragraphs)


def _purpose(content: Content) -> Purpose:
    identifier = content["id"]
    return Purpose(identifier, number_of(identifier), content["text"], tuple(content["reading"]["categories"]))


def _individuals(content: Content) -> Individuals:
    identifier = content["id"]
    return Individuals(identifier, number_of(identifier), content["text"], tuple(content["reading"]["categories"]))


def _category(content: Content) -> Category:
    number, reading = number_of(content["id"]), content["reading"]
    return Category(
        id=content["id"],
        number=number,
        slug=content["slug"],
        title=content["title"],
        text=content["text"],
        retrieval=tuple(reading["retrieval"]),
        retention=reading["retention"],
        elements=tuple(_element(one, number, position) for position, one in enumerate(content["elements"], 1)),
    )


def _element(content: Content, category: int, position: int) -> Element:
    reading = content["reading"]
    return Element(
        id=content["id"],
        label=content["label"],
        category=category,
        position=position,
        type=reading["type"],
        sensitivity=reading["sensitivity"],
        subject=reading["subject"],
        handling=reading["handling"],
        retention=reading["retention"],
        is_many=reading.get("many", False),
        phrase=content.get("phrase", ""),
        duplicate_of=content.get("duplicate_of", ""),
        note=reading.get("note", ""),
    )


def _routine_use(content: Content) -> RoutineUse:
    return RoutineUse(
        id=content["id"],
        number=number_of(content["id"]),
        title=content["title"],
        applies=content["applies"],
        gist=content["gist"],
        basis=content["reading"]["basis"],
    )


def _retrieval_rule(content: Content) -> RetrievalRule:
    reading = content["reading"]
    return RetrievalRule(
        id=content["id"],
        number=number_of(content["id"]),
        text=content["text"],
        keys=tuple(reading["keys"]),
        categories=tuple(reading["categories"]),
        is_personal=reading["personal_identifier"],
        note=reading.get("note", ""),
    )


def _retention_rule(content: Content) -> RetentionRule:
    period, reading = content["period"], content["reading"]
    return RetentionRule(
        id=content["id"],
        number=content["number"],
        text=content["text"],
        count=period["count"],
        unit=period["unit"],
        is_maximum=period["is_maximum"],
        trigger=reading["trigger"],
        trigger_stated=reading["trigger_stated"],
        categories=tuple(reading["categories"]),
        scope=reading.get("scope", ""),
        note=reading.get("note", ""),
    )


def _safeguard(content: Content) -> Safeguard:
    return Safeguard(content["id"], content["kind"], content["text"], content.get("reading", {}).get("software", ""))


def _route(content: Content) -> Route:
    must_include = tuple(content.get("must_include", ()))
    return Route(content["about"], content["to"], content.get("form", ""), must_include, content.get("address", ""))
