"""Which column is probably which field: by what it is called, then by what stands in it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from django.conf import settings
from django.utils import translation

from privacy.enums import Language
from privacy.wording import label_words
from records.intake.description import Description
from records.intake.fields import Date, Email, Field, Moment, Phone, Sealed, Several, Uuid
from records.intake.problems import Problem

ISO = ""  # the format of a mapping that names none: ISO 8601
MONTH_FIRST = ("%m{0}%d{0}%Y", "%m{0}%d{0}%y")
DAY_FIRST = ("%d{0}%m{0}%Y", "%d{0}%m{0}%y")
YEAR_FIRST = ("%Y{0}%m{0}%d",)
NAMED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%Y%m%d")
SEPARATORS = ("/", ".", "-")
TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
MONTH_FIRST_REGIONS = {"US"}
SURE = 0.8  # of the values of a column that show what it is
PHONE_LIKE = re.compile(r"[+(]?[0-9][0-9 ().\-/]{6,20}(?:\s*(?:x|ext\.?)\s*[0-9]+)?", re.IGNORECASE)
SALESFORCE = re.compile(r"__c$", re.IGNORECASE)
HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Guess:
    """A column's probable field (empty where nothing shows it), and what shows it."""

    field: str = ""
    why: str = ""


@dataclass(frozen=True)
class DateGuess:
    """The format that all values have; `others` are the ones that they all have too, so that nobody can tell."""

    format: str
    others: tuple[str, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.others)


def simplified(name: str) -> str:
    """A column's name without what differs from program to program: `ZIP/Postal Code`, `zipPostalCode__c` are one."""
    words = re.split(r"[\W_]+", HUMPS.sub(" ", SALESFORCE.sub("", name.strip())))
    return "".join(words).casefold()


def guess_fields(
    header: Sequence[str], samples: Sequence[Sequence[str]], fields: Mapping[str, Field], description: Description
) -> list[Guess]:
    """A guess for each column; no field twice. `samples` are the first values of each column."""
    guesses = _by_parts(header, _by_name(header, samples, fields, description), fields, description)
    free = [name for name in fields if name not in {guess.field for guess in guesses}]
    for at, values in enumerate(samples):
        if not guesses[at].field and (found := _by_values(values, free, fields)):
            guesses[at] = Guess(found, "from what stands in it")
            free.remove(found)
    return guesses


def _by_name(
    header: Sequence[str], samples: Sequence[Sequence[str]], fields: Mapping[str, Field], description: Description
) -> list[Guess]:
    """Columns by name: a field's own name goes before its label, that before what files call it, and all of these
    before the same in another language."""
    guesses = [Guess() for _ in header]
    for names in _name_levels(fields, description):
        for at, column in enumerate(header):
            name = names.get(simplified(column))
            taken = {guess.field for guess in guesses}
            if name and name not in taken and not guesses[at].field and _may_be(fields[name], samples[at]):
                guesses[at] = Guess(name, "from its name")
    return guesses


def _by_parts(
    header: Sequence[str], guesses: list[Guess], fields: Mapping[str, Field], description: Description
) -> list[Guess]:
    """Columns that are parts of a field that no column is whole; two of them at least."""
    for name in fields.keys() - {guess.field for guess in guesses}:
        parts = [part_of(description, name, column) for column in header]
        places = [at for at, part in enumerate(parts) if part is not None and not guesses[at].field]
        for at in places if len(places) > 1 else []:
            guesses[at] = Guess(name, "as a part of it")
    return guesses


def part_of(description: Description, name: str, column: str) -> int | None:
    """Which part of a field a column is called like, from 0; None where it is none."""
    parts = description.of(name).parts
    return next((at for at, part in enumerate(parts) if simplified(column) in map(simplified, part)), None)


def _name_levels(fields: Mapping[str, Field], description: Description) -> list[dict[str, str]]:
    own = {simplified(name): name for name in fields}
    labels = {simplified(description.of(name).label): name for name in fields}
    known: dict[str, str] = {}
    for name in fields:
        for other in description.of(name).names:
            known.setdefault(simplified(other), name)
    return [own, labels, known, _in_languages(fields, description)]


