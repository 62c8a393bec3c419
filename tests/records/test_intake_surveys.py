"""Surveys and contests from files of both shapes: typed answers, each of its element; feelings sealed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from records.models import Answer, Import, Question, Submission, Survey
from tests.factories import make_customer
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db

HEAD = """
kind = "surveys"
[file]
source = "customer"
location = "contractor"
[survey]
slug = "spring-2026"
name = "Spring survey"
kind = "survey"
description = "After the spring mailing."
opens_on = 2026-03-01
closes_on = 2026-03-31
"""
QUESTIONS = """
[[questions]]
column = "q1"
text = "How satisfied are you with delivery?"
kind = "rating"
element = "perception"
[[questions]]
column = "q2"
text = "How did the brochure make you feel?"
kind = "text"
element = "feelings"
[[questions]]
column = "q3"
text = "Which products do you use?"
kind = "several"
element = "habits"
choices = ["Letters", "Parcels", "Direct mail"]
[[questions]]
column = "q4"
text = "Would you recommend us?"
kind = "promoter"
element = "c17-willingness-to-buy"
"""
RESPONDENTS = f"""{HEAD}
[columns]
number = {{ column = "id", optional = true }}
customer = {{ column = "customer", optional = true }}
email = {{ column = "email", optional = true }}
submitted_at = "at"
{QUESTIONS}"""
ANSWERS = f"""{HEAD}
[columns]
survey = {{ column = "survey", optional = true }}
number = "id"
customer = {{ column = "customer", optional = true }}
submitted_at = "at"
question = "question"
answer = "answer"
{QUESTIONS}"""
NOON = datetime(2026, 3, 5, 17, tzinfo=UTC)
AT = "2026-03-05T12:00"
OTHER = "differs from what is known of this submission"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def load(folder: Path, *lines: str, mapping: str = RESPONDENTS, name: str = "s.csv") -> str:
    (folder / "m.toml").write_text(mapping)
    return run("surveys", write(folder, name, *lines), "--mapping", folder / "m.toml")


def answers() -> list[tuple[str, int, str, Decimal | None, str | None]]:
    rows = Answer.objects.select_related("submission__customer", "question").order_by(
        "submission__number", "question__number"
    )
    return [(row.submission.number, row.question.number, row.text, row.number, row.feeling) for row in rows]


FULL = f"s1,C-1,{AT},4,Curious; a bit rushed,parcels; Letters,9"
HEADER = "id,customer,at,q1,q2,q3,q4"
STORED = [
    ("s1", 1, "", Decimal(4), None),
    ("s1", 2, "", None, "Curious; a bit rushed"),
    ("s1", 3, "Letters; Parcels", None, None),
    ("s1", 4, "", Decimal(9), None),
]


def test_a_row_a_respondent_makes_a_submission_with_an_answer_a_question(tmp_path: Path) -> None:
    customer = make_customer("C-1")
    load(tmp_path, HEADER, FULL)
    survey = Survey.objects.get()
    assert (survey.slug, survey.name, survey.kind, survey.opens_on, survey.closes_on) == (
        "spring-2026", "Spring survey", "survey", date(2026, 3, 1), date(2026, 3, 31),
    )  # fmt: skip
    assert list(Question.objects.values_list("number", "text", "kind", "element", "choices")) == [
        (1, "How satisfied are you with delivery?", "rating", "c09-customer-perception", []),
        (2, "How did the brochure make you feel?", "text", "c09-feelings", []),
        (3, "Which products do you use?", "several", "c09-habits", ["Letters", "Parcels", "Direct mail"]),
        (4, "Would you recommend us?", "promoter", "c17-willingness-to-buy", []),
    ]
    submission = Submission.objects.get()
    assert (submission.customer, submission.number, submission.submitted_at) == (customer, "s1", NOON)
    assert (submission.retention_rule, submission.source, submission.location) == ("RET-7", "customer", "contractor")
    assert submission.source_import == survey.source_import == Import.objects.get()
    assert answers() == STORED


def test_feelings_stand_nowhere_in_clear(tmp_path: Path) -> None:
    make_customer("C-1")
    load(tmp_path, HEADER, FULL, f"s2,,{AT},,Secretly glad,,")
    assert Answer.objects.get(submission__number="s2").feeling == "Secretly glad"  # a key of the submission's own
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, number, feeling FROM records_answer WHERE feeling IS NOT NULL")
        for text, number, feeling in cursor.fetchall():
            assert (text, number) == ("", None)
            assert b"Curious" not in bytes(feeling)
            assert b"glad" not in bytes(feeling)


def test_a_row_an_answer_makes_the_same(tmp_path: Path) -> None:
    make_customer("C-1")
    load(
        tmp_path, "survey,id,customer,at,question,answer",
        f"spring-2026,s1,C-1,{AT},q1,4", f"Spring survey,s1,C-1,{AT},q2,Curious; a bit rushed",
        f"spring-2026,s1,C-1,{AT},Which products do you use?,parcels; Letters", f"spring-2026,s1,C-1,{AT},q4,9",
        mapping=ANSWERS,
    )  # fmt: skip
    assert answers() == STORED
    assert Submission.objects.get().customer == make_customer_again("C-1")
    assert counts() == (4, 4, 0, 0)


def make_customer_again(number: str) -> object:
    from records.models import Customer

    return Customer.objects.get(number=number)


def test_each_answer_that_is_none_is_rejected_with_its_reason(tmp_path: Path) -> None:
    make_customer("C-1")
    load(
        tmp_path, HEADER,
        f"s1,C-1,{AT},6,,,", f"s2,C-1,{AT},good,,,", f"s3,C-1,{AT},,,Letters; Stamps,", f"s4,C-1,{AT},,,;,",
        f"s5,C-1,{AT},,,,11", f"s6,C-1,{AT},,,,", f"s7,C-9,{AT},1,,,", "s8,C-1,soon,1,,,",
        f"s9,C-1,{AT},,{'x' * 10_001},,",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        "2,q1,is not between 1 and 5,6",
        "3,q1,is not a whole number,good",
        '4,q3,"is none of Letters, Parcels, Direct mail",Letters; Stamps',
        "5,q3,names no answer,;",
        "6,q4,is not between 0 and 10,11",
        "7,,answers no question,",
        "8,customer,is no customer's number,C-9",
        "9,at,is not a date and time like 2026-03-31T14:05:09,soon",
        '10,q2,"is longer than 10,000 characters",',
    ]
    assert counts() == (9, 0, 0, 9)
    assert not Submission.objects.exists()


def test_a_row_an_answer_is_rejected_with_its_reason(tmp_path: Path) -> None:
    make_customer("C-1")
    make_customer("C-2")
    load(
        tmp_path, "survey,id,customer,at,question,answer",
        f"spring-2026,s1,C-1,{AT},q1,4", f"autumn,s1,C-1,{AT},q2,x", f"spring-2026,s1,C-1,{AT},q9,4",
        f"spring-2026,s1,C-1,{AT},q1,9", f"spring-2026,s1,C-2,{AT},q4,4", "spring-2026,s1,C-1,2026-03-06,q4,4",
        f"spring-2026,s1,C-1,{AT},q1,4", f"spring-2026,s1,C-1,{AT},q1,5", f"spring-2026,,C-1,{AT},q1,5",
        f"spring-2026,s1,C-1,{AT},q4,", f"spring-2026,s2,C-1,{AT},q1,0",
        mapping=ANSWERS,
    )  # fmt: skip
    assert rejected(tmp_path) == [
        '3,survey,"is none of spring-2026, Spring survey",autumn',
        "4,question,is no question of this survey,q9",
        "5,answer,is not between 1 and 5,",
        f"6,customer,{OTHER},C-2",
        f"7,at,{OTHER},2026-03-06",
        f"9,answer,{OTHER},",
        "10,id,is empty,",
        "11,answer,is empty,",
        "12,answer,is not between 1 and 5,",
    ]
    assert counts() == (11, 1, 1, 9)
    assert Submission.objects.count() == Answer.objects.count() == 1


def test_a_duplicate_submission_is_already_there_or_differs_by_its_first_column(tmp_path: Path) -> None:
    make_customer("C-1")
    make_customer("C-2")
    load(
        tmp_path, HEADER,
        FULL, FULL, FULL.replace(",4,", ",5,"), FULL.replace("rushed", "hurried"), FULL.replace("parcels; ", ""),
        FULL.replace("C-1", "C-2"), FULL.replace("T12:00", "T13:00"), f"s1,C-1,{AT},4,,Letters;Parcels,9",
    )  # fmt: skip
    assert rejected(tmp_path) == [
        f"4,q1,{OTHER},5",
        "5,q2,differs from what is known and sealed,",
        f"6,q3,{OTHER},Letters",
        f"7,customer,{OTHER},C-2",
        f"8,at,{OTHER},2026-03-05T13:00",
        f"9,q2,{OTHER},",
    ]
    assert counts() == (8, 1, 1, 6)
    assert answers() == STORED


def test_a_column_that_the_file_lacks_is_not_compared(tmp_path: Path) -> None:
    make_customer("C-1")
    load(tmp_path, HEADER, FULL)
    load(tmp_path, "id,customer,at,q1", f"s1,C-1,{AT},4", name="2.csv")
    assert counts() == (1, 0, 1, 0)


def test_rows_without_a_number_are_named_by_file_and_line_so_that_the_same_file_adds_nothing(tmp_path: Path) -> None:
    rows = ("at,q1", f"{AT},4", f"{AT},4")
    load(tmp_path, *rows)
    assert counts() == (2, 2, 0, 0)
    assert set(Submission.objects.values_list("customer", flat=True)) == {None}
    load(tmp_path, *rows)
    assert counts() == (2, 0, 2, 0)
    first, second = Import.objects.order_by("pk")
    assert f"Take back import {second.pk} first" in refusal("--undo", first.pk)
    assert run("--undo", second.pk).endswith("taken back: 0 submissions, 0 answers, 0 surveys\n")
    assert run("--undo", first.pk).endswith("taken back: 2 submissions, 2 answers, 1 surveys\n")
    assert not Question.objects.exists()


def test_the_answers_of_a_submission_may_come_in_several_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.intake.kinds.Plan.rows_a_chunk", 1)
    make_customer("C-1")
    rows = (f"s1,C-1,{AT},q1,4", f"s1,C-1,{AT},q2,Glad", f"s1,C-1,{AT},q2,Glad", f"s1,C-1,{AT},q2,Sad")
    load(tmp_path, "id,customer,at,question,answer", *rows, mapping=ANSWERS)
    assert counts() == (4, 2, 1, 1)
    assert answers() == [("s1", 1, "", Decimal(4), None), ("s1", 2, "", None, "Glad")]
    load(tmp_path, "id,customer,at,question,answer", f"s1,C-1,{AT},q4,4", mapping=ANSWERS, name="2.csv")
    assert rejected(tmp_path) == [f"2,answer,{OTHER},"]  # another import does not add to it


def test_a_contest_is_a_promotion(tmp_path: Path) -> None:
    contest = HEAD.replace('kind = "survey"', 'kind = "contest"')
    mapping = f"""{contest}
