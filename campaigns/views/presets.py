"""Presets of shares: made, looked at, deleted. They are used on the page where something is shared."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.forms.shares import PresetForm
from campaigns.models import SharePreset
from campaigns.preset_lists import PRESET_LIST
from campaigns.presets import deletable_by
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.undone import tell_removed, values_removed
from records.views.lists import list_page

# What a preset is, for its undo.
KEPT = (
    "name", "owner_id", "expires_after_days", "may_download", "verified_only", "has_watermark", "notifies_sender",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.SHARE_MATERIALS)
def presets(request: HttpRequest) -> HttpResponse:
    """The user's own and everybody's, and a form for another."""
    form = PresetForm(signed_in(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved: “%(name)s”.") % {"name": form.instance.name})
        return redirect("share_presets")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return list_page(request, PRESET_LIST, "campaigns/presets.html", {"new": form}, status=status)


@require_POST
@permit_required(Permit.SHARE_MATERIALS)
def delete_preset(request: HttpRequest, number: int) -> HttpResponse:
    """404 for one that is not the user's to delete. Shares that were made with it stay as they are."""
    preset = get_object_or_404(deletable_by(signed_in(request)), pk=number)
    preset.delete()
    said = _("Deleted: “%(name)s”. What was shared with it stays as it is.") % {"name": preset.name}
    tell_removed(request, said, reverse("share_preset_restore"), preset, KEPT)
    return redirect("share_presets")


@require_POST
@permit_required(Permit.SHARE_MATERIALS)
def restore_preset(request: HttpRequest) -> HttpResponse:
    """Bring back what the user deleted just now; where its name was taken meanwhile, that is said."""
    values = values_removed(request, SharePreset, KEPT)
    if SharePreset.objects.filter(owner=values["owner_id"], name=values["name"]).exists():
        said = _("Another preset is now named “%(name)s”: rename it, then create the old one again.")
        messages.error(request, said % {"name": values["name"]})
    else:
        SharePreset.objects.create(**values)
        messages.success(request, _("“%(name)s” is back.") % {"name": values["name"]})
    return redirect("share_presets")
