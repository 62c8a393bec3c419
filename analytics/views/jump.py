"""Jumping somewhere by a few letters: a page of its own, and the same in the palette of every page (Ctrl-K).

What is typed is sent in the body: an address would keep it in histories and logs.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from analytics.jumping import LONGEST, OPEN, SHORTEST, Target, customers_for, targets_for
from analytics.places import JUMPING
from privacy.bases import reading_of
from privacy.guards import require, signed_in
from privacy.models import User
from privacy.refusing import Refused
from privacy.roles import SEES_CUSTOMERS, Permit
from records.models.customer import searched_key


@require_http_methods(["GET", "HEAD", "POST"])
def jump(request: HttpRequest, purpose: str = OPEN) -> HttpResponse:
    """What a text finds. For customers the text is looked up once `customers` is sent with it, through the door."""
    user = signed_in(request)
    if purpose != OPEN:
        require(user, Permit.KEEP_CUSTOMERS)
    text = " ".join(request.POST.get("text", "").replace("\x00", "").split())[:LONGEST]
    context = {"text": text, "purpose": purpose, "may_ask": may_ask(user, text), "shortest": SHORTEST}
    if not ("customers" in request.POST and may_ask(user, text)):
        return shown(request, {**context, "targets": targets_for(user, text) if purpose == OPEN else []})
    try:
        with reading_of(request, JUMPING, searched_key(text)) as read:
            people = customers_for(user, text, purpose)
            read.count = len(people)
            return shown(request, {**context, "targets": people, "asked": True})
    except Refused as refusal:
        return shown(request, {**context, "targets": list[Target](), "refusal": str(refusal)})


def may_ask(user: User, text: str) -> bool:
    """Whether the user may look for customers by this text."""
    return len(text) >= SHORTEST and user.has_one_of(SEES_CUSTOMERS)


def shown(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    in_palette = request.headers.get("HX-Request") == "true"
    return render(request, "analytics/jump_options.html" if in_palette else "analytics/jump.html", context)
