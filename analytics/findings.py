"""What a campaign report says in words, and never more than its numbers carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from analytics.exports.small_groups import Hidden
from analytics.insight.experiments.judging import Verdict
from analytics.pictures.base import HIDDEN_WORD, NOT_RECORDED
from analytics.queries import BestLift, best_arm
from analytics.reports.campaign import LIFTED, CampaignReport, VariantResult
from analytics.reports.intervals import Lift
from analytics.reports.judged import JudgedLift
from analytics.reports.wording import MEASURES
from analytics.return_words import return_interval, revenue_words, sent_revenue_words, signed_rate
from records import figures

MONEY = frozenset({"revenue_per_recipient"})


@dataclass(frozen=True)
class Card:
    """One number of the report's head: what it is, the number, and what to know of it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class MeasureCell:
    """One measure of one variant. `value` is empty where nobody recorded the measure."""

    value: str
    lift: str
    interval: str
    is_clear: bool


@dataclass(frozen=True)
class MeasureRow:
    variant: VariantResult
    recipients: str
    cells: tuple[MeasureCell, ...]


NOTHING_HIDDEN: Hidden = MappingProxyType({})
# Of each arm what people did beside what there was with machines, under the measure without which nobody recorded it.
WITH_MACHINES = (
    ("views", "view_rate"),
    ("raw_views", "view_rate"),
    ("visits", "visit_rate"),
    ("raw_visits", "visit_rate"),
    ("viewers", "view_rate"),
    ("raw_viewers", "view_rate"),
)


def label(measure: str) -> str:
    """What people call a measure, in the reader's language."""
    return _(MEASURES[measure])


def told(column: str, variant: VariantResult, hidden: Hidden) -> str:
    """A count of a variant, or of all under ALL, as its reader may see it."""
    if column in hidden.get(variant.name, ()):
        return _(HIDDEN_WORD)
    return figures.count(getattr(variant, column))


def cards(report: CampaignReport, hidden: Hidden = NOTHING_HIDDEN) -> list[Card]:
    """The few numbers that matter: whom it reached, who looked, and the best arm of each recorded measure. `hidden` is
    what tells of few people, for those who may not see people."""
    totals = report.totals
    found = [Card(_("Recipients"), told("recipients", totals, hidden), recipients_note(report))]
    if "view_rate" in report.recorded:
        note = _("%(count)s with scanners and previews") % {"count": told("raw_viewers", totals, hidden)}
        found.append(Card(_("Viewers"), told("viewers", totals, hidden), note))
    found += [best_card(report, measure, hidden) for measure in LIFTED[1:] if measure in report.recorded]
    return found + cost_cards(report, hidden)


def cost_cards(report: CampaignReport, hidden: Hidden) -> list[Card]:
    """What a response cost and what came back, of those it was sent to, and how much of that the campaign brought;
    nothing where the cost is not known, or where it would tell of few people."""
    if report.cost is None:
        return []
    if any("responses" in columns or "conversions" in columns for columns in hidden.values()):
        return [Card(_("Cost"), figures.money(report.cost.cost), _("the outcome covers too few people"))]
    cost, spent = report.cost, _("of %(money)s spent") % {"money": figures.money(report.cost.cost)}
    found = []
    if cost.per_response is not None:
        found.append(Card(_("Cost per response"), figures.money(cost.per_response), spent))
    if cost.return_on_cost is not None:
        revenue = sent_revenue_words(cost.revenue, cost.held_out)
        found.append(Card(_("Return on cost"), signed_rate(cost.return_on_cost), f"{revenue}, {spent}"))
    if cost.incremental and cost.incremental.return_on_cost is not None:
        words = unbroken(f"{level_words(return_interval(cost.incremental))}: {revenue_words(cost.incremental)}")
        found.append(Card(_("Incremental return on cost"), signed_rate(cost.incremental.return_on_cost), words))
    return found or [Card(_("Cost"), figures.money(cost.cost), _("no response yet"))]


def recipients_note(report: CampaignReport) -> str:
    return f"{arms_note(report)}, {control_note(report)}" if report.variants else _("no variant yet")


def arms_note(report: CampaignReport) -> str:
    count = len(report.variants)
    return ngettext("in %(count)s variant", "in %(count)s variants", count) % {"count": figures.count(count)}


def control_note(report: CampaignReport) -> str:
    has_control = any(variant.is_control for variant in report.variants)
    return _("control included") if has_control else _("none of them a control")


def best_card(report: CampaignReport, measure: str, hidden: Hidden = NOTHING_HIDDEN) -> Card:
    """The best arm of a measure, the control among them; of one arm alone just its value."""
    arm = best_arm(report.variants, measure)
    if any(measure in columns for columns in hidden.values()):
        return Card(label(measure), _(HIDDEN_WORD), _("it covers too few people"))
    if arm is None or len(report.variants) == 1:
        return Card(label(measure), shown(measure, getattr(arm or report.totals, measure)), _("one variant only"))
    head = _("Best %(measure)s") % {"measure": lowered(label(measure))}
    return Card(head, shown(measure, getattr(arm, measure)), unbroken(f"{arm.label}: {best_words(arm, measure)}"))


def lowered(words: str) -> str:
    """As it stands within a sentence."""
    return words[:1].lower() + words[1:]


def unbroken(words: str) -> str:
    """With no line's end between a minus and its dollars."""
    return words.replace(f"{figures.MINUS}$", f"{figures.MINUS}\N{WORD JOINER}$")


