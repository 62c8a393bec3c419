"""The rules as they are carried out: the notice's own as first versions, changes of them, and who approved what.

The notice fixes how long; what it leaves open is from which date, and of a ceiling how much of it. Another period would
contradict what was published: that takes a changed notice, not a changed policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from privacy.ledger import statements
from privacy.models import RetentionPolicy, User
from privacy.notice import RetentionRule, in_force
from privacy.retention.enums import Method, Unit, VersionState
from privacy.retention.kinds import kinds_of
from privacy.retention.logs import logs_of
from privacy.retention.signals import append
from privacy.retention.triggers import kept_words_of, words_of
from privacy.wording import label_words

IN_MONTHS = {Unit.YEAR: 12, Unit.MONTH: 1}


class NotApproved(Exception):
    """Rules without an approved version: nothing runs."""

    def __init__(self, rules: Iterable[str]) -> None:
        self.rules = sorted(rules)
        named = ", ".join(rule.removeprefix("RET-") for rule in self.rules)
        super().__init__(
            f"Nothing is disposed of: a records administrator has not approved the retention rules {named} yet. "
            "Approve them under Administration, Retention."
        )


class Refused(Exception):
    """A change of a rule, or its approval, that cannot be; the message says why and what to do."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants a rule to be."""

    trigger: str
    count: int
    unit: str
    method: str
    reason: str


def rules() -> dict[str, RetentionRule]:
    """The retention rules of the notice in force, by id."""
    return in_force().retention_rules


def make_first_versions() -> None:
    """Write the notice's own reading of each rule as a version that waits for approval, where none agrees with it.

    So it is on the first day, and again on the day on which a changed notice takes effect.
    """
    newest: dict[str, int] = {}
    settled = set[str]()
    for policy in RetentionPolicy.objects.order_by("number"):
        newest[policy.rule] = policy.number
        if policy.state in (VersionState.PROPOSED, VersionState.IN_FORCE) and agrees(policy):
            settled.add(policy.rule)
    missing = [policy_by(rule, newest.get(rule.id, 0) + 1) for rule in rules().values() if rule.id not in settled]
    RetentionPolicy.objects.bulk_create(missing, ignore_conflicts=True)


def agrees(policy: RetentionPolicy) -> bool:
    """Whether a version says what the notice in force says of its rule; so does one of a rule that is gone."""
    rule = rules().get(policy.rule)
    return rule is None or _agrees(rule, policy)


def policy_by(rule: RetentionRule, number: int = 1) -> RetentionPolicy:
    """The notice's own reading of a rule, as a version that is not saved."""
    return RetentionPolicy(
        rule=rule.id,
        number=number,
        trigger=rule.trigger,
        count=rule.count,
        unit=rule.unit,
        method=Method.PURGE,
        reason=justification(rule),
    )


def justification(rule: RetentionRule) -> str:
    """Why the period is counted from there: the notice's own word, or what is read into its silence.

    Kept in English, whoever's visit wrote it (privacy.retention.said_words).
    """
    if rule.trigger_stated:
        said = "The notice itself names the event."
    else:
        said = f"The notice names no event; the period is counted from {kept_words_of(rule.trigger)}, the first moment "
        said += "at which the record was what it is held as, so that nothing is kept longer than the notice says."
    return " ".join([said, *([rule.note] if rule.note else [])])


def approved() -> dict[str, RetentionPolicy]:
    """The version in force of every rule of the notice. Raises NotApproved where one has none that agrees with it."""
    found = {
        policy.rule: policy for policy in RetentionPolicy.objects.filter(state=VersionState.IN_FORCE) if agrees(policy)
    }
    if missing := rules().keys() - found.keys():
        raise NotApproved(missing)
    return {rule: found[rule] for rule in rules()}


def proposed() -> "list[RetentionPolicy]":
    return list(RetentionPolicy.objects.filter(state=VersionState.PROPOSED).order_by("rule"))


def latest() -> dict[str, RetentionPolicy]:
    """For each rule what is in force, or where nothing is what is proposed: for pages that show what would be."""
    make_first_versions()
    found: dict[str, RetentionPolicy] = {}
    for policy in RetentionPolicy.objects.filter(state__in=[VersionState.PROPOSED, VersionState.IN_FORCE]):
        is_in_force = policy.state == VersionState.IN_FORCE and agrees(policy)
        if is_in_force or (policy.rule not in found and agrees(policy)):
            found[policy.rule] = policy
    return {rule: found[rule] for rule in rules() if rule in found}


