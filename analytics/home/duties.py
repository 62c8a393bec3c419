"""What waits for somebody: due, open, failed, held. Each app's part is a `Duty` that says whom it is for.

The floor above adds its own (`register`), as config does with failed tasks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db import connection, models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.enums import MailingState, MaterialState, MessageState
from campaigns.mailing import said_words
from campaigns.materials import failure_words
from campaigns.models import Mailing
from privacy.agency import agency_today
from privacy.enums import EntryKind, TellingState
from privacy.models import User
from privacy.notice.versions import versions
from privacy.prepared import Prepared, ask
from privacy.readings.listing import count_open
from privacy.roles import Permit, Role
from records import accommodating, figures
from records.enums import ImportState, UploadState
from records.import_lists import count_open_pairs
from records.models.customer import is_one_of_in_sql
from records.paying.payments import troubles
from records.suppliers import reminding

DAYS = 30  # what failed longer ago is not told of here
SIGHT = timedelta(days=7)
MOST_PAIRS = 100  # so many are counted


class Standing(models.TextChoices):
    """How a thing stands, in the order in which somebody wants to know it. The labels are headings of the home page."""

    FAILED = "failed", gettext_lazy("Failed")
    DUE = "due", gettext_lazy("Due")
    OPEN = "open", gettext_lazy("Open")
    HELD = "held", gettext_lazy("Held")


@dataclass(frozen=True)
class Line:
    """One line: what it is, where it leads, and a sentence. `is_bad` where something has gone wrong.

    Where `standing` is not given, what has gone wrong has failed and the rest is open.
    """

    label: str
    address: str
    note: str
    is_bad: bool = False
    standing: Standing | None = None

    @property
    def stands(self) -> Standing:
        return self.standing or (Standing.FAILED if self.is_bad else Standing.OPEN)


@dataclass(frozen=True)
class Duty:
    """`lines` gives what there is at present for this user, in a fixed number of statements; nothing where all is well.

    It is for those with one of the permits, or with one of the roles.
    """

    lines: Callable[[User], Iterable[Line]]
    permits: tuple[Permit, ...] = ()
    roles: tuple[Role, ...] = ()

    def is_for(self, user: User) -> bool:
        return user.has_one_of(self.permits) or any(role in user.roles for role in self.roles)


def counted(said: str, count: int) -> str:
    """The sentence with the number that it is of."""
    return said % {"count": figures.count(count)}


def count_of(statement: str, **values: Any) -> int:
    """What a statement counts, which is written out: Django takes longer to write most of them than all else."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (count,) = cursor.fetchone()
    return int(count)


FAILED_IMPORTS = "SELECT count(*) FROM records_import WHERE state = %(failed)s AND started_at >= %(since)s"


def failed_imports(user: User) -> Iterable[Line]:
    since = timezone.now() - timedelta(days=DAYS)
    if count := count_of(FAILED_IMPORTS, failed=ImportState.FAILED.value, since=since):
        said = ngettext(
            "%(count)s import failed in the last %(days)s days",
            "%(count)s imports failed in the last %(days)s days",
            count,
        ) % {"count": figures.count(count), "days": DAYS}
        note = _("Each says what was wrong, and can continue from where it stopped.")
        yield Line(said, reverse("imports"), note, is_bad=True)


# By the index of who sent them: nobody sees another's.
OPEN_UPLOADS = "SELECT count(*) FROM records_upload WHERE sent_by_id = %(user)s AND state IN %(waiting)s"


def open_uploads(user: User) -> Iterable[Line]:
    waiting = tuple(state.value for state in (UploadState.DRAFT, UploadState.STOPPED, UploadState.FAILED))
    if count := count_of(OPEN_UPLOADS, user=user.pk, waiting=waiting):
        said = counted(
            ngettext(
                "%(count)s file of yours to be mapped or sent on",
                "%(count)s files of yours to be mapped or sent on",
                count,
            ),
            count,
        )
        yield Line(said, reverse("imports"), _("Nothing from them is imported yet."))


# Relies on mail_message_to_settle (partial).
STUCK_MAILINGS = f"""
SELECT mailing.id, mailing.name, mailing.trouble
FROM campaigns_mailing AS mailing
WHERE {{seen}} AND (
    mailing.trouble <> '' AND mailing.state <> '{MailingState.DONE.value}'
    OR EXISTS (
        SELECT FROM campaigns_mailmessage
        WHERE state = '{MessageState.IN_DOUBT.value}' AND mailing_id = mailing.id
    )
)
ORDER BY mailing.created_at DESC, mailing.id DESC
LIMIT 5
"""


