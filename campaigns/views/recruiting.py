"""A study as staff recruit for it: from an audience, by personal links; and seen as those who are invited will."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns import recruiting
from campaigns.audiences import BadConditions
from campaigns.eventlog import BatchTooLarge
from campaigns.languages import language_of, shown
from campaigns.leaving_out import LeftOut
from campaigns.models import Audience, Material, Recruiting
from campaigns.programmes.offering import material_of
from campaigns.programmes.research_forms import AgreeForm
from campaigns.programmes.stating import taking_part
from campaigns.sharing import NotOffered, Preview
from campaigns.views.materials import MAKES
from campaigns.views.offering import lead_to
from privacy.guards import permit_required, require, signed_in
from privacy.models import User
from privacy.roles import Permit
from privacy.statement import statement_for
from records import figures, research
from records.models import Study
from records.nouns.base import Page
from records.nouns.studies import NOUN

SHOWN = 20


class RecruitForm(forms.Form):
    audience = forms.ModelChoiceField(Audience.objects.all(), label=_("Audience"), empty_label=_("Choose an audience"))


@require_POST
@permit_required(*MAKES)
def study_offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """To the material by which the study is shared, mailed and counted; made where there is none."""
    study, user = _study(request, key), signed_in(request)
    return lead_to(request, _material(request, study, user))


@require_safe
@permit_required(*NOUN.see)
def study_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page as those who are invited will see it, in either language. Nothing can be sent from it."""
    study = _study(request, key)
    language, consent = language_of(request).value, study.consent
    with translation.override(language):
        form = AgreeForm(list(research.choosable(study).select_related("study")))
    context = {
        "study": study,
        "name": study.name_in(language),
        "purpose": study.purpose_in(language),
        "consent": consent.text_in(language) if consent else "",
        "act_statement": statement_for(taking_part(study)),
        "form": form,
        "is_preview": True,
    }
    return shown(request, "viewer/study.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def study_recruit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose an audience, see how many are reached and left out and why, and invite them."""
    study, user = _study(request, key), signed_in(request)
    require(user, *NOUN.keep)
    form = RecruitForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if study.published_at is None and request.method == "POST":
        form.add_error(None, _("Publish the study first: otherwise the people invited could not answer."))
    elif form.is_valid():
        material, audience = _material(request, study, user), form.cleaned_data["audience"]
        try:
            if "invite" in request.POST:
                return _invited(request, recruiting.recruit(study, material, audience, user))
            context["found"] = _told(recruiting.looked_at(material, audience, user))
        except (BadConditions, BatchTooLarge, NotOffered) as problem:
            form.add_error("audience", str(problem))
    return _page(request, study, form, context)


def _invited(request: HttpRequest, made: Recruiting) -> HttpResponse:
    """On to the letter with which the links go."""
    if made.batch_id is None:
        messages.info(request, _("No one was invited: all of them are left out. The reasons are shown below."))
        return redirect("study_recruit", made.study.key)
    messages.success(
        request,
        _("%(count)s invited. Write the letter that brings them their links.") % {"count": figures.count(made.invited)},
    )
    return redirect(f"{reverse('mailing_new')}?source=batch-{made.batch_id}")


def _page(request: HttpRequest, study: Study, form: RecruitForm, context: dict[str, Any]) -> HttpResponse:
    rows = study.recruitings.select_related("by")[:SHOWN]
    known = {
        "study": study,
        "study_address": NOUN.address(Page.ONE, study),
        "form": form,
        "invited": recruiting.invited(study),
        "recruitings": [(row, _reasons(row.left_out)) for row in rows],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "campaigns/study_recruit.html", known | context, status=status)


def _told(found: Preview) -> dict[str, Any]:
    counts = {why.value: count for why, count in found.left_out.items()}
    return {"reached": found.reached, "asked": found.asked, "reasons": _reasons(counts)}


def _reasons(left_out: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(why.label), left_out[why.value]) for why in LeftOut if left_out.get(why.value)]


def _material(request: HttpRequest, study: Study, user: User) -> Material:
    return material_of(study, request.build_absolute_uri(reverse("study_preview", args=[study.key])), user)


def _study(request: HttpRequest, key: UUID) -> Study:
    user = signed_in(request)
    require(user, *NOUN.see)
    found: Study = get_object_or_404(NOUN.of(user), key=key)
    return found
