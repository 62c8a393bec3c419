"""A line of the access log as its page writes it, with what people wrote escaped."""

from datetime import UTC, datetime

from django.utils import timezone

from privacy.models import AccessEntry
from privacy.templatetags.accesslog import log_cells
from privacy.views.access_log import Line


def cells(**of_entry: object) -> str:
    entry = AccessEntry(at=datetime(2026, 3, 12, 18, 3, 7, tzinfo=UTC), kind="shown", **of_entry)
    line = Line(entry, "Ann <b>", "Shown", "Cut & off", "Purpose 12", "A & B", "a list")
    with timezone.override("America/New_York"):
        return log_cells(line)


def test_a_line_has_each_cell_and_the_moment_by_the_readers_clock() -> None:
    assert cells(roles=["sales", "auditor"], categories=[1, 18], records=1204, api_key="abc") == (
        '<th scope="row">Mar 12, 2026, 2:03:07 PM</th>'
        '<td>Ann &lt;b&gt; <span class="when">key wm_abc</span><span class="when">sales, auditor</span></td>'
        '<td>Shown<span class="when">Cut &amp; off</span></td>'
        "<td>Purpose 12</td><td>A &amp; B</td><td>1, 18</td><td>a list</td>"
        '<td class="number">1,204</td>'
    )


def test_what_is_not_there_leaves_its_cell_empty() -> None:
    said = cells(roles=[], categories=[])
    assert said.endswith('<td></td><td>a list</td><td class="number"></td>')
    assert "<td>Ann &lt;b&gt;</td>" in said
