"""Looking somebody up: by the keys that the notice names, and by no other.

Each key is a condition that one index answers, named beside it, within what the reader's role sees. What is typed is
folded as the index folds it: case and accents do not matter in a name, punctuation does not in a telephone number.
Source: the notice's retrieval rules 1 to 7.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Expression, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Left, Lower
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThan
from django.utils.translation import gettext, gettext_noop

from privacy.enums import KeyKind
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records import validation
from records.enums import SEALED_IDENTIFIERS, ContactKind, IndustrySystem, MatchKeyKind
from records.finding import meetings_by
from records.folded import LAST, SHORTEST_PHONE, FoldName, FoldPhone, StartsWith, begins
from records.identity import normal
from records.intake.meetings.options import plain_number
from records.models import (
    ContactPoint,
    Customer,
    CustomerAssignment,
    CustomerQuerySet,
    Identifier,
    IndustryCode,
    MatchKey,
    Meeting,
    Organization,
    Record,
)
from records.models.contact import identifier_hash

OF_SUBJECTS = (1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 16, 18)
# Whoever may see one of the subjects below.
SEARCHERS = (*SEES_CUSTOMERS, Permit.VIEW_PROGRAMMES, Permit.FIND_MEETINGS)
PLACE = declare_place(
    "search",
    gettext_noop("Looking up by the notice's keys"),
    OF_SUBJECTS,
    is_page=True,
    in_parts=True,
    permits=SEARCHERS,
)
PLACE_OF_API = declare_place(
    "api_search", gettext_noop("Looking up by the notice's keys, through the API"), OF_SUBJECTS, in_parts=True
)
LONGEST = 254  # characters
MOST_FOUND = 50  # a look-up is for somebody in particular: who finds more types more
FEW = 20_000  # so many customers are looked at one by one within some 30 ms
POSTAL_CODE = re.compile(r"\b(\d{5})(?:-\d{4})?\s*$")
INDUSTRY_CODE = re.compile(r"\d{2,6}")

Condition = Q | Expression


class NotLookedUp(ValueError):
    """What was typed is no such key: what is wrong with it, and what would be one."""


@dataclass(frozen=True)
class Found:
    """Who was found, at most MOST_FOUND; `has_more` where there would be more."""

    people: Sequence[Customer] = ()
    organizations: Sequence[Organization] = ()
    meetings: Sequence[Meeting] = ()
    records: Sequence[Record] = ()
    has_more: bool = False

    @property
    def count(self) -> int:
        return len(self.people) + len(self.organizations) + len(self.meetings) + len(self.records)


class Finder(Protocol):
    def __call__(self, user: User, text: str) -> Found:
        """Whom the text names, within what the user sees. Raises NotLookedUp for a text that is no such key."""


@dataclass(frozen=True)
class Subject:
    """What is looked for: records of these categories, each key of the notice with how it finds them.

    `permits` are those of which one is needed; what is found is limited to what the user sees besides.
    """

    name: str
    label: str
    categories: tuple[int, ...]
    permits: tuple[Permit, ...]
    finders: Mapping[KeyKind, Finder]

    def is_open_to(self, user: User) -> bool:
        return user.has_one_of(self.permits)


def look_up(finder: Finder, user: User, text: str) -> Found:
    """Look somebody up by what was typed. Raises NotLookedUp."""
    text = text.strip()
    if not text:
        raise NotLookedUp(gettext("Type what to look for."))
    if "\x00" in text or len(text) > LONGEST:
        raise NotLookedUp(gettext("No record holds this: it is too long, or has a character that cannot be stored."))
    return finder(user, text)


def people_by(
    own: Callable[[str], tuple[Condition, ...]],
    elsewhere: "Callable[[str], QuerySet[Customer]]",
    *,
    own_of_few: Callable[[str], tuple[Condition, ...]] | None = None,
) -> Finder:
    """Finds people: `own` is the condition on a customer's row, `elsewhere` the customers whom other rows name so.

    Each person once: a record that is merged into another leads there. Two queries, and one where that finds enough.
    `own_of_few`: the same condition without an index. Where many customers may meet it, one more query asks whether
    the reader's own are so few that each of them is looked at.
    """

    def find(user: User, text: str) -> Found:
        of_few = own_of_few if own_of_few and _has_few(user) else None
        visible = _those_of_few(user) if of_few else Customer.objects.visible_to(user, few=True)
        visible = visible.select_related("organization", "territory")
        mine = list(_in_order(visible.filter(*(of_few or own)(text))))
        if len(mine) > MOST_FOUND:
            return Found(people=mine[:MOST_FOUND], has_more=True)
        merged = Customer.objects.filter(*own(text), merged_into__isnull=False)
        ids = elsewhere(text).values(person=Coalesce("merged_into", "pk")).union(merged.values("merged_into"))
        others = [customer for customer in _in_order(visible.filter(pk__in=ids)) if customer not in mine]
        return Found(people=[*mine, *others][:MOST_FOUND], has_more=len(mine) + len(others) > MOST_FOUND)

    return find


def organizations_by(rows_of: "Callable[[str], QuerySet[Organization]]") -> Finder:
    """Finds organizations, which are nobody's. One query."""

    def find(user: User, text: str) -> Found:
        rows = list(rows_of(text)[: MOST_FOUND + 1])
        return Found(organizations=rows[:MOST_FOUND], has_more=len(rows) > MOST_FOUND)

    return find


