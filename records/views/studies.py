"""A study published and taken offline, a session called off; what becomes of a participant, at a click each."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from privacy.models import User
from privacy.purposes import Basis
from records import research
from records.enums import ParticipantState
from records.figures import written
from records.models import Study, StudyParticipant, StudySession
from records.nouns import study_participants, study_sessions
from records.nouns.base import Page
from records.nouns.studies import NOUN
from records.views.nouns import opened, stated_basis
from records.views.once_more import Question, ask_once_more, is_sure


@require_POST
def study_publish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whoever is invited can answer from now on."""
    return _set(request, key, is_published=True)


@require_POST
def study_unpublish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Nobody can agree any more; who did takes part still."""
    return _set(request, key, is_published=False)


def _set(request: HttpRequest, key: UUID, *, is_published: bool) -> HttpResponse:
    user = signed_in(request)
    require(user, *NOUN.keep)
    found: Study = get_object_or_404(NOUN.of(user), key=key)
    with transaction.atomic():
        found.published_at = timezone.now() if is_published else None
        changes.save(found, by=user, basis=stated_basis(request, user))
    messages.success(
        request,
        _("Published: anyone who is invited can answer.")
        if is_published
        else _("Taken offline: nobody can agree now. Anyone who has agreed still takes part."),
    )
    return redirect(NOUN.address(Page.ONE, found))


@require_POST
def study_session_call_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """It does not take place: whoever had a place is written to. Asks once more."""
    user = signed_in(request)
    require(user, *study_sessions.NOUN.keep)
    found: StudySession = get_object_or_404(StudySession.objects.select_related("study"), key=key)
    if study_sessions.is_to_come(found) and not is_sure(request):
        return ask_once_more(request, _question(found))
    if research.call_off(found, user, stated_basis(request, user)):
        messages.success(request, _("Canceled. Everyone who had a place is notified and can choose another session."))
    else:
        messages.info(request, _("It has already begun, or was already canceled."))
    return redirect(NOUN.address(Page.ONE, found.study))


def _question(session: StudySession) -> Question:
    """What calling off does to how many. One query."""
    people = session.participants.filter(state=ParticipantState.AGREED).count()
    told = ngettext(
        "%(people)s person has a place in it: they are notified and can choose another session.",
        "%(people)s people have a place in it: they are notified and can choose another session.",
        people,
    )
    return Question(
        asked=_("Cancel this session of “%(study)s”?") % {"study": session.study.name},
        consequences=[
            told % {"people": written(people)} if people else _("Nobody has a place in it."),
            _("Nobody will be able to choose it, and this cannot be undone."),
        ],
        button=_("Cancel session"),
        back=NOUN.address(Page.ONE, session.study),
        back_label=session.study.name,
    )


# Participants ---------------------------------------------------------------------------------------------------------
def _came(one: StudyParticipant, by: User, basis: Basis) -> str:
    return _("Marked as having taken part.") if research.mark(one, by, basis, came=True) else ""


def _missed(one: StudyParticipant, by: User, basis: Basis) -> str:
    return _("Marked as not having come.") if research.mark(one, by, basis, came=False) else ""


def _paid(one: StudyParticipant, by: User, basis: Basis) -> str:
    return _("The stipend is paid.") if research.pay(one, by, basis) else ""


def _withdrawn(one: StudyParticipant, by: User, basis: Basis) -> str:
    if not research.withdraw(one, by, basis):
        return ""
    return _("Withdrawn. What was noted and learned about them is no longer read by anyone, and is destroyed.")


WORDS: dict[str, Callable[[StudyParticipant, User, Basis], str]] = {
    "came": _came,
    "missed": _missed,
    "paid": _paid,
    "withdraw": _withdrawn,
}


@require_POST
def mark(request: HttpRequest, key: UUID, word: str) -> HttpResponse:
    user, noun = signed_in(request), study_participants.NOUN
    require(user, *noun.keep)
    with opened(request, noun) as read:
        found = get_object_or_404(noun.of(user), key=key)
        if read:
            read.count = 1
        said = WORDS[word](found, user, stated_basis(request, user))
    if said:
        messages.success(request, said)
    else:
        messages.error(request, _("This has since changed: see below."))
    return redirect(noun.address(Page.ONE, found))
