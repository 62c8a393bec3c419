"""What people are told of a kind of file: a TOML file beside its importer.

    label = "Customers"
    about = "People and how to reach them."
    categories = [1, 2]                    # the notice's categories of records that a row may hold

    [fields.postal_code]
    label = "ZIP code"
    names = ["zip", "plz"]                 # what files call it, beside the field's own name and its label

    [fields.name]
    parts = [["first name"], ["last name", "surname"]]   # what files call its parts, in the order they are joined

Nothing of it is needed: a kind without the file, and a field without an entry, are called by their own names.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from records.intake.mapping import Table

CATEGORIES = (1, 2)  # where a file does not say: customers and what identifies them


@dataclass(frozen=True)
class FieldDescription:
    """What a field is called: on the screen, and in files."""

    label: str
    names: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Description:
    label: str
    about: str = ""
    categories: tuple[int, ...] = CATEGORIES
    fields: Mapping[str, FieldDescription] = field(default_factory=dict)

    def of(self, name: str) -> FieldDescription:
        """What the field of this name is called."""
        return self.fields.get(name) or FieldDescription(plain(name))


def plain(name: str) -> str:
    """A name of the program as people write it: `postal_code` is `Postal code`."""
    return name.replace("_", " ").replace("-", " ").capitalize()


@cache
def read_description(kind: str, path: Path) -> Description:
    """The file's content; the plain names where there is no file. Raises Refused where it says what it should not."""
    if not path.exists():
        return Description(plain(kind))
    top = Table(path.name, tomllib.loads(path.read_text()))
    fields = top.table("fields", {})
    description = Description(
        label=top.take("label", str, plain(kind)),
        about=top.take("about", str, ""),
        categories=tuple(top.take("categories", list, list(CATEGORIES))),
        fields={name: _read_field(name, fields.table(name)) for name in fields.names()},
    )
    top.close()
    return description


def _read_field(name: str, table: Table) -> FieldDescription:
    found = FieldDescription(
        label=table.take("label", str, plain(name)),
        names=tuple(table.texts("names", [])),
        parts=tuple(tuple(part) for part in table.take("parts", list, [])),
    )
    table.close()
    return found
