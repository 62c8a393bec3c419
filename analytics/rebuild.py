"""Refill the rollups from the log."""

from django.db import connection, transaction

from analytics import folding, frozen_base
from analytics.rollups import ROLLUPS
from privacy.renewing.versions import touch_everything


def rebuild() -> int:
    """Empty every rollup and fold the whole log into it, in one transaction; readers see the old rows until then.

    What was disposed of is added from the frozen base. Each event counts by the verdict that holds. Batches that were
    waiting are folded with the rest.
    Returns the number of events and assignments in the log.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({folding.FOLD_LOCK})")
        # Batches committed from here on are not seen by the statements below, which all wait on this one lock.
        cursor.execute("LOCK TABLE campaigns_eventbatch IN SHARE MODE")
        for rollup in ROLLUPS:
            cursor.execute(f"DELETE FROM {rollup.table}")
            if rollup.second_level:
                cursor.execute(f"DELETE FROM {rollup.second_level.table}")
        folding.gather_facts(cursor, None)
        folding.add_facts(cursor)
        folding.follow_judgements(cursor)
        frozen_base.add_frozen(cursor)
        cursor.execute("UPDATE campaigns_eventbatch SET folded_at = now() WHERE folded_at IS NULL")
        touch_everything()
        cursor.execute("SELECT coalesce(sum(facts), 0) FROM fold_facts")
        return int(cursor.fetchone()[0])
