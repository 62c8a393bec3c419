"""What retention is told of campaigns: their names, and how the event log goes, a month of a series at a time.

A partition leaves the log in one transaction with all sums that its events were part of, so that a report never counts
half of it; the table that is left over is dropped in the next. Events that are held are put into a fresh partition of
the same month first, so that they stay in the log and in the sums.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_noop

from campaigns.audiences.asking import customers_in
from campaigns.enums import Series
from campaigns.models import Audience, Campaign, Event, Viewer, WebPage
from campaigns.partitions import partition_name
from campaigns.signals import partition_due, partition_leaving, partition_left
from privacy.agency import agency_day
from privacy.models import LegalHold, RetentionPolicy
from privacy.retention import scopes
from privacy.retention.logs import Expired, Log, declare_log
from privacy.retention.periods import due_on
from privacy.retention.scopes import Named, Query
from privacy.retention.signals import rows_leaving
from records.models import Customer

RULE_OF = {Series.INSIGHT: "RET-7", Series.PROMOTION: "RET-2B"}
PREFIX = "campaigns_event_"
CATEGORY = 18
PATIENCE = "5s"  # for which others wait behind the short lock of the whole log; then it is tried again later

PARTITIONS = "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = %s::regclass"
ROWS_ABOUT = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass"
# Of the judgements, which are in one table, those of the events that have left. Done as the keeper, who alone may.
FORGET_JUDGEMENTS = """
DELETE FROM campaigns_judgement AS judgement
WHERE judgement.series = %s AND judgement.occurred_at >= %s AND judgement.occurred_at < %s AND NOT EXISTS (
    SELECT FROM held_event AS held
    WHERE held.viewer_id = judgement.viewer_id AND held.occurred_at = judgement.occurred_at AND held.id = judgement.id
)
"""


def declare() -> None:
    scopes.declare_names("campaigns", campaigns_named)
    scopes.declare_query(Query("audience", gettext_noop("is in the saved audience"), of_audience, no_audience))
    rules = tuple(RULE_OF.values())
    declare_log(Log(Event._meta.label, rules, expired, coming, ahead, prepare, detach, drop, is_detached))


def campaigns_named(names: list[str]) -> Named:
    """Campaigns by their short names, or by the names that are shown, in capitals or not: all that have one."""
    shown = {name.casefold() for name in names}
    rows = Campaign.objects.annotate(shown=Lower("name")).filter(Q(slug__in=names) | Q(shown__in=shown))
    found: dict[str, list[str]] = {}
    for slug, name in rows.order_by("slug").values_list("slug", "name"):
        for word in {slug, name.casefold()}:
            found.setdefault(word, []).append(slug)
    meant = {name: [name] if name in found.get(name, ()) else found.get(name.casefold(), []) for name in names}
    kept = dict.fromkeys(slug for slugs in meant.values() for slug in slugs)
    return Named([*kept], [name for name, slugs in meant.items() if not slugs])


def of_audience(name: str) -> "QuerySet[Any, UUID]":
    """Those who meet today what a saved audience asks; nobody where it is gone, which `no_audience` tells before."""
    audience = Audience.objects.filter(name=name).first()
    people = customers_in(audience.conditions) if audience else Customer.objects.none()
    return people.values_list("key", flat=True)


def no_audience(name: str) -> str:
    return "" if Audience.objects.filter(name=name).exists() else "There is no saved audience of this name."


def expired(rules: Mapping[str, RetentionPolicy], as_of: date, holds: Iterable[LegalHold]) -> list[Expired]:
    """The months of a series all of whose days are over, with their exact counts; empty ones are left alone."""
    found, holds = [], list(holds)
    for name, series, month in _due(rules, as_of):
        rows = events_of(series, month).count()
        kept = events_of(series, month).filter(held(holds)).count() if holds and rows else 0
        if rows:
            first = agency_day(span(month)[0])
            found.append(Expired(Event._meta.label, RULE_OF[series], name, rows, kept, first, _last_day(month)))
    return found


def coming(rules: Mapping[str, RetentionPolicy], as_of: date) -> list[str]:
    """The partitions that are due on a day and hold any events, however many."""
    return [name for name, series, month in _due(rules, as_of) if events_of(series, month).exists()]


def _due(rules: Mapping[str, RetentionPolicy], as_of: date) -> Iterator[tuple[str, Series, date]]:
    for name, series, month in partitions():
        policy = rules.get(RULE_OF[series])
        if policy and due_on(_last_day(month), policy.count, policy.unit) <= as_of:
            yield name, series, month


def _last_day(month: date) -> date:
    """The agency's day on which a month of the log ends."""
    return agency_day(span(month)[1] - timedelta(microseconds=1))


def ahead() -> list[tuple[str, date, int]]:
    """For the forecast: of each month its rule, its last day, and how many rows the database reckons it has."""
    found = []
    with connection.cursor() as cursor:
        for name, series, month in partitions():
            cursor.execute(ROWS_ABOUT, [name])
            found.append((RULE_OF[series], _last_day(month), int(cursor.fetchone()[0])))
    return found


