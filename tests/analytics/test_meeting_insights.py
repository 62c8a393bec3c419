"""What meetings with customers come to, held against the records of the meetings and the log itself."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.folding import fold_all
from analytics.pictures.asking import Asked
from analytics.pictures.meetings import meeting_pictures, nothing
from analytics.reports.meetings import Events, MeetingReport, Meetings, MeetingsQuery, meeting_report
from campaigns.models import Material, Share, Variant
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records import figures
from records.enums import Location, MessageRule, Source
from records.keeping import make_partitions
from records.models import (
    Customer,
    Gathering,
    Interval,
    Meeting,
    Message,
    Participation,
    Record,
    Registration,
    Team,
    TeamMembership,
)
from tests.analytics.pictured import marks
from tests.exporting import csv_rows
from tests.factories import engage, enroll, make_campaign, make_customer, make_material, make_team, make_user, viewer_of

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)
# Attendances, and those to whom something was sent in the 14 days before, and who had viewed it by when it began; by
# the records and the log alone, nothing of it through the rollups.
FROM_THE_LOG = """
WITH here AS (
    SELECT DISTINCT meeting.id AS meeting, meeting.started_at, meeting.ended_at, viewer.id AS viewer
    FROM records_participation AS part
    JOIN records_meeting AS meeting ON meeting.id = part.meeting_id
    JOIN records_customer AS customer ON customer.id = part.customer_id
    JOIN campaigns_viewer AS viewer ON viewer.customer_id IN (customer.id, customer.merged_into_id)
    WHERE meeting.started_at > now() - interval '89 days'
),
seen AS (
    SELECT viewer_id, material_id, kind, occurred_at FROM campaigns_event
    WHERE verdict IN ('human', 'unknown') AND kind NOT IN ('shared', 'delivered')
)
SELECT
    count(*),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM campaigns_share WHERE recipient_id = viewer
            AND shared_at BETWEEN started_at - interval '14 days' AND started_at)),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM campaigns_share AS share
        JOIN seen ON seen.viewer_id = viewer AND seen.material_id = share.material_id
        WHERE recipient_id = viewer AND shared_at BETWEEN started_at - interval '14 days' AND started_at
            AND kind = 'view' AND occurred_at < started_at)),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM campaigns_share WHERE recipient_id = viewer
            AND shared_at > started_at AND shared_at < ended_at + interval '14 days')),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM campaigns_share AS share
        JOIN seen ON seen.viewer_id = viewer AND seen.material_id = share.material_id
        WHERE recipient_id = viewer AND shared_at > started_at AND shared_at < ended_at + interval '14 days'
            AND kind = 'view' AND occurred_at >= shared_at))
