"""On its day a published version is what the program goes by, in every process, without a deployment."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from redis.exceptions import RedisError

from privacy import notice
from privacy.drafts import steps
from privacy.drafts.editing import with_more, with_value, without
from privacy.models import RetentionPolicy, User
from privacy.notice import NotInForce, published
from privacy.notice.consistency import Content
from privacy.purposes import Basis, every_basis, is_served_by
from privacy.retention import policies
from privacy.roles import Role
from records.attributes import BadAttribute, check
from records.intake.records import record_fields
from tests.drafts import EFFECTIVE, publish, whole_draft, with_element, with_period
from tests.factories import make_user
from tests.privacy.drafts.conftest import Clock
from tests.retention import approve_all

pytestmark = pytest.mark.django_db
EVE = date(2027, 1, 3)


@pytest.fixture(autouse=True)
def today(clock: Clock) -> Clock:
    return clock


def new_purpose(content: Content) -> Content:
    return with_more(
        content,
        ("purposes",),
        {"id": "PUR-14", "text": "To answer in the customer's language.", "reading": {"categories": [1, 18]}},
    )


def test_it_is_in_force_from_its_day_and_the_one_before_until_the_eve(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik))
    clock.on(EVE)
    assert notice.in_force().version == "2025-05-12"
    clock.on(EFFECTIVE)
    found = notice.in_force()
    assert (found.version, found.status, found.citation, found.until) == (
        "2027-01-04", "published", "91 FR 80000", None,
    )  # fmt: skip
    assert notice.version("2025-05-12").until == EVE
    assert [one.version for one in notice.versions()] == ["2023-01-23", "2025-05-12", "2027-01-04"]


def test_a_purpose_is_usable_from_its_day_on(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, new_purpose))
    clock.on(EVE)
    with pytest.raises(NotInForce, match=r"Purpose 14 is usable from 2027-01-04 only; 2027-01-03 is before that\."):
        notice.purpose(14)
    assert Basis(14) not in every_basis()
    clock.on(EFFECTIVE)
    assert notice.purpose(14).text == "To answer in the customer's language."
    assert Basis(14) in every_basis()
    assert is_served_by(Basis(14), 18)
    assert not is_served_by(Basis(14), 2)


def test_an_element_is_kept_from_its_day_on(henrik: User, clock: Clock) -> None:
    publish(whole_draft(henrik, with_element))
    clock.on(EVE)
    said = r"^c10-participant-mood cannot be kept: “participant mood” is usable from 2027-01-04 only"
    with pytest.raises(BadAttribute, match=said):
        check(10, {"c10-participant-mood": "cheerful"})
    assert "c10_participant_mood" not in record_fields(10)
    clock.on(EFFECTIVE)
    assert check(10, {"c10-participant-mood": "cheerful"}).plain == {"c10-participant-mood": "cheerful"}
    assert "c10_participant_mood" in record_fields(10)


def test_an_element_that_the_notice_no_longer_names_is_not_taken_in(henrik: User, clock: Clock) -> None:
    name = notice.version("2025-05-12").category(10).elements[-1].id

    def without_last(content: Content) -> Content:
        content["categories"][9]["elements"].pop()
        return content

    publish(whole_draft(henrik, without_last))
    clock.on(EVE)
    assert check(10, {name: "x"}) is not None
    clock.on(EFFECTIVE)
    with pytest.raises(BadAttribute, match="was usable until 2027-01-03"):
        check(10, {name: "x"})


# Retention ------------------------------------------------------------------------------------------------------------


def test_nothing_is_disposed_of_by_a_rule_that_the_notice_changed_until_it_is_approved(
    henrik: User, clock: Clock
) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(grace)
    publish(whole_draft(henrik, with_period("RET-7", 4, "Records relating to surveys are retained 4 years.")))
    clock.on(EVE)
    assert policies.approved()["RET-7"].count == 3
    clock.on(EFFECTIVE)
    with pytest.raises(policies.NotApproved, match="the retention rules 7 yet"):
        policies.approved()
    policies.make_first_versions()
    (waiting,) = policies.proposed()
    assert (waiting.rule, waiting.number, waiting.count, waiting.made_by) == ("RET-7", 2, 4, None)
    assert policies.latest()["RET-7"] == waiting
    policies.approve(waiting, grace)
    assert policies.approved()["RET-7"].count == 4
    states = RetentionPolicy.objects.filter(rule="RET-7").order_by("number").values_list("state", flat=True)
    assert list(states) == ["replaced", "in_force"]


def test_a_proposal_of_the_former_notice_is_declined_not_approved(henrik: User, clock: Clock) -> None:
    grace, ada = (make_user(Role.RECORDS_ADMINISTRATOR, name) for name in ("Grace", "Ada"))
    approve_all(grace)
    wish = policies.Wish("ach_record_created", 1, "year", "purge", "Less is enough.")
    waiting = policies.propose("RET-2A", wish, grace)
    text = "ACH records are retained up to 6 months."

    def half_a_year(content: Content) -> Content:
        at = next(at for at, one in enumerate(content["retention"]) if one["id"] == "RET-2A")
        one = content["retention"][at]
        period = {"count": 6, "unit": "month", "is_maximum": True}
        return with_value(content, ("retention", at), {**one, "text": text, "period": period})

    publish(whole_draft(henrik, half_a_year))
    clock.on(EFFECTIVE)
    with pytest.raises(policies.Refused, match="The notice now says otherwise"):
        policies.approve(waiting, ada)
    policies.decline(waiting, ada, "The notice was changed.")
    assert policies.latest()["RET-2A"].count == 6


# Every process --------------------------------------------------------------------------------------------------------


def test_a_process_that_knows_asks_the_cache_and_not_the_database(
    henrik: User, django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(whole_draft(henrik))
    published.announce()
    with django_assert_num_queries(2):  # type: ignore[operator]  # whether there is a table, then what is in it
        notice.versions()
    monkeypatch.setattr(published.Memory, "until", 0.0)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert len(notice.versions()) == 3
    published.Memory.until = 0.0
    cache.delete(published.MARK)  # lost: the clock puts it back
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert len(notice.versions()) == 3


def test_a_process_learns_of_what_another_one_published(henrik: User) -> None:
    assert len(notice.versions()) == 2
    before = published.Memory.known
    draft = publish(whole_draft(henrik))
    cache.set(published.MARK, published.Memory.read().mark)  # what the other process announced
    published.Memory.known, published.Memory.until = before, 0.0
    assert len(notice.versions()) == 3
    steps.withdraw(draft, "The comments convinced us.", henrik)
    published.announce()
    published.Memory.until = 0.0
    assert len(notice.versions()) == 2


def test_it_is_announced_once_it_stands(henrik: User, django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        draft = publish(whole_draft(henrik))
    assert cache.get(published.MARK) == f"{draft.key}@2027-01-04"
    assert len(notice.versions()) == 3


def test_without_a_server_it_goes_by_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseError

    monkeypatch.setattr(published.Memory, "read", fail)
    published.look_again()
    assert len(notice.versions()) == 2


def test_without_a_cache_it_goes_by_what_it_knows_and_a_publication_stands(
    henrik: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(notice.versions()) == 2

    def fail(*_arguments: object, **_options: object) -> None:
        raise RedisError

    monkeypatch.setattr(cache, "get", fail)
    monkeypatch.setattr(cache, "set", fail)
    publish(whole_draft(henrik))
    published.Memory.until = 0.0
    assert len(notice.versions()) == 2
    published.announce()
    assert len(notice.versions()) == 3


def test_a_file_takes_the_place_of_the_published_version_of_its_day(henrik: User) -> None:
    content = {**publish(whole_draft(henrik)).content, "effective": "2025-05-12"}
    published.Memory.known = published.Known("a", (content,))
    published.Memory.until = float("inf")
    assert [one.citation for one in notice.versions()][-1] == "90 FR 15370"
    published.Memory.until = 0.0


def test_a_role_whose_usual_purpose_is_gone_is_refused_in_words(henrik: User, clock: Clock) -> None:
    """Its purpose is in no notice any more: what it cannot read for is refused, and nothing breaks."""
    publish(whole_draft(henrik, lambda content: without(content, ("purposes", 12))))
    clock.on(EFFECTIVE)
    client = Client()
    client.force_login(make_user(Role.MARKETING_MANAGER, "Mary"))
    assert client.get("/").status_code == 200
    answer = client.get("/records/surveys/")
    assert answer.status_code in (200, 403)
    assert client.get("/purposes/").status_code == 200


def test_the_notices_own_former_version_is_declined_on_its_page(henrik: User, clock: Clock) -> None:
    """Never approved, and contradicted by the changed notice: it must make room for the one that now holds."""
    grace = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    policies.make_first_versions()
    former = RetentionPolicy.objects.get(rule="RET-7")
    client = Client()
    client.force_login(grace)
    page = f"/administration/privacy/retentionpolicy/{former.pk}/"
    assert "Why it is declined" not in client.get(f"{page}change/").content.decode()
    publish(whole_draft(henrik))
    clock.on(EFFECTIVE)
    assert "Why it is declined" in client.get(f"{page}change/").content.decode()
    client.post(f"{page}decline/", {"said": "The notice was changed."})
    assert policies.latest()["RET-7"].count == 4
