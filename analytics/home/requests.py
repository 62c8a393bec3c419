"""What the home page tells of individuals' requests: overdue, due, open, and what could not be made or told."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.home.duties import Duty, Line, Standing, counted
from privacy.agency import agency_today
from privacy.enums import PackageState
from privacy.models import Correction, Package, RightsRequest, User
from privacy.rights.working_days import working_days_after
from privacy.roles import Permit
from records import figures

SOON = 3  # working days


def due_requests(user: User) -> Iterable[Line]:
    """Individuals' requests: those that are overdue, those that are due within the days of a reminder, the others."""
    today = agency_today()
    counts = RightsRequest.objects.open().aggregate(
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=working_days_after(today, SOON))),
        open=Count("pk"),
    )
    address = reverse("requests")
    if overdue := counts["overdue"]:
        said = ngettext(
            "%(count)s request of individuals overdue", "%(count)s requests of individuals overdue", overdue
        )
        note = _("The law's days are over: answer these first.")
        yield Line(counted(said, overdue), address, note, is_bad=True, standing=Standing.DUE)
    if soon := counts["soon"]:
        said = ngettext(
            "%(count)s request of individuals due within %(days)s working days",
            "%(count)s requests of individuals due within %(days)s working days",
            soon,
        )
        note = _("Each says what is to be done, and by when.")
        yield Line(said % {"count": figures.count(soon), "days": SOON}, address, note, standing=Standing.DUE)
    if others := counts["open"] - counts["overdue"] - counts["soon"]:
        said = ngettext(
            "%(count)s other request of individuals open", "%(count)s other requests of individuals open", others
        )
        note = _("Their days still run, or the requester's answer is waited for.")
        yield Line(counted(said, others), address, note)


def untold_corrections(user: User) -> Iterable[Line]:
    """Earlier recipients who are to be told of a correction or of a statement of disagreement."""
    count = Correction.objects.filter(sent_on=None).count()
    if count:
        said = ngettext(
            "%(count)s letter to earlier recipients to be sent",
            "%(count)s letters to earlier recipients to be sent",
            count,
        )
        note = _("They were given a value that was corrected or is disputed.")
        yield Line(counted(said, count), reverse("requests") + "?show=all", note, standing=Standing.DUE)


def failed_packages(user: User) -> Iterable[Line]:
    """Copies of a person's records that could not be made, of requests that are still open."""
    open_ones = RightsRequest.objects.open().values("pk")
    count = Package.objects.filter(state=PackageState.FAILED, request__in=open_ones).count()
    if count:
        said = ngettext(
            "%(count)s access package could not be made", "%(count)s access packages could not be made", count
        )
        note = _("Its request says why; have it made again there.")
        yield Line(counted(said, count), reverse("requests"), note, is_bad=True)


DUTIES = tuple(
    Duty(lines, permits=(Permit.ANSWER_REQUESTS,)) for lines in (due_requests, untold_corrections, failed_packages)
)
