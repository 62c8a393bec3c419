"""What a change of a rule, or a hold, would reach: counts that are shown before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.agency import agency_today
from privacy.models import LegalHold, RetentionPolicy
from privacy.notice import in_force
from privacy.retention.kinds import LAST, TRIGGER, key_columns, kinds, kinds_of
from privacy.retention.policies import Wish, latest
from privacy.retention.scopes import of_hold, queries
from privacy.wording import label_words


@dataclass(frozen=True)
class Impact:
    """By what people call the rows: how many are due today under the rule as it is, and under the change."""

    rows: list[tuple[str, int, int]]

    @property
    def now(self) -> int:
        return sum(now for _, now, _ in self.rows)

    @property
    def then(self) -> int:
        return sum(then for _, _, then in self.rows)


def impact_of(policy: RetentionPolicy, wish: Wish | None = None) -> Impact:
    """What becomes due by a wish, or by a version that waits, against what the rule is at present."""
    today, present = agency_today(), latest().get(policy.rule, policy)
    changed = RetentionPolicy(rule=policy.rule, **_terms(wish or policy))
    rows = []
    for kind in kinds_of(policy.rule):
        due = Q(**{f"{LAST}__lt": today})
        now, then = (kind.dated(version).filter(due).count() for version in (present, changed))
        rows.append((kind.words, now, then))
    return Impact(rows)


def _terms(source: Wish | RetentionPolicy) -> dict[str, object]:
    return {name: getattr(source, name) for name in ("trigger", "count", "unit", "method")}


def reached_by(hold: LegalHold) -> list[tuple[str, int]]:
    """How many rows a hold reaches at present, by what people call them; those it reaches none of are left out.

    Rows of logs that go whole are found when a partition of theirs is due.
    """
    rules, reached = latest(), dict[str, int]()
    for kind in kinds():
        condition = of_hold(kind.model, kind.holds, TRIGGER, hold)
        if condition is not None and kind.rule in rules:
            rows = kind.dated(rules[kind.rule]).filter(condition).values(*key_columns(kind.model)).distinct().count()
            if rows:
                reached[kind.words] = reached.get(kind.words, 0) + rows
    return sorted(reached.items())


def scope_words(hold: LegalHold) -> str:
    """Of what a hold is, in words that name nobody."""
    titles = {category.number: label_words(category.title) for category in in_force().categories}
    parts = [
        _counted(ngettext("%(count)s person", "%(count)s persons", len(hold.people)), hold.people),
        _counted(
            ngettext("%(count)s organization", "%(count)s organizations", len(hold.organizations)), hold.organizations
        ),
        _named(_("campaign %(names)s"), hold.campaigns),
        _named(_("category %(names)s"), [f"{number} {titles.get(number, '')}".strip() for number in hold.categories]),
        _("from %(day)s") % {"day": hold.from_day} if hold.from_day else "",
        _("until %(day)s") % {"day": hold.to_day} if hold.to_day else "",
        _query_words(hold),
    ]
    return "; ".join(part for part in parts if part)


def _counted(said: str, these: Sequence[object]) -> str:
    return said % {"count": len(these)} if these else ""


def _named(said: str, names: Sequence[str]) -> str:
    return said % {"names": ", ".join(names)} if names else ""


def _query_words(hold: LegalHold) -> str:
    if not hold.query_kind:
        return ""
    query = queries().get(hold.query_kind)
    if query is None:
        return _("a query that is no longer known")
    return _("everyone who %(query)s %(what)s") % {"query": _(query.label), "what": hold.query}
