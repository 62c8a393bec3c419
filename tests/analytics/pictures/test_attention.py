"""The attention to pages: the report against statements of its own, its words, and who sees few readers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from analytics.exports.small_groups import version_without_few
from analytics.exports.tables import reading_words
from analytics.folding import fold_all
from analytics.models import MaterialPage
from analytics.pictures.asking import Asked
from analytics.pictures.attention import attention_pictures, median_words, nobody, strips_of
from analytics.pictures.base import Picture
from analytics.reports.intervals import Sample
from analytics.reports.material import (
    MaterialQuery,
    MaterialReport,
    MaterialTotals,
    Median,
    PageResult,
    VersionReading,
    material_report,
    median_of,
    pages_of,
)
from analytics.rollups import STRETCHES
from campaigns.models import Material
from records import figures
from tests.analytics.pictured import NOWHERE, marks
from tests.events import NOON, append, event, make_material, make_viewer

NOBODY = MaterialTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, Sample(0, 0, 0))


def of_readers(*readers: int, seconds: float = 10) -> MaterialReport:
    """A page for each number of readers, all of whom stayed as long."""
    pages = [
        PageResult(
            page=number,
            readers=count,
            raw_readers=count + 2,
            dwell_seconds=count * seconds,
            median=Median(seconds) if count else None,
            lost=count - readers[number] if number < len(readers) else None,
        )
        for number, count in enumerate(readers, start=1)
    ]
    return MaterialReport("guide", "Guide", 1, NOBODY, tuple(pages), NOWHERE)


def title(*readers: int, hides_few: bool = False) -> str:
    (picture,) = attention_pictures(of_readers(*readers), Asked(hides_few=hides_few))
    return picture.title.replace(figures.NARROW_GAP, " ")


@pytest.mark.parametrize(
    ("readers", "said"),
    [
        ((12,), "12 people read its one page, half of them for about 10 s or longer."),
        ((1,), "1 person read its one page, half of them for about 10 s or longer."),
        ((62, 60, 31, 30), "The largest drop is after page 2: 60 people read it, 31 read page 3."),
        ((5, 0), "The largest drop is after page 1: 5 people read it, nobody read page 2."),
        ((30, 20, 10), "Pages 1 and 2 lose the same number of readers to the next page: 10 each."),
        ((50, 40, 30, 20, 10), "Pages 1, 2, 3 and 4 lose the same number of readers to the next page: 10 each."),
        ((60, 50, 40, 30, 20, 10), "5 pages lose the same number of readers to the next page: 10 each."),
        ((5, 5, 9), "No page that is shown has fewer readers than the one before it."),
    ],
)
def test_the_title_says_where_readers_are_lost(readers: tuple[int, ...], said: str) -> None:
    assert title(*readers) == said


def test_nobody_read_it_is_no_picture_and_says_so() -> None:
    assert attention_pictures(of_readers(), Asked()) == []
    assert attention_pictures(of_readers(0, 0), Asked()) == []
    assert nobody(of_readers(), Asked()) == "Nobody has read a page of this version yet."
    assert strips_of(of_readers(0, 0), Asked()) == {}


def picture(*readers: int, hides_few: bool = False) -> Picture:
    (found,) = attention_pictures(of_readers(*readers), Asked(hides_few=hides_few))
    return found


def test_the_table_tells_readers_machines_time_and_the_next_page() -> None:
    rows = [tuple(cell.replace(figures.NARROW_GAP, " ") for cell in row) for row in picture(60, 30, 45, 0).rows]
    assert rows == [
        ("Page 1", "60", "62", "about 10 s", "−30 (−50%)"),
        ("Page 2", "30", "32", "about 10 s", "+15 (+50%)"),
        ("Page 3", "45", "47", "about 10 s", "−45 (−100%)"),
        ("Page 4", "0", "2", "–", "–"),
    ]
    assert (marks(picture(60, 30, 45), "bar"), marks(picture(60, 30, 45), "text mark")) == (3, 3)


def test_with_many_pages_the_times_are_left_to_the_table() -> None:
    assert marks(picture(*range(40, 10, -1)), "text mark") == 0


def test_few_readers_are_hidden_with_what_would_tell_them() -> None:
    found = picture(60, 30, 4, hides_few=True)
    assert found.title == "The largest drop is after page 1: 60 people read it, 30 read page 2."
    assert found.rows[1][4] == "hidden"
    assert found.rows[2] == ("Page 3", "hidden", "hidden", "hidden", "hidden")
    assert marks(found, "bar") == 2
    assert title(60, 30, 4) == "The largest drop is after page 1: 60 people read it, 30 read page 2."


def test_pages_of_few_readers_alone_are_no_picture_and_say_no_number() -> None:
    found, asked = of_readers(3, 0), Asked(hides_few=True)
    assert attention_pictures(found, asked) == []
    assert nobody(found, asked) == "No page of this version has 5 readers or more yet."
    assert nobody(found, Asked()) == ""


def test_a_strip_stands_under_each_page() -> None:
    strips = strips_of(of_readers(60, 30, 4, 0), Asked(hides_few=True))
    told = {page: (one.percent, one.words.replace(figures.NARROW_GAP, " ")) for page, one in strips.items()}
    assert told == {
        1: (100, "60 readers, about 10 s"),
        2: (50, "30 readers, about 10 s"),
        3: (0, "fewer than 5 readers"),
        4: (0, "nobody read it"),
    }


@pytest.mark.parametrize(
    ("counts", "median"),
    [
        ({}, None),
        ({"within_1": 2}, Median(0.5)),
        ({"within_1": 1, "within_2": 1}, Median(1.0)),
        ({"within_12": 4}, Median(9.5)),
        ({"within_1": 3, "beyond": 1}, Median(2 / 3)),
        ({"within_1": 1, "beyond": 3}, Median(300, is_beyond=True)),
    ],
)
def test_the_median_lies_in_the_stretch_of_the_middle_reader(counts: dict[str, int], median: Median | None) -> None:
    names = [*(f"within_{end}" for end in STRETCHES), "beyond"]
    assert median_of([counts.get(name, 0) for name in names]) == median


def test_the_median_in_words() -> None:
    said = [
        median_words(one).replace(figures.NARROW_GAP, " ") for one in (None, Median(0.2), Median(75), Median(300, True))
    ]
    assert said == ["no known time", "about 1 s", "about 1 min 15 s", "over 5 min"]


def test_pages_that_nobody_read_stand_between_those_that_were() -> None:
    rows = [MaterialPage(page=2, readers=3, raw_readers=3), MaterialPage(page=4, readers=1, raw_readers=9)]
    assert [(one.page, one.readers, one.lost) for one in pages_of(rows, 5)] == [
        (1, 0, -3),
        (2, 3, 3),
        (3, 0, -1),
        (4, 1, 1),
        (5, 0, None),
    ]
    assert list(pages_of([], 5)) == []


# The report against the log ------------------------------------------------------------------------------------------

OF_PAGES = """
SELECT page, count(DISTINCT viewer_id) FILTER (WHERE verdict IN ('human', 'unknown')), count(DISTINCT viewer_id)
FROM campaigns_judgedevent WHERE kind = 'page' AND material_id = %s AND version = %s GROUP BY page ORDER BY page
"""
MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM (
    SELECT sum(dwell_ms) / 1000.0 AS seconds FROM campaigns_judgedevent
    WHERE kind = 'page' AND material_id = %s AND version = %s AND page = %s AND verdict IN ('human', 'unknown')
    GROUP BY viewer_id
) AS reader
"""