[columns]
submitted_at = "at"
[[questions]]
column = "slogan"
text = "Your slogan"
kind = "text"
element = "general"
"""
    load(tmp_path, "at,slogan", f"{AT},It gets there", mapping=mapping)
    submission = Submission.objects.get()
    assert (submission.survey.kind, submission.retention_rule) == ("contest", "RET-2B")
    assert Question.objects.get().element == "c05-information-provided-by-customers-as-part-of-a-contest"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('element = "perception"', 'element = "moods"', "element 'moods' is no kind of survey data of the notice"),
        ('element = "perception"\n', "", "element is missing"),
        ('kind = "promoter"', 'kind = "stars"', "kind is 'stars', none of 'rating', 'scale', 'choice', 'several'"),
        ('choices = ["Letters", "Parcels", "Direct mail"]\n', "", "choices are not two or more different answers"),
        ('"Parcels", "Direct mail"', '"letters"', "choices are not two or more different answers"),
        ('"Parcels"', '"Parcels; big"', "choices hold a semicolon"),
        ('element = "perception"', 'element = "perception"\nchoices = [5, 1]', "choices are not the lowest and the hi"),
        ('element = "feelings"', 'element = "feelings"\nchoices = ["a", "b"]', "choices are for ratings"),
        ('column = "q2"', 'column = "q1"', "two questions have the column 'q1'"),
        (QUESTIONS, "", "name the questions, each as [[questions]]"),
        ("closes_on = 2026-03-31", "closes_on = 2026-02-28", "closes_on is before opens_on"),
        ("How satisfied are you with delivery?", "What is your religion?", "this asks about religion: how people ex"),
        ("How satisfied are you with delivery?", "¿Cuál es su religión?", "asks about religion"),
        ("How satisfied are you with delivery?", "Whom will you vote for?", "asks about politics"),
        ("How satisfied are you with delivery?", "Your ethnicity, please", "asks about race: the notice names no"),
        ('column = "q1"', 'column = "GenderIdentity"', "asks about sex: the notice names no record of sex"),
        ('"Letters"', '"Medication"', "asks about health: the notice names no record of health"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in RESPONDENTS
    (tmp_path / "m.toml").write_text(RESPONDENTS.replace(old, new))
    path = write(tmp_path, "s.csv", HEADER, FULL)
    assert reason in refusal("surveys", path, "--mapping", tmp_path / "m.toml")
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"text": "Another?"}, {"kind": "scale"}, {"element": "c09-habits"}, {"choices": [1, 7]}, {"number": 7}],
)
def test_a_survey_of_the_slug_with_another_question_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    survey = Survey.objects.create(slug="spring-2026", name="Spring survey")
    first = {"number": 1, "text": "How satisfied are you with delivery?", "kind": "rating"}
    Question.objects.create(**{"survey": survey, "element": "c09-customer-perception", **first, **change})
    (tmp_path / "m.toml").write_text(RESPONDENTS)
    path = write(tmp_path, "s.csv", HEADER, FULL)
    assert "its question 1 is not the mapping's 'q1'" in refusal("surveys", path, "--mapping", tmp_path / "m.toml")