def _in_languages(fields: Mapping[str, Field], description: Description) -> dict[str, str]:
    """Fields as the lists' own files head them for those who read another language."""
    found: dict[str, str] = {}
    for language in Language.values:
        with translation.override(language):
            for name in fields:
                for words in (description.of(name).label, name.replace("_", " ").capitalize()):
                    found.setdefault(simplified(label_words(words)), name)
    return found


def _may_be(field: Field, values: Sequence[str]) -> bool:
    """Whether any value could be the field's: a column called `Email` that holds no address is something else."""
    filled = [value for value in values if value.strip()]
    return not filled or _takes_format(field) or any(_is_value(field, value) for value in filled)


def _is_value(field: Field, value: str) -> bool:
    try:
        field.read(value)
    except Problem:
        return False
    return True


def _by_values(values: Sequence[str], free: Collection[str], fields: Mapping[str, Field]) -> str:
    """The first free field of a kind that values show without a name: addresses, telephone numbers, UUIDs."""
    filled = [value for value in values if value.strip()]
    if not filled:
        return ""
    for name in free:
        field = fields[name]
        if isinstance(field, Email | Phone | Uuid) and _share(field, filled) >= SURE:
            return name
    return ""


def _share(field: Field, values: Sequence[str]) -> float:
    fitting = [value for value in values if not isinstance(field, Phone) or PHONE_LIKE.fullmatch(value.strip())]
    return sum(_is_value(field, value) for value in fitting) / len(values)


def _takes_format(field: Field) -> bool:
    return isinstance(plain_field(field), Date | Moment)


def plain_field(field: Field) -> Field:
    """The field that reads one value: what is sealed, or several, is read by another within."""
    if isinstance(field, Sealed):
        return plain_field(field.inner)
    return plain_field(field.each) if isinstance(field, Several) else field


def takes_date(field: Field) -> bool:
    """Whether its values are dates, or dates and times, that may be written in several ways."""
    return isinstance(field, Date | Moment) or (isinstance(field, Sealed) and takes_date(field.inner))


def date_formats(*, with_time: bool) -> list[str]:
    """Every format that is offered, ISO 8601 first."""
    orders = [YEAR_FIRST, MONTH_FIRST, DAY_FIRST]
    dates = [form.format(sign) for order in orders for form, sign in product(order, SEPARATORS)]
    every = [form for form in (*dates, *NAMED) if form != "%Y-%m-%d"]
    times = [f"{form} {time}" for form in ("%Y-%m-%d", *every) for time in TIMES] if with_time else []
    return [ISO, *every, *times]


def guess_format(values: Sequence[str], *, with_time: bool) -> DateGuess | None:
    """The format of all values, None where none fits. Where month and day could change places, the order of the house's
    region (PHONE_REGION) goes first."""
    filled = [value.strip() for value in values if value.strip()]
    longest = max(map(len, filled), default=0)
    offered = [form for form in date_formats(with_time=with_time) if form or with_time or longest <= len("2026-03-31")]
    fitting = [form for form in offered if filled and all(_moment(form, value) for value in filled)]
    if not fitting:
        return None
    if settings.PHONE_REGION not in MONTH_FIRST_REGIONS:
        fitting.sort(key=_is_month_first)
    first = fitting[0]
    return DateGuess(first, tuple(form for form in fitting[1:] if _differs(first, form, filled)))


def _is_month_first(form: str) -> bool:
    return form.startswith("%m")


def _moment(form: str, text: str) -> datetime | None:
    try:
        moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return None


def _differs(form: str, other: str, values: Sequence[str]) -> bool:
    return any(_moment(form, value) != _moment(other, value) for value in values)


def example(form: str, *, with_time: bool = False) -> str:
    """What the last day of March 2026 looks like in this format."""
    iso = "%Y-%m-%dT%H:%M:%S" if with_time else "%Y-%m-%d"
    return datetime(2026, 3, 31, 14, 5, 9, tzinfo=UTC).strftime(form or iso)
