"""Retention on the administration's first page."""

from typing import Any

from django.http import HttpRequest

from privacy.administration import declare_panel, may
from privacy.retention import standing
from privacy.roles import Permit


def panel(request: HttpRequest) -> dict[str, Any]:
    """Last run, next run, rows removed, kept and held, failures: the administration's first page."""
    return {
        "template": "privacy/retention/panel.html",
        "standing": standing.look(),
        "may_keep": may(request, Permit.KEEP_RETENTION),
    }


declare_panel(Permit.VIEW_RETENTION, panel)