def read_by_many(material: Material) -> None:
    """Forty readers, each a page less far than the one before, ever longer; and a scanner that fetched them all."""
    for number in range(40):
        viewer = make_viewer(str(number))
        pages = range(1, 2 + (number * 7) % 6)
        append(
            *(
                event(
                    viewer, "page", material=material, version=3, page=page, dwell_ms=400 * (number + 1) + 100 * page,
                    occurred_at=NOON + timedelta(minutes=number, seconds=page * 30 + back),
                )
                for page in pages
                for back in (0, 10)
            )
        )  # fmt: skip
    scanner = -7
    append(
        *(
            event(scanner, "page", material=material, version=3, page=page, dwell_ms=5, signals=1)
            for page in range(1, 7)
        )
    )
    append(event(make_viewer("other"), "page", material=material, version=2, page=9, dwell_ms=1))


@pytest.mark.django_db
def test_the_report_is_what_the_log_says() -> None:
    guide = make_material("guide")
    Material.objects.filter(pk=guide.pk).update(version=3, page_count=7)
    read_by_many(guide)
    fold_all()

    found = material_report(MaterialQuery("guide"))

    with connection.cursor() as cursor:
        cursor.execute(OF_PAGES, [guide.pk, 3])
        assert [(one.page, one.readers, one.raw_readers) for one in found.pages] == [*cursor.fetchall(), (7, 0, 0)]
        for page in found.pages[:6]:
            cursor.execute(MEDIAN, [guide.pk, 3, page.page])
            exact, bounds = float(cursor.fetchone()[0]), [0, *STRETCHES]
            start = max(bound for bound in bounds if bound <= exact)
            end = min(bound for bound in bounds if bound > exact)
            assert page.median is not None
            assert start <= page.median.seconds <= end, page
    assert material_report(MaterialQuery("guide", 2)).pages[-1].page == 9


