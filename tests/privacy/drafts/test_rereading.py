"""What a draft reads otherwise into words that stay, and what that does."""

from collections.abc import Callable
from typing import Any

import pytest

from privacy.drafts import steps
from privacy.drafts.impact import obstacles
from privacy.drafts.rereading import Reread, rereadings
from privacy.models import User
from privacy.notice import in_force
from privacy.notice.consistency import Content
from privacy.purposes import Basis, is_served_by
from tests.drafts import EFFECTIVE, edited, publish, whole_draft, written
from tests.privacy.drafts.conftest import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(clock: Clock) -> Clock:
    return clock


def reading(part: str, identifier: str, **said: Any) -> Callable[[Content], Content]:
    """An edit of one thing's reading; the words stay."""

    def edit(content: Content) -> Content:
        thing = next(one for one in content[part] if one["id"] == identifier)
        thing["reading"] |= said
        return content

    return edit


def reread(by: User, edit: Callable[[Content], Content]) -> list[Reread]:
    return rereadings(whole_draft(by, edit))


def serving(number: int) -> list[int]:
    return list(in_force().purpose(number).categories)


def test_a_draft_reads_as_the_version_that_it_was_begun_from(henrik: User) -> None:
    assert rereadings(steps.begin(henrik)) == []


def test_who_could_read_more_by_a_purpose_is_said(henrik: User) -> None:
    """Category 14 of the conference service serves no purpose that marketing reads for."""
    wanted = [*serving(13), 14]
    (found,) = reread(henrik, reading("purposes", "PUR-13", categories=wanted))
    assert (found.place, found.before) == ("PUR-13", f"categories {', '.join(map(str, serving(13)))}")
    assert found.reading.value == f"categories {', '.join(map(str, wanted))}"
    assert found.told == ("Marketing managers could read category 14, which they cannot now.",)


def test_who_could_read_less_is_said_of_each_role_that_no_other_purpose_opens_it_to(henrik: User) -> None:
    """Category 7 serves purpose 1 as well, which sales reads for and marketing does not."""
    (found,) = reread(henrik, reading("purposes", "PUR-3", categories=[1, 2, 6, 8]))
    assert found.before == "categories 1, 2, 6, 7, 8"
    assert found.told == (
        "Sales staff read the same as now, for another of their purposes.",
        "Sales managers read the same as now, for another of their purposes.",
        "Marketing managers could no longer read category 7.",
    )


def test_a_purpose_that_no_role_reads_for_says_so(henrik: User) -> None:
    (found,) = reread(henrik, reading("purposes", "PUR-4", categories=[*serving(4), 1]))
    assert found.told == ("No role reads records for it.",)


def test_what_is_found_by_another_key_is_said(henrik: User) -> None:
    keys = [key for rule in in_force().retrieval_rules(9) for key in rule.keys]
    assert keys == ["name", "email_address"]
    (found,) = reread(henrik, reading("retrieval", "RTV-7", keys=["name", "customer_id"]))
    assert "Records of category 9 are found by customer id, too." in found.told
    assert "Records of category 9 are no longer found by email address." in found.told


def test_a_category_that_is_found_and_goes_by_other_rules_says_so(henrik: User) -> None:
    (found,) = reread(henrik, reading("categories", "CAT-9", retrieval=["RTV-1"], retention="RET-3"))
    assert found.told[-1] == "Its records follow rule 3 instead of 7, unless an element says otherwise."
    assert "Records of category 9 are no longer found by name." in found.told


def test_an_element_handled_otherwise_names_its_fields(henrik: User) -> None:
    def edit(content: Content) -> Content:
        element = next(one for one in content["categories"][0]["elements"] if one["id"] == "c01-email-address")
        element["reading"]["sensitivity"] = "internal"
        return content

    (found,) = reread(henrik, edit)
    assert "It is held in records.Customer.email" in found.told[0]


def test_a_clock_from_another_event_names_the_records(henrik: User) -> None:
    found = reread(henrik, reading("retention", "RET-7", trigger="participation_ended"))
    assert [one.place for one in found] == ["RET-7"]
    assert found[0].told[0].startswith("Under it are campaign viewers, ")


def test_what_decides_nothing_says_so(henrik: User) -> None:
    (found,) = reread(henrik, reading("routine_uses", "SRU-1", basis="text partly seen"))
    assert found.told == ("Nothing the program decides depends on it.",)


def test_readings_alone_are_a_change_and_the_program_goes_by_them_from_its_day(henrik: User, clock: Clock) -> None:
    draft = whole_draft(henrik, reading("purposes", "PUR-13", categories=[*serving(13), 14]))
    assert obstacles(draft) == []
    assert obstacles(written(steps.begin(henrik))) == ["It changes nothing."]
    publish(draft)
    assert not is_served_by(Basis(13), 14)
    clock.on(EFFECTIVE)
    assert is_served_by(Basis(13), 14)


def test_the_draft_of_the_next_version_compares_with_the_published_one(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, reading("purposes", "PUR-13", categories=[*serving(13), 14])))
    clock.on(EFFECTIVE)
    again = steps.begin(henrik)
    assert rereadings(again) == []
    (found,) = rereadings(edited(again, reading("purposes", "PUR-13", categories=serving(13)[:-1])))
    assert found.before.endswith(", 14")
