"""Choices of filters that are asked for by a statement: those of Django's own filter, in one query."""

from typing import Any

import django_filters as filters
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.choosing import WrittenChoiceFilter
from records.models import Territory

pytestmark = pytest.mark.django_db

ASKED: dict[str, Any] = {
    "queryset": Territory.objects.all(), "field_name": "pk", "to_field_name": "code", "empty_label": "Any",
}  # fmt: skip


class Filters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    own = filters.ModelChoiceFilter(**ASKED)
    written = WrittenChoiceFilter(statement="SELECT code, name FROM records_territory ORDER BY name", **ASKED)


@pytest.fixture(autouse=True)
def territories() -> None:
    Territory.objects.create(code="S&", name="South <b>")
    Territory.objects.create(code="N", name="North")


def form(**asked: str) -> Any:
    return Filters(asked, queryset=Territory.objects.all()).form


def test_they_are_written_as_those_of_djangos_own_filter() -> None:
    shown = form(own="S&", written="S&")
    assert str(shown["written"]).replace("written", "own") == str(shown["own"])
    assert "South &lt;b&gt;" in str(shown["written"])


def test_they_are_asked_for_once() -> None:
    shown = form()
    with CaptureQueriesContext(connection) as queries:
        assert [str(label) for _, label in shown.fields["written"].choices] == ["Any", "North", "South <b>"]
    assert len(queries) == 1


def test_one_is_found_by_what_the_address_says_and_another_is_refused() -> None:
    assert form(written="N").is_valid()
    chosen = form(written="N")
    chosen.full_clean()
    assert chosen.cleaned_data["written"].name == "North"
    assert form(written="X").errors["written"] == form(own="X").errors["own"]
