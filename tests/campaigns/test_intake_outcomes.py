"""Engagement with a recipient a row: an experiment's file becomes a campaign, its recipients and their outcomes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from analytics.models import CampaignVariant
from campaigns.intake.outcomes import OutcomePlan
from campaigns.models import Assignment, Campaign, Event, EventBatch, Variant, Viewer
from records.models import Customer, Import, ImportOverlap
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db

MAPPING = """
kind = "engagement"
recipient = "line"
delivered = ["letter"]
[file]
nominal_date = 2026-01-15
[campaign]
slug = "appeal"
name = "Appeal"
description = "Two letters."
source_note = "From a paper."
starts_on = 2026-01-10
[columns]
variant = "arm"
[variants]
0 = { name = "none", control = true, label = "No letter" }
1 = { name = "letter" }
[[outcomes]]
kind = "visit"
when = "came"
true = ["yes"]
false = ["no"]
[[outcomes]]
kind = "response"
when = "gave"
amount = "dollars"
missing = "unknown"
"""
HEADER = "arm,came,gave,dollars"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "m.toml").write_text(MAPPING)
    return tmp_path


def load(folder: Path, *lines: str, name: str = "e.csv") -> str:
    return run("engagement", write(folder, name, *lines), "--mapping", folder / "m.toml")


def by_customer(folder: Path) -> None:
    (folder / "m.toml").write_text(
        MAPPING.replace('recipient = "line"', "").replace("[columns]", '[columns]\ncustomer = "who"')
    )


def test_the_planner_learns_how_far_the_tables_have_grown(tmp_path: Path) -> None:
    """Where it thinks that they are empty, it looks for each row of the next chunk in all of a table."""
    load(tmp_path, HEADER, *(f"{number % 2},yes,0," for number in range(300)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [list(OutcomePlan.fills)])
        assert dict(cursor.fetchall()) == dict.fromkeys(OutcomePlan.fills, 300)


def test_the_share_of_each_arm_is_as_the_mapping_says(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAPPING.replace('name = "letter"', 'name = "letter", weight = 2'))
    load(tmp_path, HEADER, "1,yes,0,")
    assert [arm.weight for arm in Campaign.objects.get().variants.order_by("position")] == [1, 2]


def test_the_campaign_is_made_as_the_mapping_says(tmp_path: Path) -> None:
    load(tmp_path, HEADER, "1,yes,0,")
    campaign = Campaign.objects.get()
    assert (campaign.slug, campaign.name, campaign.description) == ("appeal", "Appeal", "Two letters.")
    assert (campaign.starts_on, campaign.ends_on, campaign.is_demo) == (date(2026, 1, 10), None, False)
    assert campaign.source_note == ("From a paper. The file has no dates: every row is dated January 15, 2026.")
    assert list(campaign.variants.values_list("name", "label", "is_control")) == [
        ("none", "No letter", True),
        ("letter", "", False),
    ]
    assert Import.objects.get().nominal_date == date(2026, 1, 15)


def test_each_row_is_a_recipient_with_what_came_of_them(tmp_path: Path) -> None:
    output = load(tmp_path, HEADER, "0,no,0,", "1,no,0,0", "1,yes,1,2.50", "1,yes,1,", "0,yes,1,4")
    assert "read 5 = loaded 5 (new 5, already there 0) + rejected 0" in output
    drawn = Assignment.objects.values_list("variant__name", flat=True)
    assert sorted(drawn) == ["letter", "letter", "letter", "none", "none"]
    names = dict(Variant.objects.values_list("pk", "name"))
    events = Event.objects.values_list("viewer_id", "variant_id", "kind", "amount", "amount_unknown")
    by_viewer: dict[int, list[tuple[object, ...]]] = {}
    for viewer, variant, *rest in events:
        by_viewer.setdefault(viewer, []).append((names[variant or 0], *rest))
    assert sorted((sorted(items, key=str) for items in by_viewer.values()), key=str) == [
        [
            ("letter", "delivered", None, False),
            ("letter", "response", Decimal("2.50"), False),
            ("letter", "visit", None, False),
        ],
        [
            ("letter", "delivered", None, False),
            ("letter", "response", None, True),
            ("letter", "visit", None, False),
        ],
        [("letter", "delivered", None, False)],
        [("none", "response", Decimal("4.00"), False), ("none", "visit", None, False)],
    ]
    assert {(event.verdict, event.reason, event.occurred_at) for event in Event.objects.all()} == {
        ("human", "recorded_outcome", datetime(2026, 1, 15, 17, tzinfo=UTC))
    }
    assert (EventBatch.objects.get().event_count, EventBatch.objects.get().assignment_count) == (9, 5)
    assert Viewer.objects.filter(customer=None).count() == 5


def test_rows_that_are_copies_of_each_other_are_all_real(tmp_path: Path) -> None:
    load(tmp_path, HEADER, "1,yes,0,", "1,yes,0,", "1,yes,0,")
    assert (counts(), Assignment.objects.count(), Event.objects.count()) == ((3, 3, 0, 0), 3, 6)


def test_the_same_content_again_is_already_there_even_by_another_mapping(tmp_path: Path) -> None:
    lines = (HEADER, "1,yes,0,", "0,no,0,")
    load(tmp_path, *lines)
    first = Import.objects.get()
    (tmp_path / "m.toml").write_text(MAPPING + "# the same, said otherwise\n")
    load(tmp_path, *lines, name="copy.csv")
    assert (counts(), Assignment.objects.count(), Event.objects.count()) == ((2, 0, 2, 0), 2, 2)
    assert ImportOverlap.objects.get().rows == 2
    assert "skipped 2 rows that it holds" in refusal("--undo", first.pk)


def test_cells_that_say_nothing_known_are_rejected(tmp_path: Path) -> None:
    load(
        tmp_path, HEADER, "2,no,0,", "1,maybe,0,", "1,,0,", "1,no,0,5", "1,no,1,five", "1,no,2,",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        '2,arm,"is none of 0, 1",2',
        "3,came,is neither yes nor no,maybe",
        "4,came,is empty,",
        "5,dollars,is an amount of something that did not happen,5",
        '6,dollars,"is not a number (digits, with a point for decimals)",five',
        "7,gave,is neither 1 nor 0,2",
    ]
    assert counts() == (6, 0, 0, 6)


def test_a_missing_amount_is_rejected_unless_the_mapping_says_unknown(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAPPING.replace('missing = "unknown"', ""))
    load(tmp_path, HEADER, "1,no,1,")
    assert rejected(tmp_path) == ["2,dollars,is empty,"]


def test_a_customer_is_a_recipient_once(tmp_path: Path) -> None:
    by_customer(tmp_path)
    for number in "123":
        Customer.objects.create(number=number, name=f"Customer {number}")
    load(tmp_path, f"who,{HEADER}", "1,1,no,0,", "2,0,no,0,", "1,1,yes,0,", "9,1,no,0,")
    assert rejected(tmp_path) == ["4,who,is on an earlier line too,1", "5,who,is no customer's number,9"]
    load(tmp_path, f"who,{HEADER}", "1,0,yes,0,", "3,1,no,0,", name="later.csv")
    assert rejected(tmp_path) == ["2,who,is in this campaign already,1"]
    drawn = Assignment.objects.order_by("viewer__customer__number")
    assert list(drawn.values_list("viewer__customer__number", "variant__name")) == [
        ("1", "letter"), ("2", "none"), ("3", "letter"),
    ]  # fmt: skip
    assert Viewer.objects.get(customer__number="1").key == Customer.objects.get(number="1").key


def test_undo_takes_the_campaign_along_and_the_sums(tmp_path: Path) -> None:
    load(tmp_path, HEADER, "1,yes,1,7", "0,no,0,")
    call_command("fold", verbosity=0)
    assert CampaignVariant.objects.get(variant__name="letter").recipients == 1
    record = Import.objects.get()
    assert run("--undo", record.pk).endswith("2 assignments, 0 shares, 1 campaigns\n")
    for model in (CampaignVariant, Assignment, Event, EventBatch, Viewer, Campaign, Variant):
        assert not model._default_manager.exists()
    load(tmp_path, HEADER, "1,yes,1,7", "0,no,0,")
    assert counts() == (2, 2, 0, 0)


def test_a_dry_run_leaves_no_campaign(tmp_path: Path) -> None:
    path = write(tmp_path, "e.csv", HEADER, "1,yes,1,7", "2,no,0,")
    output = run("engagement", path, "--mapping", tmp_path / "m.toml", "--dry-run")
    assert "dry run, nothing written: read 2 = loaded 1 (new 1, already there 0) + rejected 1" in output
    for model in (Campaign, Assignment, Event, EventBatch, Import):
        assert not model._default_manager.exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'slug = "appeal"',
            'slug = "a b"',
            "[campaign]: slug 'a b' is not of letters, digits, hyphens and underscores",
        ),
        ('name = "Appeal"', 'name = " "', "[campaign]: name is empty or longer than 200 characters"),
        ("starts_on", "begins", "[campaign]: begins is not known here"),
        ("starts_on = 2026-01-10", "starts_on = 2026-01-10\nends_on = 2026-01-09", "ends_on is before starts_on"),
        ('name = "letter"', 'name = "none"', "name one or more variants, each once, and at most one as the control"),
        ('name = "letter"', 'name = "l", control = true', "each once, and at most one as the control"),
        ('name = "letter"', 'name = "letter", weight = 0', "weight 0 is not from 1 to 1000"),
        ('name = "letter"', 'name = "letter", weight = "2"', "weight is not"),
        ('["letter"]', '["parcel"]', "delivered names parcel, not one of the variants"),
        ('kind = "visit"', 'kind = "shared"', "kind is 'shared', none of 'visit', 'view', 'response', 'conversion'"),
        ('when = "came"', "", "[[outcomes]] 1: when is missing"),
        ('when = "came"', 'when = "went"', "has no column 'went'"),
        ('recipient = "line"', "", 'name the column of customer or email, or say recipient = "line"'),
        ("[columns]", '[columns]\nemail = "arm"', 'recipient = "line" and a column for email exclude each other'),
        ("nominal_date = 2026-01-15", "", "name the column of occurred_at, or a nominal_date under [file]"),
    ],
)
def test_a_mapping_that_is_not_whole_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in MAPPING
    (tmp_path / "m.toml").write_text(MAPPING.replace(old, new))
    path = write(tmp_path, "e.csv", HEADER, "1,yes,1,7")
    assert message in refusal("engagement", path, "--mapping", tmp_path / "m.toml")
    assert not Campaign.objects.exists()


def test_a_campaign_with_other_variants_is_refused(tmp_path: Path) -> None:
    campaign = Campaign.objects.create(slug="appeal", name="Another")
    Variant.objects.create(campaign=campaign, name="none", is_control=True)
    path = write(tmp_path, "e.csv", HEADER, "1,yes,1,7")
    assert refusal("engagement", path, "--mapping", tmp_path / "m.toml") == (
        "the campaign appeal exists, and its variants (none) are not those of the mapping: letter is not one of them"
    )
    assert not Import.objects.exists()


def test_a_row_with_a_date_of_which_something_is_kept_no_longer_is_rejected(tmp_path: Path) -> None:
    """A visit is kept three years; a file with one date for all is taken whatever that date is."""
    dated = MAPPING.replace("nominal_date = 2026-01-15", "").replace("[columns]", '[columns]\noccurred_at = "at"')
    (tmp_path / "m.toml").write_text(dated.replace("starts_on = 2026-01-10", ""))
    old, new = (f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}" for days in (1_200, 1_000))
    load(tmp_path, f"{HEADER},at", f"1,yes,0,,{old}", f"1,yes,0,,{new}")
    assert rejected(tmp_path) == [f"2,at,is older than such events are kept,{old}"]
    assert counts() == (2, 1, 0, 1)


def test_a_nominal_date_of_long_ago_is_taken(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MAPPING.replace("2026-01-15", "2008-03-20").replace("2026-01-10", "2008-03-01"))
    load(tmp_path, HEADER, "1,yes,0,")
    assert counts() == (1, 1, 0, 0)
