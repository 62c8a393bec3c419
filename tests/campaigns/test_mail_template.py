"""Place-holders: checked with line and column, filled once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.mailing.template import NAMES, OF_SUBJECT, faults, fill

VALUES = {"name": "Ann", "link": "https://example.com/s/x/", "sender": "Sam", "material": "Rates"}
OTHERS = "You can use {{name}}, {{link}}, {{sender}}, {{material}}."


def test_known_placeholders_are_filled_with_or_without_blanks() -> None:
    text = "Hello {{name}},\n{{ material }} from {{  sender}}: {{link}}"
    assert faults(text) == []
    assert fill(text, VALUES) == "Hello Ann,\nRates from Sam: https://example.com/s/x/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {{nmae}}", ["Line 1, column 7: “{{nmae}}” is not a placeholder here. " + OTHERS]),
        ("a\n\n  {{ Name }}", ["Line 3, column 3: “{{ Name }}” is not a placeholder here. " + OTHERS]),
        ("{{}}", ["Line 1, column 1: “{{}}” is not a placeholder here. " + OTHERS]),
        ("one\n{{name", ["Line 2, column 1: “{{” does not open or close a placeholder. " + OTHERS]),
        ("{{name\n}}", [
            "Line 1, column 1: “{{” does not open or close a placeholder. " + OTHERS,
            "Line 2, column 1: “}}” does not open or close a placeholder. " + OTHERS,
        ]),
        ("x }} {{name}}", ["Line 1, column 3: “}}” does not open or close a placeholder. " + OTHERS]),
        ("{{name.upper}} {{name|safe}}", [
            "Line 1, column 1: “{{name.upper}}” is not a placeholder here. " + OTHERS,
            "Line 1, column 16: “{{name|safe}}” is not a placeholder here. " + OTHERS,
        ]),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_with_its_place(text: str, expected: list[str]) -> None:
    assert faults(text) == expected


def test_a_subject_takes_no_link() -> None:
    assert faults("{{link}}", OF_SUBJECT) == [
        ("Line 1, column 1: “{{link}}” is not a placeholder here. You can use {{name}}, {{sender}}, {{material}}.")
    ]


def test_single_braces_and_percent_signs_stay() -> None:
    assert faults("{name} 100% %(name)s {0}") == []
    assert fill("{name} 100% %(name)s {0}", VALUES) == "{name} 100% %(name)s {0}"


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert fill("{{name}}", {**VALUES, "name": "{{link}} {{oops}}"}) == "{{link}} {{oops}}"


@given(st.lists(st.sampled_from([*(f"{{{{{name}}}}}" for name in NAMES), "{", "}", "a", "\n", " ", "{{", "}}"])))
def test_a_text_without_faults_is_filled_and_any_other_is_refused(parts: list[str]) -> None:
    text = "".join(parts)
    if not faults(text):
        filled = fill(text, VALUES)
        assert "{{" not in filled
        assert "}}" not in filled
