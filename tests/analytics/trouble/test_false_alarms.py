"""How often each detector names somebody of a made-up history without any trouble.

People come on days by chance, at a rate of their own that never changes, read up to a page drawn for each, and return
to help as they do to anything. The rows are those that the fold would have written.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from numpy.random import Generator

from analytics.models import ViewerDay, ViewerMaterial, ViewerPage
from analytics.trouble.base import all_detectors
from campaigns.enums import Series
from campaigns.models import Material, Tag, Viewer
from records.models import Customer
from tests.events import make_material

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
