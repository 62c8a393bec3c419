"""The blocks of a custom web page: what each kind holds, read from and written as JSON.

Adding a kind: a class here, its form in webpages/forms.py, its part of templates/viewer/web_page.html.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MOST_BLOCKS = 50
LONGEST_TEXT = 10_000
LONGEST_LINE = 300


class BlockProblem(ValueError):
    """What is wrong with a block: `number` is its place on the page, from 1, `field` the part of it."""

    def __init__(self, number: int, field: str, reason: str) -> None:
        super().__init__(
            _("Block %(number)s: %(field)s %(reason)s.") % {"number": number, "field": _(field), "reason": reason}
        )
        self.number, self.field, self.reason = number, field, reason


@dataclass(frozen=True)
class Text:
    """Words: a heading, paragraphs (parted by empty lines), or both."""

    kind: ClassVar[str] = "text"
    label: ClassVar[str] = gettext_noop("Text")
    heading: str = ""
    text: str = ""


@dataclass(frozen=True)
class MaterialBlock:
    """A material, by its slug, with words about it."""

    kind: ClassVar[str] = "material"
    label: ClassVar[str] = gettext_noop("Material")
    material: str = ""
    words: str = ""


@dataclass(frozen=True)
class Link:
    """A way to another site, `http` or `https`."""

    kind: ClassVar[str] = "link"
    label: ClassVar[str] = gettext_noop("Link")
    text: str = ""
    address: str = ""


@dataclass(frozen=True)
class Contact:
    """The page's contact person, with words of theirs."""

    kind: ClassVar[str] = "contact"
    label: ClassVar[str] = gettext_noop("Contact person")
    words: str = ""


Block = Text | MaterialBlock | Link | Contact
KINDS: dict[str, type[Block]] = {kind.kind: kind for kind in (Text, MaterialBlock, Link, Contact)}
LONG = {"text": {"text"}, "material": {"words"}, "contact": {"words"}}


def read_blocks(stored: object) -> list[Block]:
    """The blocks of a page from JSON, each checked. Raises BlockProblem with the first that is wrong."""
    if not isinstance(stored, list):
        raise BlockProblem(0, _("the page"), _("is not a list of blocks"))
    if len(stored) > MOST_BLOCKS:
        raise BlockProblem(MOST_BLOCKS + 1, _("the page"), _("has more than %(most)s blocks") % {"most": MOST_BLOCKS})
    return [_read(number, one) for number, one in enumerate(stored, 1)]


def written(blocks: Sequence[Block]) -> list[dict[str, str]]:
    """The blocks as JSON has them: what `read_blocks` reads."""
    return [{"kind": block.kind, **asdict(block)} for block in blocks]


def materials_of(blocks: Sequence[Block]) -> list[str]:
    """The slugs of the materials that stand on the page, each once."""
    return list(dict.fromkeys(block.material for block in blocks if isinstance(block, MaterialBlock)))


def check(number: int, block: Block) -> None:
    """Raises BlockProblem where a block says nothing, says too much, or leads nowhere."""
    for field in fields(block):
        longest = LONGEST_TEXT if field.name in LONG.get(block.kind, ()) else LONGEST_LINE
        if len(getattr(block, field.name)) > longest:
            raise BlockProblem(
                number,
                field.name,
                _("is longer than %(longest)s characters") % {"longest": number_format(longest, force_grouping=True)},
            )
    if isinstance(block, Text) and not (block.heading or block.text):
        raise BlockProblem(number, "text", _("is empty: write something or remove the block"))
    if isinstance(block, MaterialBlock) and not block.material:
        raise BlockProblem(number, "material", _("is not chosen"))
    if isinstance(block, Link):
        if not block.text:
            raise BlockProblem(number, "text", _("is empty: enter where the link leads"))
        if not leads_somewhere(block.address):
            raise BlockProblem(number, "address", _("is not an address that begins with http:// or https://"))


def leads_somewhere(address: str) -> bool:
    """Whether it is an http or https address with a host, and without a name or password before it."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _read(number: int, stored: object) -> Block:
    if not isinstance(stored, Mapping):
        raise BlockProblem(number, "block", _("is none"))
    kind = KINDS.get(str(stored.get("kind")))
    if kind is None:
        raise BlockProblem(number, "kind", _("is not one of %(kinds)s") % {"kinds": ", ".join(KINDS)})
    names = {field.name for field in fields(kind)}
    if unknown := sorted(set(stored) - names - {"kind"}):
        raise BlockProblem(
            number, unknown[0], _("is not something that a block of the kind %(kind)s has") % {"kind": kind.kind}
        )
    block = kind(**_texts(number, stored, names))
    check(number, block)
    return block


def _texts(number: int, stored: Mapping[str, Any], names: set[str]) -> dict[str, str]:
    for name in sorted(names & set(stored)):
        if not isinstance(stored[name], str):
            raise BlockProblem(number, name, _("is not text"))
    return {name: stored[name].strip() for name in names & set(stored)}
