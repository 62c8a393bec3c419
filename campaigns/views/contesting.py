"""A contest as staff prepare it: shared by personal links, and seen as customers will."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from campaigns.languages import language_of, shown
from campaigns.programmes.entry_forms import EntryForm
from campaigns.programmes.offering import material_of
from campaigns.views.entering import about
from campaigns.views.materials import MAKES
from campaigns.views.offering import lead_to
from privacy.guards import permit_required, require, signed_in
from records.models import Contest
from records.nouns.contests import NOUN


@require_POST
@permit_required(*MAKES)
def contest_offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """To the material by which the contest is shared, mailed and counted; made where there is none."""
    contest, user = _contest(request, key), signed_in(request)
    address = request.build_absolute_uri(reverse("contest_open", args=[contest.survey.slug]))
    return lead_to(request, material_of(contest.survey, address, user))


@require_safe
@permit_required(*NOUN.see)
def contest_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page as customers will see it, in either language. Nothing can be sent from it."""
    contest = _contest(request, key)
    language = language_of(request).value
    with translation.override(language):
        form = EntryForm(contest, list(contest.survey.questions.all()), with_name=contest.survey.is_open)
    context = {**about(contest, language), "form": form, "is_preview": True}
    return shown(request, "viewer/contest.html", context)


def _contest(request: HttpRequest, key: UUID) -> Contest:
    user = signed_in(request)
    require(user, *NOUN.see)
    found: Contest = get_object_or_404(NOUN.of(user), key=key)
    return found
