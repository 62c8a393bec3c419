"""Sheets of answers: begun, saved page by page, handed in once.

What is handed in becomes a submission with its answers and, where it came through a share or the survey's own address
named a campaign, the event `response` of that campaign: all in one transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from campaigns.collector import happened
from campaigns.enums import EventKind, Grade
from campaigns.models import AnswerSheet, Share
from campaigns.programmes.telling import Way, answered_by_nobody_known
from privacy.agency import agency_today
from records.asking import asked
from records.enums import Source
from records.intake.answers import rule_of
from records.models import Answer, Customer, Question, Submission, Survey

# Days after which what was begun and never handed in is deleted.
KEPT_DAYS = 30
# How the numbers of submissions begin that were handed in here.
FROM_THE_WEB = "web-"
# At the survey's own address, which named no campaign.
ANYHOW = Way()


class Shut(Enum):
    """Why a survey takes no answers."""

    UNPUBLISHED = "unpublished"
    NOT_YET = "not yet"
    CLOSED = "closed"
    FULL = "full"


class TakesNone(Exception):
    """The survey takes no answers; `reason` says why. Nothing was stored."""

    def __init__(self, reason: Shut) -> None:
        super().__init__(reason.value)
        self.reason = reason


class HandedIn(Exception):
    """The sheet was handed in before, in another tab perhaps; or its answers came as an unknown person's, and it is
    known by now that they are the recipient's. Nothing was changed."""


