"""A YAML file together with the lines where its parts stand."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Where = tuple[str | int, ...]  # a path into the content: ("purposes", 0, "id")


class Loader(yaml.CSafeLoader):
    """YAML without its own idea of dates: a date stays the text that the schema checks."""


Loader.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for letter, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class NotReadable(Exception):
    """No YAML. The message says why, `line` where."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Document:
    path: Path
    content: Any
    root: yaml.Node | None

    def line(self, where: Where) -> int:
        """The line where a part of the content stands, or the nearest part that contains it."""
        node, line = self.root, 1
        for step in where:
            key, node = _child(node, step)
            if node is None:
                break
            line = (key or node).start_mark.line + 1
        return line

    def repeated_keys(self) -> Iterator[tuple[int, str]]:
        """The line and name of each key that a mapping has already had: YAML would silently take the last."""
        return _repeated_keys(self.root)


def read(path: Path) -> Document:
    """Raises NotReadable."""
    try:
        loader = Loader(path.read_text(encoding="utf-8-sig"))
        root = loader.get_single_node()
        return Document(path, loader.construct_document(root) if root else None, root)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise NotReadable(mark.line + 1 if mark else 1, f"is not YAML: {problem.problem}") from problem
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise NotReadable(line, f"is not UTF-8: byte 0x{problem.object[problem.start]:02x} stands here") from problem
    except (OSError, yaml.YAMLError) as problem:
        raise NotReadable(1, f"cannot be read: {' '.join(str(problem).split())}") from problem


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """The key and the value of a mapping, or nothing and an item of a list."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return None, node.value[step]
    return None, None


def _repeated_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen = Counter[str]()
        for key, value in node.value:
            seen[key.value] += 1
            if seen[key.value] > 1:
                yield key.start_mark.line + 1, key.value
            yield from _repeated_keys(value)
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value)
