"""Months of the access log go whole, as it is partitioned, once nobody has to account for them any more.

The act that tells of it stands in the ledger, and the hashes of the lines stay there, so that a check knows which lines
went lawfully, and no proof breaks.
"""

from datetime import UTC, date, datetime

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext

from privacy.agency import agency_today
from privacy.disclosures import KEPT_YEARS, years_after
from privacy.ledger.lawful import LOG_MONTH_REMOVED
from privacy.models import AccessEntry, LedgerWaiting
from privacy.retention.signals import append
from privacy.wording import year_month

LOG = AccessEntry._meta.db_table


PARTITIONS = "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = %s::regclass"

log = structlog.get_logger(__name__)


class Refused(Exception):
    """The month stays; the message says why."""


def drop_expired() -> list[str]:
    """Drop all months that are old enough, as the accounting of disclosures goes of itself; returns them as 2021-03.

    A month that cannot go yet, of which lines wait for their seal, goes the next time.
    """
    dropped = []
    for month in months():
        if _is_over(month):
            try:
                count = drop(month)
            except Refused:
                continue
            dropped.append(f"{month:%Y-%m}")
            log.info("access_log_month_dropped", month=dropped[-1], lines=count)
    return dropped


def months() -> list[date]:
    """The months (UTC) of which there is a log, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS, [LOG])
        names = sorted(name.removeprefix(f"{LOG}_") for (name,) in cursor.fetchall())
    return [date(int(year), int(month), 1) for year, month in (name.split("_") for name in names)]


def _is_over(month: date) -> bool:
    return years_after(_after(month), KEPT_YEARS) <= agency_today()


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def drop(month: date) -> int:
    """Drop a month (UTC) of the access log; returns how many lines went. Raises Refused for one younger than the
    accounting of disclosures (5 U.S.C. 552a(c)(2): five years), of which it tells who read what was disclosed."""
    first, after = month.replace(day=1), _after(month)
    if not _is_over(first):
        raise Refused(
            gettext("The access log is kept for %(years)s years: %(month)s is more recent.")
            % {"years": KEPT_YEARS, "month": year_month(first)}
        )
    partition = f"{LOG}_{first:%Y_%m}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [partition])
        if not cursor.fetchone()[0]:
            raise Refused(gettext("There is no access log for %(month)s.") % {"month": year_month(first)})
        begin, end = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (first, after))
        if LedgerWaiting.objects.filter(at__gte=begin, at__lt=end).exists():
            raise Refused(gettext("Lines of this month are still waiting to be sealed: run it again in a minute."))
        cursor.execute(f"SELECT count(*) FROM {partition}")
        count = int(cursor.fetchone()[0])
        cursor.execute(f"DROP TABLE {partition}")
        append(LOG_MONTH_REMOVED, f"{first:%Y-%m}", lines=count)
    return count