def partitions() -> Iterator[tuple[str, Series, date]]:
    """Table, series and month of each partition of the log, the oldest month first."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS, [Event._meta.db_table])
        names = [name for (name,) in cursor.fetchall()]
    for name in sorted(names, key=lambda name: name.removeprefix(PREFIX).partition("_")[::-1]):
        series, _, month = name.removeprefix(PREFIX).partition("_")
        yield name, Series(series), datetime.strptime(month, "%Y_%m").replace(tzinfo=UTC).date()


def span(month: date) -> tuple[datetime, datetime]:
    """The first moment of a month of the log (UTC), and the first after it."""
    first = datetime(month.year, month.month, 1, tzinfo=UTC)
    return first, datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)


def events_of(series: Series, month: date) -> QuerySet[Event]:
    first, until = span(month)
    return Event.objects.filter(series=series, occurred_at__gte=first, occurred_at__lt=until)


def held(holds: Sequence[LegalHold]) -> Q:
    """That an event is under one of the holds."""
    return reduce(or_, (condition for hold in holds if (condition := _of_hold(hold)) is not None), Q(viewer_id__in=[]))


def _of_hold(hold: LegalHold) -> Q | None:
    """Every criterion that a hold names, asked of an event; None where events are not of its categories."""
    if hold.categories and CATEGORY not in hold.categories:
        return None
    condition = ~Q(viewer_id__in=[])  # an empty Q would be dropped by `|`, and hold nothing
    for people in _people_of(hold):
        condition &= Q(viewer_id__in=Viewer.objects.filter(people).values("pk"))
    if hold.campaigns:
        condition &= Q(campaign_id__in=Campaign.objects.filter(slug__in=hold.campaigns).values("pk"))
    if hold.from_day:
        condition &= Q(occurred_at__date__gte=hold.from_day)
    if hold.to_day:
        condition &= Q(occurred_at__date__lte=hold.to_day)
    return condition


def _people_of(hold: LegalHold) -> Iterator[Q]:
    if hold.people:
        yield Q(customer__key__in=scopes.family_of(hold.people))
    if hold.organizations:
        yield Q(customer__organization__key__in=hold.organizations)
    query = scopes.queries().get(hold.query_kind)
    if query:
        yield Q(customer__key__in=query.people(hold.query))


def prepare(partition: str) -> None:
    """Have the floors above do ahead what they can (campaigns.signals.partition_due)."""
    named(partition)
    partition_due.send(Event, partition=partition)


def detach(partition: str, holds: Sequence[LegalHold]) -> tuple[int, int]:
    """Take a month of a series out of the log and out of every sum, in the caller's transaction.

    Returns how many events went and how many are held and stay.
    """
    series, month = named(partition)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"LOCK TABLE {partition} IN SHARE ROW EXCLUSIVE MODE")
        kept = _note_held(cursor, series, month, holds)
        rows = events_of(series, month).count()
        partition_leaving.send(Event, partition=partition)
        cursor.execute(f"ALTER TABLE campaigns_event DETACH PARTITION {partition}")
        cursor.execute(f"ALTER TABLE {partition} RENAME TO {_left_over(partition)}")
        if kept:
            _put_back(cursor, partition, series, month)
        cursor.execute("SET LOCAL ROLE waymark_keeper")
        cursor.execute(FORGET_JUDGEMENTS, [series.value, *span(month)])
        cursor.execute("RESET ROLE")
        partition_left.send(Event, partition=partition)
        cursor.execute("DROP TABLE pg_temp.held_event")
    return rows - kept, kept


def _note_held(cursor: CursorWrapper, series: Series, month: date, holds: Sequence[LegalHold]) -> int:
    """Fill the temporary table `held_event`; how many there are."""
    cursor.execute(
        "CREATE TEMPORARY TABLE held_event (viewer_id bigint, occurred_at timestamptz, id uuid, "
        "PRIMARY KEY (viewer_id, occurred_at, id)) ON COMMIT DROP"
    )
    cursor.execute("GRANT SELECT ON pg_temp.held_event TO waymark_keeper")
    rows = events_of(series, month).filter(held(holds)).values_list("viewer_id", "occurred_at", "id")
    try:
        query, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return 0  # no hold concerns events
    cursor.execute(f"INSERT INTO held_event {query}", parameters)
    return int(cursor.rowcount)


def _put_back(cursor: CursorWrapper, partition: str, series: Series, month: date) -> None:
    """The held events into a fresh partition of their month."""
    cursor.execute("SELECT make_event_partition(%s, %s)", [series.value, month])
    columns = ", ".join(field.column for field in Event._meta.concrete_fields if field.column)
    cursor.execute(
        f"INSERT INTO campaigns_event ({columns}) SELECT {columns} FROM {_left_over(partition)} "
        "JOIN held_event USING (viewer_id, occurred_at, id)"
    )


def drop(partition: str) -> None:
    """Drop the table that is left over of a month which left the log."""
    named(partition)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_left_over(partition)}")


def is_detached(partition: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_class WHERE relname = %s)", [_left_over(partition)])
        return bool(cursor.fetchone()[0])


def _left_over(partition: str) -> str:
    return f"{partition}_leaving"


def named(partition: str) -> tuple[Series, date]:
    """Series and month that a partition's name says. Raises ValueError for any other text."""
    series, _, month = partition.removeprefix(PREFIX).partition("_")
    found = Series(series), datetime.strptime(month, "%Y_%m").replace(tzinfo=UTC).date()
    if partition_name(*found) != partition:
        raise ValueError(f"{partition} is no partition of the event log")
    return found


@receiver(rows_leaving, sender=WebPage)
def pages_lose_their_words(rows: "QuerySet[WebPage]", **_signal: Any) -> None:
    """The material that a web page was stays as a number in reports; its title may have named whom it was for."""
    for page in rows.select_related("material"):
        material = page.material
        material.title = f"A web page that was disposed of ({material.pk})"
        material.withdrawn_at = material.withdrawn_at or timezone.now()
        material.save(update_fields=["title", "withdrawn_at"])
