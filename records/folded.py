"""Names and telephone numbers in the form in which they are looked for: names without case, accents and kinds of
apostrophe, by what they begin with; numbers by their last ten digits."""

import re

from django.db.models import BooleanField, CharField, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.db.models.lookups import GreaterThanOrEqual, LessThan

LAST = "\U0010ffff"  # sorts after everything that begins alike
SHORTEST_PHONE = 7  # digits
PHONE = re.compile(r"[+(\d][\d\s().\-/]*(?:(?:;ext=|ext\.?|x|#)\s*\d*)?", re.ASCII | re.IGNORECASE)


class FoldName(Func):
    function = "fold_name"
    output_field = CharField()


class FoldLastWord(Func):
    """The last word of a name, folded; an index holds this very expression (customer_last_word_folded)."""

    template = "fold_name(split_part(%(expressions)s, ' ', -1))"
    output_field = CharField()


class FoldPhone(Func):
    function = "fold_phone"
    output_field = CharField()


class StartsWith(Func):
    """That the first text starts with the second: of rows that are looked at anyhow, for it asks no index."""

    function = "starts_with"
    output_field = BooleanField()


def begins(folded: Combinable, text: str) -> tuple[GreaterThanOrEqual, LessThan]:
    """That a folded text begins with this one, folded likewise: a stretch of its index."""
    start = FoldName(Value(text))
    return GreaterThanOrEqual(folded, start), LessThan(folded, Concat(start, Value(LAST)))


def is_phone(text: str) -> bool:
    """Whether the text is written as a telephone number is, with digits enough."""
    return PHONE.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= SHORTEST_PHONE
