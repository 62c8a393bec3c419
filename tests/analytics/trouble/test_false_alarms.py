"""How often each detector names somebody of a made-up history without any trouble.

People come on days by chance, at a rate of their own that never changes, read up to a page drawn for each, and return
to help as they do to anything. They finish forms within days, score as they always do, lose a meeting's line by chance,
and miss one event in ten. The rows are those that the fold would have written.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from numpy.random import Generator

from analytics.models import ViewerDay, ViewerMaterial, ViewerPage
from analytics.trouble.base import all_detectors
from campaigns.enums import Series
from campaigns.models import AnswerSheet, Material, Share, Tag, Viewer
from privacy.roles import Role
from records.models import (
    Answer,
    Customer,
    Gathering,
    Interval,
    Meeting,
    Participation,
    Question,
    Registration,
    Submission,
    Survey,
)
from tests.events import make_material
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PEOPLE, DAYS, TODAY = 1_000, 224, date(2026, 3, 10)
CHANCE = 3.0  # standard errors of a share of so many people


@pytest.fixture
def calm() -> None:
    chance = np.random.default_rng(890)
    viewers = people()
    rates = chance.gamma(1.2, 0.18, PEOPLE).clip(0.005, 0.9)  # of coming on a day
    with connection.cursor() as cursor:
        for month in {(TODAY - timedelta(days=ago)).replace(day=1) for ago in range(DAYS)}:
            cursor.execute("SELECT make_viewer_day_partition('insight', %s)", [month])
    ViewerDay.objects.bulk_create(days(viewers, rates, chance), batch_size=5_000)
    read(viewers, rates, chance)
    customers = list(Customer.objects.order_by("pk"))
    sign_up(customers, chance)
    meet(customers, chance)
    answer(customers, chance)
    begin(viewers, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself some time after


def people() -> list[int]:
    customers = Customer.objects.bulk_create(Customer(number=f"C-{n}", name=f"C {n}") for n in range(PEOPLE))
    made = Viewer.objects.bulk_create(Viewer(key=customer.key, customer=customer) for customer in customers)
    return [viewer.pk for viewer in made]


def days(
    viewers: list[int], rates: "np.ndarray[tuple[int], np.dtype[np.float64]]", chance: Generator
) -> Iterator[ViewerDay]:
    for viewer, rate in zip(viewers, rates, strict=True):
        for ago in np.flatnonzero(chance.random(DAYS) < rate).tolist():
            day = TODAY - timedelta(days=ago)
            about = {"series": Series.INSIGHT, "month": day.replace(day=1)}
            yield ViewerDay(viewer_id=viewer, day=day, facts=1, views=1, visits=1, **about)


def read(viewers: list[int], rates: "np.ndarray[tuple[int], np.dtype[np.float64]]", chance: Generator) -> None:
    """Each opens some of twelve materials of eight pages, two of them help, in the last 60 days, and may come again."""
    materials = [make_material(f"m-{number}") for number in range(12)]
    Material.objects.update(page_count=8)
    topic = Tag.objects.create(slug="help", name="Help")
    for material in materials[:2]:
        material.tags.add(topic)
    opened, pages = [], []
    for viewer, rate in zip(viewers, rates, strict=True):
        for place in np.flatnonzero(chance.random(12) < min(0.6, rate * 2)).tolist():
            again = int(chance.poisson(0.4))
            first = TODAY - timedelta(days=int(chance.integers(20, 60)))
            last = first + timedelta(days=int(chance.integers(0, 20)) if again else 0)
            farthest = int(min(8, chance.geometric(0.22)))
            at = [datetime(one.year, one.month, one.day, 16, tzinfo=UTC) for one in (first, last)]
            about = {"viewer_id": viewer, "material_id": materials[place].pk, "first_at": at[0], "last_at": at[1]}
            opened.append(ViewerMaterial(facts=1, views=1 + again, visits=1 + again, **about))
            pages.append(ViewerPage(version=1, page=farthest, facts=1, reads=1, **about))
    ViewerMaterial.objects.bulk_create(opened, batch_size=5_000)
    ViewerPage.objects.bulk_create(pages, batch_size=5_000)


def sign_up(customers: list[Customer], chance: Generator) -> None:
    """Each for some of four events, nine of ten of which they come to."""
    for nth in range(4):
        event = Gathering.objects.create(slug=f"e-{nth}", name=f"E {nth}", starts_at=at(30 + 80 * nth))
        Registration.objects.bulk_create(
            Registration(gathering=event, customer=person, registered_at=at(340), attended=chance.random() < 0.9)
            for person in customers
            if chance.random() < 0.4
        )


def meet(customers: list[Customer], chance: Generator) -> None:
    """Four meetings of a quarter of them each; one who comes is thrown out now and then and comes back."""
    for nth in range(4):
        meeting = Meeting.objects.create(number=f"9{nth}", uid=f"m-{nth}", started_at=at(5 + 12 * nth))
        came = [person for person in customers if chance.random() < 0.25]
        parts = Participation.objects.bulk_create(
            Participation(meeting=meeting, customer=person, joined_at=meeting.started_at, seconds=900)
            for person in came
        )
        Interval.objects.bulk_create(
            Interval(participation=part, joined_at=meeting.started_at + timedelta(minutes=stretch))
            for part in parts
            for stretch in range(1 + int(chance.poisson(0.3)))
        )


def answer(customers: list[Customer], chance: Generator) -> None:
    """Two surveys, half a year apart, of four ratings around a mean of each one's own that does not change."""
    contentment = chance.normal(4.2, 0.3, len(customers))
    for nth, days in enumerate((200, 20)):
        survey = Survey.objects.create(slug=f"s-{nth}", name=f"S {nth}")
        asked = [
            Question.objects.create(
                survey=survey, number=one, text="How?", kind="rating", element="c09-customer-perception"
            )
            for one in range(1, 5)
        ]
        made = Submission.objects.bulk_create(
            Submission(
                survey=survey, customer=person, number=person.number, submitted_at=at(days), retention_rule="RET-7"
            )
            for person in customers
        )
        scores = chance.normal(contentment[:, None], 0.8, (len(customers), 4)).round().clip(1, 5)
        Answer.objects.bulk_create(
            Answer(submission=one, question=question, number=int(scores[row, column]))
            for row, one in enumerate(made)
            for column, question in enumerate(asked)
        )