def best_words(arm: VariantResult, measure: str) -> str:
    """What is to be said of the best arm of several."""
    if arm.is_control:
        return _("no variant beats the control")
    lift = arm.lift_in(measure)
    return lift_words(measure, lift) if lift else _("no control to compare with")


def shown(measure: str, value: float | None) -> str:
    return figures.money(value) if measure in MONEY else figures.rate(value)


def lift_words(measure: str, lift: JudgedLift) -> str:
    """`+0.42 points over the control, 95% interval 0.16 to 0.67: a clear difference`"""
    interval, amount = interval_words(measure, lift), difference(measure, lift)
    if not interval:
        return _("%(amount)s against the control: too few people to say more") % {"amount": amount}
    place = _("%(amount)s under the control") if lift.absolute < 0 else _("%(amount)s over the control")
    place %= {"amount": amount.removeprefix(figures.MINUS)}
    return f"{place}, {level_words(interval)}: {why_unclear(lift) or verdict(lift)}"


def why_unclear(lift: JudgedLift) -> str:
    """What is said where the interval alone would read as a difference; empty where it does not."""
    if lift.verdict != Verdict.UNCLEAR or lift.low is None or lift.high is None or lift.low <= 0 <= lift.high:
        return ""
    return _("no clear difference, corrected for all comparisons")


def level_words(interval: str) -> str:
    """`95% interval 0.16 to 0.67`"""
    level = _("95% interval")
    return f"{level} {interval}"


def difference(measure: str, lift: Lift) -> str:
    if measure in MONEY:
        return figures.money_difference(lift.absolute, decimals_of(measure, lift))
    return figures.points(lift.absolute, decimals_of(measure, lift))


def interval_words(measure: str, lift: Lift) -> str:
    """`0.16 to 0.67`; empty where there are too few people for an interval."""
    if lift.low is None or lift.high is None:
        return ""
    decimals = decimals_of(measure, lift)
    if measure in MONEY:
        low, high = (figures.money_difference(bound, decimals).removeprefix("+") for bound in (lift.low, lift.high))
    else:
        low, high = (figures.plain(bound * 100, decimals) for bound in (lift.low, lift.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def decimals_of(measure: str, lift: Lift) -> int:
    """Enough that a bound just off zero does not read as zero."""
    scale = 1 if measure in MONEY else 100
    bounds = [bound for bound in (lift.low, lift.high) if bound is not None]
    return figures.enough_decimals(*(scale * bound for bound in bounds))


VERDICTS = {
    Verdict.CLEAR: gettext_noop("a clear difference"),
    Verdict.UNCLEAR: gettext_noop("no clear difference"),
    Verdict.TOO_FEW: gettext_noop("too few people to say more"),
    Verdict.BLOCKED: gettext_noop("no verdict"),
}


def verdict(lift: JudgedLift) -> str:
    """What the test allows to say, corrected for all its comparisons."""
    return _(VERDICTS[Verdict(lift.verdict or Verdict.TOO_FEW)])


def measure_rows(report: CampaignReport, hidden: Hidden = NOTHING_HIDDEN) -> list[MeasureRow]:
    """The table by variant: for each, every measure of LIFTED in its order."""
    return [
        MeasureRow(
            variant,
            told("recipients", variant, hidden),
            tuple(measure_cells(report, variant, hidden.get(variant.name, frozenset()))),
        )
        for variant in report.variants
    ]


def measure_cells(report: CampaignReport, variant: VariantResult, hidden: frozenset[str]) -> Iterable[MeasureCell]:
    for measure in LIFTED:
        if measure not in report.recorded:
            yield MeasureCell("", "", "", False)
            continue
        if measure in hidden:
            yield MeasureCell(_(HIDDEN_WORD), "", "", False)
            continue
        value, lift = shown(measure, getattr(variant, measure)), variant.lift_in(measure)
        if lift and f"{measure}_lift_absolute" not in hidden:
            yield MeasureCell(value, difference(measure, lift), interval_words(measure, lift), lift.is_clear)
        else:
            yield MeasureCell(value, "", "", False)


def machine_rows(report: CampaignReport, hidden: Hidden = NOTHING_HIDDEN) -> list[list[tuple[str, bool]]]:
    """The table of people and machines: a row a variant and one of all, each cell with whether it is a number."""
    return [
        [(variant.label, False), *((machine_cell(report, variant, *what, hidden), True) for what in WITH_MACHINES)]
        for variant in (*report.variants, report.totals)
    ]


def machine_cell(report: CampaignReport, variant: VariantResult, column: str, sign: str, hidden: Hidden) -> str:
    return told(column, variant, hidden) if sign in report.recorded else NOT_RECORDED


def best_lift_words(found: BestLift) -> str:
    """One line on a campaign's best arm: `Conversion rate 1.25% in Men's: +0.68 points over the control, …`."""
    if found.measure is None:
        return _("nothing but recipients recorded yet") if found.recipients else _("nothing recorded yet")
    if found.variant is None:
        return _("one variant only: nothing to compare")
    value = _("%(measure)s %(number)s in %(variant)s") % {
        "measure": label(found.measure),
        "number": shown(found.measure, getattr(found.variant, found.measure)),
        "variant": found.variant.label,
    }
    return f"{value}: {best_words(found.variant, found.measure)}"
