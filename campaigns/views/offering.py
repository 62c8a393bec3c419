"""From a survey, an event, a contest, a study or a publication to the material by which it is shared."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from campaigns.models import Material
from privacy.guards import signed_in
from privacy.roles import SEES_CUSTOMERS, Permit


def lead_to(request: HttpRequest, material: Material) -> HttpResponse:
    """To its page, which says what can be done there: not everyone who makes materials shares them."""
    user = signed_in(request)
    if user.has_permit(Permit.SHARE_MATERIALS) and user.has_one_of(SEES_CUSTOMERS):
        said = _("This is among the materials now. Share it from here, or choose it for a campaign.")
    else:
        said = _("This is among the materials now. Sales staff can share it from here, and a campaign can choose it.")
    messages.success(request, said)
    return redirect("material", material.slug)
