"""The demo's contests: one from a file, drawn, with a prize that is claimed; and one that is open. All is made up."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.programmes.entering import FROM_THE_WEB
from config.demo.programmes import SURVEYS, TABLE
from config.demo.rhythm import Calendar
from config.demo.staff import email_of
from privacy.models import User
from records import contests
from records.contests import BY_THE_CLOCK, PROMOTING
from records.enums import AwardState, Source, SurveyKind, SurveyRule
from records.models import Award, Contest, Customer, Submission, Survey
from records.naming import new_token

OPEN = "demo-stamp-contest"
MAKER = "Beatriz Carvalho"
ENTERED = 24


def make_contests(calendar: Calendar) -> None:
    maker = User.objects.get(email=email_of(MAKER))
    _make_drawn(Survey.objects.get(slug=SURVEYS[1]), maker)
    _make_open(calendar.as_of, maker)


def _make_drawn(survey: Survey, maker: User) -> None:
    """Nobody is written to: the letters count as sent. A demo of days to come has not closed yet."""
    contest = _contest(survey, maker, "drawn", winners=3, alternates=2)
    if not contests.is_over(contest):
        return
    with transaction.atomic():
        contests.draw(contest, maker, PROMOTING)
        first = contest.awards.filter(state=AwardState.OFFERED).order_by("rank")[0]
        contests.claim(first, TABLE["send_to"], BY_THE_CLOCK, PROMOTING)
        sent = {"letter_asked_at": None, "letter_due_at": None, "letter_went_at": timezone.now()}
        Award.objects.filter(contest=contest).update(**sent)


def _make_open(as_of: date, maker: User) -> None:
    said = TABLE["contests"]["open"]
    survey = Survey.objects.create(
        slug=OPEN,
        name=said["name"],
        name_es=said["name_es"],
        description=said["about"],
        kind=SurveyKind.CONTEST,
        opens_on=as_of - timedelta(days=6),
        closes_on=as_of + timedelta(days=24),
        published_at=datetime.combine(as_of - timedelta(days=7), time(15), UTC),
        is_open=True,
        is_demo=True,
        created_by=maker,
    )
    _contest(survey, maker, "open", winners=5, alternates=5, minimum_age=18)
    people = Customer.objects.people().filter(source_import__is_demo=True).exclude(Q(email="") | Q(city=""))
    entered_at = datetime.combine(as_of - timedelta(days=2), time(16), UTC)
    Submission.objects.bulk_create(
        Submission(
            survey=survey,
            customer=customer,
            number=f"{FROM_THE_WEB}{customer.key}",
            submitted_at=entered_at + timedelta(minutes=7 * nth),
            retention_rule=SurveyRule.CONTEST,
            source=Source.CUSTOMER,
            entry_number=contests.new_entry_number(),
            token=new_token(),
            language="en",
        )
        for nth, customer in enumerate(people.order_by("-number")[:ENTERED])
    )


def _contest(survey: Survey, maker: User, which: str, **terms: int) -> Contest:
    said = TABLE["contests"][which]
    texts = {name: said[name] for name in ("rules", "rules_es", "prizes", "prizes_es")}
    contest = Contest.objects.create(survey=survey, created_by=maker, is_demo=True, **texts, **terms)
    contests.commit(contest)
    Contest.objects.filter(pk=contest.pk).update(committed_at=survey.published_at)
    return contest
