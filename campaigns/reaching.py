"""Whom of some customers a campaign reaches, and who is left out and why: each once, so that the numbers add up.

What decides of one share is campaigns.leaving_out, by one way; a campaign has several, and any of them will do. The
words, the month and the kinds of addresses are its own, and a test holds each state and way of the two together.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext

from campaigns.audiences.conditions import people_of
from campaigns.enums import Channel, Frequency
from campaigns.leaving_out import ONCE_A_MONTH, SENT, SUPPRESSED_BY, LeftOut
from campaigns.models import RecipientPreference, Share
from privacy.prepared import ask
from records.enums import SuppressionKind
from records.models import Customer, CustomerQuerySet, Suppression
from records.models.customer import HANGS_ON_PERSON
from records.suppressing import ADDRESS_FIELDS, suppression_hashes

ROWS_A_TIME = 20_000
NOBODY = Q(pk__in=[])
EVERYBODY = ~NOBODY


@dataclass(frozen=True)
class Reach:
    """People, counted: `matched` = `reached` + the sum of `left_out`, which is by LeftOut's values, none of them 0."""

    matched: int
    reached: int
    left_out: dict[str, int]

    @property
    def lines(self) -> list[tuple[str, int]]:
        """The reasons in words, in their order."""
        return [(gettext(why.label), self.left_out[why.value]) for why in LeftOut if why.value in self.left_out]


@dataclass(frozen=True)
class Address:
    """By what a channel reaches somebody: who has one, and under which kind it is kept out. Hand to hand needs none."""

    has: Q
    kinds: tuple[SuppressionKind, ...]


def _having(kind: SuppressionKind) -> Q:
    return reduce(and_, (~Q(**{field: ""}) for field in ADDRESS_FIELDS[kind]))


BY_HAND = Address(EVERYBODY, tuple(SuppressionKind))
# A call is by a campaign's staff, not by a share, so a share's decider does not know it.
KINDS = {**SUPPRESSED_BY, Channel.TELEPHONE: (SuppressionKind.PHONE,)}
ADDRESSES = {channel: Address(_having(kinds[0]), kinds) for channel, kinds in KINDS.items()}


def address_of(channel: str) -> Address:
    return ADDRESSES.get(Channel(channel), BY_HAND)


def counted(
    customers: CustomerQuerySet, channels: Sequence[str], lists: Collection[str] = (), left: Q = NOBODY
) -> Reach:
    """How many of these are reached by any of the channels (by hand where none is named), and why others are not.

    `lists` are slugs of mailing lists whose own suppressions count beside those of all lists; `left` says who has
    left what the customers were chosen for. Nobody is shown: it reads no record for anybody's eyes.
    """
    rows = explained(customers, channels, lists, left).order_by().values_list("because").annotate(Count("pk"))  # type: ignore[misc]
    people = dict(rows)
    reached = people.pop("", 0)
    return Reach(reached + sum(people.values()), reached, {why: people[why] for why in LeftOut.values if why in people})


def reached(
    customers: CustomerQuerySet, channels: Sequence[str], lists: Collection[str] = (), left: Q = NOBODY
) -> CustomerQuerySet:
    """Those of the customers who are not left out, as `counted` counts them."""
    return explained(customers, channels, lists, left).filter(Q(because=""))


def explained(
    customers: CustomerQuerySet, channels: Sequence[str], lists: Collection[str] = (), left: Q = NOBODY
) -> CustomerQuerySet:
    """The customers with `because`: the LeftOut that holds first, empty where they are reached."""
    ways = [address_of(channel) for channel in channels] or [BY_HAND]
    kept_out = kept_out_of(customers, {kind for way in ways for kind in way.kinds}, lists)
    is_sent = all(channel in SENT for channel in channels) and bool(channels)
    usable = (_usable(way, set().union(*(kept_out[kind] for kind in way.kinds))) for way in ways)
    rules = (
        (LeftOut.MERGED, Q(merged_into__isnull=False)),
        (LeftOut.ENDED, Q(relationship_ended_on__isnull=False)),
        (LeftOut.LEFT_LIST, left),
        (LeftOut.OPTED_OUT, Q(pk__in=wishing(Frequency.NOTHING))),
        (LeftOut.NO_ADDRESS, _none_of(way.has for way in ways)),
        (LeftOut.OPTED_OUT, _none_of(usable)),
        (LeftOut.HEARD, Q(pk__in=wishing(Frequency.LESS)) & Q(pk__in=_heard()) if is_sent else NOBODY),
    )
    whens = (When(rule, then=Value(why.value)) for why, rule in rules if rule != NOBODY)
    return customers.annotate(because=Case(*whens, default=Value(""), output_field=CharField()))


