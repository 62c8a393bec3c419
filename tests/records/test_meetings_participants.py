"""Participants' reports in their five shapes: who was there, how long, and what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from records.intake.meetings.moments import MONTH_FIRST
from records.intake.meetings.names import parts_of
from records.intake.meetings.storing import sum_stretches
from records.models import Import, Interval, Meeting, Participation, Record
from tests.factories import make_customer
from tests.intake import counts, refusal, rejected, run
from tests.records_meetings import REPORTS, SESSIONS, START, attendance, bring, mapping, refused_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def row(name: str, email: str, joined: str, left: str, guest: str = "No") -> str:
    return f"{name},{email},03/02/2026 {joined} AM,03/02/2026 {left} AM,1,{guest}"


ROWS = [
    row("Ann Lee (Annabel Lee)", "ann@example.com", "10:00:00", "10:30:00"),
    row("iPhone", "", "10:05:00", "10:10:00", "Yes"),
    row("Ann Lee (Annabel Lee)", "ann@example.com", "10:20:00", "10:40:00"),
    row("Ann Lee (Annabel Lee)", "ann@example.com", "10:50:00", "10:55:00"),
]


def test_a_row_each_rejoin_is_one_participation_whose_overlapping_stretches_count_once(tmp_path: Path) -> None:
    bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, *ROWS)
    assert counts() == (4, 4, 0, 0)
    assert attendance() == [("Ann Lee", "ann@example.com", 45 * 60, 3), ("iPhone", "", 5 * 60, 1)]
    ann = Participation.objects.get(email="ann@example.com")
    assert (ann.original_name, ann.joined_at, ann.left_at) == (
        "Annabel Lee",
        START,
        START + timedelta(minutes=55),
    )
    (meeting,) = Meeting.objects.all()
    assert (meeting.number, meeting.uid, meeting.started_at) == ("98765432100", "98765432100@20260302T1500Z", START)
    guest = Participation.objects.get(email="")
    assert (guest.status, guest.customer) == ("guest", None)


def test_the_same_file_twice_adds_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, *ROWS, ROWS[0])
    assert counts() == (5, 0, 5, 0)
    assert Interval.objects.count() == 4
    first, second = Import.objects.order_by("id")
    assert counts(first) == (5, 4, 1, 0)
    assert f"import {second.pk} skipped 5 rows" in refusal("--undo", first.pk)


def test_participants_are_matched_to_customers_by_email_only_and_never_by_name(tmp_path: Path) -> None:
    ann = make_customer("C-1", name="Somebody Else", email="Ann@Example.com")
    make_customer("C-2", name="iPhone", email="")
    make_customer("C-3", email="two@example.com")
    make_customer("C-4", email="two@example.com")
    two = row("Two", "two@example.com", "10:00:00", "10:01:00")
    bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, *ROWS, two)
    matched = Participation.objects.order_by("name").values_list("name", "customer")
    assert list(matched) == [("Ann Lee", ann.pk), ("Two", None), ("iPhone", None)]


def test_the_preamble_says_which_meeting_it_was(tmp_path: Path) -> None:
    bring(
        tmp_path,
        "meeting-participants",
        "report.csv",
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants",
        "987 6543 2100,Spring plans,03/02/2026 10:00:00 AM,03/02/2026 11:00:00 AM,host@example.com,60,2",
        ",,,,,,",
        "",
        SESSIONS,
        *ROWS,
    )
    (meeting,) = Meeting.objects.all()
    assert (meeting.number, meeting.topic, meeting.host_email) == ("98765432100", "Spring plans", "host@example.com")
    assert (meeting.started_at, meeting.duration_seconds) == (START, 3600)
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic FROM records_meeting")
        assert b"Spring" not in bytes(cursor.fetchone()[0])


def test_a_report_of_unique_users_has_their_minutes_and_no_stretches(tmp_path: Path) -> None:
    lines = ("Name (original name),Email,Total duration (minutes),Guest", "Ann,ann@example.com,42,No", "Bo,,1.5,Yes")
    assert "name its start in the mapping, [meeting] start" in refused(tmp_path, "participants_98765432100.csv", *lines)
    bring(
        tmp_path, "meeting-participants", "participants_98765432100.csv", *lines,
        meeting=['start = "03/02/2026 10:00:00 AM"'],
    )  # fmt: skip
    assert attendance() == [("Ann", "ann@example.com", 42 * 60, 0), ("Bo", "", 90, 0)]
    bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, ROWS[0].replace(" Lee", ""))
    ann = Participation.objects.get(email="ann@example.com")
    assert (ann.name, ann.seconds) == ("Ann", 30 * 60), "stretches tell more than a sum"


def test_an_accounts_report_has_many_meetings_and_headings_that_repeat(tmp_path: Path) -> None:
    heading = (
        "Topic,Meeting ID,User Name,User Email,Department,Group,Has Zoom Rooms,Creation Time,Start Time,End Time,"
        "Duration,Participants,Name (Original Name),User Email,Join Time,Leave Time,Duration,Guest,Recording Consent,"
        "In Waiting Room,Marketing Opt-in"
    )

    def line(number: str, name: str, waiting: str, consent: str = "") -> str:
        begin = "03/02/2026 10:00:00 AM"
        return (
            f"Plans,{number},Hal,hal@example.com,Sales,,No,{begin},{begin},03/02/2026 11:00:00 AM,60,2,{name},,{begin},"
            f"03/02/2026 10:10:00 AM,10,Yes,{consent},{waiting},No"
        )

    bring(
        tmp_path, "meeting-participants", "details.csv", heading, line("111 222 333", "Ann", "No", "Y"),
        line("111 222 333", "Bo", "Yes"), line("444555666", "Cy", "No"),
    )  # fmt: skip
    assert counts() == (3, 3, 0, 0)
    assert list(Meeting.objects.order_by("number").values_list("number", "host_name", "host_email")) == [
        ("111222333", "Hal", "hal@example.com"),
        ("444555666", "Hal", "hal@example.com"),
    ]
    assert attendance() == [("Ann", "", 600, 1), ("Cy", "", 600, 1)]
    told = {record.participant: record.attributes for record in Record.objects.all()}
    assert told["Ann"]["c10-participant-recording-details"] == {"consent": "Y"}
    assert told["Bo"]["c10-participant-status"] == "in waiting room"
    assert {record.retention_rule for record in Record.objects.all()} == {"RET-4"}


POLL = (
    "Poll Report",
    "Report Generated:,03/02/2026 12:00:00 PM",
    "Topic,Meeting ID,Actual Start Time,Actual Duration (minutes)",
    "Plans,987 6543 2100,03/02/2026 10:00:00 AM,60",
    "Poll Details",
    "#,User Name,User Email,Submitted Date/Time,",
    '1,Ann,ann@example.com,"Mar 02, 2026 10:12:37","Which, if any?",Brochures,Where?,"At the counter; ""soon"""',
    '2,anonymous,,"Mar 02, 2026 10:13:00",Which?,Letters,',
    "3,Bo,bo@example.com",
)


