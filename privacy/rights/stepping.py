"""Taking a step with a request: checked, written down with its letter, the clocks set, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from privacy.agency import agency_today
from privacy.enums import DisputeState, IdentityMethod, PackageState, RequestKind, RequestState, Step
from privacy.models import RequestPerson, RequestStep, RightsRequest, User
from privacy.rights.disputes import refuse_open, state_disagreement
from privacy.rights.holding import hold_what_it_is_about
from privacy.rights.letters import letter_for
from privacy.rights.procedure import NotNow, check, decide, extend, start
from privacy.wording import day


@dataclass(frozen=True)
class Said:
    """What a step is given beside its name: the reason or statement, and what some steps need."""

    reason: str = ""
    method: IdentityMethod | None = None
    note: str = ""
    consent_on: date | None = None
    consent_at: str = ""
    duplicate_of: str = ""
    came_on: date | None = None


def take(request: RightsRequest, step: Step, by: User, said: Said = Said()) -> RequestStep:
    """Take the step. Two officers at once: the second finds what the first left. Raises NotNow."""
    with transaction.atomic():
        found = RightsRequest.objects.select_for_update().get(pk=request.pk)
        rule = check(found, step, said.reason)
        if step in BEFORE:
            BEFORE[step](found, by, said)
        if rule.to is not None:
            found.state = rule.to
            _set_clocks(found, step, said.came_on)
        found.save()
        made = RequestStep(request=found, step=step, by=by, state=found.state)
        made.reason = said.reason.strip()
        made.letter = letter_for(found, step, made.reason, by)
        made.save(force_insert=True)
        hold_what_it_is_about(found, by)
    request.refresh_from_db()
    return made


def _set_clocks(found: RightsRequest, step: Step, came_on: date | None) -> None:
    start(found, came_on)
    if step in DECISIONS:
        decide(found, agency_today())


DECISIONS = (
    Step.GRANT, Step.GRANT_PARTLY, Step.REFUSE, Step.NO_RECORD, Step.GRANT_APPEAL, Step.REFUSE_APPEAL, Step.DISAGREE,
    Step.WITHDRAW, Step.DUPLICATE,
)  # fmt: skip


def _verify(found: RightsRequest, by: User, said: Said) -> None:
    if said.method is None:
        raise NotNow(gettext("Choose how the identity was verified."))
    if found.is_by_other and (said.consent_on is None or not said.consent_at.strip()):
        raise NotNow(
            gettext(
                "Someone is asking for another person: enter the day of that person's written consent, "
                "and where it is on file."
            )
        )
    if said.consent_on is not None and said.consent_on > agency_today():
        raise NotNow(gettext("The consent is dated in the future."))
    found.identity_method, found.identity_note = said.method, said.note.strip()
    found.identity_at, found.identity_by = timezone.now(), by
    if found.is_by_other:
        found.consent_on, found.consent_at = said.consent_on, said.consent_at.strip()


def _grant(found: RightsRequest, by: User, said: Said) -> None:
    if not found.people.exists():
        raise NotNow(gettext("First enter whose records these are, or decide “No record found”."))
    if found.kind == RequestKind.ACCESS and not found.packages.filter(state=PackageState.READY).exists():
        raise NotNow(gettext("Make the access package first: it is what is granted."))
    if found.kind == RequestKind.AMENDMENT and _values(found) != {DisputeState.CORRECTED}:
        raise NotNow(gettext("Correct each contested value first; if some are refused, grant in part."))


def _grant_partly(found: RightsRequest, by: User, said: Said) -> None:
    if not found.people.exists():
        raise NotNow(gettext("First enter whose records these are."))
    if found.kind == RequestKind.AMENDMENT and _values(found) != {DisputeState.CORRECTED, DisputeState.REFUSED}:
        raise NotNow(gettext("Decide each contested value first: some are corrected, some refused."))


def _refuse(found: RightsRequest, by: User, said: Said) -> None:
    if found.kind == RequestKind.AMENDMENT and DisputeState.CORRECTED in _values(found):
        raise NotNow(gettext("A contested value was corrected: grant in part."))
    refuse_open(found, by, said.reason)


def _no_record(found: RightsRequest, by: User, said: Said) -> None:
    if found.people.exists():
        raise NotNow(gettext("The request names persons whose records are here: take them out first."))


def _extend(found: RightsRequest, by: User, said: Said) -> None:
    extend(found)


def _appeal(found: RightsRequest, by: User, said: Said) -> None:
    came_on = said.came_on or agency_today()
    if came_on > agency_today():
        raise NotNow(gettext("The appeal came on a day in the future: check the date."))
    if came_on < found.received_on:
        raise NotNow(gettext("The appeal came before the request: check the date."))
    if found.appeal_until and came_on > found.appeal_until:
        raise NotNow(
            gettext("The time to appeal ended on %(day)s. The requester may ask again.")
            % {"day": day(found.appeal_until)}
        )


def _grant_appeal(found: RightsRequest, by: User, said: Said) -> None:
    """What was asked for is given now, as a grant would have."""
    if found.kind != RequestKind.AMENDMENT:
        _grant(found, by, said)
    elif _values(found) != {DisputeState.CORRECTED}:
        raise NotNow(gettext("Correct the contested values first: that is how the appeal is granted."))


def _disagree(found: RightsRequest, by: User, said: Said) -> None:
    if not state_disagreement(found, said.reason):
        raise NotNow(gettext("No contested value was refused: there is nothing for the statement to appear next to."))


def _duplicate(found: RightsRequest, by: User, said: Said) -> None:
    number = said.duplicate_of.strip().upper()
    other = RightsRequest.objects.filter(number=number).exclude(pk=found.pk).first()
    if other is None:
        raise NotNow(gettext("Enter the other request's number, such as PA-2026-000042."))
    if other.duplicate_of_id == found.pk and other.state == RequestState.DUPLICATE:
        raise NotNow(gettext("%(number)s was closed as a duplicate of this one.") % {"number": other.number})
    found.duplicate_of = other


BEFORE: dict[Step, Callable[[RightsRequest, User, Said], None]] = {
    Step.VERIFY: _verify,
    Step.GRANT: _grant,
    Step.GRANT_PARTLY: _grant_partly,
    Step.REFUSE: _refuse,
    Step.NO_RECORD: _no_record,
    Step.EXTEND: _extend,
    Step.APPEAL: _appeal,
    Step.GRANT_APPEAL: _grant_appeal,
    Step.DISAGREE: _disagree,
    Step.DUPLICATE: _duplicate,
}


def _values(found: RightsRequest) -> set[str]:
    """What became of the contested values."""
    return set(found.disputes.values_list("state", flat=True))


def link(request: RightsRequest, person: UUID, by: User) -> None:
    """Say that the request is about this person's records, too."""
    with transaction.atomic():
        found = _open(request)
        RequestPerson.objects.get_or_create(request=found, person=person, defaults={"linked_by": by})
        hold_what_it_is_about(found, by)


def unlink(request: RightsRequest, person: UUID, by: User) -> None:
    """Take back that it is about this person. Raises NotNow where a value of theirs is contested already."""
    with transaction.atomic():
        found = _open(request)
        if found.disputes.filter(person=person).exists():
            raise NotNow(gettext("A value of this person's records is contested in this request."))
        found.people.filter(person=person).delete()
        hold_what_it_is_about(found, by)


def _open(request: RightsRequest) -> RightsRequest:
    found = RightsRequest.objects.select_for_update().get(pk=request.pk)
    if not found.is_open:
        raise NotNow(gettext("The request is over: whose records it is about can no longer be changed."))
    return found
