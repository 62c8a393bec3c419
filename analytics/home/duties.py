"""What waits for somebody: due, open, failed, held. Each app's part is a `Duty` that says whom it is for.

The floor above adds its own (`register`), as config does with failed tasks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from campaigns.enums import MailingState, MaterialState, MessageState
from campaigns.models import Mailing, MaterialVersion
from campaigns.models.mailing import MailMessage
from privacy.agency import agency_today
from privacy.enums import EntryKind
from privacy.models import AccessEntry, Correction, RightsRequest, User
from privacy.notice.versions import versions
from privacy.readings.listing import groups
from privacy.rights.working_days import working_days_after
from privacy.roles import Permit, Role
from records import figures
from records.enums import ImportState, UploadState
from records.import_lists import open_pairs
from records.models import Import, Upload

DAYS = 30  # what failed longer ago is not told of here
SIGHT = timedelta(days=7)
SOON = 3  # working days
MOST_PAIRS = 100  # so many are counted


@dataclass(frozen=True)
class Line:
    """One line: what it is, where it leads, and a sentence. `is_bad` where something has gone wrong."""

    label: str
    address: str
    note: str
    is_bad: bool = False


@dataclass(frozen=True)
class Duty:
    """`lines` gives what there is at present for this user, in a fixed number of statements; nothing where all is well.

    It is for those with one of the permits, or with one of the roles.
    """

    lines: Callable[[User], Iterable[Line]]
    permits: tuple[Permit, ...] = ()
    roles: tuple[Role, ...] = ()

    def is_for(self, user: User) -> bool:
        return any(user.has_permit(permit) for permit in self.permits) or any(role in user.roles for role in self.roles)


def failed_imports(user: User) -> Iterable[Line]:
    since = timezone.now() - timedelta(days=DAYS)
    count = Import.objects.filter(state=ImportState.FAILED, started_at__gte=since).count()
    if count:
        said = f"{figures.plural(count, 'import')} failed in the last {DAYS} days"
        yield Line(said, reverse("imports"), "Each says what was wrong, and can go on where it stopped.", is_bad=True)


def open_uploads(user: User) -> Iterable[Line]:
    waiting = Q(state__in=(UploadState.DRAFT, UploadState.STOPPED, UploadState.FAILED))
    count = Upload.objects.of(user).filter(waiting).count()
    if count:
        said = f"{figures.plural(count, 'file')} of yours to be mapped or sent on"
        yield Line(said, reverse("imports"), "Nothing of them is imported yet.")


def stuck_mailings(user: User) -> Iterable[Line]:
    """Those that stand still by a trouble, and messages of which nobody knows whether they went."""
    doubted = MailMessage.objects.filter(mailing=OuterRef("pk"), state=MessageState.IN_DOUBT)
    stuck = Q(in_doubt=True) | ~Q(trouble="") & ~Q(state=MailingState.DONE)
    rows = Mailing.objects.visible_to(user).annotate(in_doubt=Exists(doubted)).filter(stuck)
    for mailing in rows.order_by("-created_at", "-pk")[:5]:
        said = mailing.trouble or "Messages in doubt: nobody knows whether they went."
        yield Line(mailing.name, reverse("mailing", args=[mailing.pk]), said, is_bad=True)


def failed_materials(user: User) -> Iterable[Line]:
    """Materials whose newest file could not be turned into pages; one's own where one keeps no others'."""
    newer = MaterialVersion.objects.filter(material=OuterRef("material"), number__gt=OuterRef("number"))
    rows = MaterialVersion.objects.filter(~Exists(newer), state=MaterialState.FAILED, material__withdrawn_at=None)
    if not user.has_permit(Permit.KEEP_ALL_MATERIALS):
        rows = rows.filter(material__owner=user)
    for version in rows.select_related("material").order_by("-created_at", "-pk")[:5]:
        address = reverse("material", args=[version.material.slug])
        yield Line(version.material.title, address, version.failure, is_bad=True)


def coming_notices(user: User) -> Iterable[Line]:
    """Versions of the notice that take effect later: nothing they add may be used before."""
    for version in versions():
        if version.effective > agency_today():
            said = f"The notice of {version.version} takes effect on {figures.day(version.effective)}"
            yield Line(said, reverse("notice_version", args=[version.version]), "Until then the present one holds.")


def pairs_to_decide(user: User) -> Iterable[Line]:
    count = open_pairs(user).order_by()[: MOST_PAIRS + 1].count()
    if count:
        pairs = figures.plural(count, "pair") if count <= MOST_PAIRS else f"More than {MOST_PAIRS} pairs"
        said = f"{pairs} of records that may be one person"
        yield Line(said, reverse("duplicates"), "Compare them, then merge them or keep them apart.")


def refused_readings(user: User) -> Iterable[Line]:
    """What the door refused, and sign-ins that failed, of the last days. Relies on the log's partitions by month."""
    kinds = (EntryKind.REFUSED, EntryKind.FAILED_SIGN_IN, EntryKind.LOCKOUT)
    rows = AccessEntry.objects.filter(at__gte=timezone.now() - SIGHT, kind__in=kinds)
    counts = {row["kind"]: row["lines"] for row in rows.order_by().values("kind").annotate(lines=Count("*"))}
    words = {
        EntryKind.REFUSED: "refused reading",
        EntryKind.FAILED_SIGN_IN: "failed sign-in",
        EntryKind.LOCKOUT: "lockout",
    }
    for kind in kinds:
        if count := counts.get(kind):
            address = f"{reverse('access_log')}?kind={kind.value}"
            yield Line(f"{figures.plural(count, words[kind])} in 7 days", address, "Each is a line of the access log.")


