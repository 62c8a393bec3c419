"""Telling who asked, and programs elsewhere, that an export is ready: a link, no number and nobody's name, and never
the file itself."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.enums import ExportState
from analytics.models import Export
from privacy.agency import agency_day
from privacy.models import Notification, User
from privacy.notifications.kinds import Line, declare_kind
from privacy.notifications.making import Note, notify
from privacy.roles import Permit
from privacy.webhooks import kinds as webhook_kinds
from privacy.webhooks.telling import tell as tell_webhooks
from records import figures

MOST_AT_ONCE = 200
KEY = "2f1d3c9e-6b0e-4f5c-9a53-0c2f6a1f8f0a"
WEBHOOK = webhook_kinds.declare_kind(
    "export.ready", gettext_noop("An export is ready"), {"export": KEY, "format": "csv", "rows": 120}
)


def words(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`Ready: Customers (csv), to be had until March 7, 2026`. One query."""
    exports = {export.key: export for export in Export.objects.of(user).filter(key__in={row.subject for row in rows})}
    return {row.id: Line(_said(exports[row.subject], row)) for row in rows if row.subject in exports}


def _said(export: Export, row: Notification) -> str:
    what = {"title": " ".join(export.title.split()), "format": export.format}
    if row.on and export.state == ExportState.READY:
        return _("Ready: %(title)s (%(format)s), available until %(day)s") % {**what, "day": figures.day(row.on)}
    return _("Ready: %(title)s (%(format)s)") % what


READY = declare_kind(
    "export.ready",
    gettext_noop("An export that you asked for, or get on a schedule, is ready"),
    words,
    (Permit.EXPORT_LISTS,),
)


def tell_waiting() -> int:
    """Tell of exports that are ready and of which nobody was told. Returns of how many."""
    ready = Export.objects.filter(state=ExportState.READY, told_at=None).select_related("asked_by")
    return sum(tell(export) for export in ready[:MOST_AT_ONCE])


def tell(export: Export) -> bool:
    """Whether it was told: marked, noted for who asked and for programs, all or none, once."""
    now = timezone.now()
    with transaction.atomic():
        if not Export.objects.filter(pk=export.pk, state=ExportState.READY, told_at=None).update(told_at=now):
            return False
        tell_webhooks(WEBHOOK, _data(export), about=export.key)
        notify(READY, [_note(export)])
    return True


def _note(export: Export) -> Note:
    address = reverse("export", args=[export.key])
    until = agency_day(export.expires_at) if export.expires_at else None
    return Note(export.asked_by_id, export.key, export.key, address, export.ended_at or timezone.now(), until)


def _data(export: Export) -> dict[str, object]:
    return {"export": str(export.key), "format": export.format, "rows": export.rows_done}