def test_a_poll_report_has_questions_and_answers_in_pairs(tmp_path: Path) -> None:
    bring(tmp_path, "meeting-participants", "poll.csv", *POLL)
    assert counts() == (3, 2, 0, 1)
    assert rejected(tmp_path) == ['9,,holds no question and answer,"3,Bo,bo@example.com\\n"']
    ann, nobody = Record.objects.order_by("collected_at")
    assert ann.attributes["c10-polling-associated-responses"] == {
        "Which, if any?": "Brochures",
        "Where?": 'At the counter; "soon"',
    }
    assert ann.collected_at == datetime(2026, 3, 2, 15, 12, 37, tzinfo=UTC)
    assert (ann.meeting_number, ann.participant, nobody.participant) == ("98765432100", "ann@example.com", "anonymous")


def refused(folder: Path, name: str, *lines: str, meeting: tuple[str, ...] = ()) -> str:
    return refused_as("meeting-participants", folder, name, *lines, meeting=meeting)


def test_what_no_shape_knows_is_refused_whole(tmp_path: Path) -> None:
    assert "has none of the headings of a participants' report" in refused(tmp_path, "x.csv", "a,b", "1,2")
    assert "it has columns" not in refused(tmp_path, "x.csv", "a,b", "1,2")
    odd = refused(tmp_path, "participants_98765432100.csv", f"{SESSIONS},Shoe Size", f"{ROWS[0]},9")
    assert "columns that no shape of a report knows: 'Shoe Size'" in odd
    assert "name its ID in the mapping, [meeting] number" in refused(tmp_path, "x.csv", SESSIONS, *ROWS)
    assert "holds no row with a join time" in refused(tmp_path, "participants_98765432100.csv", SESSIONS, "Ann,,x,y,1,")
    assert "[meeting]: time_zone 'Mars' is not known" in refused(
        tmp_path, "x.csv", SESSIONS, meeting=('time_zone = "Mars"',)
    )
    assert not Import.objects.exists()


