"""Audiences: the page where one is made, and its count while it is edited. Nobody is shown, only counts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.enums import CampaignState
from campaigns.forms.audience import AudienceForm, ConditionsForm
from campaigns.models import Audience, Campaign
from campaigns.planning import reach_of_conditions
from campaigns.reaching import Reach
from campaigns.views.plans import reach_as_data
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.undone import tell_removed, values_removed


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def audience_new(request: HttpRequest) -> HttpResponse:
    """A new audience; of the draft that the address names, it becomes the audience."""
    return _edit(request, Audience(owner=signed_in(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def audience(request: HttpRequest, number: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Audience, pk=number))


def _edit(request: HttpRequest, audience: Audience) -> HttpResponse:
    campaign = Campaign.objects.filter(slug=request.GET.get("campaign", ""), state=CampaignState.DRAFT).first()
    initial = {"channels": campaign.channels} if campaign else {}
    form = AudienceForm(audience, request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, audience, campaign, status=422 if form.is_bound else 200)
    if "count" in request.POST:
        return _page(
            request, form, audience, campaign, reach_of_conditions(form.conditions, form.cleaned_data["channels"])
        )
    if approved := _approved_with(audience):
        said = _("“%(name)s” was approved with this audience: take it back to draft first, or make another.") % {
            "name": approved.name
        }
        form.add_error(None, said)
        return _page(request, form, audience, campaign, status=422)
    kept = form.keep()
    messages.success(request, _("The audience is saved."))
    if campaign:
        Campaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT).update(audience=kept)
        return redirect("campaign_plan", campaign.slug)
    return redirect("audiences")


def _approved_with(audience: Audience) -> Campaign | None:
    return Campaign.objects.filter(audience=audience.pk, state=CampaignState.APPROVED).first() if audience.pk else None


def _page(
    request: HttpRequest,
    form: AudienceForm,
    audience: Audience,
    campaign: Campaign | None,
    reach: Reach | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "audience": audience, "campaign": campaign, "reach": reach}
    return render(request, "campaigns/audience.html", context, status=status)


@require_POST
@permit_required(Permit.KEEP_CAMPAIGNS)
def audience_count(request: HttpRequest) -> JsonResponse:
    """The count of what the form says, not saved. 422 with the fields' errors where it makes no sense."""
    form = ConditionsForm(request.POST)
    channels = AudienceForm.base_fields["channels"]
    form.fields["channels"] = channels
    if not form.is_valid():
        problems = {form.fields[name].label or name: found[0] for name, found in form.errors.items()}
        return JsonResponse({"problem": " ".join(f"{label}: {text}" for label, text in problems.items())}, status=422)
    return JsonResponse(reach_as_data(reach_of_conditions(form.conditions, form.cleaned_data["channels"])))


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def audience_remove(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Audience, pk=number)
    if request.method != "POST":
        return render(request, "campaigns/audience_remove.html", {"audience": found})
    if found.campaigns.exists():
        messages.error(
            request, _("“%(found)s” is the audience of a campaign: it cannot be removed.") % {"found": found.name}
        )
    else:
        found.delete()
        said = _("The audience “%(name)s” is removed.") % {"name": found.name}
        tell_removed(request, said, reverse("audience_restore"), found, ("name", "conditions", "owner_id"))
    return redirect("audiences")


@require_POST
@permit_required(Permit.KEEP_CAMPAIGNS)
def audience_restore(request: HttpRequest) -> HttpResponse:
    """Bring back what the user removed just now; where its name was taken meanwhile, that is said."""
    values = values_removed(request, Audience, ("name", "conditions", "owner_id"))
    if Audience.objects.filter(name=values["name"]).exists():
        messages.error(
            request,
            _("Another audience is now named “%(name)s”: rename it, then create the old one again.")
            % {"name": values["name"]},
        )
    else:
        Audience.objects.create(**values)
        messages.success(request, _("The audience “%(name)s” is back.") % {"name": values["name"]})
    return redirect("audiences")
