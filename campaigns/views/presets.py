"""Presets of shares: made, looked at, deleted. They are used on the page where something is shared."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.forms.shares import PresetForm
from campaigns.models import SharePreset
from campaigns.presets import deletable_by, presets_of
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.undone import tell_removed, values_removed

# What a preset is, for its undo.
KEPT = (
    "name", "owner_id", "expires_after_days", "may_download", "verified_only", "has_watermark", "notifies_sender",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.SHARE_MATERIALS)
def presets(request: HttpRequest) -> HttpResponse:
    """The user's own and everybody's, and a form for another."""
    user = signed_in(request)
    form = PresetForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"Kept: “{form.instance.name}”.")
        return redirect("share_presets")
    deletable = set(deletable_by(user).values_list("pk", flat=True))
    rows = [(preset, preset.pk in deletable) for preset in presets_of(user).select_related("owner")]
    context = {"form": form, "rows": rows}
    return render(request, "campaigns/presets.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit_required(Permit.SHARE_MATERIALS)
def delete_preset(request: HttpRequest, number: int) -> HttpResponse:
    """404 for one that is not the user's to delete. Shares that were made with it stay as they are."""
    preset = get_object_or_404(deletable_by(signed_in(request)), pk=number)
    preset.delete()
    said = f"Deleted: “{preset.name}”. What was shared with it stays as it is."
    tell_removed(request, said, reverse("share_preset_restore"), preset, KEPT)
    return redirect("share_presets")


@require_POST
@permit_required(Permit.SHARE_MATERIALS)
def restore_preset(request: HttpRequest) -> HttpResponse:
    """Bring back what the user deleted just now; where its name was taken meanwhile, that is said."""
    values = values_removed(request, SharePreset, KEPT)
    if SharePreset.objects.filter(owner=values["owner_id"], name=values["name"]).exists():
        messages.error(request, f"There is a preset “{values['name']}” again: rename it, then make the old one anew.")
    else:
        SharePreset.objects.create(**values)
        messages.success(request, f"“{values['name']}” is back.")
    return redirect("share_presets")