def test_a_row_that_cannot_be_right_is_rejected_with_the_reason(tmp_path: Path) -> None:
    bring(
        tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, ROWS[0],
        row("Backwards", "", "10:30:00", "10:00:00"), row("Odd", "odd@", "10:00:00", "10:01:00"),
        "Swapped,,31/02/2026 10:00,31/02/2026 10:01,1,No", SESSIONS, "ragged,row",
    )  # fmt: skip
    assert counts() == (6, 1, 0, 5)
    assert [line.split(",")[:3] for line in rejected(tmp_path)] == [
        ["3", "", "leaves before joining"],
        ["4", "email", "is not an e-mail address"],
        ["5", "joined_at", f"is not a date and time like 11/19/2021 09:54:15 AM ({MONTH_FIRST})"],
        ["6", "", "repeats the header"],
        ["7", "", '"has 2 cells'],
    ]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("03/02/2026 10:00:00 AM", ()),
        ("3/2/2026 10:00 AM", ()),
        ("02/03/2026 10:00", ('date_order = "day first"',)),
        ("2026-03-02 10:00:00", ()),
        ("2026-03-02T15:00:00Z", ()),
        ("03/02/2026 04:00:00 PM", ('time_zone = "Europe/Berlin"',)),
    ],
)
def test_dates_are_read_in_their_orders_and_the_zone_that_the_mapping_names(
    text: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    line = f"Ann,,{text},,1,No"
    bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, line, meeting=options)
    (meeting,) = Meeting.objects.all()
    assert meeting.started_at == START


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_reports_in_other_encodings_are_read_as_the_mapping_says(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "participants_98765432100.csv"
    path.write_bytes("\r\n".join([SESSIONS, row("Zoë Müller", "", "10:00:00", "10:01:00")]).encode(encoding))
    name = encoding.removesuffix("-sig")
    run("meeting-participants", path, mapping=mapping(tmp_path, "meeting-participants", file=[f'encoding = "{name}"']))
    assert attendance() == [("Zoë Müller", "", 60, 1)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ann", ("Ann", "", "")),
        ("Ann (Annabel Lee)", ("Ann", "Annabel Lee", "")),
        ("Ann (Ann)", ("Ann", "", "")),
        ("Ann  Lee # host", ("Ann Lee", "", "host")),
        ("Ann (Annabel Lee) #Host", ("Ann", "Annabel Lee", "host")),
        ("Ann (Host, me)", ("Ann", "", "host")),
        ("Bo (co-host)", ("Bo", "", "co-host")),
        ("Ghost", ("Ghost", "", "")),
        ("(Ann)", ("(Ann)", "", "")),
        ("", ("", "", "")),
    ],
)
def test_names_are_parted_as_the_reports_write_them(text: str, parts: tuple[str, str, str]) -> None:
    assert parts_of(text) == parts