class Unanswered(Exception):
    """A question that must be answered is not."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.pk)
        self.question = question


def shut(survey: Survey) -> Shut | None:
    """Why nobody can answer it now; None where they can. At most one query, where it closes at a count."""
    today = agency_today()
    if survey.published_at is None:
        return Shut.UNPUBLISHED
    if survey.opens_on and today < survey.opens_on:
        return Shut.NOT_YET
    if survey.closes_on and today > survey.closes_on:
        return Shut.CLOSED
    if survey.most_answers and survey.submissions.count() >= survey.most_answers:
        return Shut.FULL
    return None


def begin(survey: Survey, key: UUID, way: Way = ANYHOW) -> AnswerSheet:
    """The sheet of the share's recipient, or of the page that drew this key; a new one where there is none.

    A new one that came through a share is the event `begun`.
    """
    now = timezone.now()
    made = {"survey": survey, "key": key, "begun_at": now, "saved_at": now}
    whose = {"share": way.share} if way.share and way.grade != Grade.UNKNOWN else {"key": key, "survey": survey}
    with transaction.atomic():
        sheet, is_new = AnswerSheet.objects.get_or_create(**whose, defaults=made)
        if is_new and way.share:
            _tell(EventKind.BEGUN, way, sheet, now, key)
    return sheet


def _tell(kind: EventKind, way: Way, sheet: AnswerSheet, at: datetime, event_id: UUID) -> None:
    """The event of a sheet that came through a share. Somebody unknown is known by their sheet alone."""
    sheets = {"visit_id": sheet.key} if way.grade == Grade.UNKNOWN else {}
    if way.share:
        happened(kind, way.share, at, event_id, grade=way.grade, signals=way.signals, **sheets)


def save(sheet: AnswerSheet, answers: Mapping[str, str]) -> AnswerSheet:
    """Put these answers, by the keys of their questions, into the sheet; others stay. Raises HandedIn."""
    with transaction.atomic():
        locked = _locked(sheet)
        locked.given = {key: text for key, text in {**locked.given, **answers}.items() if text}
        locked.saved_at = timezone.now()
        locked.save(update_fields=["given_json", "saved_at"])
    return locked


def take_over(begun: AnswerSheet, way: Way) -> AnswerSheet:
    """Whoever began this sheet as somebody unknown is known by now for the recipient of the way's share: its answers
    become those of the share's sheet, and of two to a question the later sheet's stands. Nothing of what is handed in.
    """
    with transaction.atomic():
        own = begin(begun.survey, uuid4(), way)
        rows = AnswerSheet.objects.select_for_update(of=("self",)).filter(pk__in=[own.pk, begun.pk], handed_in_at=None)
        both = list(rows.order_by("saved_at"))
        if len(both) == 2:
            (own,) = (one for one in both if one.pk == own.pk)
            own.given, own.saved_at = {**both[0].given, **both[1].given}, timezone.now()
            own.save(update_fields=["given_json", "saved_at"])
            AnswerSheet.objects.filter(pk=begun.pk)._raw_delete("default")
    return own


def hand_in(sheet: AnswerSheet, way: Way = ANYHOW) -> Submission:
    """Make it a submission, the recipient's where the sheet is of their share. Answers to what is not asked after all
    (another answer was changed) are left out.

    `way.campaign` is the one that the survey's own address named, where there is no share. Raises TakesNone, HandedIn
    and Unanswered; then nothing is changed.
    """
    with transaction.atomic():
        # One at a time, so that no more are taken than the survey takes.
        survey = Survey.objects.select_for_update().get(pk=sheet.survey_id)
        locked = _locked(sheet)
        if reason := shut(survey):
            raise TakesNone(reason)
        if locked.share and was_sent_otherwise(survey, locked.share):
            raise HandedIn
        given = locked.given
        wanted = asked(list(survey.questions.all()), given)
        if missing := next((one for one in wanted if one.is_required and not given.get(str(one.key))), None):
            raise Unanswered(missing)
        made = _submitted(survey, locked, way, timezone.now())
        for question in wanted:
            if text := given.get(str(question.key)):
                answer = Answer(submission=made, question=question)
                answer.value = text
                answer.save(force_insert=True)
        locked.given, locked.handed_in_at, locked.saved_at = {}, made.submitted_at, made.submitted_at
        locked.save(update_fields=["given_json", "handed_in_at", "saved_at"])
        if way.share:
            _tell(EventKind.RESPONSE, way, locked, made.submitted_at, made.key)
        elif way.campaign:
            answered_by_nobody_known(locked.key, way.campaign, made.submitted_at, made.key, way.signals)
    return made


def was_sent_otherwise(survey: Survey, share: Share) -> bool:
    """Whether what somebody unknown handed in was confirmed to be the answers of the share's recipient: it was on a
    sheet of no share. One query, and one more where they answered. Relies on customer_merged_into and
    submission_again."""
    customer = share.recipient.customer
    if customer is None:
        return False
    records = Customer.objects.of_person(customer.person_id)
    theirs = Submission.objects.filter(survey=survey, customer__in=records, number__startswith=FROM_THE_WEB)
    numbers = theirs.values_list("number", flat=True)
    keys = [number.removeprefix(FROM_THE_WEB) for number in numbers]
    return bool(keys) and AnswerSheet.objects.filter(key__in=keys, share=None).exists()


def forget_left() -> int:
    """Delete what was begun and left; how many sheets. Relies on the index answer_sheet_left."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    return AnswerSheet.objects.filter(handed_in_at=None, saved_at__lt=before)._raw_delete("default")


def _submitted(survey: Survey, sheet: AnswerSheet, way: Way, now: datetime) -> Submission:
    return Submission.objects.create(
        survey=survey,
        customer=sheet.share.recipient.customer if sheet.share else None,
        is_by_unknown=way.is_unknown,
        sent_through=way.sent_through,
        number=f"{FROM_THE_WEB}{sheet.key}",
        submitted_at=now,
        retention_rule=rule_of(survey.kind),
        source=Source.CUSTOMER,
    )


def _locked(sheet: AnswerSheet) -> AnswerSheet:
    rows = AnswerSheet.objects.select_for_update(of=("self",)).select_related("share__recipient__customer")
    locked = rows.get(pk=sheet.pk)
    if locked.handed_in_at is not None:
        raise HandedIn
    return locked