def meetings_found_by(kind: KeyKind) -> Finder:
    """Finds meetings, the newest first. One query (records.finding)."""

    def find(user: User, text: str) -> Found:
        rows = list(meetings_by(kind, text)[: MOST_FOUND + 1])
        return Found(meetings=rows[:MOST_FOUND], has_more=len(rows) > MOST_FOUND)

    return find


def records_by(column: str, categories: tuple[int, ...]) -> Finder:
    """Finds records of the long tail, the newest first. Relies on records_record_{column} (of its lower case)."""

    def find(user: User, text: str) -> Found:
        rows = Record.objects.annotate(folded=Lower(column)).filter(
            Exact(F("folded"), Value(text.lower())), category__in=categories, **{f"{column}__gt": ""}
        )
        found = list(rows.order_by("-collected_at", "key")[: MOST_FOUND + 1])
        return Found(records=found[:MOST_FOUND], has_more=len(found) > MOST_FOUND)

    return find


def session_records(user: User, text: str) -> Found:
    """Session records of a meeting, the newest first. Relies on records_record_meeting."""
    rows = Record.objects.filter(meeting_number=plain_number(text), category__in=SESSIONS).exclude(meeting_number="")
    found = list(rows.order_by("-collected_at", "key")[: MOST_FOUND + 1])
    return Found(records=found[:MOST_FOUND], has_more=len(found) > MOST_FOUND)


def _has_few(user: User) -> bool:
    """Whether the reader sees none but their own customers, and these are few."""
    if user.has_permit(Permit.VIEW_ALL_CUSTOMERS) or user.has_permit(Permit.VIEW_TEAM_CUSTOMERS):
        return False
    return not CustomerAssignment.objects.current().filter(staff=user).order_by()[FEW : FEW + 1].exists()


def _those_of_few(user: User) -> CustomerQuerySet:
    """What `visible_to` gives, looked at one by one: a quarter of a second goes by among the names of 5,000,000 until
    fifty are found whose customer one of 10,000 is, and the 10,000 take a tenth of that."""
    rows = Customer.objects.people().each_assigned_to(user)
    return rows if user.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS) else rows.none()


def _in_order(rows: CustomerQuerySet) -> CustomerQuerySet:
    return rows.order_by(FoldName("name"), "id")[: MOST_FOUND + 1]


# Conditions ----------------------------------------------------------------------------------------------------------
def _begins(field: str, text: str) -> tuple[Condition, ...]:
    return begins(FoldName(field), text)


def _same_phone(field: str, text: str) -> tuple[Condition, ...]:
    if sum(map(str.isdigit, text)) < SHORTEST_PHONE:
        raise NotLookedUp(
            gettext("A phone number has %(digits)s digits or more, such as 202 268 2000.") % {"digits": SHORTEST_PHONE}
        )
    return (Exact(FoldPhone(F(field)), FoldPhone(Value(text))),)


