"""Events that other programs saw: whose they are and of what, found for all of them at once.

Through a share, an event is its recipient's; an outcome may also name a customer, and the campaign they are in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from campaigns.collecting.arrivals import TOO_MUCH, Arrival, Rejected
from campaigns.collecting.bodies import Sent
from campaigns.collecting.known import Known
from campaigns.collector import Happening, Source
from campaigns.enums import SERIES_OF, EventKind, Grade, Signal
from campaigns.models import Assignment
from campaigns.responding import viewer_for
from privacy import keys
from privacy.api.scopes import scope_for
from privacy.models import ApiKey, User
from privacy.roles import Permit
from privacy.tries import Limit
from records.models import Customer

NOUN = "events"
SCOPE = scope_for(NOUN, "POST")
AHEAD = timedelta(days=1)  # that a sender's clock may be ahead
OUTCOMES = (EventKind.RESPONSE, EventKind.CONVERSION)
OF_VISITS = (EventKind.VISIT, EventKind.VIEW, EventKind.PAGE, EventKind.DOWNLOAD)
LARGEST_AMOUNT = Decimal("999999999999.99")
CENT = Decimal("0.01")
MINUTE = 60
NOT_FOUND = "There is none, or you do not see it."


@dataclass(eq=False)
class OfProgram(Arrival):
    """`key` is the text that the program sent to say who it is; `sent` are the events that could be read."""

    key: str = ""
    sent: list[tuple[int, Sent]] = field(default_factory=list)


def prepare(arrivals: Sequence[OfProgram], known: Known) -> None:
    """Fill in what of these can be stored; refuse those whose key does not work, or may not, or sends too much."""
    now = timezone.now()
    for text in {arrival.key for arrival in arrivals}:
        mine = [arrival for arrival in arrivals if arrival.key == text]
        key = known.key(text)
        if refusal := _refusal(key):
            for arrival in mine:
                arrival.refuse(*refusal)
        elif key:
            keys.note_use(key)
            within_rate = _within_rate(key, mine)
            sent = [one for arrival in within_rate for _, one in arrival.sent]
            _name(Naming(key.owner, sent, known, now), within_rate)


def _refusal(key: ApiKey | None) -> tuple[int, str] | None:
    if key is None:
        return 401, "This key is unknown, has been revoked, or is over."
    if SCOPE not in key.scopes:
        return 403, f"The key needs the scope {SCOPE}."
    if not key.owner.has_permit(Permit.KEEP_RESPONSES):
        return 403, "Whose key it is may not record what recipients did."
    return None


def _within_rate(key: ApiKey, arrivals: Sequence[OfProgram]) -> list[OfProgram]:
    """Those that the key may still send this minute; the others are refused, to come again."""
    limit = Limit("collector", tries=settings.COLLECTOR_EVENTS_PER_MINUTE, seconds=MINUTE)
    if limit.take_while_counted(key.prefix, sum(arrival.count for arrival in arrivals)):
        return list(arrivals)
    for arrival in arrivals:
        arrival.refuse(429, TOO_MUCH, MINUTE)
    return []


def _name(naming: "Naming", arrivals: Sequence[OfProgram]) -> None:
    for arrival in arrivals:
        for index, sent in arrival.sent:
            found = naming.happening(sent)
            if isinstance(found, Happening):
                arrival.happenings.append(found)
            else:
                arrival.rejected.append(Rejected(index, found.field, found.reason))


@dataclass(frozen=True)
class Problem:
    """What about an event does not fit together, or names nothing."""

    field: str
    reason: str


class Naming:
    """The rows that events name, found for all of them at once among what the user sees."""

    def __init__(self, user: User, sent: Sequence[Sent], known: Known, now: datetime) -> None:
        self._user, self._first_kept, self._now = user, known.first_kept(now), now
        keys = {one.share.hex for one in sent if one.share}
        self._shares = known.shares(user, keys) if keys else {}
        self._customers = self._customers_of({one.customer for one in sent if one.customer})
        self._drawn = self._drawn_into({one.campaign for one in sent if one.campaign})

    def happening(self, sent: Sent) -> Happening | Problem:
        """What is to be stored of an event, or why nothing is."""
        if problem := next(self._problems(sent), None):
            return problem
        source = self._through_share(sent.share, sent) if sent.share else self._of_customer(sent)
        return source if isinstance(source, Problem) else _happening(sent, source)

    def _problems(self, sent: Sent) -> Iterator[Problem]:
        """What about an event does not fit together, by itself."""
        kind = sent.kind
        if kind == EventKind.SHARED:
            yield Problem("kind", "Sharing is done here, not told.")
        if sent.occurred_at > self._now + AHEAD:
            yield Problem("occurred_at", "That is more than a day in the future.")
        if sent.occurred_at < self._first_kept[SERIES_OF[kind]]:
            yield Problem("occurred_at", "That is older than such events are kept.")
        if kind in OF_VISITS and sent.visit is None:
            yield Problem("visit", "An event of this kind needs it.")
        if kind == EventKind.PAGE and sent.page is None:
            yield Problem("page", "An event of this kind needs it.")
        if sent.amount is not None and kind not in OUTCOMES:
            yield Problem("amount", "Only a response or a conversion has one.")
        if sent.amount is not None and not _is_money(sent.amount):
            yield Problem("amount", "An amount is from 0.01 to 999999999999.99, with at most two decimals.")
        if sent.share is None and (kind not in OUTCOMES or sent.customer is None):
            yield Problem("share", "Say through which share, or of an outcome which customer.")
        if sent.share and (sent.customer or sent.campaign):
            yield Problem("customer", "The share says whose it is and in which campaign: leave the others out.")

    def _through_share(self, key: UUID, sent: Sent) -> Source | Problem:
        found = self._shares.get(key.hex)
        if found is None:
            return Problem("share", NOT_FOUND)
        shared_at, source = found
        if sent.occurred_at < shared_at:
            return Problem("occurred_at", "That is before the material was shared.")
        return source

    def _of_customer(self, sent: Sent) -> Source | Problem:
        customer = self._customers.get(sent.customer) if sent.customer else None
        if customer is None:
            return Problem("customer", NOT_FOUND)
        if sent.campaign is None:
            return Source(viewer_for(customer).pk)
        row = self._drawn.get((customer.pk, sent.campaign))
        if row is None:
            return Problem("campaign", NOT_FOUND)
        return Source(row.viewer_id, campaign_id=row.campaign_id, variant_id=row.variant_id)

    def _customers_of(self, keys: set[UUID]) -> dict[UUID, Customer]:
        rows = Customer.objects.visible_to(self._user).filter(key__in=keys) if keys else []
        return {customer.key: customer for customer in rows}

    def _drawn_into(self, slugs: set[str]) -> dict[tuple[int | None, str], Assignment]:
        """Who was drawn into which campaign, by customer and slug."""
        if not slugs:
            return {}
        people = [customer.pk for customer in self._customers.values()]
        rows = Assignment.objects.filter(campaign__slug__in=slugs, viewer__customer__in=people)
        return {(row.viewer.customer_id, row.campaign.slug): row for row in rows.select_related("campaign", "viewer")}


def _is_money(amount: Decimal) -> bool:
    return amount.is_finite() and CENT <= amount <= LARGEST_AMOUNT and amount == amount.quantize(CENT)


def _happening(sent: Sent, source: Source) -> Happening:
    viewer_id, share_id, material_id, campaign_id, variant_id = source
    dwell_ms = None if sent.dwell_seconds is None else round(sent.dwell_seconds * 1000)
    signals = Signal.RECORDED_OUTCOME if sent.kind in OUTCOMES else 0
    # By place: by name it takes three times as long.
    return Happening(
        sent.kind, viewer_id, sent.occurred_at, sent.id, campaign_id, variant_id, share_id, material_id, sent.version,
        sent.page, sent.visit, dwell_ms, sent.amount, Grade.ADDRESSEE, signals,
    )  # fmt: skip
