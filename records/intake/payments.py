"""The importer of means of payment: of cards and of accounts only what may be kept, by the payment provider's token.

Full numbers are never staged: where the mapping names a `number_column`, brand and last four digits are taken from it
in memory and the number is dropped. Source: PCI DSS 3.2.1, 3.4.1; DESIGN section 3 ("Collect less").
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from django.db import models
from django.db.backends.utils import CursorWrapper

from records.enums import CardBrand
from records.intake import cells, people
from records.intake.copying import copy_in
from records.intake.fields import Field, Sealed, Text
from records.intake.kinds import Loaded, Plan, bound
from records.intake.known import count_known
from records.intake.mapping import Column, Mapping
from records.intake.problems import Problem, Refused
from records.models import AchAccount, Import, PaymentCard
from records.models.payment import token_hashes
from records.payment_numbers import remnants

SQL = Path(__file__).parent / "sql"
STAGE = (SQL / "stage_means.sql").read_text()
EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/.-]\s*((?:20)?[0-9]{2})")
ACCOUNT = re.compile(r"[0-9](?:[ -]?[0-9]){3,16}")
OPEN_TOKENS = """
DROP TABLE IF EXISTS pg_temp.hashed_token;
CREATE TEMPORARY TABLE hashed_token (line bigint, token_hash bytea) ON COMMIT DROP
"""
NEW = "SELECT subject, key, line FROM staged_means WHERE NOT is_known"
REJECT = "INSERT INTO staged_reject (line, field, reason) VALUES (%s, 'last_four', %s)"
NO_DIGITS = "is empty, and so is the number that it could be taken from"


@dataclass(frozen=True)
class Brand(Field):
    """A kind of card, as records.enums.CardBrand calls it."""

    required: bool = False

    def parse(self, text: str) -> str:
        word = text.strip().casefold()
        known = {name.casefold(): brand.value for brand in CardBrand for name in (brand.value, brand.label)}
        if word not in known:
            raise Problem(f"is none of {', '.join(CardBrand.values)}")
        return known[word]


@dataclass(frozen=True)
class Expiry(Field):
    """A month and year, kept as MM/YYYY."""

    required: bool = False

    def parse(self, text: str) -> str:
        found = EXPIRY.fullmatch(text.strip())
        if not found:
            raise Problem("is not a month and year like 05/2028")
        return f"{int(found[1]):02d}/20{found[2][-2:]}"


@dataclass(frozen=True)
class LastFour(Field):
    """Four digits. More of them may be a number, so the cell is not quoted."""

    required: bool = False
    is_quoted: ClassVar[bool] = False

    def parse(self, text: str) -> str:
        if not re.fullmatch("[0-9]{4}", text.strip()):
            raise Problem("is not four digits")
        return text.strip()


@dataclass(frozen=True)
class Token(Field):
    """The provider's name for a card or account, which is no number."""

    required: bool = True
    is_quoted: ClassVar[bool] = False

    def parse(self, text: str) -> str:
        token = text.strip()
        if re.search("[0-9]{12}", token):
            raise Problem("has 12 digits in a row, which no token has: never give the number itself")
        return str(Text(200).parse(token))


@dataclass(frozen=True)
class CardNumber(Field):
    """A full number, of which brand and last four digits are kept: `visa 1111`."""

    required: bool = False
    is_quoted: ClassVar[bool] = False
    takes_numbers: ClassVar[bool] = True

    def parse(self, text: str) -> str:
        kept = remnants(text)
        if kept is None:
            raise Problem("is no card number")
        return f"{kept.brand} {kept.last_four}"


@dataclass(frozen=True)
class AccountNumber(Field):
    """A full number, of which the last four digits are kept, sealed."""

    required: bool = False
    is_sealed: ClassVar[bool] = True
    takes_numbers: ClassVar[bool] = True

    def parse(self, text: str) -> str:
        if not ACCOUNT.fullmatch(text.strip()):
            raise Problem("is no account number")
        return re.sub("[^0-9]", "", text)[-4:]


@dataclass(frozen=True)
class Means:
    """One kind of means of payment: its fields, and what of it is sealed."""

    model: type[models.Model]
    fields: dict[str, Field]
    sealed: tuple[str, ...]
    compared: tuple[str, ...]  # sealed fields that may differ; the others name the row
    name: str

    def statement(self, verb: str) -> str:
        return (SQL / f"{verb}_{self.name}.sql").read_text()

    @property
    def known(self) -> str:
        """The rows whose means is known, with what is stored of it."""
        return (
            f"SELECT customer.key, known.key, line, {', '.join(f'known.{name}' for name in self.compared)}"
            f" FROM known_row JOIN {self.model._meta.db_table} AS known USING (id)"
            " JOIN records_customer AS customer ON customer.id = known.customer_id"
            " WHERE line NOT IN (SELECT line FROM staged_reject)"
        )


