"""A letter to an individual goes out once: by mail where the request came by mail, else on paper; it says which.

A letter is claimed before it is handed to the mail server. Refused, it is free again; where nobody knows whether it was
taken (the worker died, the line broke) it is in doubt until an officer says: it is never sent twice by itself.
"""

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from privacy.enums import Channel, DueFor, LetterWay, Step
from privacy.models import RequestStep, RightsRequest, User
from privacy.notifications.mailing import REFUSED, domain
from privacy.rights.holding import hold_what_it_is_about
from privacy.rights.procedure import AT_WORK, NotNow, start

log = structlog.get_logger(__name__)


def may_be_mailed(request: RightsRequest) -> bool:
    """Whether letters of the request may go by mail: only the way on which the requester wrote."""
    return request.channel == Channel.MAIL and bool(request.email)


def mail(step: RequestStep, by: User) -> None:
    """Mail the letter, and nothing but it. Raises NotNow where it may not be, did not go, or is in doubt now."""
    if not may_be_mailed(step.request):
        raise NotNow(gettext("The request did not come by e-mail: print the letter."))
    _claim(step, sent_as=LetterWay.MAIL, claimed_at=timezone.now(), sent_by=by)
    try:
        message_of(step).send()
    except REFUSED:
        log.warning("letter_refused", step=step.pk)
        _free(step)
        raise NotNow(gettext("The mail server did not accept the letter: try again later, or print it.")) from None
    except OSError:
        log.warning("letter_in_doubt", step=step.pk)
        raise NotNow(
            gettext("No one knows whether the mail server accepted the letter: find out, and report it here.")
        ) from None
    _mark_sent(step)


def message_of(step: RequestStep) -> EmailMessage:
    """The letter as mail: its subject names the request's number alone."""
    return EmailMessage(
        subject=f"Your Privacy Act request {step.request.number}",
        body=step.letter,
        to=[step.request.email],
        headers={"Message-ID": f"<{step.key}@{domain()}>"},
    )


def print_out(step: RequestStep, by: User) -> None:
    """Write down that the letter went out on paper. Raises NotNow where it went out before."""
    with transaction.atomic():
        _claim(step, sent_as=LetterWay.PAPER, sent_at=timezone.now(), sent_by=by)
        _set_clock(step)


def settle(step: RequestStep, *, has_arrived: bool) -> None:
    """End the doubt: the letter arrived, or it did not and may be sent again. Raises NotNow where there is none."""
    if not RequestStep.objects.filter(pk=step.pk, claimed_at__isnull=False, sent_at=None).exists():
        raise NotNow(gettext("There is no doubt about this letter."))
    if has_arrived:
        _mark_sent(step)
    else:
        _free(step)


def _claim(step: RequestStep, **how: object) -> None:
    if not step.has_letter:
        raise NotNow(gettext("No letter went with this step."))
    if not RequestStep.objects.filter(pk=step.pk, sent_as=LetterWay.NONE).update(**how):
        raise NotNow(gettext("The letter went out before, or is about to."))


def _mark_sent(step: RequestStep) -> None:
    with transaction.atomic():
        RequestStep.objects.filter(pk=step.pk).update(sent_at=timezone.now())
        _set_clock(step)


def _set_clock(step: RequestStep) -> None:
    """The first letter that goes out acknowledges the request, and a question that goes out waits for the requester;
    until then it stands as due."""
    found = RightsRequest.objects.select_for_update().get(pk=step.request_id)
    sender = RequestStep.objects.select_related("sent_by").get(pk=step.pk).sent_by
    is_due = found.due_for == DueFor.ACKNOWLEDGE or step.step == Step.ASK_MORE
    if is_due and found.state in AT_WORK and sender is not None:
        start(found)
        found.save(update_fields=["due_for", "due_on"])
        hold_what_it_is_about(found, sender)


def _free(step: RequestStep) -> None:
    RequestStep.objects.filter(pk=step.pk).update(sent_as=LetterWay.NONE, claimed_at=None, sent_by=None)