FROM here
"""


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def make_meeting(days: float, host: str = "Ann", minutes: int = 60) -> Meeting:
    start = ago(days)
    return Meeting.objects.create(
        number=f"{days}", uid=f"{days}", started_at=start, ended_at=start + timedelta(minutes=minutes),
        duration_seconds=minutes * 60, host_name=host,
    )  # fmt: skip


def join(meeting: Meeting, customer: Customer, *, after: int = 1, minutes: int = 30, stretches: int = 1) -> None:
    start = meeting.started_at + timedelta(minutes=after)
    part = Participation.objects.create(meeting=meeting, customer=customer, joined_at=start, seconds=minutes * 60)
    for nth in range(stretches):
        Interval.objects.create(participation=part, joined_at=start + timedelta(minutes=nth))


def measure(meeting: Meeting, customer: Customer, **attributes: Any) -> None:
    make_partitions([meeting.started_at])
    Record.objects.create(
        collected_at=meeting.started_at + timedelta(minutes=3), category=10, subject=customer.key, customer=customer,
        source=Source.PERSONNEL, location=Location.HEADQUARTERS, retention_rule="RET-4", meeting_number=meeting.number,
        attributes={f"c10-{name.replace('_', '-')}": value for name, value in attributes.items()},
    )  # fmt: skip


def send(customer: Customer, material: Material, days: float, **values: Any) -> None:
    Share.objects.create(key=uuid4(), material=material, recipient=viewer_of(customer), shared_at=ago(days), **values)


@pytest.fixture
def ann() -> User:
    """Her six customers met her twenty days ago: five were sent the guide five days before, of whom two had read it
    when it began, one did afterwards; three were sent the prices the day after, and one read them. The first met her
    again ten days ago, and Ben's customer met Ben."""
    ann, ben = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
    make_team(ann, ben, manager=make_user(Role.SALES_MANAGER, "Boss"))
    guide, prices = make_material("guide"), make_material("prices")
    people = [make_customer(f"C-{number}", ann) for number in range(6)]
    meeting = make_meeting(20)
    for number, person in enumerate(people):
        join(meeting, person, after=10 if number == 1 else 1, stretches=3 if number in (1, 2) else 1)
    for number, person in enumerate(people[:5]):
        send(person, guide, 25)
        if number < 3:
            engage(person, "view", material=guide, occurred_at=ago(22 if number < 2 else 3))
    for number, person in enumerate(people[:3]):
        send(person, prices, 19)
        if number == 0:
            engage(person, "view", material=prices, occurred_at=ago(18))
    engage(people[4], "view", material=guide, occurred_at=ago(22), signals=1)
    measure(meeting, people[0], participant_audio_input={"avg_loss": "7.5%"}, participant_audio_output="none")
    measure(meeting, people[1], participant_audio_input={"avg_loss": "0.2 %"})
    measure(meeting, people[1], polling_associated_responses="Yes", polling_questions="Shall we?")
    Message.objects.create(
        meeting=meeting, customer=people[2], number="m", sender="C-2", sent_at=meeting.started_at,
        retention_rule=MessageRule.SESSION,
    )  # fmt: skip
    join(make_meeting(10, minutes=30), people[0], minutes=30)
    join(make_meeting(8, "Ben"), make_customer("of Ben", ben))
    Participation.objects.create(meeting=meeting, name="A guest", joined_at=meeting.started_at, seconds=60)
    fold_all()
    return ann


def of(user: User, days: int = 90, around: int = 14, campaign: int | None = None) -> MeetingReport:
    return meeting_report(MeetingsQuery(Customer.objects.visible_to(user), days, around, campaign))


def counts(row: Meetings) -> tuple[Any, ...]:
    return (
        row.name, row.meetings, row.people, row.attendances, row.late, row.rejoined, row.wrote, row.answered,
        row.measured, row.lost_sound, row.sent_before, row.read_before, row.sent_after, row.read_after,
    )  # fmt: skip


def test_it_says_how_meetings_go_and_what_is_read_before_and_after(ann: User) -> None:
    found = of(ann)
    assert counts(found.total) == ("", 2, 6, 7, 1, 2, 1, 1, 2, 1, 6, 3, 3, 1)
    assert [counts(row) for row in found.hosts] == [("Ann", 2, 6, 7, 1, 2, 1, 1, 2, 1, 6, 3, 3, 1)]
    assert [counts(row)[1:] for row in found.meetings] == [
        (1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0),
        (1, 6, 6, 1, 2, 1, 1, 2, 1, 5, 2, 3, 1),
    ]
    assert [(row.name, row.people, row.sent_before, row.read_before, row.sent_after, row.read_after)
            for row in found.materials] == [("Guide", 5, 5, 2, 0, 0), ("Prices", 3, 1, 1, 3, 1)]  # fmt: skip
    assert [row.stayed for row in found.meetings] == [1.0, 0.5]
    assert found.total.stayed == pytest.approx((6 * 30 + 30) / (6 * 60 + 30))
    assert found.total.read_before_rate == 0.5
    assert found.meetings[0].started_at == ago(10)


def test_the_numbers_are_those_of_the_records_and_the_log(ann: User) -> None:
    everybody = meeting_report(MeetingsQuery(Customer.objects.people(), 90, 14)).total
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LOG)
        assert cursor.fetchone() == (
            everybody.attendances, everybody.sent_before, everybody.read_before, everybody.sent_after,
            everybody.read_after,
        )  # fmt: skip


def test_days_are_chosen_and_how_far_before_and_after(ann: User) -> None:
    assert counts(of(ann, 15).total)[1:4] == (1, 1, 1)
    # Five days before is within 7; the day after the first meeting is nine before the second.
    assert [of(ann, around=around).total.sent_before for around in (4, 7, 30)] == [0, 5, 6]
    assert counts(of(make_user(Role.SALES, "New")).total) == ("", 0, *[0] * 12)


