"""The pictures of a survey: bars of each question's answers, and how means and scores move over its waves."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, size_for, specification
from analytics.reports.survey import SurveyReport
from records import figures
from records.results import SMALLEST_GROUP, Result
from records.waves import Trend

HIDES = gettext_noop("Answers from fewer than %(smallest)s people, and one that would reveal them, are hidden.")

AXIS_WIDTH = 900  # what the labels of the waves share


def answer_pictures(report: SurveyReport, asked: Asked) -> list[Picture]:
    return [_bars(result) for result in report.results if any(bar.people for bar in result.bars)]


def _bars(result: Result) -> Picture:
    title = bars_title(result)
    names = [bar.answer for bar in result.bars]
    values = [
        {"answer": bar.answer, "people": bar.people, "share": figures.percent(bar.share)}
        for bar in result.bars
        if bar.people is not None
    ]
    most = max(bar.people or 0 for bar in result.bars)
    return Picture(
        name=f"question-{result.question.number}",
        title=title,
        description=_("%(title)s %(count)s people answered.") % {"title": title, "count": figures.count(result.people)},
        specification=specification(
            values,
            title,
            mark={"type": "bar", "tooltip": True},
            encoding={
                "y": {"field": "answer", "type": "nominal", "title": None, "scale": {"domain": names},
                      "axis": {"labelLimit": 220}},
                "x": {"field": "people", "type": "quantitative", "title": _("People"),
                      "axis": {"format": ",d", "tickCount": min(most, 5)}},
                "tooltip": [{"field": "answer"}, {"field": "people"}, {"field": "share"}],
            },
        ),
        columns=(_("Answer"), _("People"), pgettext("column", "Share")),
        rows=tuple(
            (bar.answer, HIDDEN_WORD, HIDDEN_WORD)
            if bar.people is None
            else (bar.answer, figures.count(bar.people), figures.percent(bar.share))
            for bar in result.bars
        ),
        size=size_for(len(names)),
        note=_(HIDES) % {"smallest": SMALLEST_GROUP} if result.is_hiding else "",
    )  # fmt: skip


def bars_title(result: Result) -> str:
    """The question, and which answer was given most; of several alike, that they are."""
    most = max((bar.people or 0 for bar in result.bars), default=0)
    best = [bar for bar in result.bars if bar.people == most]
    asked = f"{result.question.number}. {result.question.text}"
    if len(best) > 1:
        return _("%(question)s – the same number said %(answers)s.") % {
            "question": asked,
            "answers": _(" and ").join(f"“{bar.answer}”" for bar in best[:3]),
        }
    return _("%(question)s – most said “%(answer)s” (%(share)s%%).") % {
        "question": asked,
        "answer": best[0].answer,
        "share": best[0].share,
    }


def trend_pictures(report: SurveyReport, asked: Asked) -> list[Picture]:
    return [_trend(trend) for trend in report.trends if any(point.value is not None for point in trend.points)]


def _trend(trend: Trend) -> Picture:
    title = trend_title(trend)
    what = _("Net promoter score") if trend.is_score else _("Mean")
    values: list[dict[str, Any]] = [
        {"wave": point.wave, "value": point.value} for point in trend.points if point.value is not None
    ]
    place = {
        "x": {"field": "wave", "type": "ordinal", "title": None,
              # Names of waves differ at their ends: cut as late as the width lets it be.
              "axis": {"labelAngle": 0, "labelLimit": AXIS_WIDTH // len(trend.points)},
              "scale": {"domain": [point.wave for point in trend.points]}},
        "y": {"field": "value", "type": "quantitative", "title": what, "scale": {"zero": trend.is_score}},
    }  # fmt: skip
    is_hiding = any(point.value is None for point in trend.points)
    return Picture(
        name=f"trend-{trend.question.number}",
        title=title,
        description=_("%(title)s %(what)s of each wave.") % {"title": title, "what": what},
        specification=specification(
            values,
            title,
            layer=[
                {"mark": {"type": "line", "strokeWidth": 2}, "encoding": place},
                {"mark": {"type": "point", "filled": True, "size": 60, "tooltip": True}, "encoding": place},
            ],
        ),
        columns=(_("Wave"), _("People"), what),
        rows=tuple(
            (point.wave, HIDDEN_WORD, HIDDEN_WORD)
            if point.value is None
            else (point.wave, figures.count(point.people), figures.plain(point.value))
            for point in trend.points
        ),
        note=_("Waves with fewer than %(smallest)s people are hidden.") % {"smallest": SMALLEST_GROUP}
        if is_hiding
        else "",
    )


def trend_title(trend: Trend) -> str:
    known = [point for point in trend.points if point.value is not None]
    asked = f"{trend.question.number}. {trend.question.text}"
    first, last = known[0], known[-1]
    if first is last or first.value is None or last.value is None:
        return _("%(question)s – %(value)s in %(wave)s.") % {
            "question": asked,
            "value": figures.plain(known[0].value or 0),
            "wave": first.wave,
        }
    if first.value == last.value:
        return _("%(question)s – unchanged at %(value)s.") % {"question": asked, "value": figures.plain(last.value)}
    said = (
        _("%(question)s – up from %(first)s to %(last)s.")
        if last.value > first.value
        else _("%(question)s – down from %(first)s to %(last)s.")
    )
    return said % {"question": asked, "first": figures.plain(first.value), "last": figures.plain(last.value)}


def no_trend(report: SurveyReport, asked: Asked) -> str:
    """Nothing is said of a survey that was asked once."""
    return ""


def no_answers(report: SurveyReport, asked: Asked) -> str:
    if not report.submissions:
        return _("Nobody has answered yet.")
    if answer_pictures(report, asked):
        return ""
    if any(result.people for result in report.results if result.is_counted):
        return _("No answer was given by %(smallest)s people or more, so none is shown.") % {"smallest": SMALLEST_GROUP}
    return _("No question with countable answers was answered by %(smallest)s people or more.") % {
        "smallest": SMALLEST_GROUP
    }


DRAWINGS = (
    Drawing("survey", "Answers", 1, answer_pictures, no_answers),
    Drawing("survey", gettext_noop("Over the waves"), 2, trend_pictures, no_trend),
)
