"""Finding those with whom something is to be shared: by a name, a whole key of the notice, or a list of such keys."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.jumping import LONGEST, MOST_CUSTOMERS, SHORTEST
from privacy.enums import KeyKind
from privacy.models import User
from records import figures
from records.models import Customer
from records.models.customer import searched_key

MOST_LISTED = 100  # of a list that becomes names: more are shared with from the list of customers, or by IDs alone
MOST_NAMED = 5
LINES = re.compile(r"[\r\n\t;]")
PARTS = re.compile(r"[\r\n\t,;]+")


@dataclass(frozen=True)
class Found:
    """Who was found. Of a list everybody is meant, and `unknown` are its entries that name nobody; of anything else one
    of them is chosen. `problem` says what is wrong and what to do."""

    people: Sequence[Customer] = ()
    is_list: bool = False
    unknown: Sequence[str] = ()
    problem: str = ""


def entries_of(text: str) -> list[str]:
    """The entries of a list of customer IDs or e-mail addresses, each once; none of a text that is no list: a comma may
    also part a name, as in “Quill, Ann”."""
    parts = list(dict.fromkeys(filter(None, map(str.strip, PARTS.split(text.replace("\x00", ""))))))
    is_list = len(parts) > 1 and (bool(LINES.search(text.strip())) or any(map(_is_key, parts)))
    return parts if is_list else []


def key_of(text: str) -> KeyKind:
    """By which of the notice's keys the text looks somebody up."""
    if entries := entries_of(text):
        return KeyKind.EMAIL_ADDRESS if any("@" in one for one in entries) else KeyKind.CUSTOMER_ID
    return searched_key(text)


def find(user: User, text: str) -> Found:
    """Whom the text names among the customers whom the user sees. One statement. The caller has opened the door."""
    if entries := entries_of(text):
        return _of_list(user, entries)
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if len(text) < SHORTEST:
        return Found(
            problem=_("Type at least %(shortest)s letters of a name, or a whole key.") % {"shortest": SHORTEST}
        )
    rows = Customer.objects.visible_to(user, few=True).found_by(text).select_related("organization")
    people = list(rows.order_by("name", "pk")[: MOST_CUSTOMERS + 1])
    return Found(people[:MOST_CUSTOMERS], problem=_said_of(text, len(people)))


def note_of(customer: Customer) -> str:
    """What tells somebody from others of the same name."""
    organization = customer.organization.name if customer.organization else ""
    return ", ".join(filter(None, (customer.number, organization)))


def _is_key(entry: str) -> bool:
    return "@" in entry or any(letter.isdigit() for letter in entry)


def _said_of(text: str, found: int) -> str:
    if not found:
        return _("No customer you can see has this name, number, e-mail address or phone number.")
    more = _("More than %(most)s match: type more of the name.") % {"most": MOST_CUSTOMERS}
    return more if found > MOST_CUSTOMERS else ""


def _of_list(user: User, entries: Sequence[str]) -> Found:
    """Relies on customer_number_lower and customer_email_lower. A record that is merged stands for its person."""
    if len(entries) > MOST_LISTED:
        said = _("%(entries)s is too many here: at most %(most)s. Put their IDs into the list below.")
        said %= {"entries": figures.count(len(entries)), "most": figures.count(MOST_LISTED)}
        return Found(is_list=True, unknown=entries, problem=said)
    wanted = [entry.lower() for entry in entries]
    rows = Customer.objects.records_visible_to(user).annotate(folded=Lower("number"), address=Lower("email"))
    known = list(
        rows.filter(Q(folded__in=wanted) | Q(address__in=wanted) & ~Q(address=Value("")))
        .select_related("organization", "merged_into__organization")
        .order_by("name", "pk")
    )
    named = {name for customer in known for name in (customer.number.lower(), customer.email.lower())}
    unknown = [entry for entry in entries if entry.lower() not in named]
    people = list(dict.fromkeys(customer.merged_into or customer for customer in known))
    return Found(people, is_list=True, unknown=unknown, problem=_said_of_unknown(unknown))


def _said_of_unknown(unknown: Sequence[str]) -> str:
    return _("Not among the customers you see: %(named)s.") % {"named": named(unknown)} if unknown else ""


def named(entries: Iterable[str]) -> str:
    """The first of these, for a sentence."""
    every = list(entries)
    return ", ".join(every[:MOST_NAMED]) + (" …" if len(every) > MOST_NAMED else "")


def chosen_words(count: int) -> str:
    """How many are chosen, as it is said once a list was taken over."""
    words = ngettext("%(count)s customer is chosen.", "%(count)s customers are chosen.", count)
    return words % {"count": figures.count(count)}