def test_each_sees_their_own_customers_and_a_manager_the_teams(ann: User) -> None:
    seen = {name: [row.name for row in of(User.objects.get(name=name)).hosts] for name in ("Ann", "Ben", "Boss")}
    assert seen == {"Ann": ["Ann"], "Ben": ["Ben"], "Boss": ["Ann", "Ben"]}


def test_records_that_were_merged_are_one_person(ann: User) -> None:
    meeting = Meeting.objects.get(number="20")
    first = Customer.objects.get(number="C-0")
    join(meeting, Customer.objects.create(number="twin", name="Twin", merged_into=first), minutes=5)
    assert of(ann).total.attendances == 7
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LOG)
        assert cursor.fetchone()[0] == 8


def test_who_wrote_is_told_by_the_name_that_nobody_else_in_the_meeting_has(ann: User) -> None:
    meeting = Meeting.objects.get(number="20")
    for number, name in ((3, "Dan"), (4, "Eve"), (5, "Eve")):
        Participation.objects.filter(meeting=meeting, customer__number=f"C-{number}").update(name=name)
    for name in ("Dan", "Eve"):
        Message.objects.create(
            meeting=meeting, number=name, sender=name, sent_at=meeting.started_at, retention_rule=MessageRule.SESSION
        )
    assert of(ann).total.wrote == 2  # the one of the fixture, and Dan


def test_a_campaign_is_whom_it_reached_and_what_it_sent(client: Client, ann: User) -> None:
    campaign = make_campaign("spring", ["red"])
    red = Variant.objects.get(campaign=campaign)
    person = Customer.objects.get(number="C-5")
    enroll(person, red, "delivered", occurred_at=ago(30))
    send(person, make_material("letter"), 21, campaign=campaign, variant=red)
    send(person, make_material("other"), 19)
    fold_all()
    client.force_login(ann)
    api = client.get(f"/api/v1/reports/meetings?campaign={campaign.slug}").json()
    assert [api["total"][name] for name in ("attendances", "sent_before", "sent_after")] == [1, 1, 0]
    assert [row["name"] for row in api["materials"]] == ["Letter"]


def test_a_manager_chooses_a_team_and_others_have_none_to_choose(client: Client, ann: User) -> None:
    other = Team.objects.create(name="South")
    TeamMembership.objects.create(team=other, staff=ann, since=NOW.date())
    client.force_login(User.objects.get(name="Boss"))
    north = Team.objects.get(name="North")
    assert client.get(f"/api/v1/reports/meetings?team={north.pk}").json()["total"]["meetings"] == 3
    assert client.get(f"/api/v1/reports/meetings?team={other.pk}").status_code == 400
    client.force_login(ann)
    assert client.get(f"/api/v1/reports/meetings?team={north.pk}").status_code == 400
    assert 'name="team"' not in client.get("/meeting-insights/").content.decode()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert client.get(f"/api/v1/reports/meetings?team={other.pk}").json()["total"]["meetings"] == 2


def test_who_did_not_come_is_told_of_events(ann: User) -> None:
    for number, (attended, days) in enumerate([(True, 5), (False, 5), (None, 5), (True, 200), (None, -5)]):
        event, _made = Gathering.objects.get_or_create(
            slug=f"event-{days}", defaults={"name": "Event", "starts_at": ago(days)}
        )
        Registration.objects.create(
            gathering=event, customer=Customer.objects.get(number=f"C-{number}"), registered_at=ago(300),
            attended=attended,
        )  # fmt: skip
    assert of(ann).events == Events(signed_up=3, came=1, missed=1, unknown=1)
    assert of(ann).events.missed_rate == 0.5


@pytest.mark.parametrize("people", [1, 3])
def test_it_takes_the_same_statements_for_any_number(people: int) -> None:
    user, material = make_user(Role.SALES), make_material("guide")
    for number in range(people):
        person = make_customer(f"C-{number}", user)
        join(make_meeting(5 + number), person)
        send(person, material, 6 + number)
    of(user)
    with CaptureQueriesContext(connection) as queries:
        assert of(user).total.sent_before == people
    assert len(queries) == 5


