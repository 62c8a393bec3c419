"""Engagement with an event a row: names resolved, shares and variants kept together, counted, taken back."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from analytics.models import CampaignVariant
from campaigns.models import Assignment, Campaign, Event, EventBatch, Share, Variant, Viewer
from privacy.roles import Role
from records.models import Customer, Import, ImportOverlap
from tests.analytics.test_folding import state
from tests.events import append, event, make_campaign, make_material, make_viewer
from tests.factories import make_user
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db

MAPPING = """
kind = "engagement"
[columns]
event_id = { column = "id", optional = true }
occurred_at = "at"
kind = { column = "kind", values = { opened = "view" } }
customer = { column = "customer", optional = true }
email = { column = "email", optional = true }
campaign = { column = "campaign", optional = true }
variant = { column = "variant", optional = true }
material = { column = "material", optional = true }
version = { column = "version", optional = true }
shared_by = { column = "by", optional = true }
grade = { column = "grade", optional = true }
visit = { column = "visit", optional = true }
page = { column = "page", optional = true }
dwell_seconds = { column = "dwell", optional = true }
amount = { column = "amount", optional = true }
signals = { column = "signals", optional = true }
"""
FIRST, SECOND, VISIT = (str(uuid.UUID(int=n)) for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "m.toml").write_text(MAPPING)
    return tmp_path


@pytest.fixture
def spring() -> Campaign:
    """A campaign of two variants, a guide and a price list, and the customers 1 and 2."""
    make_material("guide")
    make_material("prices")
    for number in ("1", "2"):
        Customer.objects.create(number=number, name=f"Customer {number}", email=f"C{number}@example.com")
    return make_campaign()


def load(folder: Path, *lines: str, name: str = "e.csv") -> str:
    return run("engagement", write(folder, name, *lines), "--mapping", folder / "m.toml")


def test_each_field_of_an_event_is_stored(spring: Campaign, tmp_path: Path) -> None:
    sam = make_user(Role.SALES, "Sam Seller")
    output = load(
        tmp_path, "id,at,kind,customer,email,campaign,variant,material,version,by,visit,page,dwell,amount,signals",
        f"{FIRST},2026-03-10 12:00,shared,1,,spring,letter,guide,,Sam.Seller@example.com,,,,,",
        f"{SECOND},2026-03-10T18:30:00Z,page,,c1@EXAMPLE.com,spring,,guide,7,,{VISIT},3,1.5,,no_focus",
        ",2026-03-11T09:00,conversion,1,,spring,,,,,,,,19.99,recorded_outcome",
    )  # fmt: skip
    assert "read 3 = loaded 3 (new 3, already there 0) + rejected 0" in output
    share, letter = Share.objects.get(), Variant.objects.get(name="letter")
    viewer = Viewer.objects.get(customer__number="1")
    assert (str(share.key), share.sender, share.recipient, share.variant) == (FIRST, sam, viewer, letter)
    assert (share.shared_at, len(share.token)) == (datetime(2026, 3, 10, 16, tzinfo=UTC), 22)
    assert (viewer.key, share.batch) == (Customer.objects.get(number="1").key, EventBatch.objects.get())
    shared, page, conversion = Event.objects.order_by("occurred_at")
    assert {item.viewer_id for item in (shared, page, conversion)} == {viewer.pk}
    assert {item.variant_id for item in (shared, page, conversion)} == {letter.pk}
    assert (shared.kind, shared.share_id, shared.grade, shared.version) == ("shared", share.pk, "addressee", 1)
    assert (str(page.id), page.occurred_at) == (SECOND, datetime(2026, 3, 10, 18, 30, tzinfo=UTC))
    assert (page.page, page.dwell_ms, page.version, str(page.visit_id)) == (3, 1500, 7, VISIT)
    assert (page.share_id, page.signals, page.verdict) == (share.pk, 16, "unknown")
    assert (conversion.amount, conversion.share_id, conversion.verdict) == (Decimal("19.99"), None, "human")
    assert (conversion.reason, conversion.id.version) == ("recorded_outcome", 8)
    drawn = Assignment.objects.get()
    assert (drawn.viewer, drawn.variant, drawn.assigned_at) == (viewer, letter, share.shared_at)
    assert EventBatch.objects.values_list("event_count", "assignment_count").get() == (3, 1)


def test_an_event_belongs_to_the_newest_share_not_after_it(spring: Campaign, tmp_path: Path) -> None:
    load(
        tmp_path, "at,kind,customer,campaign,variant,material",
        "2026-03-01T12:00,shared,1,spring,letter,guide", "2026-03-05T12:00,shared,1,spring,letter,guide",
        "2026-03-06T12:00,shared,1,,,guide", "2026-03-07T12:00,shared,1,spring,,prices",
        "2026-03-02T12:00,view,1,spring,,guide", "2026-03-08T12:00,view,1,spring,,guide",
        "2026-02-01T12:00,view,1,spring,,guide", "2026-03-08T13:00,view,1,,,guide", "2026-03-08T14:00,view,1,,,prices",
    )  # fmt: skip
    views = Event.objects.filter(kind="view").order_by("occurred_at").values_list("occurred_at__day", "share_id")
    days = {share.pk: share.shared_at.day for share in Share.objects.all()}
    # Before any share: the newest. Without a campaign: the share without one; of the price list there is none.
    assert [(day, days.get(share or 0)) for day, share in views] == [(1, 5), (2, 1), (8, 5), (8, 6), (8, None)]


def test_a_forwarded_share_is_viewed_by_its_visit_and_not_by_the_customer(spring: Campaign, tmp_path: Path) -> None:
    load(
        tmp_path, "at,kind,customer,campaign,variant,material,grade,visit",
        "2026-03-01T12:00,shared,1,spring,letter,guide,,",
        f"2026-03-02T12:00,view,1,spring,letter,guide,unknown,{VISIT}",
        f"2026-03-02T12:01,view,,spring,letter,guide,,{VISIT}",
        f"2026-03-02T12:02,view,2,spring,letter,guide,unknown,{VISIT}",
    )  # fmt: skip
    through, alone = Event.objects.filter(kind="view").order_by("occurred_at")
    assert through.viewer_id == alone.viewer_id < 0
    assert (through.share_id, alone.share_id) == (Share.objects.get().pk, None)
    assert (through.grade, alone.grade) == ("unknown", "unknown")
    assert rejected(tmp_path) == ["5,customer,has no share of this material to come through,2"]


def test_what_a_row_names_must_be_there_and_fit(spring: Campaign, tmp_path: Path) -> None:
    Customer.objects.create(number="3", name="Twin", email="c1@example.com")
    rows = {
        "at,kind,customer,email,campaign,variant,material,by,grade,visit,page,dwell,amount,signals": "",
        "yesterday,view,1,,,,guide,,,,,,,": "at,is not a date and time like 2026-03-31T14:05:09,yesterday",
        "2999-01-01,view,1,,,,guide,,,,,,,": "at,is in the future,2999-01-01",
        "1989-01-01,view,1,,,,guide,,,,,,,": "at,is before 1990-01-01,1989-01-01",
        "2026-03-10,glance,1,,,,guide,,,,,,,":
            'kind,"is none of shared, delivered, visit, view, page, download, begun, response, conversion",glance',
        "2026-03-10,view,9,,,,guide,,,,,,,": "customer,is no customer's number,9",
        "2026-03-10,view,,x@example.com,,,guide,,,,,,,": "email,is no customer's address,x@example.com",
        "2026-03-10,view,,C1@example.com,,,guide,,,,,,,":
            "email,is the address of more than one customer: give the number,C1@example.com",
        "2026-03-10,view,1,,autumn,letter,guide,,,,,,,": "campaign,is no campaign's slug,autumn",
        "2026-03-10,view,1,,,letter,guide,,,,,,,": "variant,is given without a campaign,letter",
        "2026-03-10,view,1,,spring,parcel,guide,,,,,,,": "variant,is no variant of the campaign,parcel",
        "2026-03-10,view,1,,spring,,guide,,,,,,,": 'variant,"is empty, and the campaign has several",',
        "2026-03-10,view,1,,,,poster,,,,,,,": "material,is no material's slug,poster",
        "2026-03-10,view,1,,,,,,,,,,,": 'material,"is empty, and a row of this kind needs it",',
        "2026-03-10,page,1,,,,guide,,,,,,,": 'page,"is empty, and a row of this kind needs it",',
        "2026-03-10,page,1,,,,guide,,,,0,,,": 'page,"is not between 1 and 32,767",0',
        "2026-03-10,shared,,,,,guide,,,,,,,": 'customer,"is empty, and a row of this kind needs it",',
        "2026-03-10,shared,1,,,,guide,no@example.com,,,,,,":
            "shared_by,is nobody with an account here,no@example.com",
        "2026-03-10,view,,,,,guide,,,,,,,": 'visit,"is empty, and without it or a customer nobody is the viewer",',
        "2026-03-10,view,1,,,,guide,,unknown,,,,,":
            'visit,"is empty, and without it or a customer nobody is the viewer",',
        "2026-03-10,view,1,,,,guide,,,12,,,,": "visit,is not a UUID (8-4-4-4-12 hexadecimal digits),12",
        "2026-03-10,view,1,,,,guide,,,,,-1,,": 'dwell,"is not between 0 and 86,400",\'-1',
        "2026-03-10,view,1,,,,guide,,,,,86401,,": 'dwell,"is not between 0 and 86,400",86401',
        "2026-03-10,conversion,1,,,,,,,,,,a lot,": 'amount,"is not a number (digits, with a point for decimals)",a lot',
        "2026-03-10,view,1,,,,guide,,,,,,,mouse":
            'signals,"names other signs than known_agent, internal_network, head, honeypot, no_focus, '
            'recorded_outcome, preview_agent",mouse',
    }  # fmt: skip
    load(tmp_path, *rows)
    expected = [f"{line},{reason}" for line, reason in enumerate(rows.values(), 1) if reason]
    assert rejected(tmp_path) == [row.replace("shared_by,", "by,") for row in expected]
    assert counts() == (24, 0, 0, 24)
    assert not Event.objects.exists()
    assert not EventBatch.objects.exists()
    assert not Viewer.objects.exists()


def test_nobody_is_in_two_variants(spring: Campaign, tmp_path: Path) -> None:
    control = Variant.objects.get(name="control")
    viewer = make_viewer()
    viewer.key, viewer.customer = Customer.objects.get(number="2").key, Customer.objects.get(number="2")
    viewer.save()
    append(assigned=[(viewer, control)])
    load(
        tmp_path, "at,kind,customer,campaign,variant,material",
        "2026-03-01,shared,1,spring,letter,guide", "2026-03-02,shared,1,spring,control,prices",
        "2026-03-03,visit,2,spring,letter,", "2026-03-04,visit,2,spring,,",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        "3,variant,is not the one that the customer was drawn into,control",
        "4,variant,is not the one that the customer was drawn into,letter",
    ]
    drawn = Assignment.objects.order_by("viewer__customer__number").values_list("variant__name", flat=True)
    assert list(drawn) == ["letter", "control"]


def test_the_same_event_is_stored_once_in_a_file_and_again(spring: Campaign, tmp_path: Path) -> None:
    lines = (
        "id,at,kind,customer,material",
        f"{FIRST},2026-03-01,shared,1,guide",
        f"{FIRST},2026-03-01,shared,1,guide",
        ",2026-03-02,view,1,guide",
        ",2026-03-02,view,1,guide",
    )
    load(tmp_path, *lines)
    first = Import.objects.get()
    assert counts() == (4, 3, 1, 0)
    load(tmp_path, *lines)
    assert counts() == (4, 0, 4, 0)
    assert (Event.objects.count(), Share.objects.count()) == (3, 1)
    overlap = ImportOverlap.objects.get()
    assert (overlap.earlier, overlap.later) == (first, Import.objects.latest("id"))
    assert "skipped" in refusal("--undo", first.pk)


def test_one_id_is_not_two_shares(spring: Campaign, tmp_path: Path) -> None:
    load(
        tmp_path, "id,at,kind,customer,material",
        f"{FIRST},2026-03-01,shared,1,guide", f"{FIRST},2026-03-01,shared,2,guide",
    )  # fmt: skip
    assert rejected(tmp_path) == [f"3,id,is the id of another share,{FIRST}"]


def test_a_file_without_dates_takes_noon_of_its_nominal_date(spring: Campaign, tmp_path: Path) -> None:
    text = MAPPING.replace('occurred_at = "at"', "").replace(
        "[columns]", "[file]\nnominal_date = 2026-01-15\n[columns]"
    )
    (tmp_path / "m.toml").write_text(text)
    load(tmp_path, "kind,customer", "visit,1")
    assert Event.objects.get().occurred_at == datetime(2026, 1, 15, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('occurred_at = "at"', "", "m.toml: name the column of occurred_at, or a nominal_date under [file]"),
        (
            "[columns]",
            "[file]\nnominal_date = 2026-01-15\n[columns]",
            "m.toml: nominal_date is for files without dates, and occurred_at has a column",
        ),
        ("[columns]", "[variants]\n[columns]", "/m.toml: variants is not known here"),
    ],
)
def test_a_mapping_that_does_not_say_when_or_says_too_much_is_refused(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "m.toml").write_text(MAPPING.replace(old, new))
    path = write(tmp_path, "e.csv", "at,kind", "2026-03-01,visit")
    assert message in refusal("engagement", path, "--mapping", tmp_path / "m.toml")


def test_undo_leaves_the_log_and_the_rollups_as_they_were(spring: Campaign, tmp_path: Path) -> None:
    header = "at,kind,customer,campaign,variant,material"
    load(tmp_path, header, "2026-03-01,shared,1,spring,letter,guide", "2026-03-02,view,1,spring,,guide")
    call_command("fold", verbosity=0)
    before = state(), Event.objects.count(), Share.objects.count(), Viewer.objects.count(), Assignment.objects.count()
    load(
        tmp_path, header, "2026-03-03,view,1,,,prices", "2026-03-04,shared,2,spring,control,guide",
        "2026-03-05,view,2,spring,,guide", name="second.csv",
    )  # fmt: skip
    call_command("fold", verbosity=0)
    assert state() != before[0]
    record = Import.objects.latest("id")
    assert run("--undo", record.pk) == (
        f"import {record.pk}: second.csv is taken back: 3 events, 1 assignments, 1 shares, 0 campaigns\n"
    )
    after = state(), Event.objects.count(), Share.objects.count(), Viewer.objects.count(), Assignment.objects.count()
    assert after == before
    assert not record.batches.exists()


def test_undo_is_refused_while_later_events_came_through_its_shares(spring: Campaign, tmp_path: Path) -> None:
    header = "at,kind,customer,campaign,variant,material"
    load(tmp_path, header, "2026-03-01,shared,1,spring,letter,guide")
    call_command("fold", verbosity=0)
    record, before = Import.objects.get(), state()
    share = Share.objects.get()
    append(event(-7, "view", share_id=share.pk), event(share.recipient, "visit", variant=share.variant))
    assert refusal("--undo", record.pk) == (
        f"import {record.pk} cannot be taken back: others hold 1 events that came through its shares and 1 events of "
        "its recipients in its campaigns. Take back first what brought those: they would be lost with it"
    )
    assert (state(), Event.objects.count(), Share.objects.count()) == (before, 3, 1)


def test_a_mapping_may_describe_its_campaign(spring: Campaign, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        MAPPING.replace('campaign = { column = "campaign", optional = true }\n', "")
        + '[campaign]\nslug = "mail"\nname = "Mail"\n[variants]\nA = { name = "plain", control = true }\n'
        'B = { name = "fancy" }\n'
    )
    load(tmp_path, "at,kind,customer,variant,material", "2026-03-01,shared,1,B,guide", "2026-03-01,shared,2,C,guide")
    call_command("fold", verbosity=0)
    assert rejected(tmp_path) == ['3,variant,"is none of A, B",C']
    assert list(CampaignVariant.objects.values_list("campaign__slug", "variant__name", "recipients")) == [
        ("mail", "fancy", 1)
    ]
    run("--undo", Import.objects.get().pk)
    assert list(Campaign.objects.values_list("slug", flat=True)) == ["spring"]


def days_ago(days: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"


def test_rows_older_than_such_events_are_kept_are_rejected_by_their_kind(spring: Campaign, tmp_path: Path) -> None:
    """Insight is kept three years, promotion five; no month is made for what is not taken."""
    load(
        tmp_path, "at,kind,customer,campaign,variant,material,visit",
        f"{days_ago(1_900)},shared,1,spring,letter,guide,", f"{days_ago(1_700)},shared,1,spring,letter,guide,",
        f"{days_ago(1_200)},view,1,spring,letter,guide,{VISIT}",
        f"{days_ago(1_000)},view,1,spring,letter,guide,{VISIT}",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        f"2,at,is older than such events are kept,{days_ago(1_900)}",
        f"4,at,is older than such events are kept,{days_ago(1_200)}",
    ]
    assert counts() == (4, 2, 0, 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"campaigns_event_promotion_{days_ago(1_900)[:7].replace('-', '_')}"])
        assert cursor.fetchone() == (None,)
