"""The API of reports as tables: the same rows, scope and notes as their files, for reports that name nobody."""

from datetime import UTC
from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone, translation
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.exports.base import HIDDEN, Head, Table
from analytics.exports.lines import plain
from analytics.exports.source import BadFilters
from analytics.exports.sources import seen_source
from privacy.api.views import Resource
from privacy.enums import Language
from records.listing import Kind

# What has no shape of its own in the API, by the names of the exports.
OF_ALL = ("cohorts", "compare", "filtered")
OF_ONE = ("material", "survey")
CELL = {"anyOf": [{"type": name} for name in ("string", "number", "boolean", "null")]}
SHAPE = {
    "type": "object",
    "title": "ReportTable",
    "properties": {
        "of": {"type": "string"},
        "title": {"type": "string"},
        "as_of": {"type": "string", "format": "date-time"},
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "title": "ReportColumn",
                "properties": {
                    "name": {"type": "string"},
                    "label": {"type": "string"},
                    "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
                },
                "required": ["name", "label", "kind"],
            },
        },
        "rows": {"type": "array", "items": {"type": "object", "additionalProperties": CELL}},
        "hidden": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
        "notes": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["of", "title", "as_of", "columns", "rows", "hidden", "notes"],
}


class TableView(Resource):
    """GET: a report as a table, with the filters of its page: `cohorts`, `compare` or `filtered`. 404 for any other.
    Columns of a row that tell of few people are null, and named in `hidden`, row by row."""

    noun = "reports"
    operations = {"GET": "get_report_table"}
    answers = {"GET": {200: SHAPE}}
    parameters = {
        name: f"as on the page: {words}"
        for name, words in {
            "months": "how many cohorts",
            "did": "what counts as coming back",
            "campaign": "a campaign’s slug; two to five to compare",
            "material": "two to five slugs to compare",
            "period": "two to five spans of days to compare",
            "quarter": "all campaigns of a quarter, as 2026-q1",
        }.items()
    }

    def get(self, request: Request, kind: str) -> Response:
        if kind not in OF_ALL:
            raise Http404
        return self.table(kind)

    def table(self, of: str) -> Response:
        with translation.override(Language.ENGLISH.value), timezone.override(UTC):  # programs read it
            try:
                source = seen_source(self.user, of, self.asked.GET.urlencode())
            except BadFilters as problem:
                raise ValidationError({"filters": [str(problem)]}) from problem
            return Response(as_json(source.of, source.table(timezone.now(), ())))


class TableOfOneView(TableView):
    """GET: a report of one thing as a table: `material/SLUG` (with `version`) or `survey/KEY`. 404 for any other, and
    for what the reader does not see."""

    operations = {"GET": "get_report_table_of"}
    parameters = {"version": "which version of a material; the newest ready one without it"}

    def get(self, request: Request, kind: str, which: str = "") -> Response:
        if kind not in OF_ONE:
            raise Http404
        return self.table(f"{kind}/{which}")


def as_json(of: str, table: Table) -> dict[str, Any]:
    """A table as SHAPE says. Reports are short: the rows are in memory."""
    rows = list(table.counted_rows())
    names = [head.name for head in table.heads]
    return {
        "of": of,
        "title": table.title,
        "as_of": table.as_of.isoformat(),
        "columns": [as_column(head) for head in table.heads],
        "rows": [dict(zip(names, map(plain, row), strict=True)) for row in rows],
        "hidden": [[name for name, cell in zip(names, row, strict=True) if cell is HIDDEN] for row in rows],
        "notes": dict(table.notes),
    }


def as_column(head: Head) -> dict[str, str]:
    return {"name": head.name, "label": head.heading, "kind": head.kind.value}


urlpatterns = [
    path("reports/tables/<slug:kind>", TableView.as_view(), name="api_report_table"),
    path("reports/tables/<slug:kind>/<slug:which>", TableOfOneView.as_view(), name="api_report_table_of"),
]
