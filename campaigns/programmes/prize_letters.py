"""Letters of a contest: that an entry is in or withdrawn, who won, who is an alternate, what was claimed.

None of them advertises anything: each answers what somebody did themselves, and a winner's tells what they won by
entering, which the rules promise. So they go also to whoever asked for no advertising (CAN-SPAM calls such letters
transactional, 15 U.S.C. 7702(17)), as those of registrations do; they hold nothing else.
"""

from collections.abc import Callable

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.addresses import entry_address
from campaigns.enums import Language
from campaigns.programmes.confirming import Said
from privacy.tries import Limit
from records.contests import Bar
from records.enums import AwardState
from records.models import Award, Contest, Customer, Submission

# So many letters on one entry, whoever asks for them again.
LETTERS = Limit("entry-letter", tries=6, seconds=60 * 60)


def of_entry(entry: Submission) -> EmailMessage | None:
    """How the entry stands; None where there is no address."""
    if entry.token is None:
        return None
    return _letter(entry, lambda language: _of_entry(entry, language))


CLAIMED = gettext_lazy(
    "Someone entered with this e-mail address. If it was you, confirm it on the page below. If not, withdraw it there."
)


def of_award(award: Award) -> EmailMessage | None:
    """How it stands with the prize; None where there is no address: staff have a task."""
    return _letter(award.submission, lambda language: _of_award(award, language))


def _letter(entry: Submission, said: Callable[[str], Said]) -> EmailMessage | None:
    """To whose entry it is, in the language in which they entered."""
    address = entry.customer.email if entry.customer else ""
    if not address:
        return None
    with translation.override(entry.language or Language.ENGLISH.value):
        return _to(address, said(entry.language))


def write_of_refusal(contest: Contest, customer: Customer, bar: Bar, language: str) -> bool:
    """To whoever tried at the open address and may not take part. Said there, it would say who is known here."""
    if not customer.email or not LETTERS.take_while_counted(f"{contest.key} {customer.key}"):
        return False
    with translation.override(language or Language.ENGLISH.value):
        name = contest.survey.name_in(language)
        why = {
            Bar.STATE: _("The contest is for people of certain states, and our records say that you live elsewhere."),
            Bar.ORGANIZATION: _("The contest is for people of one organization."),
        }[bar]
        wrong = _("If that is wrong, reply to this letter and we will correct it.")
        _to(customer.email, Said(_("Not entered: %(name)s") % {"name": name}, f"{why} {wrong}")).send()
    return True


def _to(address: str, said: Said) -> EmailMessage:
    return EmailMessage(said.subject, said.text, to=[address], headers={"Auto-Submitted": "auto-generated"})


def _of_entry(entry: Submission, language: str) -> Said:
    if entry.withdrawn_at:
        subject, first = _("Withdrawn: %(name)s"), _("Your entry is withdrawn, and your answers are deleted.")
    else:
        subject = _("You have entered: %(name)s")
        first = _("Your entry is in. Its number in the drawing is %(number)s.") % {"number": entry.entry_number}
        if entry.sent_by:
            first = f"{first} {CLAIMED}"
    own = _("See the rules, or withdraw your entry: %(address)s") % {"address": entry_address(entry)}
    return _said(entry, language, subject, [first, own])


def _of_award(award: Award, language: str) -> Said:
    entry, until = award.submission, award.claim_until
    day = {"day": date_format(until, "DATE_FORMAT") if until else "", "address": entry_address(entry)}
    subject, text = {
        AwardState.OFFERED: (
            _("You have won: %(name)s"),
            _("Your entry has won. Claim your prize by %(day)s: %(address)s") % day,
        ),
        AwardState.WAITING: (
            _("You are an alternate: %(name)s"),
            _("Your entry was drawn as an alternate. We will write to you if a prize is not claimed: %(address)s")
            % day,
        ),
        AwardState.CLAIMED: (
            _("Claimed: %(name)s"),
            _("You have claimed your prize. We will send it to the address you gave."),
        ),
        AwardState.DECLINED: (
            _("Declined: %(name)s"),
            _("You declined the prize. You do not need to do anything more."),
        ),
        AwardState.LAPSED: (
            _("Not claimed: %(name)s"),
            _("Your prize was not claimed by %(day)s and has gone to the next person.") % day,
        ),
    }[AwardState(award.state)]
    return _said(entry, language, subject, [text])


def _said(entry: Submission, language: str, subject: str, parts: list[str]) -> Said:
    name = entry.survey.name_in(language)
    keep = _("Anyone who has this address can withdraw your entry or claim for you: keep it to yourself.")
    return Said(subject % {"name": name}, "\n\n".join([*parts, name, keep]))