def stuck_mailings(user: User) -> Iterable[Line]:
    """Those that stand still by a trouble, and messages of which nobody knows whether they went."""
    seen, values = is_one_of_in_sql("mailing.id", Mailing.objects.visible_to(user), "seen")
    with connection.cursor() as cursor:
        ask(cursor, STUCK_MAILINGS.format(seen=seen), values)
        rows = cursor.fetchall()
    for pk, name, trouble in rows:
        said = said_words.in_words(trouble) or _("Messages in doubt: nobody knows whether they went out.")
        yield Line(name, reverse("mailing", args=[pk]), said, is_bad=True)


# Relies on the unique key of versions, by material and number.
FAILED_MATERIALS = """
SELECT material.slug, material.title, version.failure
FROM campaigns_materialversion AS version
JOIN campaigns_material AS material ON material.id = version.material_id
WHERE version.state = %(failed)s AND material.withdrawn_at IS NULL AND (%(keeps_all)s OR material.owner_id = %(user)s)
    AND NOT EXISTS (
        SELECT FROM campaigns_materialversion AS newer
        WHERE newer.material_id = version.material_id AND newer.number > version.number
    )
ORDER BY version.created_at DESC, version.id DESC
LIMIT 5
"""


def failed_materials(user: User) -> Iterable[Line]:
    """Materials whose newest file could not be turned into pages; one's own where one keeps no others'."""
    keeps_all = user.has_permit(Permit.KEEP_ALL_MATERIALS)
    with connection.cursor() as cursor:
        asked = {"failed": MaterialState.FAILED.value, "keeps_all": keeps_all, "user": user.pk}
        ask(cursor, FAILED_MATERIALS, asked)
        rows = cursor.fetchall()
    for slug, title, failure in rows:
        yield Line(title, reverse("material", args=[slug]), failure_words.in_words(failure), is_bad=True)


def coming_notices(user: User) -> Iterable[Line]:
    """Versions of the notice that take effect later: nothing they add may be used before."""
    for version in versions():
        if version.effective > agency_today():
            day = figures.day(version.effective)
            said = _("The notice of %(version)s takes effect on %(day)s") % {"version": version.version, "day": day}
            address, note = reverse("notice_version", args=[version.version]), _("Until then, the current one applies.")
            yield Line(said, address, note, standing=Standing.DUE)


def pairs_to_decide(user: User) -> Iterable[Line]:
    if count := count_open_pairs(user, MOST_PAIRS + 1):
        said = _("More than %(most)s pairs of records that may be one person") % {"most": MOST_PAIRS}
        if count <= MOST_PAIRS:
            said = counted(
                ngettext(
                    "%(count)s pair of records that may be one person",
                    "%(count)s pairs of records that may be one person",
                    count,
                ),
                count,
            )
        yield Line(said, reverse("duplicates"), _("Compare them, then merge them or keep them apart."))


REFUSED_READINGS = Prepared(
    """
SELECT kind, count(*) FROM privacy_accessentry WHERE at >= %(since)s AND kind IN %(kinds)s GROUP BY kind
""",
    since="timestamptz",
)


def refused_readings(user: User) -> Iterable[Line]:
    """What the door refused, and sign-ins that failed, of the last days. Relies on the log's partitions by month."""
    kinds = (EntryKind.REFUSED, EntryKind.FAILED_SIGN_IN, EntryKind.LOCKOUT)
    with connection.cursor() as cursor:
        values = {"since": timezone.now() - SIGHT, "kinds": tuple(kind.value for kind in kinds)}
        REFUSED_READINGS.execute(cursor, values)
        counts = dict(cursor.fetchall())
    said = {
        EntryKind.REFUSED: ngettext(
            "%(count)s refused access attempt in 7 days",
            "%(count)s refused access attempts in 7 days",
            counts.get(EntryKind.REFUSED, 0),
        ),
        EntryKind.FAILED_SIGN_IN: ngettext(
            "%(count)s failed sign-in in 7 days",
            "%(count)s failed sign-ins in 7 days",
            counts.get(EntryKind.FAILED_SIGN_IN, 0),
        ),
        EntryKind.LOCKOUT: ngettext(
            "%(count)s lockout in 7 days", "%(count)s lockouts in 7 days", counts.get(EntryKind.LOCKOUT, 0)
        ),
    }
    for kind in kinds:
        if count := counts.get(kind):
            address = f"{reverse('access_log')}?kind={kind.value}"
            note = _("Each is a line of the access log.")
            yield Line(counted(said[kind], count), address, note, standing=Standing.FAILED)


