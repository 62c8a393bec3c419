"""The rules in versions: the notice's own first, changes by one and approval by another, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from privacy.checks import _of_model
from privacy.models import RetentionPolicy, User
from privacy.retention import policies, reach
from privacy.retention.kinds import kinds, kinds_of
from privacy.retention.policies import Wish
from privacy.roles import Role
from records.models import AchAccount, Meeting, Message
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return make_user(Role.RECORDS_ADMINISTRATOR, "Ada")


def test_the_first_versions_are_the_notices_own_and_wait() -> None:
    policies.make_first_versions()
    policies.make_first_versions()
    found = {policy.rule: policy for policy in policies.proposed()}
    assert list(found) == ["RET-1", "RET-2A", "RET-2B", "RET-3", "RET-4", "RET-5", "RET-6", "RET-7"]
    rule = found["RET-4"]
    assert (rule.count, rule.unit, rule.trigger, rule.number, rule.made_by) == (24, "month", "session_ended", 1, None)
    assert rule.reason.startswith("The notice names no event; the period is counted from the end of the session")
    assert found["RET-3"].reason == "The notice itself names the event."


def test_every_rule_is_needed_before_anything_runs(grace: User) -> None:
    policies.make_first_versions()
    first, *others = policies.proposed()
    for policy in others:
        policies.approve(policy, grace)
    with pytest.raises(policies.NotApproved, match="the retention rules 1 yet") as refused:
        policies.approved()
    assert refused.value.rules == [first.rule]
    policies.approve(first, grace)
    assert len(policies.approved()) == 8


@pytest.mark.usefixtures("rules")
def test_a_change_comes_into_force_when_another_approves_it(grace: User, ada: User) -> None:
    made = policies.propose("RET-2A", Wish("ach_record_created", 18, "month", "purge", "Less is enough."), grace)
    assert policies.approved()["RET-2A"].number == 1
    with pytest.raises(policies.Refused, match="cannot approve it"):
        policies.approve(made, grace)
    policies.approve(made, ada, "Agreed.")
    now = policies.approved()["RET-2A"]
    assert (now.number, now.count, now.decided_by, now.decision) == (2, 18, ada, "Agreed.")
    assert RetentionPolicy.objects.get(rule="RET-2A", number=1).state == "replaced"


@pytest.mark.usefixtures("rules")
def test_a_declined_change_leaves_the_rule_as_it_is(grace: User, ada: User) -> None:
    made = policies.propose("RET-3", Wish("relationship_ends", 36, "month", "clear", "Backups are short."), grace)
    with pytest.raises(policies.Refused, match="State why"):
        policies.decline(made, ada, " ")
    policies.decline(made, ada, "They are not.")
    with pytest.raises(policies.Refused, match="already decided on this version"):
        policies.approve(made, ada)
    assert policies.approved()["RET-3"].method == "purge"


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("rule", "wish", "said"),
    [
        ("RET-3", Wish("relationship_ends", 4, "year", "purge", "Longer."), "contradicts it: publish a changed notice"),
        ("RET-3", Wish("relationship_ends", 2, "year", "purge", "Shorter."), "contradicts it"),
        ("RET-2A", Wish("ach_record_created", 25, "month", "purge", "Longer."), "A period other than up to 2 years"),
        ("RET-2A", Wish("ach_record_created", 0, "month", "purge", "Nothing."), "contradicts it"),
        ("RET-1", Wish("customer_ceases_to_participate", 30, "day", "purge", "Grace."), "contradicts it"),
        ("RET-3", Wish("moon", 3, "year", "purge", "Why not."), "cannot be counted from moon"),
        ("RET-3", Wish("session_started", 3, "year", "purge", "Why not."), "cannot be counted from the start"),
        ("RET-3", Wish("relationship_ends", 3, "year", "purge", "Same."), "what the rule already says"),
        ("RET-3", Wish("relationship_ends", 3, "year", "clear", " "), "State why the rule is changed"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(grace: User, rule: str, wish: Wish, said: str) -> None:
    with pytest.raises(policies.Refused, match=said):
        policies.propose(rule, wish, grace)
    assert RetentionPolicy.objects.filter(rule=rule).count() == 1


@pytest.mark.usefixtures("rules")
def test_the_same_period_in_other_units_is_the_notices(grace: User) -> None:
    made = policies.propose("RET-4", Wish("session_ended", 2, "year", "purge", "As we say it."), grace)
    assert (made.count, made.unit) == (2, "year")


@pytest.mark.usefixtures("rules")
def test_of_two_proposals_the_later_one_stands(grace: User, ada: User) -> None:
    first = policies.propose("RET-3", Wish("relationship_ends", 3, "year", "clear", "One."), grace)
    second = policies.propose("RET-3", Wish("relationship_ends", 36, "month", "clear", "Two."), ada)
    first.refresh_from_db()
    assert (first.state, first.decision, second.number) == ("declined", "Replaced by a later proposal.", 3)


def test_the_notices_own_version_is_decided_on_before_any_change(grace: User) -> None:
    policies.make_first_versions()
    with pytest.raises(policies.Refused, match="own version of this rule first"):
        policies.propose("RET-3", Wish("relationship_ends", 3, "year", "clear", "At once."), grace)


def test_the_database_lets_nobody_approve_their_own_change(grace: User) -> None:
    about = {"rule": "RET-3", "number": 9, "trigger": "x", "count": 3, "unit": "year", "reason": "x"}
    with pytest.raises(IntegrityError, match="policy_approved_by_another"), transaction.atomic():
        RetentionPolicy.objects.create(
            **about, made_by=grace, decided_by=grace, decided_at="2026-01-01T00:00Z", state="in_force"
        )


@pytest.mark.usefixtures("rules")
def test_a_trigger_that_the_records_know_may_be_chosen_and_moves_the_due_dates(grace: User, ada: User) -> None:
    assert policies.offered_triggers("RET-4") == ["session_ended", "session_started"]
    assert policies.offered_triggers("RET-7") == ["record_created"]
    # Two years ago lies between its start and its end: by the start it is due, by the end not yet.
    now = timezone.now()
    started, ended = now - timedelta(days=735), now - timedelta(days=725)
    Meeting.objects.create(number="1", uid="u", started_at=started, ended_at=ended)
    wish = Wish("session_started", 24, "month", "purge", "Sessions that are left open.")
    rows = {words: (now, then) for words, now, then in reach.impact_of(policies.approved()["RET-4"], wish).rows}
    assert rows["meetings"] == (0, 1)


@pytest.mark.usefixtures("rules")
def test_the_impact_of_a_shorter_ceiling_is_counted(grace: User) -> None:
    account = AchAccount(customer=make_customer(), provider="P", token_hash=b"h")
    account.bank_name, account.last_four, account.token = "First", "1234", "t-1"
    account.save()
    AchAccount.objects.update(created_at=timezone.now() - timedelta(days=548))  # a year and a half
    impact = reach.impact_of(policies.approved()["RET-2A"], Wish("ach_record_created", 1, "year", "purge", "x"))
    assert (impact.now, impact.then) == (0, 1)


def test_a_rule_without_records_is_known_and_asks_for_nothing() -> None:
    assert kinds_of("RET-99") == []


def test_children_come_before_what_they_refer_to() -> None:
    labels = [kind.label for kind in kinds()]
    for child, parent in [
        ("records.Answer", "records.Submission"),
        ("records.Submission", "records.Customer"),
        ("campaigns.Outcome", "campaigns.Share"),
        ("campaigns.Share", "campaigns.Viewer"),
        ("campaigns.Viewer", "records.Customer"),
        ("records.Interval", "records.Participation"),
        ("records.Customer", "records.Organization"),
    ]:
        assert labels.index(child) < labels.index(parent)


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Declares something else of messages, for the time of a test."""

    def change(**changed: Any) -> list[str]:
        monkeypatch.setattr(Message, "notice", replace(Message.notice, **changed))
        return [str(message.id) for message in _of_model(Message)]

    return change


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"rules": ()}, ["privacy.E017", "privacy.E011"]),
        ({"rule_field": ""}, ["privacy.E012"]),
        ({"rules": ("RET-4", "RET-99")}, ["privacy.E010"]),
        ({"clocks": {"RET-4": ("meeting__ended", "sent_at")}}, ["privacy.E008"]),
        ({"triggers": {"RET-4": {"session_started": "began_at"}}}, ["privacy.E008"]),
        ({"waits": ("nothing",)}, ["privacy.E008"]),
        ({"empties": ("nobody",)}, ["privacy.E008"]),
        ({"scopes": {"organization": ("a__b",)}}, ["privacy.E008"]),
        ({"shows_life": "never"}, ["privacy.E008"]),
        ({"lifeless": Q(state="sent") & ~Q(never=True)}, ["privacy.E008"]),
        ({"clocks": {"RET-7": "sent_at"}}, ["privacy.E017"]),
        ({"clock": ""}, ["privacy.E009"]),
    ],
)
def test_a_model_under_no_rule_or_under_two_without_a_choice_fails_the_check(
    declared: Callable[..., list[str]], changed: dict[str, object], expected: list[str]
) -> None:
    assert sorted(declared(**changed)) == sorted(expected)
