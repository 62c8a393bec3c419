"""Frozen reports: the list, one of them beside the live one, freezing and deleting."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analytics.exports.source import BadFilters
from analytics.freezing import NotFreezable, delete, differences, freeze, may_delete, source_for, told
from analytics.lists import SEES_CAMPAIGNS
from analytics.models import FrozenReport
from analytics.pictures.base import Picture
from privacy.guards import permit_required, signed_in
from privacy.languages import language_in_force
from privacy.roles import Permit
from privacy.sent_once import nothing_saved

PAGE_SIZE = 25
# Frozen are reports of campaigns and of materials: whoever sees one of these may have a link.
READERS = (*SEES_CAMPAIGNS, Permit.SHARE_MATERIALS, Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)


@require_safe
@permit_required(*READERS)
def frozen_reports(request: HttpRequest) -> HttpResponse:
    rows = FrozenReport.objects.listed_to(signed_in(request)).titled(language_in_force()).select_related("made_by")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "analytics/frozen_reports.html", {"page": page})


def found(key: UUID) -> FrozenReport:
    return get_object_or_404(FrozenReport.objects.select_related("made_by"), key=key)


@require_safe
@permit_required(*READERS)
def frozen_report(request: HttpRequest, key: UUID) -> HttpResponse:
    """What it showed then, and what the live one shows otherwise. Open to those to whom the live one is."""
    frozen, user, language = found(key), signed_in(request), language_in_force()
    kept = frozen.kept_in(language)
    source = source_for(user, frozen, kept.language)
    changed = differences(user, frozen, language) if source else []
    context = {
        "frozen": frozen,
        "kept": kept,
        "kept_in": kept.language,
        "is_readers": kept.language == language,
        "pictures": [as_picture(told_of) for told_of in kept.content["pictures"]],
        "page": source.page if source else "",
        "changed": told(changed),
        "changed_count": len(changed),
        "may_delete": may_delete(user, frozen),
        "link": request.build_absolute_uri(request.path),
    }
    return render(request, "analytics/frozen_report.html", context)


def as_picture(kept: dict[str, object]) -> Picture:
    """A picture as it was kept."""
    rows: list[list[str]] = kept["rows"]  # type: ignore[assignment]
    columns: list[str] = kept["columns"]  # type: ignore[assignment]
    whole = {**kept, "columns": tuple(columns), "rows": tuple(tuple(row) for row in rows)}
    return Picture(**whole)  # type: ignore[arg-type]


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def freeze_report(request: HttpRequest) -> HttpResponse:
    """Freeze the report that the form names; back to it with a sentence where that cannot be."""
    try:
        frozen = freeze(signed_in(request), request.POST.get("of", ""), request.POST.get("query", ""))
    except (BadFilters, NotFreezable) as problem:
        messages.error(request, str(problem))
        nothing_saved(request)
        return redirect("frozen_reports")
    messages.success(request, _("Frozen. Its link will always show what the report shows now."))
    return redirect("frozen_report", frozen.key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def frozen_delete(request: HttpRequest, key: UUID) -> HttpResponse:
    delete(signed_in(request), found(key))
    messages.success(request, _("Deleted: its link no longer leads anywhere."))
    return redirect("frozen_reports")
