"""A campaign's plan: made, changed, copied, and its steps. Who may not see a campaign finds none there (404)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import launching, planning, stepping
from campaigns.audiences import BadConditions, words_of
from campaigns.enums import CampaignState, Channel
from campaigns.forms.campaign import (
    CampaignForm,
    CopyForm,
    CostForm,
    HoldoutForm,
    StepForm,
    VariantSet,
    keep_variants,
    variant_forms,
)
from campaigns.forms.variants_meanwhile import AskedVariants, read_of_variants
from campaigns.goal_amounts import target_words
from campaigns.mailing.of_campaign import mailings_of
from campaigns.models import Campaign, Launch
from campaigns.reaching import Reach
from campaigns.stepping import BACK_FROM, STEPS, CannotStep, Step
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.undone import tell
from records import figures
from records.forms.conflicts import changed_since, mark, read_mark, told_as_labelled, typed

PlanForm = CampaignForm | CostForm
SEES_CAMPAIGNS = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)
NOT_A_DRAFT = gettext_lazy("Only a draft can be changed. Take the campaign back to draft, or copy it.")


def seen(request: HttpRequest, slug: str) -> Campaign:
    rows = Campaign.objects.visible_to(signed_in(request)).select_related("audience", "owner", "copied_from")
    return get_object_or_404(rows, slug=slug)


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """All of a campaign at a glance; its audience is counted where the address asks for it."""
    campaign = seen(request, slug)
    return render(request, "campaigns/plan.html", plan_context(request, campaign))


def plan_context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    keeps = signed_in(request).has_permit(Permit.KEEP_CAMPAIGNS)
    is_draft = campaign.state == CampaignState.DRAFT
    launch = Launch.objects.filter(campaign=campaign).select_related("by").first()
    is_drawn = launch is not None and launch.drawn_at is not None
    reach, problem = asked_reach(campaign) if "count" in request.GET else (None, "")
    return {
        "campaign": campaign,
        "target": target_words(campaign),
        "keeps": keeps,
        "may_edit": keeps and is_draft,
        "lacks": planning.lacking(campaign) if is_draft and keeps else [],
        "offers": stepping.offers(campaign) if keeps else [],
        "conditions": conditions_of(campaign),
        "reach": reach,
        "reach_problem": problem,
        "launch": launch,
        "frozen": Reach(launch.matched, launch.reached, launch.left_out) if launch and is_drawn else None,
        "progress": launch_progress(launch) if launch and not launch.done_at else None,
        "arms": arms_of(campaign, launch),
        "mail": mailings_of(campaign) if is_drawn else None,
        **(links_of(campaign) if is_drawn else {}),
        "balance": launching.balance_of(campaign) if is_drawn else None,
        "steps": campaign.steps.select_related("by").order_by("-at", "-pk"),
        "channels": [_(Channel(channel).label) for channel in campaign.channels],
    }


def conditions_of(campaign: Campaign) -> list[tuple[str, str]]:
    """The audience's conditions in words; the stored ones may have lost their sense, which `lacks` then says."""
    try:
        return words_of(campaign.audience.conditions) if campaign.audience else []
    except BadConditions:
        return []


def asked_reach(campaign: Campaign) -> tuple[Reach | None, str]:
    try:
        return planning.reach_of(campaign), ""
    except BadConditions as problem:
        return None, str(problem)


def links_of(campaign: Campaign) -> dict[str, int]:
    """While it goes on: how many links wait for letters by post, and how many for staff who hand them out."""
    if campaign.state not in {CampaignState.RUNNING, CampaignState.PAUSED}:
        return {}
    found = launching.open_by_channel(campaign)
    return {"letters": found.get(Channel.PRINT, 0), "handed": found.get(Channel.LINK, 0) + found.get(Channel.WEB, 0)}


def arms_of(campaign: Campaign, launch: Launch | None) -> list[dict[str, Any]]:
    """Each variant with its share of the audience in percent, and how many were drawn into it."""
    variants = list(campaign.variants.select_related("material"))
    weight = sum(variant.weight for variant in variants if not variant.is_holdout) or 1
    drawn = launching.people_by_variant(campaign) if launch else {}
    treated_percent = 100 - campaign.holdout_percent
    return [
        {
            "variant": variant,
            "percent": campaign.holdout_percent if variant.is_holdout else treated_percent * variant.weight / weight,
            "people": drawn.get(variant.pk),
        }
        for variant in variants
    ]


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def campaign_reach(request: HttpRequest, slug: str) -> JsonResponse:
    """Whom the audience would reach today, for the plan's script."""
    reach, problem = asked_reach(seen(request, slug))
    return JsonResponse(reach_as_data(reach) if reach else {"problem": problem}, status=200 if reach else 422)


