"""What a package tells, part by part, never held as a whole: the head, then each category's holdings row by row, then
who was told, then what was left out."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from privacy.disclosures import accounting_for
from privacy.models import RightsRequest
from privacy.notice import Category, Notice, in_force
from privacy.physical.index import boxes_of
from privacy.rights.addressees import addressee
from privacy.rights.disputes import statements_of
from privacy.rights.held import Held, Row, everything_about
from privacy.rights.people import people
from privacy.rights.withholding import WITHHELD

VERSION = 1
LEFT_OUT = (
    f"What stands as “{WITHHELD}” is another person's: an e-mail address, a telephone number, a name.",
    "Passwords, tokens, PINs and card numbers are not here because they are never kept.",
    "Records of a firm at which others are kept as well are the firm's, and are not here.",
    "Files (recordings, attachments) are listed; a copy is made on request, without what shows others.",
)
Statements = dict[tuple[str, str, str], list[dict[str, str]]]


@dataclass(frozen=True)
class Whole:
    """Everything about the persons of a request, as of a moment. Its parts are read when they are asked for."""

    request: RightsRequest
    notice: Notice
    as_of: datetime
    held: tuple[Held, ...]
    statements: Statements

    @property
    def head(self) -> dict[str, Any]:
        office = addressee(self.request.about, self.notice)
        person = self.held[0].person
        return {
            "version": VERSION,
            "request": self.request.number,
            "as_of": self.as_of.isoformat(),
            "persons": [{"key": str(one.key), "name": one.name} for one in people().called(person.keys)],
            "notice": {
                "number": self.notice.number,
                "name": self.notice.name,
                "citation": self.notice.citation,
                "effective": self.notice.effective.isoformat(),
                "agency": self.notice.agency,
                "sources": list(self.notice.sources),
                "write_to": f"{office.to}, {office.address}",
            },
        }

    def categories(self) -> Iterator[tuple[dict[str, Any], list[Held]]]:
        """Each category in the notice's words, with the models that may hold something of it."""
        for category in self.notice.categories:
            yield self._words(category), [held for held in self.held if category.number in held.categories]

    def _words(self, category: Category) -> dict[str, Any]:
        rules = self.notice.retention_rules
        return {
            "number": category.number,
            "title": category.title,
            "words": category.text.replace("*", ""),  # the marks of its italics
            "retention": rules[category.retention].text,
        }

    def row(self, held: Held, row: Row) -> dict[str, Any]:
        """A record as JSON has it."""
        rule = self.notice.retention_rules.get(row.rule)
        also = [{"field": name, "label": label, "value": value} for name, label, value in row.also]
        return {
            "record": row.name,
            "source": row.source or "not kept by record: see the notice's sources",
            "retention": {"rule": row.rule, "kept": rule.period if rule else "", "from": row.since},
            "values": [self._value(held, row, cell.field, cell) for cell in row.cells],
            **({"also": also} if also else {}),
            **({"former": [asdict(one) for one in row.former]} if row.former else {}),
        }

    def _value(self, held: Held, row: Row, name: str, cell: Any) -> dict[str, Any]:
        value = {"field": name, "label": cell.label, "elements": list(cell.elements), "value": cell.shown}
        beside = self.statements.get((held.label, row.name, name))
        return {**value, "disputed": beside} if beside else value

    def told(self) -> list[dict[str, Any]]:
        """To whom records were disclosed, without what the law withholds from the person."""
        return [
            {
                "on": one.disclosed_at.isoformat(),
                "to": one.recipient_name,
                "address": one.recipient_address,
                "what": one.nature,
                "for": one.purpose,
                "under": one.under,
                "categories": list(one.categories),
            }
            for one in accounting_for(self.held[0].person.keys)
        ]

    def left_out(self) -> list[str]:
        """What is not copied, and where it is instead: boxes and media in whose index the person is. One query."""
        return [
            *LEFT_OUT,
            *(f"On paper or media: {unit}, at {unit.site}." for unit in boxes_of(self.held[0].person.keys)),
        ]


def whole_of(request: RightsRequest, as_of: datetime) -> Whole:
    held = tuple(everything_about([one.person for one in request.people.all()]))
    statements: Statements = {}
    for one in statements_of(held[0].person.keys):
        beside = {"statement": one.statement, "filed_on": one.statement_on.isoformat() if one.statement_on else ""}
        statements.setdefault((one.model, one.row, one.field), []).append(beside)
    return Whole(request, in_force(), as_of, held, statements)