def _address(text: str) -> tuple[str, str]:
    """The beginning of the street in lower case, and the ZIP code, of `12 Main St, 60601`."""
    found = POSTAL_CODE.search(text)
    street = text[: found.start()].partition(",")[0].strip().lower() if found else ""
    if not found or not street:
        raise NotLookedUp(
            gettext("A mail address is the beginning of the street and the ZIP code, such as 12 Main St, 60601.")
        )
    return street, found[1]


def _customers_of(rows: "QuerySet[Any]") -> "QuerySet[Customer]":
    """The customers of contacts, identifiers or keys."""
    return Customer.objects.filter(pk__in=rows.values("customer"))


# Keys ----------------------------------------------------------------------------------------------------------------
def own_name(text: str) -> tuple[Condition, ...]:
    """Relies on customer_name_folded, and on customer_merged_name_folded for merged records."""
    return _begins("name", text)


def own_name_of_few(text: str) -> tuple[Condition, ...]:
    """Folds each name once, which is most of what looking at one of 10,000 takes."""
    return (StartsWith(FoldName("name"), FoldName(Value(text))),)


def other_name(text: str) -> "QuerySet[Customer]":
    """Relies on contact_name_folded."""
    return _customers_of(ContactPoint.objects.filter(*_begins("value", text), kind=ContactKind.NAME))


def own_number(text: str) -> tuple[Condition, ...]:
    """Relies on the unique index of the customer's number."""
    return (Q(number=text),)


def identifier(text: str) -> "QuerySet[Customer]":
    """Further IDs, and account and meter numbers by hash. Relies on identifier_lookup and identifier_hash_lookup."""
    numbers = {kind: validation.identifier(kind, text) for kind in SEALED_IDENTIFIERS}
    hashes = [Q(kind=kind, value="", value_hash=identifier_hash(kind, number)) for kind, number in numbers.items()]
    sealed = hashes[0] | hashes[1]
    return _customers_of(Identifier.objects.filter(Q(value=text) | sealed, customer__isnull=False))


def own_email(text: str) -> tuple[Condition, ...]:
    """Relies on customer_email_lower."""
    if "@" not in text:
        raise NotLookedUp(gettext("An e-mail address has an @, such as ann@example.com."))
    return (Exact(Lower("email"), Value(text.lower())),)


def other_email(text: str) -> "QuerySet[Customer]":
    """Relies on contact_lookup."""
    return _customers_of(ContactPoint.objects.filter(normalized=text.lower(), kind=ContactKind.EMAIL))


def own_phone(text: str) -> tuple[Condition, ...]:
    """Relies on customer_phone_folded (partial)."""
    return (~Q(phone=""), *_same_phone("phone", text))


def other_phone(text: str) -> "QuerySet[Customer]":
    """Relies on contact_phone_folded (partial)."""
    kinds = [ContactKind.PHONE, ContactKind.FAX, ContactKind.PAGER]
    return _customers_of(ContactPoint.objects.filter(*_same_phone("value", text), kind__in=kinds))


def own_address(text: str) -> tuple[Condition, ...]:
    """Relies on customer_mail_address (partial)."""
    street, code = _address(text)
    lower = Lower("street")
    begins = GreaterThanOrEqual(lower, Value(street)), LessThan(lower, Value(street + LAST))
    return (~Q(street=""), Exact(Left("postal_code", 5), Value(code)), *begins)


def street_otherwise_written(text: str) -> "QuerySet[Customer]":
    """The same house however its street is written, once it was compared. Relies on match_key_once."""
    street, code = _address(text)
    number, words = normal.street(street)
    keys = MatchKey.objects.filter(kind=MatchKeyKind.STREET, value=f"{number} {words}")
    return _customers_of(keys.annotate(code=Left("customer__postal_code", 5)).filter(code=code))


def organization_name(text: str) -> "QuerySet[Organization]":
    """Relies on organization_name_folded."""
    return Organization.objects.filter(*_begins("name", text)).order_by(FoldName("name"), "id")


def industry(system: IndustrySystem) -> "Callable[[str], QuerySet[Organization]]":
    def find(text: str) -> "QuerySet[Organization]":
        """Relies on industry_code_lookup."""
        if not INDUSTRY_CODE.fullmatch(text):
            raise NotLookedUp(gettext("A %(value)s number has two to six digits.") % {"value": system.value})
        codes = IndustryCode.objects.filter(system=system, code=text)
        return Organization.objects.filter(pk__in=codes.values("organization")).order_by("name", "id")

    return find


