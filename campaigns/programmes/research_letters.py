"""Letters to whoever takes part in a study: how it stands, and a reminder before the session.

None of them advertises anything: each answers what somebody did themselves, so that they go also to whoever asked for
no advertising, as those of registrations do.
"""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaigns.addresses import participant_address
from campaigns.enums import Language
from campaigns.programmes.confirming import Said
from campaigns.programmes.invitations import TYPE, calendar_with
from campaigns.programmes.research_forms import when_of
from privacy.tries import Limit
from records.enums import ParticipantState
from records.models import StudyParticipant

# So many letters to one participant, whoever asks for them again.
LETTERS = Limit("research-letter", tries=6, seconds=60 * 60)
# How long before a session who has a place is reminded; who chose it later than that has just been written to.
BEFORE = timedelta(hours=24)


def letter(participant: StudyParticipant) -> EmailMessage | None:
    """How it stands now, in the language in which they answered; None where there is no address."""
    if not participant.customer.email:
        return None
    with translation.override(participant.language or Language.ENGLISH.value):
        return _letter(participant, _said(participant))


def to_remind() -> "QuerySet[StudyParticipant]":
    """Whose session begins within a day, and who had agreed before that; not who was written to of it since, or is yet
    to be. Relies on study_participant_of_session."""
    now = timezone.now()
    is_told_anew = Q(letter_due_at__isnull=False) | Q(letter_went_at__gte=F("session__starts_at") - BEFORE)
    return (
        StudyParticipant.objects.exclude(is_told_anew)
        .filter(
            state=ParticipantState.AGREED,
            reminded_at=None,
            session__starts_at__gt=now,
            session__starts_at__lte=now + BEFORE,
            session__cancelled_at=None,
            consented_at__lt=F("session__starts_at") - BEFORE,
        )
        .order_by("pk")
    )


def remind(participant_id: int) -> bool:
    """Once for each session, whoever calls. Whether a letter went.

    The row is locked while it is sent: a crash between sending and the commit sends it again, never not at all.
    """
    with transaction.atomic():
        rows = to_remind().select_for_update(of=("self",), skip_locked=True)
        found = rows.select_related("customer", "study", "session__study").filter(pk=participant_id).first()
        if found is None:
            return False
        found.reminded_at = timezone.now()
        found.save(update_fields=["reminded_at"])
        if not found.customer.email:
            return False
        with translation.override(found.language or Language.ENGLISH.value):
            name = {"name": found.study.name_in(found.language)}
            _letter(found, _with_own(found, _("Reminder: %(name)s") % name, [_("You are taking part soon.")])).send()
    return True


def _letter(participant: StudyParticipant, said: Said) -> EmailMessage:
    to = [participant.customer.email]
    made = EmailMessage(said.subject, said.text, to=to, headers={"Auto-Submitted": "auto-generated"})
    if participant.session and participant.state == ParticipantState.AGREED:
        made.attach("session.ics", calendar_with_session(participant).decode(), TYPE)
    return made


def calendar_with_session(participant: StudyParticipant) -> bytes:
    """The calendar file of the session that they have. The same participant always has the same name in it."""
    session = participant.session
    if session is None:
        raise ValueError("There is no session to be put into a calendar.")
    return calendar_with(
        participant,
        begins=session.starts_there,
        ends=session.ends_there,
        summary=participant.study.name_in(participant.language),
        location=session.where,
        address=participant_address(participant),
    )


def _said(participant: StudyParticipant) -> Said:
    name = {"name": participant.study.name_in(participant.language)}
    if participant.state == ParticipantState.WITHDREW:
        first = _(
            "You have withdrawn. What was noted and recorded about you is no longer used and will be "
            "destroyed. You do not need to do anything else."
        )
        return Said(_("You have withdrawn: %(name)s") % name, f"{first}\n\n{name['name']}")
    if participant.session is None and participant.study.sessions.exists():
        lost = _("Your session will not take place. Please choose another one.")
        return _with_own(participant, _("Your session is canceled: %(name)s") % name, [lost])
    return _with_own(participant, _("You are taking part: %(name)s") % name, [_("Thank you for taking part.")])


def _with_own(participant: StudyParticipant, subject: str, parts: list[str]) -> Said:
    session = participant.session
    where = f"{when_of(session)}\n{session.where}" if session else ""
    own = _("See what you agreed to, choose another session, or withdraw: %(address)s") % {
        "address": participant_address(participant)
    }
    keep = _("Anyone who has this address can withdraw for you: keep it to yourself.")
    name = participant.study.name_in(participant.language)
    return Said(subject, "\n\n".join(part for part in [*parts, f"{name}\n{where}".strip(), own, keep] if part))
