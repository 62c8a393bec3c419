"""Kinds of value that a cell can hold: each turns a text into a value, or says in plain words why it cannot.

A field also reads a whole column at once: distinct texts are parsed once, and where one look at all of them shows
that they are fine (`all_fine`) none is parsed at all. Measured on a million customers: 0.6 s instead of 9.
"""

import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from records import validation
from records.intake.problems import Problem, Refused

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
WORD = r"[A-Za-z0-9_+-]+"
# The ordinary address. Anything else, and the reserved domains, email-validator decides: a hundred times slower.
ORDINARY_EMAIL = re.compile(
    rf"(?=[^@]{{1,64}}@.{{1,180}}\Z){WORD}(?:\.{WORD})*@(?:(?!xn--)(?!..--){LABEL}\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion|test)\Z)[A-Za-z]{2,24}",
    re.IGNORECASE,
)
# The same with its domain in small letters: an address in its one form.
NORMAL_EMAIL_OR_EMPTY = re.compile(
    rf"(?:(?=[^@]{{1,64}}@.{{1,180}}\Z){WORD}(?:\.{WORD})*@(?:(?!xn--)(?!..--){LABEL.replace('A-Z', '')}\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion|test)\Z)[a-z]{2,24})?"
)
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
UUID_OR_EMPTY = re.compile(f"(?:{UUID_TEXT.pattern})?", re.IGNORECASE)
PHONE_SIGNS = str.maketrans("", "", " ().-")
NORTH_AMERICAN_COLUMN = re.compile(
    r"(?:(?:\+?1)?[2-9][0-9]{2}[2-9][0-9]{6})?(?:\n(?:(?:\+?1)?[2-9][0-9]{2}[2-9][0-9]{6})?)*"
)
INTEGER_TEXT = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL_TEXT = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Control characters and Unicode's Default_Ignorable_Code_Point, with the blanks that are no white space.
UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
UNSEEN_ONLY = re.compile(f"[\\s{UNSEEN}]+")
NEEDS_A_LOOK = re.compile(f"[\ud800-\udfff{UNSEEN}]")


class Field(ABC):
    """`parse` gives the value of a text that is not empty, or raises Problem. `required` refuses the empty one.

    What `is_sealed` is stored encrypted and never staged, and the cell of a rejected row is not quoted. One that
    `takes_numbers` reads full payment numbers, keeps their remnants and drops them; the others never see any.
    """

    sql_type: ClassVar[str] = "text"
    is_random: ClassVar[bool] = False  # its digits mean nothing, and are not looked through for payment numbers
    is_sealed: ClassVar[bool] = False
    is_quoted: ClassVar[bool] = True
    takes_numbers: ClassVar[bool] = False
    required: bool

    @abstractmethod
    def parse(self, text: str) -> object: ...

    def with_format(self, pattern: str) -> "Field":
        """The same field, reading this strptime format. Raises Refused where a format means nothing."""
        raise Refused(f"format {pattern!r} is for dates only")

    def all_fine(self, texts: Sequence[str]) -> bool:
        """Whether one look at the column shows that every text is a value as it stands."""
        return False

    def read(self, text: str) -> str:
        """The value of a cell as the database takes it by COPY, "" for none. Raises Problem."""
        if not text or (self.required and text.isspace()):
            if self.required:
                raise Problem(_("is empty"))
            return ""
        value = self.parse(text)
        return value.isoformat() if isinstance(value, date) else str(value)

    def read_column(self, texts: Sequence[str]) -> tuple[Sequence[str], dict[int, str]]:
        """The values of a column, and for each position that has none for a reason, the reason."""
        if self.all_fine(texts):
            return texts, {}
        known = {text: self._outcome(text) for text in set(texts)}
        problems = {
            position: outcome.reason
            for position, text in enumerate(texts)
            if isinstance(outcome := known[text], Problem)
        }
        return [outcome if isinstance(outcome := known[text], str) else "" for text in texts], problems

    def _outcome(self, text: str) -> "str | Problem":
        try:
            return self.read(text)
        except Problem as problem:
            return problem


@dataclass(frozen=True)
class Text(Field):
    """Any text that PostgreSQL can hold, kept to the byte."""

    max_length: int
    required: bool = False

    def all_fine(self, texts: Sequence[str]) -> bool:
        return (
            max(map(len, texts), default=0) <= self.max_length
            and not (self.required and not all(map(str.strip, texts)))
            and not NEEDS_A_LOOK.search("".join(texts))
        )

    def parse(self, text: str) -> str:
        if UNSTORABLE.search(text):
            raise Problem(_("holds a character that cannot be stored"))
        if not text.isspace() and UNSEEN_ONLY.fullmatch(text):
            raise Problem(_("holds only characters that cannot be seen"))
        if len(text) > self.max_length:
            raise Problem(
                _("is longer than %(longest)s characters")
                % {"longest": number_format(self.max_length, force_grouping=True)}
            )
        return text