@pytest.mark.django_db
@pytest.mark.parametrize("readers", [1, 3])
def test_the_report_takes_six_statements_for_any_number_of_readers(
    readers: int, django_assert_num_queries: Any
) -> None:
    guide = make_material("guide")
    for number in range(readers):
        append(event(make_viewer(str(number)), "page", material=guide, version=1, page=number + 1, dwell_ms=5))
    fold_all()
    with django_assert_num_queries(6):
        material_report(MaterialQuery("guide"))


@pytest.mark.django_db
def test_a_material_that_nobody_opened_has_totals_of_zero() -> None:
    make_material("guide")
    found = material_report(MaterialQuery("guide"))
    assert (found.totals, found.pages) == (NOBODY, ())


@pytest.mark.django_db
def test_no_such_material_raises() -> None:
    with pytest.raises(Material.DoesNotExist):
        material_report(MaterialQuery("nothing"))


VERSIONS_OF_THE_LOG = """
WITH page AS (
    SELECT version, page, count(DISTINCT viewer_id) AS readers FROM campaigns_event
    WHERE kind = 'page' AND verdict IN ('human', 'unknown') GROUP BY 1, 2
)
SELECT version, max(readers), (array_agg(readers ORDER BY page DESC))[1],
    (SELECT sum(dwell_ms) FROM campaigns_event AS e WHERE e.version = page.version AND verdict IN ('human', 'unknown'))
FROM page GROUP BY version ORDER BY version DESC
"""


@pytest.mark.django_db
def test_versions_are_compared_as_the_log_has_them() -> None:
    guide, events = make_material("guide"), []
    for version, readers in {1: (9, 7, 2), 2: (8, 8)}.items():
        for page, count in enumerate(readers, start=1):
            events += [
                event(1000 * version + nth, "page", material=guide, version=version, page=page, dwell_ms=2_000 + nth)
                for nth in range(count)
            ]
    events.append(event(5, "page", material=guide, version=2, page=2, dwell_ms=90_000, signals=1))
    append(*events)
    fold_all()
    found = material_report(MaterialQuery("guide", 1)).versions
    assert [(one.number, one.pages, one.began, one.finished, one.left_after) for one in found] == [
        (2, 2, 8, 8, None), (1, 3, 9, 2, 2),
    ]  # fmt: skip
    assert [one.completion for one in found] == [1.0, 2 / 9]
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS_OF_THE_LOG)
        counted = cursor.fetchall()
    assert [(one.number, one.began, one.finished, round((one.dwell_seconds or 0) * 1000)) for one in found] == counted


@pytest.mark.parametrize(
    ("began", "finished", "told"), [(3, 1, (None, None)), (9, 2, (9, None)), (9, 7, (9, None)), (9, 9, (9, 9))]
)
def test_few_readers_of_a_version_are_hidden_with_what_would_tell_them(
    began: int, finished: int, told: tuple[int | None, int | None]
) -> None:
    one = version_without_few(VersionReading(1, 3, began, finished, 1, 10.0))
    assert (one.began, one.finished) == told
    assert (one.seconds_each is None) == (began < 5)
    assert reading_words(one).startswith("hidden" if began < 5 else f"{began} readers")