def test_an_import_is_taken_back_whole_and_what_others_brought_stays(tmp_path: Path) -> None:
    bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, *ROWS[:2])
    first = Import.objects.get()
    bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, *ROWS[2:],
          meeting=['start = "03/02/2026 10:00:00 AM"'])  # fmt: skip
    second = Import.objects.latest("id")
    assert attendance()[0] == ("Ann Lee", "ann@example.com", 45 * 60, 3)
    assert "rest 2 stretches that came otherwise" in refusal("--undo", first.pk)
    assert "0 meetings, 0 participations" in run("--undo", second.pk)
    assert attendance()[0] == ("Ann Lee", "ann@example.com", 30 * 60, 1)
    assert "1 meetings, 2 participations, 0 messages, 0 records" in run("--undo", first.pk)
    assert not Meeting.objects.exists()
    bring(tmp_path, "meeting-participants", "participants_98765432100.csv", SESSIONS, *ROWS)
    assert counts() == (4, 4, 0, 0), "what was taken back can be brought in again"


@pytest.mark.parametrize("name", ["participants_heroes.csv", "participants_heroes_full.csv"])
def test_the_reports_seen_in_the_wild_load_whole(name: str, tmp_path: Path) -> None:
    people, rows = 27, 31
    path = REPORTS / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    make_customer("C-1", email="Loki_Asgardian@marvel.com")
    options = mapping(tmp_path, "meeting-participants", 'number = "60245167821"')
    run("meeting-participants", path, mapping=options)
    assert counts() == (rows, rows, 0, 0)
    people_matched = Participation.objects.exclude(customer=None).count()
    print(f"{name}: {rows} rows loaded, {Participation.objects.count()} participants, {people_matched} matched")  # noqa: T201
    assert (Participation.objects.count(), people_matched) == (people, 1)
    assert Interval.objects.count() == rows
    run("meeting-participants", path, mapping=options)
    assert counts() == (rows, 0, rows, 0)


MINUTES = st.integers(0, 300)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(stretches=st.lists(st.tuples(MINUTES, st.one_of(st.none(), st.integers(0, 90))), min_size=1, max_size=8))
def test_seconds_are_those_of_the_union_however_stretches_overlap(
    stretches: list[tuple[int, int | None]], django_db_blocker: object
) -> None:
    """Against every minute counted by itself."""
    Meeting.objects.all().delete()
    meeting = Meeting.objects.create(number="1", uid="1", started_at=START)
    person = Participation.objects.create(meeting=meeting, joined_at=START, seconds=0)
    by_start = dict(stretches)
    for begin, length in by_start.items():
        joined = START + timedelta(minutes=begin)
        left = None if length is None else joined + timedelta(minutes=length)
        Interval.objects.create(participation=person, joined_at=joined, left_at=left)
    with connection.cursor() as cursor:
        sum_stretches(cursor, [person.key])
    person.refresh_from_db()
    minutes = {minute for begin, length in by_start.items() for minute in range(begin, begin + (length or 0))}
    assert person.seconds == 60 * len(minutes)
    assert person.joined_at == START + timedelta(minutes=min(by_start))
    ends = [None if length is None else begin + length for begin, length in by_start.items()]
    last = None if None in ends else max(end for end in ends if end is not None)
    assert person.left_at == (None if last is None else START + timedelta(minutes=last))


def test_the_examples_of_the_documentation_load_whole() -> None:
    folder = Path(__file__).parents[2] / "docs/examples"
    run("meeting-participants", folder / "participants_98765432100.csv")
    assert counts() == (4, 4, 0, 0)
    run("meeting-chat", folder / "meeting_saved_chat.txt", mapping=folder / "meeting.toml")
    assert counts() == (3, 3, 0, 0)
    assert Meeting.objects.count() == 1, "the chat is of the same meeting"
    run("meeting-service", folder / "dashboard.json")
    assert counts() == (1, 1, 0, 0)