@dataclass(frozen=True)
class Email(Field):
    """An address that mail can be sent to, as far as its form tells, its domain in small letters."""

    required: bool = False

    def all_fine(self, texts: Sequence[str]) -> bool:
        return all(map(NORMAL_EMAIL_OR_EMPTY.fullmatch, texts)) and not (self.required and "" in texts)

    def parse(self, text: str) -> str:
        address = text.strip()
        if not ORDINARY_EMAIL.fullmatch(address):
            return validation.email(address)
        local, _, domain = address.rpartition("@")
        return f"{local}@{domain.lower()}"


@dataclass(frozen=True)
class Phone(Field):
    """A telephone number in E.164, with its extension (records.validation.telephone)."""

    required: bool = False

    def parse(self, text: str) -> str:
        return validation.telephone(text)

    def read_column(self, texts: Sequence[str]) -> tuple[Sequence[str], dict[int, str]]:
        """A column of North American numbers is brought to its form at once: 0.5 s for a million instead of 5."""
        joined = "\n".join(texts)
        bare = joined.translate(PHONE_SIGNS)
        if not self.required and validation.is_north_american() and NORTH_AMERICAN_COLUMN.fullmatch(bare):
            return [f"+1{number[-10:]}" if number else "" for number in bare.split("\n")], {}
        return super().read_column(texts)


@dataclass(frozen=True)
class Integer(Field):
    lowest: int
    highest: int
    required: bool = False
    sql_type: ClassVar[str] = "bigint"

    def parse(self, text: str) -> int:
        if not INTEGER_TEXT.fullmatch(text.strip()):
            raise Problem(_("is not a whole number"))
        number = int(text)
        if not self.lowest <= number <= self.highest:
            raise Problem(
                _("is not between %(lowest)s and %(highest)s")
                % {
                    "lowest": number_format(self.lowest, force_grouping=True),
                    "highest": number_format(self.highest, force_grouping=True),
                }
            )
        return number


@dataclass(frozen=True)
class Amount(Field):
    """A decimal number with a point, within bounds and of so many decimal places at most."""

    lowest: Decimal = Decimal("-999999999999.99")
    highest: Decimal = Decimal("999999999999.99")
    places: int = 2
    required: bool = False
    sql_type: ClassVar[str] = "numeric"

    def parse(self, text: str) -> Decimal:
        if not DECIMAL_TEXT.fullmatch(text.strip()):
            raise Problem(_("is not a number (digits, with a point for decimals)"))
        number = Decimal(text.strip())
        if not self.lowest <= number <= self.highest:
            raise Problem(
                _("is not between %(lowest)s and %(highest)s")
                % {
                    "lowest": number_format(self.lowest, force_grouping=True),
                    "highest": number_format(self.highest, force_grouping=True),
                }
            )
        rounded = round(number, self.places)
        if rounded != number:
            raise Problem(_("has more than %(places)s decimal places") % {"places": self.places})
        return rounded


