"""What a campaign's test says in plain words, and never more than its numbers carry."""

from operator import itemgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.exports.small_groups import hidden_lifts
from analytics.findings import difference, interval_words, label, level_words, lowered, shown, verdict
from analytics.insight.experiments.judging import Verdict
from analytics.insight.experiments.wording import p_words
from analytics.queries import DECIDING
from analytics.reports.campaign import LIFTED, CampaignReport, VariantResult
from analytics.reports.intervals import Lift
from analytics.reports.judged import JudgedLift, TestResult
from records import figures


def sentences(report: CampaignReport, *, hides_few: bool) -> list[str]:
    """What the test says, a sentence an arm and measure, what is nearest to a campaign's purpose first; nothing where
    there is no test, or nothing that it may say. `hides_few` leaves out what tells of fewer than 5 people."""
    if report.test is None or report.test.blocked:
        return []
    measures = [measure for measure in reversed(LIFTED) if measure in report.recorded]
    hidden = hidden_lifts(report) if hides_few else frozenset()
    return [
        sentence(report, arm, measure, lift)
        for measure in measures
        for lift, arm in compared(report, measure)
        if (arm.name, measure) not in hidden
    ]


def silence(report: CampaignReport, *, hides_few: bool) -> str:
    """Why the test does not say which variant wins; empty where it says something, or is blocked and tells why."""
    if report.test is None or report.test.blocked or sentences(report, hides_few=hides_few):
        return ""
    if not report.recorded:
        return _("It cannot say yet which variant wins: nothing that people did has been recorded.")
    return _(
        "Too few people have done anything to say which variant wins. What covers fewer than 5 people is left out."
    )


def compared(report: CampaignReport, measure: str) -> list[tuple[JudgedLift, VariantResult]]:
    """The arms that are held against the control in a measure, each with its lift."""
    return [(lift, arm) for arm in report.variants if (lift := arm.lift_in(measure))]


def headline(report: CampaignReport, *, hides_few: bool) -> str:
    """Whether the test won and by how much, in the measure nearest to a campaign's purpose that was recorded: of the
    arms that differ clearly the best, else the worst; else the one that leads. Nothing where the test may not say it,
    or where it would tell of few people."""
    measure = next((one for one in DECIDING if one in report.recorded), None)
    lifts = compared(report, measure) if measure else []
    if report.test is None or report.test.blocked or measure is None or not lifts:
        return ""
    if hides_few and any(measure == column for _arm, column in hidden_lifts(report)):
        return ""
    clear = sorted(((lift.absolute, lift, arm) for lift, arm in lifts if lift.is_clear), key=itemgetter(0))
    if clear:
        _change, lift, arm = clear[-1] if clear[-1][0] > 0 else clear[0]
        return _("%(variant)s %(outcome)s: %(change)s.") % {
            "variant": arm.label,
            "outcome": outcome(report.test, lift),
            "change": change_words(measure, lift),
        }
    none = _("No variant wins clearly in %(measure)s.") % {"measure": lowered(label(measure))}
    told_of = [(lift, arm) for lift, arm in lifts if lift.verdict != Verdict.TOO_FEW and interval_words(measure, lift)]
    if not told_of:
        few = _("Too few people to say more.")
        return f"{none} {few}"
    lift, arm = max(told_of, key=lambda one: one[0].absolute)
    nearest = _("%(variant)s comes nearest: %(change)s (p %(p)s).")
    told = {"variant": arm.label, "change": change_words(measure, lift)}
    return f"{none} {nearest % {**told, 'p': p_words(lift.p) + corrected(report.test)}}"


def outcome(test: TestResult, lift: JudgedLift) -> str:
    if test.is_over:
        return _("wins") if lift.absolute > 0 else _("loses")
    return _("is ahead so far") if lift.absolute > 0 else _("is behind so far")


def change_words(measure: str, lift: JudgedLift) -> str:
    """`+1.12 points in conversion rate against the control, 95% interval 0.45 to 1.82`"""
    values = {"difference": difference(measure, lift), "measure": lowered(label(measure))}
    said = _("%(difference)s in %(measure)s against the control") % values
    return f"{said}, {level_words(interval_words(measure, lift))}"


def sentence(report: CampaignReport, arm: VariantResult, measure: str, lift: JudgedLift) -> str:
    """`Letter, response rate: 2.20% against 1.79%: +0.42 points, 95% interval 0.16 to 0.67; a clear difference …`"""
    control = getattr(arm, measure) - lift.absolute
    values = _("%(value)s against %(control)s") % {
        "value": shown(measure, getattr(arm, measure)),
        "control": shown(measure, control),
    }
    head = f"{arm.label}, {label(measure).lower()}: {values}"
    if lift.verdict == Verdict.TOO_FEW or report.test is None:
        few = _("Too few people to say more.")
        return f"{head}. {few}"
    interval = interval_words(measure, lift)
    within = f", {level_words(interval)}" if interval else ""
    said = (
        f"{head}: {difference(measure, lift)}{within}; {verdict(lift)} (p {p_words(lift.p)}{corrected(report.test)})."
    )
    more = "" if lift.is_clear else more_words(measure, lift)
    return " ".join(filter(None, (said, more, str(ROUGH) if lift.is_rough else "")))


def corrected(test: TestResult) -> str:
    """` after correction for 4 comparisons`; empty where there is one."""
    if test.comparisons <= 1:
        return ""
    return " " + _("after correction for %(count)s comparisons") % {"count": test.comparisons}


ROUGH = gettext_lazy("The amounts are very uneven for so few people: take the interval as rough.")


def more_words(measure: str, lift: JudgedLift) -> str:
    """What it would take to see a difference worth having; nothing where no number of people would tell."""
    if lift.more_recipients is None or not lift.worth:
        return ""
    worth = difference(measure, Lift(lift.worth, None, lift.worth, lift.worth)).removeprefix("+")
    if not lift.more_recipients:
        return _("A lift of %(worth)s would have been seen four times in five.") % {"worth": worth}
    said = ngettext(
        "It needs about %(count)s more recipient to see a lift of %(worth)s four times in five.",
        "It needs about %(count)s more recipients to see a lift of %(worth)s four times in five.",
        lift.more_recipients,
    )
    return said % {"count": figures.count(lift.more_recipients), "worth": worth}


def division(report: CampaignReport) -> str:
    """Whether the people were divided as meant."""
    test = report.test
    if test is None:
        return ""
    if test.blocked:
        none = _("No verdict.")
        return f"{none} {test.blocked}"
    return " ".join(test.cautions) or _("The people were divided as intended (p %(p)s).") % {"p": p_words(test.p)}