def begin(viewers: list[int], chance: Generator) -> None:
    """Everybody begins a form; one in five has not handed it in yet, and goes on with it within half a day or so."""
    survey, staff = Survey.objects.get(slug="s-1"), make_user(Role.SALES)
    material = Material.objects.first()
    shares = Share.objects.bulk_create(
        Share(key=uuid4(), material=material, recipient_id=viewer, sender=staff, shared_at=at(30)) for viewer in viewers
    )
    hours = chance.exponential(14, len(shares))
    AnswerSheet.objects.bulk_create(
        AnswerSheet(
            survey=survey, share=share, begun_at=at(29), saved_at=(saved := at(0) - timedelta(hours=float(ago))),
            handed_in_at=saved if chance.random() < 0.8 else None,
        )
        for share, ago in zip(shares, hours, strict=True)
    )  # fmt: skip


def at(days: int) -> datetime:
    day = TODAY - timedelta(days=days)
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


def test_no_detector_names_more_of_them_than_it_says(calm: None) -> None:
    """And it is a measure: of the same people, those who stop coming are found."""
    shares = {name: len(list(one.find(TODAY))) / PEOPLE for name, one in all_detectors().items()}
    allowed = {
        name: one.false_alarms + CHANCE * (one.false_alarms * (1 - one.false_alarms) / PEOPLE) ** 0.5
        for name, one in all_detectors().items()
    }
    assert {name: share for name, share in shares.items() if share > allowed[name]} == {}, shares
    ViewerDay.objects.filter(day__gt=TODAY - timedelta(days=56)).delete()
    assert len(list(all_detectors()["engagement_falling"].find(TODAY))) > PEOPLE / 20
