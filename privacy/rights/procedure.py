"""Which step may be taken in which state, and where it leads; the clocks that run in each.

Source: 5 U.S.C. 552a(d)(2) to (4); 39 CFR 266 (acknowledge, identify, grant or refuse with the appeal, appeal,
statement of disagreement). The numbers are `privacy.rights.terms`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, gettext_noop

from privacy.agency import agency_day, agency_today
from privacy.enums import DueFor, RequestKind, RequestState, Step
from privacy.models import RightsRequest
from privacy.rights.terms import days
from privacy.rights.working_days import working_days_after, working_days_between

RECEIVED, ACKNOWLEDGED = RequestState.RECEIVED, RequestState.ACKNOWLEDGED
WAITING, APPEALED = RequestState.WAITING, RequestState.APPEALED
AT_WORK = (RECEIVED, ACKNOWLEDGED, WAITING)


@dataclass(frozen=True)
class Rule:
    """A step is possible in `states` for `kinds` (all where none are named) and leads to `to` (None: stays)."""

    states: tuple[RequestState, ...]
    to: RequestState | None
    kinds: tuple[RequestKind, ...] = ()
    needs_identity: bool = False
    needs_reason: bool = False


AMENDMENT = (RequestKind.AMENDMENT,)
REFUSALS = (RequestState.REFUSED, RequestState.PARTLY, RequestState.NO_RECORD)
RULES: dict[Step, Rule] = {
    Step.ACKNOWLEDGE: Rule((RECEIVED,), ACKNOWLEDGED),
    Step.ASK_MORE: Rule((RECEIVED, ACKNOWLEDGED), WAITING, needs_reason=True),
    Step.ANSWERED: Rule((WAITING,), ACKNOWLEDGED),
    Step.VERIFY: Rule((RECEIVED, ACKNOWLEDGED, WAITING), None),
    Step.GRANT: Rule((ACKNOWLEDGED,), RequestState.GRANTED, needs_identity=True),
    Step.GRANT_PARTLY: Rule((ACKNOWLEDGED,), RequestState.PARTLY, needs_identity=True, needs_reason=True),
    Step.NO_RECORD: Rule((ACKNOWLEDGED,), RequestState.NO_RECORD, needs_identity=True),
    Step.REFUSE: Rule((ACKNOWLEDGED, WAITING), RequestState.REFUSED, needs_reason=True),
    Step.EXTEND: Rule((ACKNOWLEDGED, APPEALED), None, AMENDMENT, needs_reason=True),
    Step.APPEAL: Rule((*REFUSALS, RECEIVED, ACKNOWLEDGED), APPEALED, needs_reason=True),
    Step.GRANT_APPEAL: Rule((APPEALED,), RequestState.APPEAL_GRANTED, needs_identity=True),
    Step.REFUSE_APPEAL: Rule((APPEALED,), RequestState.APPEAL_REFUSED, needs_reason=True),
    Step.DISAGREE: Rule(
        (RequestState.REFUSED, RequestState.PARTLY, RequestState.APPEAL_REFUSED), RequestState.DISAGREED, AMENDMENT,
        needs_identity=True, needs_reason=True,
    ),
    Step.DUPLICATE: Rule((RECEIVED, ACKNOWLEDGED), RequestState.DUPLICATE),
    Step.WITHDRAW: Rule((*AT_WORK, APPEALED), RequestState.WITHDRAWN),
}  # fmt: skip


# What an officer does, in the words of a button.
DOING: dict[Step, str] = {
    Step.ACKNOWLEDGE: gettext_noop("Acknowledge"),
    Step.ASK_MORE: gettext_noop("Ask for what is missing"),
    Step.ANSWERED: gettext_noop("Note that the requester answered"),
    Step.VERIFY: gettext_noop("Verify the identity"),
    Step.GRANT: gettext_noop("Grant"),
    Step.GRANT_PARTLY: gettext_noop("Grant in part"),
    Step.NO_RECORD: gettext_noop("Decide that no record was found"),
    Step.REFUSE: gettext_noop("Refuse"),
    Step.EXTEND: gettext_noop("Extend the time"),
    Step.APPEAL: gettext_noop("Enter an appeal"),
    Step.GRANT_APPEAL: gettext_noop("Grant the appeal"),
    Step.REFUSE_APPEAL: gettext_noop("Refuse the appeal"),
    Step.DISAGREE: gettext_noop("File a statement of disagreement"),
    Step.DUPLICATE: gettext_noop("Close as a duplicate"),
    Step.WITHDRAW: gettext_noop("Note that it was withdrawn"),
}


class NotNow(ValueError):
    """The step cannot be taken. The message says why, and what to do first."""


def possible(request: RightsRequest) -> list[Step]:
    """The steps that may be taken now, in the order of the procedure."""
    return [step for step in RULES if _may(request, step)]


def offered(request: RightsRequest, *, has_people: bool) -> list[Step]:
    """Of the possible ones those that do not contradict what was entered: whose records it is about, or that there are
    none."""
    return [step for step in possible(request) if not (has_people and step is Step.NO_RECORD)]


def _may(request: RightsRequest, step: Step) -> bool:
    rule = RULES[step]
    if request.state not in rule.states or (rule.kinds and request.kind not in rule.kinds):
        return False
    if step is Step.APPEAL and request.state in AT_WORK:
        return agency_today() > unanswered_until(request)
    if step is Step.EXTEND:
        return not request.is_extended
    return step is not Step.VERIFY or not request.may_be_told


def check(request: RightsRequest, step: Step, reason: str = "") -> Rule:
    """The rule of the step. Raises NotNow."""
    rule = RULES[step]
    if not _may(request, step):
        raise NotNow(
            gettext("“%(step)s” is not possible: the request is “%(state)s”.")
            % {"step": gettext(DOING[step]), "state": gettext(request.get_state_display()).lower()}
        )
    if rule.needs_identity and not request.may_be_told:
        raise NotNow(_who_first(request))
    if rule.needs_reason and not reason.strip():
        raise NotNow(gettext("State why: it appears in the letter."))
    return rule


def _who_first(request: RightsRequest) -> str:
    if request.identity_at is None:
        return "Verify the requester's identity first: before that nothing is told, not even whether a record exists."
    return "Somebody asks for another person: that person's written consent must be on file first."


def unanswered_until(request: RightsRequest) -> date:
    """The last day on which nobody's answer is no ground to appeal yet."""
    return request.received_on + timedelta(days=days("appeal_unanswered"))


