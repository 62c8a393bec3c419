"""Rows of tables and addresses, which are written by Python: what a template says of them, to the letter."""

from uuid import UUID

import pytest
from django.http import QueryDict
from django.template import Context, Engine
from django.template.context import RequestContext
from django.test import RequestFactory
from django.urls import reverse
from django.urls.base import set_script_prefix

from records.addresses import address_by_key
from records.templatetags.figures import table_rows


def test_rows_of_a_table_are_escaped_and_tell_numbers_from_words() -> None:
    rows = [
        [("May 3 <b>", True), ("Ann & Bob", False), ("1,204", True)],
        [("May 4", True), ("hidden", False), ("1,204", True)],
    ]
    assert table_rows(rows) == (
        '<tr><th scope="row">May 3 &lt;b&gt;</th><td>Ann &amp; Bob</td><td class="number">1,204</td></tr>'
        '<tr><th scope="row">May 4</th><td>hidden</td><td class="number">1,204</td></tr>'
    )
    assert table_rows([]) == ""


def test_the_same_text_is_a_number_in_one_column_and_a_word_in_another() -> None:
    rows = [[("a", False), ("1", True), ("1", False)]]
    assert table_rows(rows) == '<tr><th scope="row">a</th><td class="number">1</td><td>1</td></tr>'


@pytest.mark.django_db  # for what every page is given
@pytest.mark.parametrize("query", ["", "page=2", "a=1&a=2&size=50&text=x+%26+y%C3%A9", "size=25"])
@pytest.mark.parametrize(
    "changes", ["size=50 page=None", "of='customer/1' format='svg' page=None", "size=None page=None", "text='ü &'"]
)
def test_an_address_is_changed_as_djangos_own_tag_does_it(query: str, changes: str) -> None:
    request = RequestFactory().get(f"/?{query}")
    assert QueryDict(query) == request.GET

    def written(tag: str) -> str:
        source = f"{{% load lists %}}{{% {tag} {changes} %}}"
        context: Context = RequestContext(request, {"request": request})
        return Engine.get_default().from_string(source).render(context)

    assert written("query_with") == written("querystring")


def test_an_address_with_a_key_is_djangos_own_behind_a_prefix_too() -> None:
    key = UUID("0b5e2d0a-6c0f-4b8e-9d3a-0f6a4f1c2e11")
    assert address_by_key("customer", key) == reverse("customer", args=[key])
    set_script_prefix("/waymark/")
    try:
        assert address_by_key("customer", key) == reverse("customer", args=[key])
        assert address_by_key("customer", key).startswith("/waymark/")
    finally:
        set_script_prefix("/")
