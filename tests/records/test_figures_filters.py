"""How labels stand within a sentence."""

import pytest

from records.templatetags.figures import within_sentence


@pytest.mark.parametrize(
    ("label", "within"),
    [("Mailing list", "mailing list"), ("ACH account", "ACH account"), ("lista", "lista"), ("", "")],
)
def test_a_label_within_a_sentence_keeps_its_abbreviation(label: str, within: str) -> None:
    assert within_sentence(label) == within