def start(request: RightsRequest, appealed_on: date | None = None) -> None:
    """Set the clock that runs in the request's state; none where it waits for somebody else or is over.

    Acknowledged is what the requester was sent: a letter that lies here acknowledges nothing (5 U.S.C. 552a(d)(2)(A)),
    and a question that lies here waits for nobody: the time to decide runs on until it is sent.
    An appeal's runs from the day it came (`appealed_on`; today where none is named): 5 U.S.C. 552a(d)(3).
    """
    if request.state in AT_WORK and not has_been_written_to(request):
        request.due_for, request.due_on = DueFor.ACKNOWLEDGE, _after(request.received_on, "acknowledge")
    elif request.state == ACKNOWLEDGED or (request.state == WAITING and not _was_asked(request)):
        request.due_for, request.due_on = DueFor.DECIDE, decide_by(request)
    elif request.state == APPEALED:
        request.due_for, request.due_on = DueFor.DECIDE_APPEAL, _after(appealed_on or agency_today(), "decide_appeal")
    else:
        request.due_for, request.due_on = DueFor.NOTHING, None


def was_granted(request: RightsRequest) -> bool:
    """Whether the requester is to be given a copy; an appeal of what was not granted takes none of it back."""
    return request.steps.grants().exists()


def has_been_written_to(request: RightsRequest) -> bool:
    """Whether a letter of the request went out, so that the requester knows that it came."""
    return request.pk is not None and request.steps.filter(sent_at__isnull=False).exists()


def decide_by(request: RightsRequest) -> date:
    """The day by which a request is to be decided: counted from when it came, without the working days on which the
    requester was to answer (as the letter that asks tells them), and with an extension that was given before."""
    name = "amend" if request.kind == RequestKind.AMENDMENT else "answer"
    day = working_days_after(_after(request.received_on, name), _days_waited(request))
    return _after(day, "extension") if request.is_extended else day


def _was_asked(request: RightsRequest) -> bool:
    """Whether the last question to the requester, which is not answered, went out."""
    last = request.steps.filter(step__in=(Step.ASK_MORE, Step.ANSWERED)).last()
    return last is not None and last.step == Step.ASK_MORE and last.sent_at is not None


def _days_waited(request: RightsRequest) -> int:
    """Working days between the sending of each question to the requester and its answer; of the last one until today.
    A question that went out after its answer was noted, or never, waited for nothing."""
    waited, asked_on = 0, None
    asked = request.steps.filter(step__in=(Step.ASK_MORE, Step.ANSWERED))
    for step, at, sent_at in asked.values_list("step", "at", "sent_at"):
        if step == Step.ASK_MORE:
            asked_on = sent_at and agency_day(sent_at)
        elif asked_on:
            waited, asked_on = waited + max(0, working_days_between(asked_on, agency_day(at))), None
    return waited + (working_days_between(asked_on, agency_today()) if asked_on else 0)


def extend(request: RightsRequest) -> None:
    """Give the clock that runs more days, once."""
    if request.due_for == DueFor.ACKNOWLEDGE:
        raise NotNow(gettext("Send the acknowledgment first: only the time to decide can be extended."))
    if request.due_on is None:
        raise NotNow(gettext("No clock is running that could be extended."))
    request.due_on, request.is_extended = _after(request.due_on, "extension"), True


def decide(request: RightsRequest, today: date) -> None:
    """A decision was made: from now on the time of its appeal runs, where there is something to appeal."""
    request.decided_on = today
    appealable = request.state in REFUSALS
    request.appeal_until = today + timedelta(days=days("appeal_window")) if appealable else None


def _after(day: date, name: str) -> date:
    return working_days_after(day, days(name))