GENERAL: dict[str, Field] = {**people.person_fields(), "provider": Text(80, required=True)}
MEANS = {
    "card": Means(
        model=PaymentCard,
        fields={**GENERAL, "token": Token(), "brand": Brand(), "expires": Sealed(Expiry(), required=True),
                "last_four": LastFour(), "number": CardNumber()},
        sealed=("expires",),
        compared=("expires",),
        name="cards",
    ),
    "ach": Means(
        model=AchAccount,
        fields={**GENERAL, "token": Sealed(Token(), required=True), "bank_name": Sealed(Text(200), required=True),
                "last_four": Sealed(LastFour()), "number": AccountNumber()},
        sealed=("bank_name", "last_four", "token"),
        compared=("bank_name", "last_four"),
        name="accounts",
    ),
}  # fmt: skip


class PaymentImporter:
    def plan(self, mapping: Mapping) -> Plan:
        return PaymentPlan(mapping)

    def undo(self, record: Import) -> str:
        """Delete the cards and accounts of an import."""
        cards, _ = PaymentCard.objects.filter(source_import=record).delete()
        accounts, _ = AchAccount.objects.filter(source_import=record).delete()
        return f"{cards:,} cards, {accounts:,} accounts"


class PaymentPlan(Plan):
    def __init__(self, mapping: Mapping) -> None:
        people.require_people(mapping)
        self.means = MEANS[mapping.extra.choice("means", tuple(MEANS))]
        number = mapping.extra.take("number_column", str, "")
        mapping.extra.close()
        self.fields = bound(self.means.fields, mapping)
        self.columns = dict(mapping.columns)
        _require_digits(mapping, number)
        if number:
            self.columns["number"] = Column(number, optional="last_four" in mapping.columns)

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        # Nobody else adds a card or account while these are compared and inserted; reading goes on.
        cursor.execute(f"LOCK TABLE {self.means.model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        people.find_people(cursor)
        cursor.execute(STAGE)
        if self.means is MEANS["ach"]:
            self._take_remnants(cursor)
        cursor.execute(self.means.statement("stage"))
        self._seal(cursor)
        values: dict[str, int | str] = {
            "import": record.pk,
            "source": record.source,
            "location": record.location,
        }
        cursor.execute(self.means.statement("insert"), values)
        loaded = cursor.rowcount
        cursor.execute(self.means.statement("compare"))
        compared = {name: name for name in self.means.compared}
        cells.reject_differing(cursor, self.means.model, compared, self.means.known, self.held)
        return Loaded(loaded, count_known(cursor, record))

    def _take_remnants(self, cursor: CursorWrapper) -> None:
        """Of each account its last four digits, and the hash of its token (`hashed_token`): both made here, for neither
        is staged.
        """
        cursor.execute("SELECT line FROM staged_row")
        staged = [line for (line,) in cursor.fetchall()]
        held = {line: {"last_four": self.held[line].get("number", ""), **self.held[line]} for line in staged}
        for line, values in held.items():
            if not values["last_four"]:
                cursor.execute(REJECT, [line, NO_DIGITS])
            elif values.get("number", values["last_four"]) != values["last_four"]:
                cursor.execute(REJECT, [line, "is not the end of the number"])
        self.held = held
        cursor.execute(OPEN_TOKENS)
        hashes = token_hashes([values["token"] for values in held.values()])
        rows = [f"{line}\t\\\\x{value.hex()}\n" for line, value in zip(held, hashes, strict=True)]
        copy_in(cursor, "COPY hashed_token FROM STDIN", "".join(rows).encode())

    def _seal(self, cursor: CursorWrapper) -> None:
        cursor.execute(NEW)
        new = cursor.fetchall()
        texts = {name: cells.held_cells(new, self.held, name) for name in self.means.sealed}
        cells.seal_cells(cursor, self.means.model, texts)


def _require_digits(mapping: Mapping, number_column: str) -> None:
    """Raises Refused where nothing says which four digits are kept, or a number would be read as something else."""
    if "number" in mapping.columns:
        raise Refused(f"{mapping.name}: a full number is no field: name its column by number_column, it is dropped")
    if number_column in [column.name for column in mapping.columns.values() if column.name]:
        raise Refused(f"{mapping.name}: number_column {number_column!r} is mapped to a field as well")
    if not number_column and "last_four" not in mapping.columns:
        raise Refused(f"{mapping.name}: name the column of last_four, or the number_column that it is taken from")