def test_page_file_and_api_say_the_same_and_are_in_the_access_log(client: Client, ann: User) -> None:
    cache.clear()
    client.force_login(ann)
    before = AccessEntry.objects.filter(place="meeting_insights").count()
    page = " ".join(client.get("/meeting-insights/").content.decode().split())
    assert "In the notice: “customer meeting insights” (category 18)." in page
    assert '<span class="card-value">50.00%</span><span class="card-note">3 of 6</span>' in page
    assert "What was sent before a meeting had been read when it began in 3 of 6 cases" in page
    assert "/meetings/" not in page  # a meeting's own page is for those who find meetings by the notice's keys
    api = client.get("/api/v1/reports/meetings").json()
    assert [(row["attendances"], row["read_before"]) for row in api["meetings"]] == [(1, 1), (6, 2)]
    rows = csv_rows(client, "meetings")
    assert [row[:2] + row[3:6] + row[12:16] for row in rows[1:2]] == [
        ["Host", "Ann", "2", "6", "7", "6", "3", "3", "1"]
    ]
    assert [row[0] for row in rows[1:]] == ["Host", "Meeting", "Meeting", "All", "Material", "Material"]
    assert AccessEntry.objects.filter(place="meeting_insights").count() > before + 2
    assert client.get("/api/v1/reports/meetings?days=7").status_code == 400
    assert client.get("/meeting-insights/?days=7").status_code == 200
    client.force_login(User.objects.get(name="Boss"))
    key = Meeting.objects.get(number="20").key
    assert f"/meetings/{key}/" in client.get("/meeting-insights/").content.decode()


def test_who_may_not_see_people_gets_no_number_of_few(client: Client, ann: User) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    api = client.get("/api/v1/reports/meetings").json()
    total = api["total"]
    assert (total["people"], total["sent_before"], total["read_before"], total["wrote"]) == (7, 6, None, None)
    # The one meeting of six is hidden with the meetings of one: two numbers of a column are.
    assert {row["attendances"] for row in api["meetings"] if row["people"] is None} == {None}
    rows = csv_rows(client, "meetings")
    assert "hidden" in next(row for row in rows if row[0] == "Host")
    page = client.get("/meeting-insights/").content.decode()
    assert "What covers fewer than 5 people is left out." in page
    assert AccessEntry.objects.filter(place="meeting_insights").count() == 0


def drawn(ann: User, **changes: Any) -> MeetingReport:
    found = of(ann)
    return replace(found, total=replace(found.total, **changes))


def title(report: MeetingReport) -> str:
    (picture,) = meeting_pictures(report, Asked())
    return picture.title.replace(figures.NARROW_GAP, " ")


def test_the_picture_says_what_was_read_when_it_began_and_since(ann: User) -> None:
    assert title(of(ann)) == (
        "What was sent before a meeting had been read when it began in 3 of 6 cases (50.00%). "
        "What was sent afterwards has been read in 1 of 3 cases (33.33%)."
    )
    assert title(drawn(ann, sent_after=0, read_after=0)).endswith("Nothing was sent afterwards.")
    assert title(drawn(ann, sent_before=0, read_before=0)).startswith("Nothing was sent in the days before a meeting.")
    (picture,) = meeting_pictures(of(ann), Asked())
    assert picture.rows == (("Before it began", "3", "3", "1", "7"), ("Since then", "1", "2", "4", "7"))
    assert sum(mark["count"] for mark in picture.specification["data"]["values"]) == 14
    assert marks(picture, "bar") == 6


def test_no_picture_where_nothing_was_sent_or_few_are_told_of(ann: User) -> None:
    none = drawn(ann, sent_before=0, read_before=0, sent_after=0, read_after=0)
    assert meeting_pictures(none, Asked()) == []
    assert nothing(none, Asked()) == "Nothing was sent to these customers in the days before and after."
    assert meeting_pictures(of(ann), Asked(hides_few=True)) == []
    assert nothing(of(ann), Asked(hides_few=True)) == ("What was sent around meetings covers fewer than 5 people.")
    many = drawn(ann, attendances=60, sent_before=40, read_before=20, sent_after=20, read_after=2)
    (picture,) = meeting_pictures(many, Asked(hides_few=True))
    assert picture.rows[1] == ("Since then", "hidden", "hidden", "hidden", "hidden")
    assert "2 of 20" not in picture.title