def offered_triggers(rule: str) -> list[str]:
    """The events from which the rule's period may be counted: the notice's reading, and what all its models know."""
    kinds = kinds_of(rule)
    others = {name for kind in kinds for name in kind.triggers}
    own = rules()[rule].trigger
    can_tell = [name for name in sorted(others) if all(name in kind.triggers for kind in kinds)]
    return [own, *(name for name in can_tell if name != own and not logs_of(rule))]


def check(rule: str, wish: Wish) -> None:
    """Raises Refused where the wish contradicts the notice or changes nothing."""
    notice = rules()[rule]
    if wish.trigger not in offered_triggers(rule):
        raise Refused(
            gettext("The period of this rule cannot be counted from %(day)s.") % {"day": words_of(wish.trigger)}
        )
    if not wish.reason.strip():
        raise Refused(
            gettext("State why the rule is changed: the person who approves it reads the reason, and it stays on file.")
        )
    if not _agrees(notice, wish):
        raise Refused(
            gettext(
                "The notice says: “%(text)s” A period other than %(period)s contradicts it: publish a "
                "changed notice first."
            )
            % {"text": label_words(notice.text), "period": label_words(notice.period)}
        )
    now = latest().get(rule)
    if now and (wish.trigger, wish.count, wish.unit, wish.method) == (now.trigger, now.count, now.unit, now.method):
        raise Refused(gettext("This is what the rule already says."))


def _agrees(notice: RetentionRule, wish: Wish | RetentionPolicy) -> bool:
    if Unit.DAY in (notice.unit, wish.unit):
        return (notice.unit, notice.count) == (wish.unit, wish.count)
    wanted, published = wish.count * IN_MONTHS[Unit(wish.unit)], notice.count * IN_MONTHS[Unit(notice.unit)]
    return 0 < wanted <= published if notice.is_maximum else wanted == published


def propose(rule: str, wish: Wish, by: User) -> RetentionPolicy:
    """A new version that waits for another person's approval; one that waited before is declined by it.

    Raises Refused.
    """
    check(rule, wish)
    with transaction.atomic():
        versions = list(RetentionPolicy.objects.select_for_update().filter(rule=rule))
        for waiting in versions:
            if waiting.state == VersionState.PROPOSED and waiting.made_by is None:
                raise Refused(gettext("Decide on the notice's own version of this rule first."))
            if waiting.state == VersionState.PROPOSED:
                _decide(waiting, VersionState.DECLINED, by, "Replaced by a later proposal.")
        return RetentionPolicy.objects.create(
            rule=rule,
            number=max((version.number for version in versions), default=0) + 1,
            trigger=wish.trigger,
            count=wish.count,
            unit=wish.unit,
            method=wish.method,
            reason=wish.reason.strip(),
            made_by=by,
        )


def approve(policy: RetentionPolicy, by: User, said: str = "") -> None:
    """Put a version in force, in the place of the one before. Raises Refused for one's own change and a late click."""
    with transaction.atomic():
        policy = _waiting(policy)
        if policy.made_by_id == by.pk:
            raise Refused(
                gettext("The person who changed a rule cannot approve it: ask another records administrator.")
            )
        if not agrees(policy):
            raise Refused(
                gettext(
                    "The notice now says otherwise: decline this version; the notice's own version is then shown here."
                )
            )
        for before in RetentionPolicy.objects.filter(rule=policy.rule, state=VersionState.IN_FORCE):
            before.state = VersionState.REPLACED
            before.save(update_fields=["state"])
        _decide(policy, VersionState.IN_FORCE, by, said)


def decline(policy: RetentionPolicy, by: User, said: str) -> None:
    """Raises Refused without a reason, for the notice's own version and for a late click."""
    with transaction.atomic():
        policy = _waiting(policy)
        if policy.made_by_id is None and agrees(policy):
            raise Refused(gettext("The notice's own version is approved, or changed later; it cannot be declined."))
        if not said.strip():
            raise Refused(gettext("State why the change is declined."))
        _decide(policy, VersionState.DECLINED, by, said)


def _waiting(policy: RetentionPolicy) -> RetentionPolicy:
    found = RetentionPolicy.objects.select_for_update().get(pk=policy.pk)
    if found.state != VersionState.PROPOSED:
        raise Refused(gettext("Someone has already decided on this version."))
    return found


def _decide(policy: RetentionPolicy, state: VersionState, by: User, said: str) -> None:
    policy.state, policy.decided_by, policy.decided_at, policy.decision = state, by, timezone.now(), said.strip()
    policy.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    told = statements.digest(statements.of_rule(policy))
    append(f"rule_{state.value}", statements.reference_of(policy), by=by.pk, digest=told)
