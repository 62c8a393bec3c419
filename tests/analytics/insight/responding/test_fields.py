"""What a customer's likelihood is learnt from: nothing that says age, sex, race, politics, religion or health."""

from dataclasses import replace

import pytest

from analytics.insight.responding import draws
from analytics.insight.responding.fields import FIELDS, Field
from analytics.insight.responding.forbidden import FORBIDDEN, forbidden_of
from privacy.notice.versions import elements_ever


def said_by_the_notice() -> dict[str, str]:
    """Every element of the notice whose name says one of these things, with which."""
    return {
        one.id: kind for one in elements_ever().values() if (kind := forbidden_of(one.label) or forbidden_of(one.id))
    }


def test_the_notice_has_such_elements_and_none_of_them_is_used() -> None:
    said = said_by_the_notice()
    assert {"c01-age", "c01-date-of-birth"} <= set(said)
    assert not {field.element for field in FIELDS} & set(said)


def test_each_field_is_insight_into_what_was_shared() -> None:
    elements = elements_ever()
    assert {elements[field.element].category for field in FIELDS} == {18}
    assert len({field.name for field in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize("kind", sorted(FORBIDDEN))
def test_a_field_of_such_a_thing_cannot_be_declared(kind: str) -> None:
    word = min(FORBIDDEN[kind])
    with pytest.raises(ValueError, match=f"says a person's {kind}"):
        Field(word, "x", FIELDS[0].element)
    with pytest.raises(ValueError, match=f"says a person's {kind}"):
        Field("x", "x", f"c18-{word}")


def test_an_element_of_another_category_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="category 18"):
        replace(FIELDS[0], element="c01-titles")


def test_the_statement_reads_of_the_customer_no_more_than_who_they_are() -> None:
    """Of the customers' own table nothing is read but whether the relationship has ended."""
    assert "records_" not in draws.FEATURES
    columns = {text.split()[0].strip("(),") for text in draws.DRAWN_BEFORE.split("customer.")[1:]}
    assert columns == {"id", "relationship_ended_on"}
