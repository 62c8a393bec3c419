"""What becomes due earlier or later by a draft's rules: the forecast of retention made twice, by the rules as they are
and as they would be."""

from dataclasses import dataclass
from datetime import date

from privacy.agency import agency_today
from privacy.drafts.contents import notice_of
from privacy.models import NoticeDraft, RetentionPolicy
from privacy.notice import RetentionRule, in_force
from privacy.retention.forecast import Forecast, forecast
from privacy.retention.policies import latest, policy_by


@dataclass(frozen=True)
class Moved:
    """How many rows of a rule are due: already, within the months of the forecast, and later; now and then."""

    rule: str
    before: tuple[int, int, int]
    after: tuple[int, int, int]

    @property
    def told(self) -> str:
        """In a word what becomes of the rule's records."""
        (early, soon, _), (then_early, then_soon, _) = self.before, self.after
        if self.before == self.after:
            return "as before"
        return "earlier" if (then_early, then_early + then_soon) > (early, early + soon) else "later"


def moved_by(draft: NoticeDraft, as_of: date | None = None) -> list[Moved]:
    """Each rule whose period or event the draft changes. Of a draft without problems."""
    present, after = in_force().retention_rules, notice_of(draft).retention_rules
    changed = [rule for rule in after.values() if rule.id in present and _terms(rule) != _terms(present[rule.id])]
    if not changed:
        return []
    rules = {name: policy for name, policy in latest().items() if name in {rule.id for rule in changed}}
    then = {rule.id: _policy(rule, rules[rule.id], present[rule.id]) for rule in changed}
    day = as_of or draft.effective_on or agency_today()
    before, after_that = forecast(rules, day), forecast(then, day)
    return [Moved(name, _sums(before, name), _sums(after_that, name)) for name in then]


def _policy(rule: RetentionRule, present: RetentionPolicy, was: RetentionRule) -> RetentionPolicy:
    """What the rule would be: an event that staff chose stays, unless the version names another."""
    made = policy_by(rule)
    if rule.trigger == was.trigger:
        made.trigger = present.trigger
    return made


def _terms(rule: RetentionRule) -> tuple[int, str, str, bool]:
    return rule.count, rule.unit, rule.trigger, rule.is_maximum


def _sums(made: Forecast, rule: str) -> tuple[int, int, int]:
    return made.overdue[rule], sum(made.counts[rule].values()), made.later[rule]
