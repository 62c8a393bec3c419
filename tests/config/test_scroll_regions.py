"""Each table stands in a region that scrolls sideways by itself, which the keyboard reaches and which has a name."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
REGION = re.compile(r"""<div class="(?:table-scroll|wide)\b[^"]*"(?:\{%.*?%\}|\{\{.*?\}\}|[^>{])*>""")
# Of two short columns, and of what the administration's own pages show.
FITTING = {"campaigns/reach.html", "privacy/record_history.html"}


def named(template: Path) -> str:
    return template.relative_to(TEMPLATES).as_posix()


WITH_TABLES = [one for one in sorted(TEMPLATES.rglob("*.html")) if "<table" in one.read_text()]


@pytest.mark.parametrize("template", WITH_TABLES, ids=named)
def test_a_table_stands_in_a_region_that_can_be_scrolled_and_is_named(template: Path) -> None:
    text = template.read_text()
    regions = [found.group() for found in REGION.finditer(text)]
    if named(template) not in FITTING:
        assert len(regions) >= text.count("<table")
    for region in regions:
        assert 'role="region"' in region
        assert 'tabindex="0"' in region
        assert re.search(r'aria-label(?:ledby)?="[^"]+"', region)


def test_most_tables_are_looked_at() -> None:
    assert len(WITH_TABLES) > 60
