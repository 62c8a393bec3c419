"""Telling who asked that an export is ready: a link, no number and nobody's name, and never the file itself."""

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from analytics.enums import ExportState
from analytics.models import Export

MOST_AT_ONCE = 200

log = structlog.get_logger(__name__)


def tell_waiting() -> int:
    """Write to whoever waits for an export that is ready. Returns how many letters went."""
    ready = Export.objects.filter(state=ExportState.READY, told_at=None).select_related("asked_by")
    return sum(tell(export) for export in ready[:MOST_AT_ONCE])


def tell(export: Export) -> bool:
    """Whether the letter went. It is marked before, so that none goes twice; a refused one is tried again."""
    now = timezone.now()
    mine = Export.objects.filter(pk=export.pk, state=ExportState.READY, told_at=None).update(told_at=now)
    if not mine or not export.asked_by.is_active:
        return False
    try:
        letter(export).send()
    except OSError:
        log.warning("export_not_told", export=export.pk)  # the reason may hold the address
        Export.objects.filter(pk=export.pk).update(told_at=None)
        return False
    return True


def letter(export: Export) -> EmailMessage:
    context = {
        "name": export.asked_by.name,
        "title": " ".join(export.title.split()),
        "address": f"{settings.PUBLIC_URL}{reverse('export', args=[export.key])}",
        "expires_on": export.expires_at,
    }
    return EmailMessage(
        subject=f"Ready: {context['title']}",
        body=render_to_string("analytics/mail/export_ready.txt", context),
        to=[export.asked_by.email],
    )