def due_requests(user: User) -> Iterable[Line]:
    """Individuals' requests: those that are overdue, those that are due within the days of a reminder, the others."""
    today = agency_today()
    counts = RightsRequest.objects.open().aggregate(
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=working_days_after(today, SOON))),
        open=Count("pk"),
    )
    if counts["overdue"]:
        said = f"{figures.plural(counts['overdue'], 'request')} of individuals overdue"
        yield Line(said, reverse("requests"), "The law's days are over: answer these first.", is_bad=True)
    if counts["soon"]:
        said = f"{figures.plural(counts['soon'], 'request')} of individuals due within {SOON} working days"
        yield Line(said, reverse("requests"), "Each says what is to be done, and by when.")
    if others := counts["open"] - counts["overdue"] - counts["soon"]:
        said = f"{figures.plural(others, 'other request')} of individuals open"
        yield Line(said, reverse("requests"), "Their days still run, or the requester's answer is waited for.")


def untold_corrections(user: User) -> Iterable[Line]:
    """Earlier recipients who are to be told of a correction or of a statement of disagreement."""
    count = Correction.objects.filter(sent_on=None).count()
    if count:
        said = f"{figures.plural(count, 'letter')} to earlier recipients to be sent"
        yield Line(
            said, reverse("requests") + "?show=all", "They were given a value that was corrected or is disputed."
        )


def readings_to_confirm(user: User) -> Iterable[Line]:
    """The first run's checklist, until all of it is decided, and what changed since. Two statements."""
    count = sum(group.open for group in groups())
    if count:
        said = f"{figures.plural(count, 'reading')} of the notice to confirm"
        yield Line(
            said, reverse("readings"), "What the notice leaves open was read by us: confirm it, or say otherwise."
        )


NOTICE_ROLES = (Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR, Role.AUDITOR)
_duties: list[Duty] = [
    Duty(coming_notices, roles=NOTICE_ROLES),
    Duty(due_requests, permits=(Permit.ANSWER_REQUESTS,)),
    Duty(untold_corrections, permits=(Permit.ANSWER_REQUESTS,)),
    Duty(readings_to_confirm, permits=(Permit.CONFIRM_READINGS,)),
    Duty(failed_imports, permits=(Permit.IMPORT_RECORDS,)),
    Duty(open_uploads, permits=(Permit.IMPORT_RECORDS,)),
    Duty(stuck_mailings, permits=(Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS)),
    Duty(failed_materials, permits=(Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    Duty(pairs_to_decide, permits=(Permit.MERGE_CUSTOMERS,)),
    Duty(refused_readings, permits=(Permit.VIEW_ACCESS_LOG,)),
]


def register(duty: Duty) -> None:
    _duties.append(duty)


def has_duties(user: User) -> bool:
    return any(duty.is_for(user) for duty in _duties)


def lines_for(user: User) -> list[Line]:
    """What waits for the user, what has gone wrong first."""
    found = [line for duty in _duties if duty.is_for(user) for line in duty.lines(user)]
    return sorted(found, key=lambda line: not line.is_bad)
