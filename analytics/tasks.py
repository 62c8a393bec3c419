"""Entry points of background work."""

from celery import shared_task

from analytics import deciding, folding
from analytics.exports import making, scheduling, telling
from analytics.insight.recommending import nightly
from analytics.insight.responding import nightly as responding_nightly
from analytics.reports import attribution, cohorts
from analytics.trouble import finding
from privacy.errands import Errand

FOLD = Errand("fold")


@shared_task
def fold_pending() -> None:
    """Fold every batch that waits. Harmless when repeated: a batch is folded once (analytics.folding)."""
    FOLD.begins()
    folding.fold_all()


@shared_task
def make_export(number: int) -> None:
    """Make the file that somebody asked for, and tell them. Harmless when repeated: one worker is at it at a time."""
    making.make(number)
    telling.tell_waiting()


@shared_task
def tend_exports() -> None:
    """Ask again for exports whose worker died, delete files whose time is over, tell who has not been told."""
    making.tend()
    making.expire()
    telling.tell_waiting()


@shared_task
def run_schedules() -> None:
    """Begin the scheduled exports that are due. Harmless when repeated: each due moment has one run."""
    scheduling.run_due()


@shared_task
def decide_tests() -> None:
    """Tell what came of tests that have ended. Harmless when repeated: each is decided once."""
    deciding.decide_ended()


@shared_task
def count_cohorts() -> None:
    """Count who comes back, over everybody, so that nobody waits for it. Harmless when repeated."""
    cohorts.count_all()


@shared_task
def count_attribution() -> None:
    """Count what everybody's conversions are owed to, so that nobody waits for it. Harmless when repeated."""
    attribution.count_all()


@shared_task
def tend_recommender() -> None:
    """Learn what is read by the same people, once a night, and again where a disposal took it away. Harmless when
    repeated."""
    nightly.train_if_due()


@shared_task
def tend_response_model() -> None:
    """Learn who responds, once a night, and again where a disposal took it away. Harmless when repeated."""
    responding_nightly.train_if_due()


@shared_task
def find_trouble() -> None:
    """Look where customers seem to be in trouble. Harmless when repeated."""
    finding.find_all()