@dataclass(frozen=True)
class Boolean(Field):
    true: Collection[str] = ("1", "true", "yes", "y", "t")
    false: Collection[str] = ("0", "false", "no", "n", "f")
    required: bool = False
    sql_type: ClassVar[str] = "boolean"

    def parse(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in self.true and word not in self.false:
            raise Problem(
                _("is neither %(true)s nor %(false)s")
                % {"true": " / ".join(self.true), "false": " / ".join(self.false)}
            )
        return word in self.true


@dataclass(frozen=True)
class Date(Field):
    """A date, ISO 8601 (2026-03-01) unless a strptime format is given."""

    format: str = ""
    earliest: date = date(1800, 1, 1)
    latest: date = date(2200, 1, 1)
    required: bool = False
    sql_type: ClassVar[str] = "date"

    def with_format(self, pattern: str) -> "Date":
        return replace(self, format=pattern)

    def parse(self, text: str) -> date:
        try:
            value = (
                datetime.strptime(text.strip(), self.format).replace(tzinfo=UTC).date()
                if self.format
                else date.fromisoformat(text.strip())
            )
        except ValueError:
            raise Problem(
                _("is not a date like %(example)s") % {"example": _example(self.format or "%Y-%m-%d")}
            ) from None
        if not self.earliest <= value <= self.latest:
            raise Problem(
                _("is not between %(lowest)s and %(highest)s") % {"lowest": self.earliest, "highest": self.latest}
            )
        return value


@dataclass(frozen=True)
class Moment(Field):
    """A date and time. Without an offset of its own it is a clock time of `zone`; the value is in UTC."""

    zone: ZoneInfo
    format: str = ""
    earliest: datetime = datetime(1990, 1, 1, tzinfo=UTC)
    latest: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(days=1))
    required: bool = False
    sql_type: ClassVar[str] = "timestamptz"

    def with_format(self, pattern: str) -> "Moment":
        return replace(self, format=pattern)

    def parse(self, text: str) -> datetime:
        moment = self._moment(text.strip())
        if moment < self.earliest:
            raise Problem(_("is before %(day)s") % {"day": f"{self.earliest:%Y-%m-%d}"})
        if moment > self.latest:
            raise Problem(_("is in the future"))
        return moment

    def _moment(self, text: str) -> datetime:
        try:
            moment = datetime.strptime(text, self.format) if self.format else datetime.fromisoformat(text)  # noqa: DTZ007
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Problem(
                _("is not a date and time like %(example)s") % {"example": _example(self.format or "%Y-%m-%dT%H:%M:%S")}
            ) from None


@dataclass(frozen=True)
class Choice(Field):
    """One of some words; `stored` says what each becomes."""

    stored: Mapping[str, str]
    required: bool = False

    def parse(self, text: str) -> str:
        if text.strip() not in self.stored:
            raise Problem(_("is none of %(known)s") % {"known": ", ".join(self.stored)})
        return self.stored[text.strip()]


@dataclass(frozen=True)
class Flags(Field):
    """Names separated by spaces, each a bit."""

    bits: Mapping[str, int]
    required: bool = False
    sql_type: ClassVar[str] = "smallint"

    def parse(self, text: str) -> int:
        unknown = [name for name in text.split() if name not in self.bits]
        if unknown:
            raise Problem(_("names other signs than %(known)s") % {"known": ", ".join(self.bits)})
        return sum(self.bits[name] for name in set(text.split()))


@dataclass(frozen=True)
class Uuid(Field):
    required: bool = False
    sql_type: ClassVar[str] = "uuid"
    is_random: ClassVar[bool] = True

    def all_fine(self, texts: Sequence[str]) -> bool:
        return all(map(UUID_OR_EMPTY.fullmatch, texts)) and not (self.required and "" in texts)

    def parse(self, text: str) -> uuid.UUID:
        if not UUID_TEXT.fullmatch(text.strip()):
            raise Problem(_("is not a UUID (8-4-4-4-12 hexadecimal digits)"))
        return uuid.UUID(text.strip())


@dataclass(frozen=True)
class Checked(Field):
    """A text in the form that a check of records.validation gives it."""

    check: Callable[[str], str]
    max_length: int
    required: bool = False

    def parse(self, text: str) -> str:
        value = self.check(text)
        if len(value) > self.max_length:
            raise Problem(
                _("is longer than %(longest)s characters")
                % {"longest": number_format(self.max_length, force_grouping=True)}
            )
        return value


SEVERAL = "\x1f"  # between values of one cell, once they are read


@dataclass(frozen=True)
class Several(Field):
    """Several values in one cell, each checked by `each`; the mapping names what separates them."""

    each: Field
    separator: str = ";"
    required: bool = False

    def parse(self, text: str) -> str:
        parts = [part.strip() for part in text.split(self.separator)]
        return SEVERAL.join(dict.fromkeys(str(self.each.parse(part)) for part in parts if part))


def separated(field: Field, separator: str) -> Field:
    """The field with this separator, where it takes several values."""
    if isinstance(field, Sealed):
        return replace(field, inner=separated(field.inner, separator))
    return replace(field, separator=separator) if isinstance(field, Several) else field


@dataclass(frozen=True)
class Sealed(Field):
    """A value that is sealed before the database sees it: read by `inner`, held beside the staged rows."""

    inner: Field
    required: bool = False
    is_sealed: ClassVar[bool] = True

    def with_format(self, pattern: str) -> "Sealed":
        return replace(self, inner=self.inner.with_format(pattern))

    def parse(self, text: str) -> object:
        return self.inner.parse(text)


def _example(pattern: str) -> str:
    return datetime(2026, 3, 31, 14, 5, 9, tzinfo=UTC).strftime(pattern)
