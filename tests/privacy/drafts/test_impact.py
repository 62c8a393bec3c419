"""What a draft would do to the program, and what stands in its way."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from privacy.drafts import steps
from privacy.drafts.due import moved_by
from privacy.drafts.editing import with_more, without
from privacy.drafts.impact import impact_of, obstacles
from privacy.models import NoticeDraft, User
from privacy.notice import in_force
from privacy.notice.consistency import Content
from privacy.roles import Role
from records.attributes import check
from records.keeping import NewRecord, keep
from tests.drafts import publish, whole_draft, with_element, with_period
from tests.factories import make_user
from tests.privacy.drafts.conftest import Clock
from tests.retention import approve_all, gone_customer

pytestmark = pytest.mark.django_db
# An element of the long tail: an attribute of records of category 10.
ATTRIBUTE = "c10-participant-pc-name"
LONGER = "Records are retained 5 years after the relationship ends."


@pytest.fixture(autouse=True)
def today(clock: Clock) -> Clock:
    return clock


def told(draft: NoticeDraft, part: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.change.kind.value, one.change.item.id, one.told) for one in getattr(impact_of(draft), part)]


def without_element(identifier: str) -> Callable[[Content], Content]:
    def edit(content: Content) -> Content:
        for category in content["categories"]:
            category["elements"] = [one for one in category["elements"] if one["id"] != identifier]
        return content

    return edit


def test_a_new_element_of_the_long_tail_has_a_home_by_itself(henrik: User) -> None:
    draft = whole_draft(henrik, with_element)
    assert told(draft, "elements") == [
        ("added", "c10-participant-mood", ("records.Record.attributes[c10-participant-mood]",))
    ]
    assert obstacles(draft) == []


def test_a_new_category_has_no_home_for_its_elements(henrik: User) -> None:
    def edit(content: Content) -> Content:
        one = {**content["categories"][0]["elements"][0], "id": "c19-favourite-colour", "label": "favourite colour"}
        category = {"id": "CAT-19", "slug": "tastes", "title": "Tastes", "text": "Tastes.", "elements": [one]}
        content["categories"].append({**category, "reading": {"retrieval": ["RTV-1"], "retention": "RET-3"}})
        content["purposes"][0]["reading"]["categories"].append(19)
        return content

    draft = whole_draft(henrik, edit)
    assert told(draft, "elements") == [("added", "c19-favourite-colour", ("no field",))]
    assert obstacles(draft) == [
        (
            "favourite colour has no home: a software release must add a field for it, or a category that takes "
            "any element."
        ),
        "The words of category 19 do not name favourite colour, and those words are what is published.",
    ]
    with pytest.raises(steps.Refused, match="favourite colour has no home"):
        publish(draft)


def test_an_element_that_a_field_holds_is_not_removed(henrik: User) -> None:
    draft = whole_draft(henrik, without_element("c01-email-address"))
    ((kind, identifier, fields),) = told(draft, "elements")
    assert (kind, identifier) == ("removed", "c01-email-address")
    assert "records.Customer.email" in fields
    said = "records.Customer.email holds email address, which the version does not name: a software release must remove"
    assert f"{said} the field, or the version must keep the element." in obstacles(draft)
    with pytest.raises(steps.Refused, match=r"records\.Customer\.email holds email address"):
        publish(draft)


def test_an_attribute_is_removed_once_no_record_holds_it(henrik: User) -> None:
    draft = whole_draft(henrik, without_element(ATTRIBUTE))
    assert obstacles(draft) == []
    keep([NewRecord(check(10, {ATTRIBUTE: "kitchen"}), datetime(2026, 11, 1, tzinfo=UTC), ("test", "1"))])
    label = in_force().elements[ATTRIBUTE].label
    said = (
        f"1 records hold {label} (records.Record.attributes[{ATTRIBUTE}]), which the version does not name: they must"
    )
    assert obstacles(draft) == [f"{said} be disposed of first."]


def test_a_new_purpose_says_which_roles_read_for_it(henrik: User) -> None:
    new = {"id": "PUR-14", "text": "To answer sooner.", "reading": {"categories": [1]}}
    draft = whole_draft(henrik, lambda content: with_more(content, ("purposes",), new))
    assert told(draft, "purposes") == [("added", "PUR-14", ("no role",))]
    assert obstacles(draft) == []


def test_a_purpose_that_goes_names_the_roles_that_read_for_it(henrik: User) -> None:
    draft = whole_draft(henrik, lambda content: without(content, ("purposes", 12)))
    assert told(draft, "purposes") == [("removed", "PUR-13", ("Marketing manager",))]


def test_purposes_are_not_renumbered(henrik: User) -> None:
    """Roles and the access log know them by number."""

    def edit(content: Content) -> Content:
        del content["purposes"][11]
        content["purposes"][11]["id"] = "PUR-12"
        return content

    said = obstacles(whole_draft(henrik, edit))
    assert said == [
        "Purpose 13 would become purpose 12, and the program knows it by its number: add new items at the end."
    ]


def test_a_category_says_where_its_records_are_shown_and_to_whom(henrik: User) -> None:
    def edit(content: Content) -> Content:
        content["categories"][17]["text"] += " And more."
        return content

    ((kind, identifier, shown),) = told(whole_draft(henrik, edit), "categories")
    assert (kind, identifier) == ("changed", "CAT-18")
    assert {"Sales", "Marketing manager"} <= set(shown)


def test_a_category_that_serves_no_purpose_would_be_read_by_nobody(henrik: User) -> None:
    def edit(content: Content) -> Content:
        for purpose in content["purposes"]:
            purpose["reading"]["categories"] = [one for one in purpose["reading"]["categories"] if one != 7]
        content["purposes"][0]["text"] += " And more."
        return content

    assert obstacles(whole_draft(henrik, edit)) == [
        "No purpose covers category 7: no one could read its records except for a duty."
    ]


def test_a_rule_under_which_records_are_does_not_go(henrik: User) -> None:
    def edit(content: Content) -> Content:
        content["retention"] = [one for one in content["retention"] if one["id"] != "RET-6"]
        for category in content["categories"]:
            for one in [category, *category["elements"]]:
                one["reading"]["retention"] = one["reading"]["retention"].replace("RET-6", "RET-3")
        return content

    draft = whole_draft(henrik, edit)
    ((kind, identifier, records),) = told(draft, "rules")
    assert (kind, identifier) == ("removed", "RET-6")
    assert obstacles(draft) == [f"Rule 6 is gone, and these are under it: {', '.join(records)}."]


def test_a_draft_of_a_version_that_is_over_is_begun_anew(henrik: User, clock: Clock) -> None:
    draft = whole_draft(henrik)
    publish(whole_draft(henrik, with_element))
    clock.on(date(2027, 1, 4))
    said = "It was started from the version of 2025-05-12, which is no longer in force: start another draft."
    assert said in obstacles(draft)


# Due dates ------------------------------------------------------------------------------------------------------------


def test_what_becomes_due_later_is_counted_now_and_then(henrik: User) -> None:
    gone_customer("C-1", date(2023, 1, 10))  # due already; by five years in January 2028
    gone_customer("C-2", date(2024, 6, 1))  # due in June 2027; by five years in June 2029
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR, "Grace"))
    (moved,) = moved_by(whole_draft(henrik, with_period("RET-3", 5, LONGER)))
    each = moved.before[0]  # a customer's rows: the customer, and the viewer that stands for them
    assert each > 0
    assert (moved.rule, moved.told) == ("RET-3", "later")
    assert (moved.before, moved.after) == ((each, each, 0), (0, each, each))


def test_what_becomes_due_earlier_is_said_so(henrik: User) -> None:
    gone_customer("C-1", date(2024, 6, 1))
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR, "Grace"))
    (moved,) = moved_by(whole_draft(henrik, with_period("RET-3", 1, LONGER)))
    assert moved.told == "earlier"
    assert moved.after[0] == moved.before[1] > 0


def test_a_rule_whose_words_alone_change_moves_nothing(henrik: User) -> None:
    assert moved_by(whole_draft(henrik, with_period("RET-3", 3, LONGER))) == []
