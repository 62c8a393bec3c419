"""Errors told without the values that caused them."""

import sys
import traceback

import pytest
from django.db import IntegrityError

from config.scrubbing import class_name, scrub, without_values, without_written_tracebacks


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("connection refused", "connection refused"),
        ("column does not exist at line 3, position 12", "column does not exist at line 3, position 12"),
        ('invalid input syntax for type integer: "jane doe"', "invalid input syntax for type integer: …"),
        ("could not convert string to float: 'jane doe'", "could not convert string to float: …"),
        ("Jane Doe has no address", "… has no address"),
        ("JANE DOE has no address", "… has no address"),
        ("O’Hara has no address", "… has no address"),
        ("Zoë and Björn O'Neil-Smith are the same", "… and … are the same"),
        ("王小明 is known", "… is known"),
        ("jane.doe@example.gov is known", "… is known"),
        ("call 555-0123 or 5550123 or (202)555-01234", "call 555-0123 or … or …"),
        ("from 203.0.113.9 and 2001:db8::7:1", "from … and …"),
        ("key (email)=(jane) exists", "key … exists"),
        ("first line\nDETAIL: jane doe", "first line"),
        ("", ""),
    ],
)
def test_message_keeps_only_what_names_nobody(message: str, left: str) -> None:
    assert scrub(message) == left


def test_long_message_is_cut() -> None:
    assert len(scrub("word " * 1000)) == 500


def test_traceback_tells_places_and_causes_but_no_values() -> None:
    name = "-".join(["jane", "doe"]).title()
    try:
        try:
            dict[str, int]()[name]
        except KeyError as missing:
            raise IntegrityError(f"{name} came twice") from missing
    except IntegrityError as error:
        told = without_values(error).splitlines()

    assert [line.rpartition(" in ")[0].rpartition(":")[0] for line in told if " in " in line] == [
        "tests/config/test_scrubbing.py",
        "tests/config/test_scrubbing.py",
    ]
    assert told[1] == "KeyError: …"
    assert told[3] == "django.db.utils.IntegrityError: … came twice"
    assert "Jane" not in "\n".join(told)


def test_traceback_that_was_written_into_a_sentence_loses_its_values() -> None:
    name = "-".join(["jane", "doe"]).title()
    try:
        raise IntegrityError(f"{name} came twice\n{name}: again\n  of {name}")
    except IntegrityError:
        sentence = f"The page failed\n{traceback.format_exc()}"

    place = f"tests/config/test_scrubbing.py:{sys._getframe().f_lineno - 4} in {sys._getframe().f_code.co_name}"
    assert without_written_tracebacks(sentence) == f"The page failed\n{place}\ndjango.db.utils.IntegrityError"
    assert without_written_tracebacks("The page failed") == "The page failed"


def test_exception_that_is_its_own_context_ends() -> None:
    error = ValueError("again")
    error.__context__ = KeyError("first")
    error.__context__.__context__ = error
    assert without_values(error) == "KeyError: …\nValueError: again"


def test_class_is_named_with_its_module_unless_it_is_builtin() -> None:
    assert class_name(KeyError("x")) == "KeyError"
    assert class_name(IntegrityError()) == "django.db.utils.IntegrityError"
