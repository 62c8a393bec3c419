"""Entering a contest: by a share's link, or at its own address; and what its winners say of their prize.

An entry is a `Submission` with its answers, and the event `response` of the campaign that asked: all in one
transaction. That nobody enters twice is a rule of the schema (`entry_once`), so that thousands may come at once
without waiting for one another.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.programmes import waiting_letters
from campaigns.programmes.telling import Way, answered
from privacy import changes
from privacy.accesslog import Actor
from records import confirming, contests
from records.contests import PROMOTING, Bar, Shut
from records.enums import Source, SurveyRule
from records.models import Answer, Award, Contest, Customer, Drawing, Question, Submission
from records.models.customer import HANGS_ON_PERSON
from records.naming import new_token

BY_THEMSELVES = Actor.system("contest_page")
# How the numbers of customers begin who entered without a link of their own.
NUMBERED = "E"
# How the numbers of entries begin that were made here.
FROM_THE_WEB = "entry-"

# The first of them, under whatever record of the person. Relies on customer_merged_into and submission_again.
OF_PERSON = f"""
SELECT * FROM records_submission
WHERE survey_id = %(survey)s AND {HANGS_ON_PERSON}
ORDER BY submitted_at, id
LIMIT 1
"""


class TakesNone(Exception):
    """Nothing was stored; `reason` says why."""

    def __init__(self, reason: Shut | Bar) -> None:
        super().__init__(reason.value)
        self.reason = reason


def entry_of(contest: Contest, customer: Customer) -> Submission | None:
    """The person's entry, whatever record of theirs it hangs on; one that was withdrawn too."""
    asked = {"survey": contest.survey_id, "person": customer.person_id}
    found = next(iter(Submission.objects.raw(OF_PERSON, asked)), None)
    if found:
        found.survey = contest.survey
        if found.customer_id == customer.pk:
            found.customer = customer
    return found


def enter(
    contest: Contest,
    customer: Customer,
    questions: Sequence[Question],
    answers: Mapping[str, str],
    way: Way,
    *,
    by_own_link: bool = False,
    is_claimed: bool = False,
) -> tuple[Submission, bool]:
    """Take the entry; and whether it is new. Who has entered keeps what they entered; who had withdrawn enters anew.
    The letter of how it stands waits from then on; whoever came by a link of their own is told of each entry once.
    Nobody who is not known brings back what was withdrawn: the letter leads to the page where its customer can.
    `is_claimed` where somebody typed the customer's address: until that is confirmed nobody knows that it was they.

    `answers` are checked, by the keys of the questions. Raises TakesNone; then nothing is changed.
    """
    if reason := contests.shut(contest) or contests.barred(contest, customer):
        raise TakesNone(reason)
    try:
        with transaction.atomic():
            known = entry_of(contest, customer)
            if known and (is_claimed or not known.withdrawn_at):
                if not by_own_link:
                    waiting_letters.ask(known)
                return _with_token(known, way), False
            made = _again(known) if known else _made(contest, customer)
            made.language = way.language
            made.is_claimed = is_claimed
            made.is_by_unknown, made.sent_through = way.is_unknown, way.sent_through
            changes.save(made, by=BY_THEMSELVES, basis=PROMOTING)
            # The row refers to the survey's, which a drawing locks: either it waits for this one, or it was first.
            if Drawing.objects.filter(contest=contest).exists():
                raise TakesNone(Shut.CLOSED)
            _answer(made, questions, answers)
            if known:
                waiting_letters.ask(known)
            else:
                answered(customer, way, made.submitted_at, made.key, is_claimed=is_claimed)
            return made, True
    except IntegrityError as problem:
        # Sent twice at the same time: the other one is in.
        if "entry_once" not in str(problem):
            raise
        return contest.survey.submissions.select_related("customer", "survey").get(
            customer=customer, entry_number__isnull=False
        ), False


def withdraw(entry: Submission) -> bool:
    """Take one's entry back, with what was answered; the letter of it waits from then on. False once the contest is
    over."""
    with transaction.atomic():
        is_withdrawn = contests.withdraw(entry, BY_THEMSELVES, PROMOTING)
        if is_withdrawn:
            waiting_letters.ask(entry)
    return is_withdrawn


def confirm(entry: Submission) -> bool:
    """Whoever reads the mail of the address that was typed says that it was they, as `confirming.confirm` has it."""
    return confirming.confirm(entry, BY_THEMSELVES, PROMOTING)


def claim(award: Award, send_to: str) -> bool:
    """They take the prize at the entry's own page, by which they confirm the entry. False where it is not theirs to
    claim (any more)."""
    return _by_their_mail(award, partial(contests.claim, award, send_to, BY_THEMSELVES, PROMOTING))


def decline(award: Award) -> bool:
    """The same of a prize that they do not want."""
    return _by_their_mail(award, partial(contests.decline, award, BY_THEMSELVES, PROMOTING))


def _by_their_mail(award: Award, settle: Callable[[], bool]) -> bool:
    """What is settled at the entry's own page, whose address came by the customer's mail, they did themselves."""
    with transaction.atomic():
        contests.lock_entries(award.contest)
        is_settled = settle()
        if is_settled:
            confirm(award.submission)
    return is_settled


def _made(contest: Contest, customer: Customer) -> Submission:
    now = timezone.now()
    made = Submission(
        survey=contest.survey,
        customer=customer,
        submitted_at=now,
        letter_asked_at=now,
        letter_due_at=now,
        retention_rule=SurveyRule.CONTEST,
        source=Source.CUSTOMER,
        entry_number=contests.new_entry_number(),
        token=new_token(),
    )
    made.number = f"{FROM_THE_WEB}{made.key}"
    return made


def _again(known: Submission) -> Submission:
    known.withdrawn_at, known.submitted_at = None, timezone.now()
    known.token = known.token or new_token()
    known.entry_number = known.entry_number or contests.new_entry_number()
    return known


def _with_token(known: Submission, way: Way) -> Submission:
    """One that staff or a file brought has no address of its own until its customer comes here."""
    if known.token is None:
        known.token, known.language = new_token(), way.language
        known.entry_number = known.entry_number or contests.new_entry_number()
        changes.save(known, by=BY_THEMSELVES, basis=PROMOTING)
    return known


def _answer(made: Submission, questions: Sequence[Question], answers: Mapping[str, str]) -> None:
    for question in questions:
        if text := answers.get(str(question.key)):
            answer = Answer(submission=made, question=question)
            answer.value = text
            answer.save(force_insert=True)
