"""A page as a tree, without a browser: how its elements are built, and what of it a screen reader could not make
sense of. Cheap enough for every page of every role; what needs colours and sizes is axe-core's in a browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What says how an element is built; all other attributes say what it is about.
BUILT = re.compile(r"class|type|role|hidden|disabled|open|aria-.*")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
NAMING = ("aria-label", "aria-labelledby", "title", "alt")
# Elements that must be called something.
NAMED = {"a", "button", "summary", "input", "select", "textarea", "img", "iframe", "dialog"}
FIELDS = {"input", "select", "textarea"}
# Of these what they are called may be what they hold.
SAY_THEMSELVES = {"a", "button", "summary"}
BY_VALUE = {"submit", "button", "reset"}
HEADING = re.compile(r"h[1-6]")


@dataclass(eq=False)
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Node | None" = None
    children: "list[Node]" = field(default_factory=list)
    text: str = ""

    def __iter__(self) -> "Iterator[Node]":
        """Itself and all below it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child

    @property
    def built(self) -> str:
        attributes = [
            f"{name}={value}" if name in {"class", "type", "role"} else name
            for name, value in sorted(self.attributes.items())
            if BUILT.fullmatch(name)
        ]
        return f"{self.tag}[{' '.join(attributes)}]"

    @property
    def shape(self) -> str:
        """How it is built, and whether it says anything."""
        return f"{self.built}{'.' if self.text.strip() else ''}"

    @property
    def says(self) -> bool:
        """Whether anything is read of it."""
        return any(one.text.strip() or one.attributes.get("alt") or one.attributes.get("aria-label") for one in self)

    @property
    def ancestors(self) -> "Iterator[Node]":
        above = self.parent
        while above:
            yield above
            above = above.parent

    @property
    def is_hidden(self) -> bool:
        whole = (self, *self.ancestors)
        return any("hidden" in one.attributes or one.attributes.get("aria-hidden") == "true" for one in whole)


class Tree(HTMLParser):
    """Makes `root` of a page's text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.at = Node("")
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """What an end leaves open ends with it; an end of nothing open is none."""
        open_one = next((one for one in (self.at, *self.at.ancestors) if one.tag == tag), None)
        if open_one and open_one.parent:
            self.at = open_one.parent

    def handle_data(self, data: str) -> None:
        self.at.text += data


def tree_of(html: str) -> Node:
    return Tree(html).root


def parts_of(page: Node) -> dict[str, set[str]]:
    """The shapes before, within and after `main`."""
    parts: dict[str, set[str]] = {"head": set(), "main": set(), "foot": set()}
    inside = set()
    part = "head"
    for node in page:
        if node.tag == "main":
            inside, part = set(node), "foot"
        parts["main" if node in inside else part].add(node.shape)
    return parts


def unreadable(page: Node) -> list[str]:
    """What no screen reader could make sense of: the trouble and the element."""
    nodes = list(page)
    return [*_names(nodes), *_references(nodes), *_headings(nodes)]


def _names(nodes: list[Node]) -> Iterator[str]:
    labels = {one.attributes.get("for") for one in nodes if one.tag == "label" and one.says}
    for node in nodes:
        if node.tag in NAMED and not node.is_hidden and not _is_named(node, labels):
            yield f"has no name: {node.built} {node.attributes.get('name') or node.attributes.get('href', '')}"


def _is_named(node: Node, labels: set[str | None]) -> bool:
    kind = node.attributes.get("type")
    if kind == "hidden" or (node.tag == "a" and "href" not in node.attributes):
        return True
    if node.tag == "img" and "alt" in node.attributes:  # an empty one says that it is an ornament
        return True
    if any(node.attributes.get(name, "").strip() for name in NAMING):
        return True
    if node.tag == "input" and kind in BY_VALUE:
        return kind != "button" or bool(node.attributes.get("value"))
    if node.tag in FIELDS:
        within = any(one.tag == "label" and one.says for one in node.ancestors)
        return within or ("id" in node.attributes and node.attributes["id"] in labels)
    return node.tag in SAY_THEMSELVES and node.says


def _references(nodes: list[Node]) -> Iterator[str]:
    ids = [one.attributes["id"] for one in nodes if "id" in one.attributes]
    yield from (f"two are called {name}" for name in sorted({one for one in ids if ids.count(one) > 1}))
    for node in nodes:
        for name in REFERENCES:
            for wanted in node.attributes.get(name, "").split():
                if wanted not in ids:
                    yield f"{name} names {wanted}, which is not there: {node.built}"


def _headings(nodes: list[Node]) -> Iterator[str]:
    levels = [int(one.tag[1]) for one in nodes if HEADING.fullmatch(one.tag) and not one.is_hidden]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    yield from (f"h{low} follows h{high}" for high, low in pairwise(levels) if low > high + 1)
