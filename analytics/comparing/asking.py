"""What an address of /compare/ asks for: two to five campaigns, materials or periods, or the campaigns of a quarter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext as _

from analytics.periods import Period, quarter_named, span_named
from analytics.reports.comparison import Comparison, compare_campaigns, compare_materials, compare_periods
from analytics.reports.quarter import QuarterReport, quarter_report
from campaigns.materials.keeping import SEES as SEES_MATERIALS
from campaigns.models import Campaign, Material
from privacy.guards import require
from privacy.models import User
from privacy.roles import Permit

FEWEST, MOST = 2, 5
PERIODS = gettext_noop("periods")
# What the button says is ticked, `ticked` in an address: whoever presses it without a tick asks for something, too.
TICKED = (gettext_noop("campaigns"), gettext_noop("materials"))
T = TypeVar("T")


class BadComparison(ValueError):
    """What is asked for cannot be compared; the message says why, and what to do."""


@dataclass(frozen=True)
class Choice:
    """What is compared, by name: `names` are slugs, or spans of days; `quarter` alone asks for all its campaigns."""

    kind: str
    names: tuple[str, ...] = ()
    quarter: str = ""


def choice_of(query: QueryDict) -> Choice | None:
    """None where nothing is asked for. Raises BadComparison, also where a button was pressed and nothing ticked."""
    if quarter := query.get("quarter", ""):
        return Choice("quarter", quarter=quarter)
    asked = {
        "campaigns": once(query.getlist("campaign")),
        "materials": once(query.getlist("material")),
        PERIODS: once([*query.getlist("period"), *spans(query.getlist("first"), query.getlist("last"))]),
    }
    chosen = {kind: names for kind, names in asked.items() if names}
    if not chosen:
        if (kind := query.get("ticked", "")) in TICKED:
            raise BadComparison(_("Choose two to five %(kind)s: none is chosen.") % {"kind": _(kind)})
        return None
    if len(chosen) > 1:
        raise BadComparison(_("Compare campaigns, materials or periods: one kind at a time."))
    kind, names = next(iter(chosen.items()))
    if not FEWEST <= len(names) <= MOST:
        said = ngettext(
            "Choose two to five %(kind)s: %(count)s is chosen.",
            "Choose two to five %(kind)s: %(count)s are chosen.",
            len(names),
        )
        raise BadComparison(said % {"kind": _(kind), "count": len(names)})
    return Choice(kind, names)


def once(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in their order, none that is empty or that the database could not even look for."""
    return tuple(dict.fromkeys(name for name in names if name and "\0" not in name))


def spans(firsts: Sequence[str], lasts: Sequence[str]) -> list[str]:
    """Two lists of days, as two fields of a form give them, as stretches; pairs of which both are empty say nothing."""
    return [f"{first}..{last}" for first, last in zip(firsts, lasts, strict=False) if first or last]


def compared(user: User, choice: Choice) -> Comparison | QuarterReport:
    """What the user may see of it. Raises BadComparison for what does not exist or is out of their scope."""
    if choice.kind == "quarter":
        try:
            return quarter_report(quarter_named(choice.quarter), Campaign.objects.visible_to(user))
        except ValueError as problem:
            raise BadComparison(str(problem)) from problem
    if choice.kind == "periods":
        return compare_periods(periods_of(choice.names), scope_of(user))
    if choice.kind == "materials":
        require(user, *SEES_MATERIALS)
        materials = {one.slug: one for one in Material.objects.filter(slug__in=choice.names)}
        return compare_materials([found(materials, name, "material") for name in choice.names])
    campaigns = {one.slug: one for one in Campaign.objects.visible_to(user).filter(slug__in=choice.names)}
    return compare_campaigns([found(campaigns, name, "campaign") for name in choice.names])


def found(known: Mapping[str, T], name: str, noun: str) -> T:
    if name not in known:
        raise BadComparison(
            gettext("There is no %(noun)s “%(name)s” that you may see. Choose again.")
            % {"noun": gettext(noun), "name": name}
        )
    return known[name]


def periods_of(names: Iterable[str]) -> list[Period]:
    try:
        return [span_named(name) for name in names]
    except ValueError as problem:
        raise BadComparison(str(problem)) from problem


def scope_of(user: User) -> list[int] | None:
    """The campaigns that periods are summed over: all, or those that the user sees."""
    if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
        return None
    return list(Campaign.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))
