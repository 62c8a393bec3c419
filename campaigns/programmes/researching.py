"""Taking part in a study by the link of an invitation: agreeing, which is the event `response` of the campaign that
asked, with its share, in one transaction; declining; and by one's own address another session, and the withdrawal."""

from django.db import transaction

from campaigns.collector import happened
from campaigns.enums import EventKind
from campaigns.models import Share
from campaigns.programmes import waiting_letters
from privacy.accesslog import Actor
from records import research
from records.models import Customer, Study, StudyParticipant
from records.research import UNDERSTANDING, Agreement

BY_THEMSELVES = Actor.system("research_page")


def agree(
    study: Study, customer: Customer, agreement: Agreement, share: Share, *, signals: int = 0
) -> tuple[StudyParticipant, bool]:
    """Take part, of which a letter waits from then on; and whether that is new. Raises what research.agree does; then
    nothing is changed."""
    with transaction.atomic():
        made, is_new = research.agree(study, customer, agreement, BY_THEMSELVES)
        if is_new:
            waiting_letters.ask(made)
            happened(EventKind.RESPONSE, share, made.answered_at, made.key, signals=signals)
    return made, is_new


def decline(study: Study, customer: Customer, language: str) -> StudyParticipant:
    return research.decline(study, customer, language, BY_THEMSELVES)


def choose(participant: StudyParticipant, session: str) -> bool:
    """Another session, of which a letter waits from then on. Raises TakesNone."""
    with transaction.atomic():
        is_changed = research.choose(participant, session, BY_THEMSELVES)
        if is_changed:
            waiting_letters.ask(participant)
    return is_changed


def withdraw(participant: StudyParticipant) -> bool:
    return research.withdraw(participant, BY_THEMSELVES, UNDERSTANDING)
