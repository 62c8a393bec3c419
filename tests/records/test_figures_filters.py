"""How labels stand within a sentence, and the rows of a list."""

from typing import Any

import pytest

from records.listing import Column, Kind
from records.templatetags.figures import within_sentence
from records.templatetags.lists import cells, tick_cell


@pytest.mark.parametrize(
    ("label", "within"),
    [("Mailing list", "mailing list"), ("ACH account", "ACH account"), ("lista", "lista"), ("", "")],
)
def test_a_label_within_a_sentence_keeps_its_abbreviation(label: str, within: str) -> None:
    assert within_sentence(label) == within


def test_what_stands_in_a_lists_row_is_escaped() -> None:
    name, seen = Column("Name", "name"), Column("Seen", "seen", Kind.COUNT)
    row: dict[str, Any] = {
        "row": {"key": "k", "name": 'Ann "<b>"'},
        "cells": [(name, "Ann <b>", "/a/?b=1&c=2"), (seen, 1204, ""), (name, "", "")],
        "is_made_up": True,
        "tags": ["Late & open"],
    }
    assert cells(row) == (
        '<th scope="row"><a href="/a/?b=1&amp;c=2">Ann &lt;b&gt;</a> <span class="tag">Made up</span>'
        ' <span class="tag tag-warning">Late &amp; open</span></th><td class="number">1,204</td><td>–</td>'
    )
    assert tick_cell(row["row"], "Choose %(name)s") == (
        '<td class="tick">'
        '<input type="checkbox" name="key" value="k" aria-label="Choose Ann &quot;&lt;b&gt;&quot;"></td>'
    )
