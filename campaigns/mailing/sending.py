"""Sending a mailing: chunk by chunk over one connection, each message begun, handed over and marked.

    claim a chunk → look who must be left out → for each: begin it (and mark the one before) → hand it over

Killed anywhere, nothing is repeated by itself and nothing skipped: what was not begun waits again, the one that was
begun and not marked is in doubt. Source: DESIGN section 9, "Mail".
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import redis
import structlog
from django.core.mail import EmailMessage
from django.utils.translation import gettext_noop

from campaigns.enums import MailingState
from campaigns.mailing import claiming, pace
from campaigns.mailing.audience import Recipient, recipients
from campaigns.mailing.claiming import Claimed, Mark
from campaigns.mailing.handing import NoServer, Outcome, PostOffice
from campaigns.mailing.letters import Letter, Unwritable, email
from campaigns.mailing.telling import tell
from campaigns.models import Mailing
from privacy.access import Actor, Basis, reading
from privacy.places import declare_place

MATERIALS_TO_CUSTOMERS = Basis(12)  # the notice's purpose that customer sharing data (category 18) serves
SENDING = declare_place("send_mailing", gettext_noop("Sending a mailing to its recipients"), (1, 2, 18))
STRETCH = 20.0  # seconds of work in one task; a chunk more at the most
CHUNK = 50  # messages
SECONDS_A_CHUNK = 10  # that a chunk takes at the mailing's own pace

log = structlog.get_logger(__name__)


@dataclass
class Round:
    """One sender at work. `goes_on` until the pace, a pause, or the mail server says otherwise."""

    mailing: Mailing
    by: str
    office: PostOffice
    goes_on: bool = True
    trouble: str = ""
    done: Mark | None = None  # handed over and not yet marked

    def run(self) -> None:
        until = time.monotonic() + STRETCH
        while self.goes_on and time.monotonic() < until:
            chunk = claiming.claim(self.mailing, self.by, chunk_size(self.mailing))
            if not chunk:
                self.goes_on = False
                return
            with reading(Actor.system("mailing"), MATERIALS_TO_CUSTOMERS, place=SENDING) as read:
                read.count = self._send(chunk)
            tell()

    def _send(self, chunk: Sequence[Claimed]) -> int:
        """Returns how many were handed over."""
        count = 0
        for one, to, message in self._writable(chunk):
            if not self._wait() or not self._begin(one, to):
                self.goes_on = False
                break
            self._heed(one, self.office.hand_over(message, one.attempts + 1))
            count += 1
            if not self.goes_on:
                break
        self._mark()
        return count

    def _writable(self, chunk: Sequence[Claimed]) -> Iterator[tuple[Claimed, Recipient, EmailMessage]]:
        """Each of the chunk with its message; those who must not get it are left out, what cannot be written fails."""
        found = {one.share: one for one in recipients([one.share for one in chunk], self.mailing)}
        for one in chunk:
            to = found[one.share]
            if to.left_out:
                claiming.leave_out(one, self.by, to.left_out)
                continue
            try:
                yield one, to, email(Letter(self.mailing, to), one.identifier)
            except Unwritable as problem:
                claiming.fail(one, self.by, str(problem))

    def _wait(self) -> bool:
        """Wait for the next moment of the mailing's pace; False where that is too long, or nobody counts it."""
        try:
            seconds = pace.moment(self.mailing.pk, self.mailing.messages_a_minute)
        except redis.RedisError:
            log.warning("mailing_waits", reason="redis does not answer")
            return False
        if seconds is None:
            return False
        if seconds > 0:
            self._mark()  # it is not to be in doubt for as long as we wait
            time.sleep(seconds)
        return True

    def _begin(self, one: Claimed, to: Recipient) -> bool:
        done, self.done = self.done, None
        return claiming.step(self.by, done, (one, to))

    def _mark(self) -> None:
        if self.done:
            done, self.done = self.done, None
            claiming.step(self.by, done, None)

    def _heed(self, one: Claimed, outcome: Outcome) -> None:
        self.done = Mark(one.id, outcome.state, outcome.why, outcome.after)
        self.trouble = outcome.trouble
        self.goes_on = not outcome.stops


def chunk_size(mailing: Mailing) -> int:
    return max(1, min(CHUNK, mailing.messages_a_minute * SECONDS_A_CHUNK // 60))


def work_on(number: int) -> bool:
    """Send what waits of a mailing for as long as a task should last. Returns whether more can be sent at once.

    Harmless when repeated or run beside others: each message is claimed by one.
    """
    mailing = Mailing.objects.filter(pk=number, state=MailingState.SENDING).first()
    if mailing is None:
        return False
    with claiming.sender(number) as by:
        return by is not None and _work(mailing, by)


def _work(mailing: Mailing, by: str) -> bool:
    office = PostOffice()
    try:
        office.open()
    except NoServer as problem:
        _stand_still(mailing, problem.trouble, lasts=problem.lasts)
        return False
    try:
        one_round = Round(mailing, by, office)
        one_round.run()
    finally:
        office.close()
    _stand_still(mailing, one_round.trouble, lasts=bool(one_round.trouble))
    return one_round.goes_on


def _stand_still(mailing: Mailing, trouble: str, *, lasts: bool) -> None:
    """Keep why the mailing stands still, or that it does not; where that lasts, it is paused."""
    Mailing.objects.filter(pk=mailing.pk).exclude(trouble=trouble).update(trouble=trouble)
    if lasts:
        Mailing.objects.filter(pk=mailing.pk, state=MailingState.SENDING).update(state=MailingState.PAUSED)
        log.warning("mailing_paused", mailing=mailing.pk, reason=trouble)
