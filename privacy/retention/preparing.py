"""Doing ahead what can be done of the months of logs that go before long, so that a disposal of whole partitions is
quick however many rows they hold."""

from datetime import timedelta

from privacy.agency import agency_today
from privacy.retention.logs import logs
from privacy.retention.policies import NotApproved, approved

AHEAD = timedelta(days=31)  # a list is made each month


def prepare_coming() -> list[str]:
    """Prepare the partitions that are due within a month, each log's by its own way; returns their names.

    Nothing where the rules are not approved yet. Harmless when repeated: what is prepared already stays.
    """
    try:
        rules = approved()
    except NotApproved:
        return []
    prepared = []
    for log in logs():
        for partition in log.coming(rules, agency_today() + AHEAD):
            log.prepare(partition)
            prepared.append(partition)
    return prepared