# By the index of campaigns_viewer by customer, the key of preferences by viewer, and suppression_once.
WANTS_NOTHING = f"""
SELECT EXISTS (
    SELECT FROM campaigns_recipientpreference AS wish
    JOIN campaigns_viewer AS viewer ON viewer.id = wish.viewer_id
    WHERE wish.frequency = %(nothing)s AND {HANGS_ON_PERSON}
) OR EXISTS (
    SELECT FROM records_suppression
    WHERE mailing_list_id IS NULL
        AND (kind, value_hash) IN (SELECT * FROM unnest(%(kinds)s::text[], %(hashes)s::bytea[]))
)
"""


def why_left_out(customer: Customer) -> LeftOut | None:
    """What `explained` says of one customer who is known already, reached by hand. One query at most."""
    if customer.merged_into_id:
        return LeftOut.MERGED
    if customer.relationship_ended_on:
        return LeftOut.ENDED
    hashes = dict(_own_hashes(customer))
    asked: dict[str, Any] = {
        "person": customer.pk, "nothing": Frequency.NOTHING.value,
        "kinds": list(hashes), "hashes": list(hashes.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        ask(cursor, WANTS_NOTHING, asked)
        (wants_nothing,) = cursor.fetchone()
    return LeftOut.OPTED_OUT if wants_nothing else None


def _own_hashes(customer: Customer) -> Iterator[tuple[str, bytes]]:
    """Under what each address that somebody has would be kept out."""
    for kind, fields in ADDRESS_FIELDS.items():
        parts = [getattr(customer, field) for field in fields]
        if all(parts):
            yield kind.value, suppression_hashes(kind.value, [" ".join(parts)])[0]


def _usable(way: Address, kept_out: set[int]) -> Q:
    return way.has & ~Q(pk__in=kept_out) if kept_out else way.has


def _none_of(conditions: Iterable[Q]) -> Q:
    """NOBODY where one of them holds of everybody, so that it need not be written."""
    every = list(conditions)
    return NOBODY if EVERYBODY in every else ~reduce(or_, every)


def wishing(frequency: Frequency) -> "QuerySet[Any]":
    """The primary keys of the people who say that they want to hear so often."""
    return people_of(RecipientPreference.objects.filter(frequency=frequency), "viewer__customer")


def _heard() -> "QuerySet[Any]":
    return people_of(Share.objects.filter(shared_at__gte=timezone.now() - ONCE_A_MONTH), "recipient__customer")


def kept_out_of(
    customers: CustomerQuerySet, kinds: Collection[SuppressionKind], lists: Collection[str] = ()
) -> dict[SuppressionKind, set[int]]:
    """For each kind of address the primary keys of those whose address is kept out of all lists, or of one of these."""
    entries = Suppression.objects.filter(Q(mailing_list=None) | Q(mailing_list__slug__in=lists), kind__in=kinds)
    hashes: dict[SuppressionKind, set[bytes]] = {kind: set() for kind in kinds}
    for kind, value in entries.values_list("kind", "value_hash"):
        hashes[SuppressionKind(kind)].add(bytes(value))
    return {kind: _hashed_as(customers, kind, hashes[kind]) for kind in kinds}


def _hashed_as(customers: CustomerQuerySet, kind: SuppressionKind, hashes: set[bytes]) -> set[int]:
    """Those whose address of this kind has one of the hashes.

    They are made here, under a key that the database does not have; where nothing is kept out, none is.
    """
    found: set[int] = set()
    for keys, addresses in _addresses(customers, kind) if hashes else ():
        made = suppression_hashes(kind.value, addresses)
        found.update(key for key, value in zip(keys, made, strict=True) if value in hashes)
    return found


def _addresses(customers: CustomerQuerySet, kind: SuppressionKind) -> Iterator[tuple[list[int], list[str]]]:
    """Primary keys and addresses of those who have one, some thousands at a time."""
    fields = ADDRESS_FIELDS[kind]
    having = customers.order_by().exclude(reduce(or_, (Q(**{field: ""}) for field in fields))).distinct()
    rows = having.values_list("pk", *fields)
    keys: list[int] = []
    addresses: list[str] = []
    for pk, *parts in rows.iterator(ROWS_A_TIME):
        keys.append(pk)
        addresses.append(" ".join(parts))
        if len(keys) == ROWS_A_TIME:
            yield keys, addresses
            keys, addresses = [], []
    if keys:
        yield keys, addresses
