"""What the home page tells of retention: what is wrong, what waits for a signature or an approval, what is held."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.home.duties import Duty, Line, Standing
from privacy.agency import agency_today
from privacy.models import DispositionRun, User
from privacy.retention import policies, runs, standing
from privacy.retention.enums import RunState, VersionState
from privacy.retention.forecast import month_after
from privacy.roles import Permit
from records import figures


def disposal(user: User) -> Iterable[Line]:
    """What stands in its way, and its list. What is to be signed is told to who may sign."""
    run = runs.open_run()
    yield from troubles(run)
    if user.has_permit(Permit.KEEP_RETENTION) or (run and run.state != RunState.PLANNED):
        yield from disposition(run)


def troubles(run: DispositionRun | None) -> Iterable[Line]:
    """What stands in the way of disposal, as the administration's first page says it."""
    for said in standing.problems(agency_today(), run):
        yield Line(_("Disposal needs attention"), reverse("admin:index"), said, is_bad=True)


def disposition(run: DispositionRun | None) -> Iterable[Line]:
    """The list that is open, or when the next is made; nothing before the rules are approved."""
    if run:
        yield open_list(run)
    elif standing.is_approved():
        day = figures.day(month_after(agency_today(), 1))
        said = _("The next disposition list is made on %(day)s") % {"day": day}
        note = _("Until then, nothing awaits a signature. The forecast shows what will become due.")
        yield Line(said, reverse("admin:privacy_dispositionrun_forecast"), note, standing=Standing.DUE)


def open_list(run: DispositionRun) -> Line:
    address = reverse("admin:privacy_dispositionrun_change", args=[run.pk])
    records = ngettext("%(count)s record", "%(count)s records", run.planned) % {"count": figures.count(run.planned)}
    day = figures.day(run.as_of)
    if run.state == RunState.PLANNED:
        said = _("A disposition list of %(records)s awaits a signature") % {"records": records}
        note = _("For what was due on %(day)s. Nothing is disposed of before it is signed.") % {"day": day}
        return Line(said, address, note, standing=Standing.DUE)
    state = RunState(run.state).label
    said = _("Disposal of %(records)s is under way") % {"records": records}
    note = _("For what was due on %(day)s. The list's state: %(state)s.") % {"day": day, "state": state}
    return Line(said, address, note, standing=Standing.OPEN)


def rules_to_approve(user: User) -> Iterable[Line]:
    """Those of the notice without a version in force, and those with a change that waits."""
    rules: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule, state FROM privacy_retentionpolicy")
        for rule, state in cursor.fetchall():
            rules[state].add(rule)
    count = len(rules[VersionState.PROPOSED] | (policies.rules().keys() - rules[VersionState.IN_FORCE]))
    if count:
        said = ngettext(
            "%(count)s retention rule to be approved", "%(count)s retention rules to be approved", count
        ) % {"count": figures.count(count)}
        note = _("Nothing is disposed of under a rule that nobody approved.")
        yield Line(said, reverse("admin:privacy_retentionpolicy_changelist"), note, standing=Standing.DUE)


HOLDS = """
SELECT count(*), count(*) FILTER (WHERE review_on < %(today)s) FROM privacy_legalhold WHERE released_at IS NULL
"""


def holds(user: User) -> Iterable[Line]:
    """Those in force; to who may release them, those not reviewed in time. Relies on hold_in_force (partial)."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDS, {"today": agency_today()})
        in_force, late = cursor.fetchone()
    address = f"{reverse('admin:privacy_legalhold_changelist')}?state=in-force"
    if late and user.has_permit(Permit.KEEP_HOLDS):
        said = ngettext("%(count)s hold past its review date", "%(count)s holds past their review date", late)
        note = _("Check whether each is still needed, and release those that are over.")
        yield Line(said % {"count": figures.count(late)}, address, note, is_bad=True, standing=Standing.DUE)
    if in_force:
        said = ngettext("%(count)s hold in force", "%(count)s holds in force", in_force)
        note = _("What they cover is kept, whatever its rule says.")
        yield Line(said % {"count": figures.count(in_force)}, address, note, standing=Standing.HELD)


DUTIES = (
    Duty(disposal, permits=(Permit.VIEW_RETENTION,)),
    Duty(rules_to_approve, permits=(Permit.KEEP_RETENTION,)),
    Duty(holds, permits=(Permit.VIEW_RETENTION,)),
)