def needs_at_events(user: User) -> Iterable[Line]:
    """What people need in order to take part in an event that the user made. One statement."""
    if count := accommodating.count_open_tasks_of(user):
        said = ngettext(
            "%(count)s person needs something to take part in an event of yours",
            "%(count)s people need something to take part in an event of yours",
            count,
        )
        address = f"{reverse('registrations_list')}?needs=on"
        yield Line(counted(said, count), address, _("Their registration says what it is."))


def given_up_webhooks(user: User) -> Iterable[Line]:
    """What programs could not be told. Relies on webhook_telling_dead."""
    if count := count_of(
        "SELECT count(*) FROM privacy_webhooktelling WHERE state = %(dead)s", dead=TellingState.DEAD.value
    ):
        said = ngettext("%(count)s webhook given up on", "%(count)s webhooks given up on", count)
        note = _("A program did not accept it. It can be sent again.")
        yield Line(counted(said, count), reverse("webhooks_given_up"), note, is_bad=True)


def ending_contracts(user: User) -> Iterable[Line]:
    """Contracts of suppliers that end soon and that nobody has seen to; the user's own, and nobody's."""
    for contract in reminding(user, 5):
        said = _("Contract %(number)s with %(supplier)s ends on %(day)s") % {
            "number": contract.award_number, "supplier": contract.supplier, "day": figures.day(contract.ends_on),
        }  # fmt: skip
        address = reverse("supplier", args=[contract.supplier_key])
        yield Line(said, address, _("Renew it or let it end, then mark it as taken care of."), standing=Standing.DUE)


def troubled_payments(user: User) -> Iterable[Line]:
    """Where the payment provider says what does not fit, and what it has not given back to customers. One statement."""
    count = troubles()
    if amiss := count["amiss"]:
        said = ngettext(
            "%(count)s payment does not match what was requested",
            "%(count)s payments do not match what was requested",
            amiss,
        )
        note = _(
            "The payment provider reports a different amount, currency or reference. Check there what was charged."
        )
        yield Line(counted(said, amiss), f"{reverse('payments_list')}?amiss=on", note, is_bad=True)
    if stuck := count["stuck"]:
        said = ngettext("%(count)s refund has not gone back yet", "%(count)s refunds have not gone back yet", stuck)
        note = _("The payment provider has not issued it within the hour. Ask again, or check there.")
        yield Line(counted(said, stuck), f"{reverse('payments_list')}?state=refunding", note, is_bad=True)


def readings_to_confirm(user: User) -> Iterable[Line]:
    """The first run's checklist, until all of it is decided, and what changed since. Two statements."""
    count = count_open()
    if count:
        said = counted(
            ngettext(
                "%(count)s reading of the notice to confirm", "%(count)s readings of the notice to confirm", count
            ),
            count,
        )
        note = _("We interpreted what the notice leaves open: confirm it, or say otherwise.")
        yield Line(said, reverse("readings"), note)


NOTICE_ROLES = (Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR, Role.AUDITOR)
_duties: list[Duty] = [
    Duty(coming_notices, roles=NOTICE_ROLES),
    Duty(needs_at_events, permits=(Permit.KEEP_PROGRAMMES,)),
    Duty(given_up_webhooks, permits=(Permit.KEEP_WEBHOOKS,)),
    Duty(ending_contracts, permits=(Permit.KEEP_PROGRAMMES,)),
    Duty(troubled_payments, permits=(Permit.KEEP_PROGRAMMES,)),
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
    """What waits for the user, by how it stands, and what has gone wrong first."""
    found = [line for duty in _duties if duty.is_for(user) for line in duty.lines(user)]
    order = list(Standing)
    return sorted(found, key=lambda line: (order.index(line.stands), not line.is_bad))


def grouped(lines: Iterable[Line]) -> list[tuple[Standing, list[Line]]]:
    """The lines of `lines_for` under how they stand."""
    return [(stands, list(group)) for stands, group in groupby(lines, key=lambda line: line.stands)]
