"""The pictures of a survey: bars of each question's answers, and how means and scores move over its waves."""

from typing import Any

from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, size_for, specification
from analytics.reports.survey import SurveyReport
from records import figures
from records.results import SMALLEST_GROUP, Result
from records.waves import Trend

HIDES = f"Answers of fewer than {SMALLEST_GROUP} people, and one that would tell them, are hidden."


def answer_pictures(report: SurveyReport, asked: Asked) -> list[Picture]:
    return [_bars(result) for result in report.results if any(bar.people for bar in result.bars)]


def _bars(result: Result) -> Picture:
    title = bars_title(result)
    names = [bar.answer for bar in result.bars]
    values = [
        {"answer": bar.answer, "people": bar.people, "share": f"{bar.share} %"}
        for bar in result.bars
        if bar.people is not None
    ]
    most = max(bar.people or 0 for bar in result.bars)
    return Picture(
        name=f"question-{result.question.number}",
        title=title,
        description=f"{title} {figures.count(result.people)} people answered.",
        specification=specification(
            values,
            title,
            mark={"type": "bar", "tooltip": True},
            encoding={
                "y": {"field": "answer", "type": "nominal", "title": None, "scale": {"domain": names},
                      "axis": {"labelLimit": 220}},
                "x": {"field": "people", "type": "quantitative", "title": "People",
                      "axis": {"format": ",d", "tickCount": min(most, 5)}},
                "tooltip": [{"field": "answer"}, {"field": "people"}, {"field": "share"}],
            },
        ),
        columns=("Answer", "People", "Share"),
        rows=tuple(
            (bar.answer, HIDDEN_WORD, HIDDEN_WORD)
            if bar.people is None
            else (bar.answer, figures.count(bar.people), f"{bar.share} %")
            for bar in result.bars
        ),
        size=size_for(len(names)),
        note=HIDES if result.is_hiding else "",
    )  # fmt: skip


def bars_title(result: Result) -> str:
    """The question, and which answer was given most; of several alike, that they are."""
    most = max((bar.people or 0 for bar in result.bars), default=0)
    best = [bar for bar in result.bars if bar.people == most]
    asked = f"{result.question.number}. {result.question.text}"
    if len(best) > 1:
        return f"{asked} – as many said {' and '.join(f'“{bar.answer}”' for bar in best[:3])}."
    return f"{asked} – most said “{best[0].answer}” ({best[0].share} %)."


def trend_pictures(report: SurveyReport, asked: Asked) -> list[Picture]:
    return [_trend(trend) for trend in report.trends if any(point.value is not None for point in trend.points)]


def _trend(trend: Trend) -> Picture:
    title = trend_title(trend)
    what = "Net promoter score" if trend.is_score else "Mean"
    values: list[dict[str, Any]] = [
        {"wave": point.wave, "value": point.value} for point in trend.points if point.value is not None
    ]
    place = {
        "x": {"field": "wave", "type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelLimit": 160},
              "scale": {"domain": [point.wave for point in trend.points]}},
        "y": {"field": "value", "type": "quantitative", "title": what, "scale": {"zero": trend.is_score}},
    }  # fmt: skip
    is_hiding = any(point.value is None for point in trend.points)
    return Picture(
        name=f"trend-{trend.question.number}",
        title=title,
        description=f"{title} {what} of each wave.",
        specification=specification(
            values,
            title,
            layer=[
                {"mark": {"type": "line", "strokeWidth": 2}, "encoding": place},
                {"mark": {"type": "point", "filled": True, "size": 60, "tooltip": True}, "encoding": place},
            ],
        ),
        columns=("Wave", "People", what),
        rows=tuple(
            (point.wave, HIDDEN_WORD, HIDDEN_WORD)
            if point.value is None
            else (point.wave, figures.count(point.people), figures.plain(point.value))
            for point in trend.points
        ),
        note=f"Waves with fewer than {SMALLEST_GROUP} people are hidden." if is_hiding else "",
    )


def trend_title(trend: Trend) -> str:
    known = [point for point in trend.points if point.value is not None]
    asked = f"{trend.question.number}. {trend.question.text}"
    first, last = known[0], known[-1]
    if first is last or first.value is None or last.value is None:
        return f"{asked} – {figures.plain(known[0].value or 0)} in {first.wave}."
    if first.value == last.value:
        return f"{asked} – unchanged at {figures.plain(last.value)}."
    went = "up" if last.value > first.value else "down"
    return f"{asked} – {went} from {figures.plain(first.value)} to {figures.plain(last.value)}."


def no_trend(report: SurveyReport, asked: Asked) -> str:
    """Nothing is said of a survey that was asked once."""
    return ""


def no_answers(report: SurveyReport, asked: Asked) -> str:
    if not report.submissions:
        return "Nobody has answered yet."
    if answer_pictures(report, asked):
        return ""
    return f"No question with answers to be counted was answered by {SMALLEST_GROUP} people or more."


DRAWINGS = (
    Drawing("survey", "Answers", 1, answer_pictures, no_answers),
    Drawing("survey", "Over the waves", 2, trend_pictures, no_trend),
)
