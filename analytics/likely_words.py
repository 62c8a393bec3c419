"""What is foretold of who responds, in words: a reason, why nobody is named, and how it is worked out."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.enums import LikelyState
from analytics.insight.responding.fields import FEWEST, FIELDS
from analytics.reports.likely import OVER, Foretelling, LikelyReason, LikelyReport
from campaigns.enums import CampaignKind
from privacy.notice.versions import elements_ever
from privacy.wording import label_words
from records import figures

METHOD = gettext_noop(
    "Learned every night from everybody who was drawn into a campaign 30 days ago or earlier, holdouts left "
    "out: what they had done before that day, and whether they responded within 30 days. Boosted trees, "
    "calibrated by Platt’s method on the latest fifth. How well it predicts is measured on the latest three "
    "tenths, learning only from those whose 30 days were over before: the area under the curve (the chance "
    "that someone who responded ranked above someone who did not), how many times as many of the highest "
    "tenth responded as of all, and how far predicted and observed are apart, on average over tenths. Where "
    "the area’s 95% interval contains one half, or fewer than 20 of a kind are in a part, nothing is "
    "predicted. A reason says by how much the probability differs from what it would be with the usual value "
    "of one field in its place; fields that go together share their effect. What people did counts, not what "
    "machines did. Age, sex, race, politics, religion and health are never used. Anyone who wants nothing, "
    "whose relationship has ended or who is in the campaign already is left out. It is calculated for "
    "purpose 12 of the notice from insight (category 18), and decides nothing by itself."
)
LABELS = {field.name: field.label for field in FIELDS}
PARTS = {
    "learn": gettext_noop("to learn from"),
    "calibrate": gettext_noop("to calibrate on"),
    "test": gettext_noop("to test it on"),
}


def fields_used() -> list[tuple[str, str]]:
    """Each field's label, and the notice's element that it is made of."""
    return [(_(field.label), label_words(elements_ever()[field.element].label)) for field in FIELDS]


def reason_words(reason: LikelyReason, probability: float) -> str:
    """`Days since they came last: 3 (usual: 40), +3.10 points`: what the value adds to the probability."""
    return _("%(label)s: %(value)s (usual: %(usual)s), %(points)s") % {
        "label": _(LABELS[reason.field]),
        "value": value_words(reason.field, reason.value),
        "usual": value_words(reason.field, reason.usual),
        "points": figures.points(probability - reason.without),
    }


def value_words(field: str, value: float | str | None) -> str:
    if value is None:
        return _("not in the last year")
    if isinstance(value, str):
        return _(str(CampaignKind(value).label))
    return figures.count(value) if float(value).is_integer() else figures.decimal(value)


def why_nobody(report: LikelyReport) -> str:
    """Why nobody is named, and what is missing; empty where somebody is."""
    if report.state == LikelyState.READY:
        return ""
    if report.state == OVER:
        return _("The campaign is over: nobody is asked anymore.")
    if report.state == LikelyState.FEW and report.model:
        return too_few(report.model)
    if report.state == LikelyState.CHANCE and report.model:
        words = _(
            "What people did before predicted who responds no better than chance: an area under the curve of "
            "%(auc)s, and %(low)s at the lower end of its 95%% interval, where one half is chance. No "
            "probability is shown."
        )
        return words % {"auc": area(report.model.auc), "low": area(report.model.auc_low)}
    return _("Nothing is calculated for this campaign yet. The model learns every night after two.")


def too_few(model: Foretelling) -> str:
    """Which parts hold how many, and how many it takes."""
    words = _(
        "Not enough data: of %(draws)s people drawn into campaigns 30 days ago or earlier, %(responses)s "
        "responded. It takes %(fewest)s who responded and %(fewest)s who did not in each of three parts that follow "
        "each other in time; there are %(parts)s. No probability is shown."
    )
    part = _("%(yes)s and %(no)s %(use)s")
    parts = [
        part % {"yes": figures.count(model.parts[name][0]), "no": figures.count(model.parts[name][1]), "use": _(use)}
        for name, use in PARTS.items()
    ]
    return words % {
        "draws": figures.count(model.draws),
        "responses": figures.count(model.responses),
        "fewest": figures.count(FEWEST),
        "parts": ", ".join(parts),
    }


def area(value: float | None) -> str:
    return figures.NOTHING if value is None else figures.written(value, 3)


def measured_words(model: Foretelling) -> str:
    """How well it foretold, beside logistic regression."""
    if model.auc is None or model.calibration_error is None or model.plain_calibration_error is None:
        return ""
    words = _(
        "On the %(people)s people drawn last: area under the curve %(auc)s (logistic regression %(plain_auc)s), lift"
        " in the top tenth %(lift)s (%(plain_lift)s), calibration error %(error)s (%(plain_error)s)."
    )
    return words % {
        "people": figures.count(model.people),
        "auc": area(model.auc),
        "plain_auc": area(model.plain_auc),
        "lift": figures.decimal(model.lift),
        "plain_lift": figures.decimal(model.plain_lift),
        "error": figures.rate(model.calibration_error),
        "plain_error": figures.rate(model.plain_calibration_error),
    }