def reach_as_data(reach: Reach) -> dict[str, Any]:
    left = [{"why": why, "people": people} for why, people in reach.lines]
    return {"matched": reach.matched, "reached": reach.reached, "left_out": left}


# Making and changing ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def campaign_new(request: HttpRequest) -> HttpResponse:
    form = CampaignForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, _("New campaign"), reverse("campaigns"), makes=True)
    campaign = planning.make(form.save(commit=False), signed_in(request))
    messages.success(request, _("The draft is saved. What it still needs is shown below."))
    return redirect("campaign_plan", campaign.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def campaign_edit(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = seen(request, slug)
    if not _is_draft(request, campaign):
        return redirect("campaign_plan", slug)
    title = _("Edit %(name)s") % {"name": campaign.name}
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, title, plan_address(campaign), read=_read_of(request, form))
    with transaction.atomic():
        stored = _locked_draft(campaign)
        if not stored:
            messages.error(request, NOT_A_DRAFT)
            return redirect("campaign_plan", slug)
        if changed := _changed_meanwhile(request, form, stored):
            return _conflict_page(request, form, stored, changed, title)
        form.save()
    messages.success(request, _("Saved."))
    return redirect("campaign_plan", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def campaign_variants(request: HttpRequest, slug: str) -> HttpResponse:
    """All variants of a draft, and the holdout, on one page."""
    campaign = seen(request, slug)
    if not _is_draft(request, campaign):
        return redirect("campaign_plan", slug)
    if request.method != "POST":
        forms = variant_forms(campaign)
        read = read_of_variants(campaign, forms)
        return _variants_page(request, campaign, HoldoutForm(instance=campaign), forms, read=read)
    with transaction.atomic():
        stored = _locked_draft(campaign)
        if not stored:
            messages.error(request, NOT_A_DRAFT)
            return redirect("campaign_plan", slug)
        asked = AskedVariants(request.POST, stored)
        if asked.meanwhile:
            forms = asked.variants_again()
            more = {"read": read_of_variants(stored, variant_forms(stored)), "meanwhile": asked.meanwhile}
            return _variants_page(request, stored, asked.holdout_again(), forms, 409, **more)
        form, forms = HoldoutForm(request.POST, instance=stored), variant_forms(stored, request.POST)
        if not (form.is_valid() & forms.is_valid()):
            return _variants_page(request, stored, form, forms, 422, read=request.POST.get("read", ""))
        form.save()
        keep_variants(forms, stored)
        planning.settle_holdout(stored)
    messages.success(request, _("Saved."))
    return redirect("campaign_plan", slug)


def _variants_page(
    request: HttpRequest, campaign: Campaign, form: HoldoutForm, forms: VariantSet, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"campaign": campaign, "form": form, "forms": forms, **more}
    return render(request, "campaigns/variants.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def campaign_cost(request: HttpRequest, slug: str) -> HttpResponse:
    """The cost can be said at any time."""
    campaign = seen(request, slug)
    form = CostForm(request.POST or None, instance=campaign)
    title = _("Cost of %(name)s") % {"name": campaign.name}
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, title, plan_address(campaign), read=_read_of(request, form))
    with transaction.atomic():
        stored = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if changed := _changed_meanwhile(request, form, stored):
            return _conflict_page(request, form, stored, changed, title)
        Campaign.objects.filter(pk=campaign.pk).update(cost=form.cleaned_data["cost"])
    messages.success(request, _("Saved."))
    return redirect("campaign_plan", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def campaign_copy(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = seen(request, slug)
    how = planning.suggested(campaign)
    initial = {"name": how.name, "starts_on": how.starts_on, "ends_on": how.ends_on}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _form_page(
            request,
            form,
            _("Copy %(name)s") % {"name": campaign.name},
            plan_address(campaign),
            verb=_("Copy"),
            makes=True,
        )
    made = planning.copy(campaign, form.suggestion, signed_in(request))
    messages.success(request, _("Copied as a draft, without its people and its cost."))
    return redirect("campaign_plan", made.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def campaign_discard(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft that nothing came of is removed, once that is confirmed."""
    campaign = seen(request, slug)
    if request.method != "POST":
        return render(request, "campaigns/discard.html", {"campaign": campaign})
    if not planning.discard(campaign):
        messages.error(request, _("Only a draft that nothing has come of yet can be removed."))
        return redirect("campaign_plan", slug)
    messages.success(request, _("The draft “%(campaign)s” is removed.") % {"campaign": campaign.name})
    return redirect("campaigns")


def plan_address(campaign: Campaign) -> str:
    return reverse("campaign_plan", args=[campaign.slug])


def _read_of(request: HttpRequest, form: PlanForm) -> str:
    """What the form carries of what was read, so that a later save is held against it."""
    return request.POST.get("read", "") if form.is_bound else mark(form.instance, form.fields)


def _changed_meanwhile(request: HttpRequest, form: PlanForm, stored: Campaign) -> list[str]:
    """The form's fields that somebody else saved since it was read; call with the campaign's row locked."""
    return changed_since(stored, read_mark(stored, request.POST.get("read", "")), form.fields)


def _conflict_page(
    request: HttpRequest, form: PlanForm, stored: Campaign, changed: list[str], title: str
) -> HttpResponse:
    """The form once more: what the user typed, and elsewhere what is stored now, with what was changed."""
    own = typed(form, read_mark(stored, request.POST.get("read", "")), form.fields)
    again = type(form)(instance=stored, initial=own)
    meanwhile = told_as_labelled(form, stored, changed)
    read = mark(stored, form.fields)
    page = _form_page(request, again, title, plan_address(stored), meanwhile=meanwhile, read=read)
    page.status_code = 409
    return page


def _form_page(request: HttpRequest, form: Any, title: str, back: str, verb: str = "", **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "verb": verb or _("Save"), **more}
    return render(request, "campaigns/form.html", context, status=422 if form.is_bound else 200)


def _is_draft(request: HttpRequest, campaign: Campaign) -> bool:
    if campaign.state != CampaignState.DRAFT:
        messages.error(request, NOT_A_DRAFT)
        return False
    return True


def _locked_draft(campaign: Campaign) -> Campaign | None:
    """As it is stored now, if it is a draft still; then nobody approves or changes it before the transaction ends."""
    return Campaign.objects.select_for_update().filter(pk=campaign.pk, state=CampaignState.DRAFT).first()


# Steps ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def campaign_step(request: HttpRequest, slug: str, word: str) -> HttpResponse:
    """Asked for by GET it is confirmed first, by POST it is taken; what stands in its way is said."""
    campaign, step = seen(request, slug), _step_named(word)
    form = StepForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _confirm_page(request, campaign, step, form)
    try:
        _refuse_nobody(campaign, step)
        stepping.take(campaign, step, signed_in(request), form.cleaned_data["why"])
    except CannotStep as problem:
        messages.error(request, str(problem))
        return redirect("campaign_plan", slug)
    if step is Step.LAUNCH:
        launching.ask(campaign.pk)
    back = BACK_FROM.get(step)
    tell(request, _(step.said), reverse("campaign_step", args=[slug, back.word]) if back else "")
    return redirect("campaign_plan", slug)


def _step_named(word: str) -> Step:
    if word not in STEPS:
        raise BadRequest(_("A campaign has no such step."))
    return STEPS[word]


def _refuse_nobody(campaign: Campaign, step: Step) -> None:
    """An audience of nobody is neither approved nor launched; what the draft lacks is said before whom it reaches."""
    if step in {Step.APPROVE, Step.LAUNCH}:
        stepping.refuse_if_lacking(campaign, step)
        reach, problem = asked_reach(campaign)
        if problem:
            raise CannotStep(problem)
        if reach and not reach.reached:
            raise CannotStep(
                _("Its audience reaches nobody: %(count)s match, and all are left out.")
                % {"count": figures.count(reach.matched)}
            )


def _confirm_page(request: HttpRequest, campaign: Campaign, step: Step, form: StepForm) -> HttpResponse:
    if step.before != campaign.state:
        messages.error(
            request,
            _("The campaign is %(state)s: this step is not available for it.")
            % {"state": _(campaign.get_state_display()).lower()},
        )
        return redirect("campaign_plan", campaign.slug)
    reach, problem = asked_reach(campaign) if step is Step.LAUNCH else (None, "")
    context = {"campaign": campaign, "step": step, "form": form, "reach": reach, "problem": problem}
    return render(request, "campaigns/step.html", context)


# The launch -------------------------------------------------------------------------------------------------------


def launch_progress(launch: Launch) -> dict[str, Any]:
    """How far it is, as static/waymark/imports.js renews it."""
    if launch.drawn_at is None:
        return {"text": _("Drawing who is in which variant."), "percent": 0, "is_under_way": True}
    percent = min(99, 100 * launch.shares // max(1, launch.reached))
    said = _("%(people)s people drawn, %(links)s links made so far.")
    text = said % {"people": figures.count(launch.reached), "links": figures.count(launch.shares)}
    return {"text": text, "percent": percent, "is_under_way": launch.done_at is None}


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def launch_state(request: HttpRequest, slug: str) -> JsonResponse:
    """How far the launch is; over where there is none, as after an audience of nobody."""
    launch = Launch.objects.filter(campaign=seen(request, slug)).first()
    over = {"text": "", "percent": 100, "is_under_way": False}
    return JsonResponse(launch_progress(launch) if launch else over)
