"""Starting a mailing, pausing it, going on with it, and seeing to those whose worker has gone."""

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.enums import CampaignState, MailingState, MessageState
from campaigns.mailing import claiming
from campaigns.mailing.audience import enrol
from campaigns.mailing.telling import tell
from campaigns.mailing.template import OF_SUBJECT, faults
from campaigns.models import Mailing, MailMessage
from privacy import errands
from records.intake.problems import Refused

# Both rely on the partial indexes mail_message_waiting and mail_message_claimed, and on the few mailings under way.
FINISH = """
UPDATE campaigns_mailing AS mailing SET state = 'done', ended_at = statement_timestamp(), trouble = ''
WHERE state = 'sending' AND NOT EXISTS (
    SELECT FROM campaigns_mailmessage AS message WHERE mailing_id = mailing.id AND message.state = 'waiting'
) AND NOT EXISTS (
    SELECT FROM campaigns_mailmessage AS message WHERE mailing_id = mailing.id AND message.state = 'claimed'
)
"""
DUE = """
SELECT id FROM campaigns_mailing AS mailing
WHERE state = 'sending' AND EXISTS (
    SELECT FROM campaigns_mailmessage AS message
    WHERE mailing_id = mailing.id AND message.state = 'waiting'
        AND (retry_at IS NULL OR retry_at <= statement_timestamp())
)
ORDER BY id
"""

SEND = "campaigns.tasks.mail.send_mailing"


def start(mailing: Mailing) -> int:
    """Have a worker begin to send a draft. Returns to how many. Raises Refused."""
    refuse_unready(mailing)
    with transaction.atomic():
        begun = Mailing.objects.filter(pk=mailing.pk, state=MailingState.DRAFT).update(
            state=MailingState.SENDING, started_at=timezone.now()
        )
        if not begun:
            raise Refused(_("This mailing has already been started."))
        count = enrol(mailing)
        if not count:
            raise Refused(_("There is no one to send it to: no share by e-mail is waiting for a letter."))
    ask(mailing.pk)
    return count


def refuse_misread(mailing: Mailing) -> None:
    """Raises Refused where the text has place-holders that are not understood."""
    if problems := [*faults(mailing.subject, OF_SUBJECT), *faults(mailing.body)]:
        raise Refused(_("The text has placeholders that are not recognized. %(problem)s") % {"problem": problems[0]})


def refuse_unready(mailing: Mailing) -> None:
    """Raises Refused where the text or the campaign is not ready for sending."""
    refuse_misread(mailing)
    if mailing.campaign and mailing.campaign.state != CampaignState.RUNNING:
        raise Refused(
            _("The campaign “%(name)s” is not running (%(state)s).")
            % {"name": mailing.campaign, "state": _(mailing.campaign.get_state_display())}
        )


def pause(mailing: Mailing) -> None:
    """Stop before the next message. Raises Refused."""
    if not Mailing.objects.filter(pk=mailing.pk, state=MailingState.SENDING).update(state=MailingState.PAUSED):
        raise Refused(_("This mailing is not being sent."))


def resume(mailing: Mailing) -> None:
    """Go on with a paused mailing. Raises Refused."""
    resumed = Mailing.objects.filter(pk=mailing.pk, state=MailingState.PAUSED).update(
        state=MailingState.SENDING, trouble=""
    )
    if not resumed:
        raise Refused(_("This mailing is not paused."))
    ask(mailing.pk)


def ask(number: int) -> None:
    """Ask a worker. A broker that is away loses nothing: the schedule asks again."""
    errands.ask(SEND, number)


def tend() -> None:
    """Settle what dead workers left, tell what is not told, end what is done, and go on with what waits."""
    claiming.recover_all()
    tell()
    finish()
    for number in due():
        for _sender in range(claiming.SENDERS):
            ask(number)


def finish() -> int:
    """End the mailings of which nothing waits and nothing is under way. Returns how many ended."""
    return _execute(FINISH)


def due() -> list[int]:
    """The mailings that could go on now."""
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        return [number for (number,) in cursor.fetchall()]


def _execute(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def states(mailing: Mailing) -> dict[MessageState, int]:
    """How many of its messages are in each state; their sum is all of them."""
    rows = MailMessage.objects.filter(mailing=mailing).values("state").order_by().annotate(number=Count("pk"))
    found = {row["state"]: row["number"] for row in rows}
    return {state: found.get(state, 0) for state in MessageState}


def by_state(numbers: list[int]) -> dict[int, dict[str, int]]:
    """Of each of these mailings how many messages there are (`all`), and how many were sent (`sent`). One query."""
    gone = Q(sent_at__isnull=False)
    rows = (
        MailMessage.objects.filter(mailing__in=numbers)
        .values("mailing")
        .order_by()
        .annotate(all=Count("pk"), sent=Count("pk", filter=gone))
    )
    return {row["mailing"]: {"all": row["all"], "sent": row["sent"]} for row in rows}
