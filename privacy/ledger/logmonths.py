"""Months of the access log go whole, as it is partitioned, once nobody has to account for them any more.

The act that tells of it stands in the ledger, and the hashes of the lines stay there, so that a check knows which lines
went lawfully, and no proof breaks.
"""

from datetime import UTC, date, datetime

from django.db import connection, transaction

from privacy.agency import agency_today
from privacy.disclosures import KEPT_YEARS, years_after
from privacy.ledger.lawful import LOG_MONTH_REMOVED
from privacy.models import AccessEntry, LedgerWaiting
from privacy.retention.signals import append

LOG = AccessEntry._meta.db_table


class Refused(Exception):
    """The month stays; the message says why."""


def drop(month: date) -> int:
    """Drop a month (UTC) of the access log; returns how many lines went. Raises Refused for one younger than the
    accounting of disclosures (5 U.S.C. 552a(c)(2): five years), of which it tells who read what was disclosed."""
    first, after = month.replace(day=1), date(month.year + month.month // 12, month.month % 12 + 1, 1)
    if years_after(after, KEPT_YEARS) > agency_today():
        raise Refused(f"The access log is kept for {KEPT_YEARS} years: {first:%B %Y} is younger.")
    partition = f"{LOG}_{first:%Y_%m}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [partition])
        if not cursor.fetchone()[0]:
            raise Refused(f"There is no access log of {first:%B %Y}.")
        begin, end = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (first, after))
        if LedgerWaiting.objects.filter(at__gte=begin, at__lt=end).exists():
            raise Refused("Lines of this month wait for their seal: run it again in a minute.")
        cursor.execute(f"SELECT count(*) FROM {partition}")
        count = int(cursor.fetchone()[0])
        cursor.execute(f"DROP TABLE {partition}")
        append(LOG_MONTH_REMOVED, f"{first:%Y-%m}", lines=count)
    return count
