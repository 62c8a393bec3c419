"""The items of the conference service's answers, one by one, in bounded memory however large the file is.

An answer is an object whose lists hold the items (`participants`, `meetings` …), or one item itself. A file holds one
answer, several in a list, or several after one another: the pages of a call.
"""

import json
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from records.intake.problems import Refused

BLOCK = 1 << 16  # characters read at once
LONGEST_ITEM = 1 << 20  # characters
SPACE = " \t\r\n"


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError
    return number


def _no_constant(_name: str) -> float:
    raise ValueError


DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_no_constant)


@dataclass(frozen=True)
class Item:
    """`within` is the name of the list that it stands in, empty where it is an answer by itself; `page` its answer."""

    within: str
    value: object
    page: int


class JsonItems:
    """The items of a text. `contexts` are, by page, the values that an answer holds beside its lists, once it is read.

    Raises Refused for what is not JSON, with the line; for an item that is too long; and for other values.
    """

    def __init__(self, text: TextIO, name: str, lists: Collection[str], context_keys: Collection[str]) -> None:
        self._text, self._name, self._lists, self._context_keys = text, name, lists, context_keys
        self._buffer, self._at, self._lines = "", 0, 1
        self._is_over = False
        self.consumed = self.page = 0
        self.contexts: dict[int, dict[str, Any]] = {}

    def __iter__(self) -> Iterator[Item]:
        while self._peek():
            if self._peek() == "[":
                yield from self._pages()
            else:
                yield from self._page()

    def _pages(self) -> Iterator[Item]:
        for _ in self._members("[", "]"):
            yield from self._page()

    def _page(self) -> Iterator[Item]:
        if self._peek() != "{":
            raise self._refused("an object of the service was expected")
        self.page += 1
        beside, has_list = dict[str, Any](), False
        for _ in self._members("{", "}"):
            key = self._value()
            self._take(":", "a colon")
            if key in self._lists and self._peek() == "[":
                has_list = True
                for _ in self._members("[", "]"):
                    yield Item(str(key), self._value(), self.page)
            else:
                beside[str(key)] = self._value()
        if has_list:
            self._remember(beside)
        else:
            yield Item("", beside, self.page)

    def _remember(self, beside: dict[str, Any]) -> None:
        context = {key: value for key, value in beside.items() if key in self._context_keys}
        last = self.contexts.get(self.page - 1)
        self.contexts[self.page] = last if last == context else context

    def _members(self, opening: str, closing: str) -> Iterator[None]:
        """Stands before each member in turn; the caller reads it."""
        self._take(opening, f"{opening!r}")
        if self._peek() == closing:
            self._at += 1
            return
        while True:
            yield
            if self._peek() == closing:
                self._at += 1
                return
            self._take(",", f"a comma or {closing!r}")

    def _peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def _take(self, character: str, what: str) -> None:
        if self._peek() != character:
            raise self._refused(f"{what} was expected")
        self._at += 1

    def _value(self) -> Any:
        """The next value. Read again with more of the text where it does not end within what was read."""
        if not self._peek():
            raise self._refused("it ends too early")
        while True:
            try:
                value, end = DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self._refused("it is nested too deeply") from None
            except ValueError:
                end = 0
            if end and (end < len(self._buffer) or not self._more()):
                self._at = end
                return value
            if not end and not self._is_longer():
                raise self._refused("a value is not JSON")

    def _is_longer(self) -> bool:
        if len(self._buffer) - self._at >= LONGEST_ITEM:
            raise self._refused(f"an item is longer than {LONGEST_ITEM:,} characters, or not JSON")
        return self._more()

    def _more(self) -> bool:
        block = "" if self._is_over else self._text.read(BLOCK)
        self._is_over = not block
        if block:
            self._lines += self._buffer.count("\n", 0, self._at)
            self._buffer = self._buffer[self._at :] + block
            self.consumed += len(block)
            self._at = 0
        return bool(block)

    def _refused(self, what: str) -> Refused:
        line = self._lines + self._buffer.count("\n", 0, self._at)
        return Refused(f"{self._name} is no answer of the conference service: {what} on line {line}")