# Subjects ------------------------------------------------------------------------------------------------------------
BY_NAME, BY_EMAIL = people_by(own_name, other_name, own_of_few=own_name_of_few), people_by(own_email, other_email)
COLLABORATION = (12, 13, 15, 16)
SESSIONS = (10, 11, 14)
SUBJECTS = (
    Subject(
        "customers",
        "Customers",
        (1, 2),
        SEES_CUSTOMERS,
        {
            KeyKind.CUSTOMER_NAME: BY_NAME,
            KeyKind.CUSTOMER_ID: people_by(own_number, identifier),
            KeyKind.EMAIL_ADDRESS: BY_EMAIL,
            KeyKind.PHONE_NUMBER: people_by(own_phone, other_phone),
            KeyKind.MAIL_ADDRESS: people_by(own_address, street_otherwise_written),
        },
    ),
    Subject(
        "insight",
        "Customer insight",
        (18,),
        SEES_CUSTOMERS,
        {KeyKind.NAME: BY_NAME, KeyKind.EMAIL_ADDRESS: BY_EMAIL},
    ),
    Subject(
        "organizations",
        "Organizations, for direct marketing",
        (3, 4),
        (Permit.VIEW_PROGRAMMES,),
        {
            KeyKind.COMPANY_NAME: organizations_by(organization_name),
            KeyKind.SIC: organizations_by(industry(IndustrySystem.SIC)),
            KeyKind.NAICS: organizations_by(industry(IndustrySystem.NAICS)),
        },
    ),
    Subject(
        "meetings",
        "Meetings",
        (10, 11, 14),
        (Permit.FIND_MEETINGS,),
        {kind: meetings_found_by(kind) for kind in (KeyKind.MEETING_ID, KeyKind.HOST_NAME, KeyKind.HOST_EMAIL)},
    ),
    Subject(
        "sessions",
        "Further records of meetings",
        SESSIONS,
        (Permit.FIND_MEETINGS,),
        {
            KeyKind.MEETING_ID: session_records,
            KeyKind.HOST_NAME: records_by("host_name", SESSIONS),
            KeyKind.HOST_EMAIL: records_by("host_email", SESSIONS),
        },
    ),
    Subject(
        "collaboration",
        "Collaboration records",
        COLLABORATION,
        (Permit.FIND_MEETINGS,),
        {
            KeyKind.ORGANIZER_NAME: records_by("organizer", COLLABORATION),
            KeyKind.OTHER_PERSONAL_IDENTIFIER: records_by("participant", COLLABORATION),
        },
    ),
)
HINTS = {
    KeyKind.CUSTOMER_NAME: gettext_noop("How the name begins; case and accents do not matter"),
    KeyKind.NAME: gettext_noop("How the name begins; case and accents do not matter"),
    KeyKind.CUSTOMER_ID: gettext_noop("The whole ID, account or meter number"),
    KeyKind.EMAIL_ADDRESS: gettext_noop("The whole address"),
    KeyKind.PHONE_NUMBER: gettext_noop("All digits, written in any way"),
    KeyKind.MAIL_ADDRESS: gettext_noop("How the street begins, and the ZIP code: 12 Main St, 60601"),
    KeyKind.COMPANY_NAME: gettext_noop("How the company's name begins"),
    KeyKind.SIC: gettext_noop("Two to four digits"),
    KeyKind.NAICS: gettext_noop("Two to six digits"),
    KeyKind.MEETING_ID: gettext_noop("The whole ID, with or without spaces"),
    KeyKind.HOST_NAME: gettext_noop("The whole name"),
    KeyKind.HOST_EMAIL: gettext_noop("The whole address"),
    KeyKind.ORGANIZER_NAME: gettext_noop("The whole name or address of whoever organized or sent it"),
    KeyKind.OTHER_PERSONAL_IDENTIFIER: gettext_noop("The whole name or address of whoever took part"),
}


def subject(name: str) -> Subject:
    """Raises KeyError."""
    return {one.name: one for one in SUBJECTS}[name]
