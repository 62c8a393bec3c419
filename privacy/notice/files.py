"""The files of the notice, `privacy/notices/SYSTEM/EFFECTIVE-DATE.yaml`: read, and what is wrong with them found.

The schema says what a file looks like; what a schema cannot say (identifiers that repeat, references that lead nowhere,
versions that overlap) is looked for here. Each problem names the file, the line and the reason.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

NOTICES = Path(__file__).resolve().parent.parent / "notices"
SCHEMA = NOTICES / "notice.schema.json"
COMMENT_PERIOD_DAYS = 30  # a new routine use waits so long after publication, 5 U.S.C. 552a(e)(11)

Content = dict[str, Any]
Where = tuple[str | int, ...]  # a path into the content: ("purposes", 0, "id")


class Loader(yaml.CSafeLoader):
    """YAML without its own idea of dates: a date stays the text that the schema checks."""


Loader.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for letter, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class BadNotice(Exception):
    """A file that is no notice. The message is `file:line: reason`."""


@dataclass(frozen=True)
class Problem:
    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}:{self.line}: {self.reason}"


def read_all(folder: Path) -> list[Content]:
    """The content of every version of a system, by effective date. Raises BadNotice with the first problem."""
    if found := problems(folder):
        raise BadNotice(str(found[0]))
    return sorted((_content(path) for path in _files(folder)), key=lambda content: str(content["effective"]))


@cache
def problems(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with the files of a system: empty where they are sound."""
    return tuple(_problems(folder))


def _problems(folder: Path) -> Iterator[Problem]:
    sound = []
    for path in _files(folder):
        wrong = list(_problems_of(path))
        yield from wrong
        if not wrong:
            sound.append(path)
    if not _files(folder):
        yield Problem(folder / "*.yaml", 1, "there is no notice")
    yield from _overlaps(sound)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _problems_of(path: Path) -> Iterator[Problem]:
    try:
        root = yaml.compose(path.read_text(), Loader)
        content = _content(path)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        yield Problem(path, line, f"is not YAML: {problem.problem}")
        return
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        yield Problem(path, 1, f"cannot be read: {problem}")
        return
    wrong = list(_against_schema(content)) or list(_against_itself(content, path))
    yield from (Problem(path, _line(root, where), reason) for where, reason in wrong)
    yield from (Problem(path, line, f"the key {key!r} stands here twice") for key, line in _repeated_keys(root))


@cache
def _content(path: Path) -> Any:
    return yaml.load(path.read_text(), Loader)  # noqa: S506 (it is a safe loader)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text())
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def _against_schema(content: Any) -> Iterator[tuple[Where, str]]:
    for error in sorted(_validator().iter_errors(content), key=lambda error: list(map(str, error.absolute_path))):
        yield tuple(error.absolute_path), error.message


def _against_itself(content: Content, path: Path) -> Iterator[tuple[Where, str]]:
    yield from _repeated_identifiers(content)
    yield from _dangling_references(content)
    yield from _wrong_order(content)
    effective, published = date.fromisoformat(content["effective"]), date.fromisoformat(content["published"])
    if (effective - published).days < COMMENT_PERIOD_DAYS:
        yield ("effective",), f"{effective} is less than {COMMENT_PERIOD_DAYS} days after publication on {published}"
    if content["id"] != f"{path.parent.name}@{path.stem}" or path.stem != content["effective"]:
        yield ("id",), f"the file {path.parent.name}/{path.name} holds {content['id']}, effective {effective}"


def _identified(content: Content) -> Iterator[tuple[Where, str]]:
    """Every identifier and where it stands."""
    for name in ("purposes", "individuals", "categories", "routine_uses", "retrieval", "retention", "safeguards"):
        for at, item in enumerate(content[name]):
            yield (name, at, "id"), item["id"]
            for place, element in enumerate(item.get("elements", ())):
                yield (name, at, "elements", place, "id"), element["id"]


def _repeated_identifiers(content: Content) -> Iterator[tuple[Where, str]]:
    seen = set[str]()
    for where, identifier in _identified(content):
        if identifier in seen:
            yield where, f"the identifier {identifier} stands here a second time"
        seen.add(identifier)


def _dangling_references(content: Content) -> Iterator[tuple[Where, str]]:
    known = {identifier for _, identifier in _identified(content)}
    for where, reference in _references(content):
        if reference not in known:
            yield where, f"{reference} is nowhere in this file"


def _references(content: Content) -> Iterator[tuple[Where, str]]:
    """Every mention of an identifier and where it stands; categories are mentioned by number."""
    for name in ("purposes", "individuals", "retrieval", "retention"):
        for at, item in enumerate(content[name]):
            for place, number in enumerate(item["reading"]["categories"]):
                yield (name, at, "reading", "categories", place), f"CAT-{number}"
    for at, category in enumerate(content["categories"]):
        reading: Where = ("categories", at, "reading")
        yield (*reading, "retention"), category["reading"]["retention"]
        for place, rule in enumerate(category["reading"]["retrieval"]):
            yield (*reading, "retrieval", place), rule
        for place, element in enumerate(category["elements"]):
            here: Where = ("categories", at, "elements", place)
            yield (*here, "reading", "retention"), element["reading"]["retention"]
            for name in ("duplicate_of", "related_to", "same_label_as"):
                if name in element:
                    yield (*here, name), element[name]


def _wrong_order(content: Content) -> Iterator[tuple[Where, str]]:
    """Lists that the notice numbers are numbered from 1 without a gap."""
    for name in ("purposes", "individuals", "categories", "retrieval"):
        for at, item in enumerate(content[name]):
            if not item["id"].endswith(f"-{at + 1}"):
                yield (name, at, "id"), f"{item['id']} stands where number {at + 1} of {name} belongs"


def _overlaps(paths: list[Path]) -> Iterator[Problem]:
    """Two versions that take effect on one day would both be in force."""
    starts = Counter(_content(path)["effective"] for path in paths)
    for path in paths:
        if starts[day := _content(path)["effective"]] > 1:
            line = _line(yaml.compose(path.read_text(), Loader), ("effective",))
            yield Problem(path, line, f"another version takes effect on {day} too: versions must not overlap")


def _repeated_keys(node: Any) -> Iterator[tuple[str, int]]:
    """Keys that a mapping has twice: YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        counted = Counter(key.value for key, _ in node.value)
        yield from ((key.value, key.start_mark.line + 1) for key, _ in node.value if counted[key.value] > 1)
        for _, value in node.value:
            yield from _repeated_keys(value)
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value)


def _line(node: Any, where: Where) -> int:
    """The line where a part of the content stands, or the nearest part that contains it."""
    for step in where:
        deeper = _child(node, step)
        if deeper is None:
            break
        node = deeper
    return int(node.start_mark.line) + 1 if node else 1


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step]
    return None
