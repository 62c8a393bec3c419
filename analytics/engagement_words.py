"""What a customer's engagement says in words: the score, its change, and each part with what it is of."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.reports.engagement import MEASURES, Engagement
from records import figures

METHOD = gettext_noop(
    "Recency gives 25 points, halved for each 28 days since they last came. The other parts give half of "
    "their points at 6 days, 10 minutes, 3 materials, 1 meeting and 1 survey, three quarters at twice as "
    "much, and so on. The usual score is the mean of up to three earlier windows of twelve weeks, starting "
    "with the first in which anything happened. A change is shown where the score is outside all of these "
    "and ten points or more from the mean. What people did counts, not what machines did; of meetings and "
    "surveys, only how many there were. It is calculated for purpose 12 of the notice, to anticipate "
    "customer needs, from insight (category 18), and decides nothing by itself."
)


@dataclass(frozen=True)
class PartRow:
    """A part as a page shows it: words in the reader's language, `value` in its `unit`, points as numbers."""

    label: str
    unit: str
    value: str
    points: float
    most: float
    usual: float | None


def part_rows(found: Engagement) -> list[PartRow]:
    """The parts in their order, each with what it counts and how much of it."""
    return [
        PartRow(
            label=_(measure.label),
            unit=_(measure.unit),
            value=value_words(part.value),
            points=part.points,
            most=part.most,
            usual=part.usual,
        )
        for measure, part in zip(MEASURES, found.parts, strict=True)
    ]


def value_words(value: float | None) -> str:
    return figures.count(value) if value is None or float(value).is_integer() else figures.decimal(value)


def change_words(found: Engagement) -> str:
    """The score against their own past: `risen: 41 was usual, 30 to 52 in the twelve-week windows before`."""
    if found.usual is None:
        return _("nothing is known about them before the last twelve weeks")
    words = {
        "short past": _("%(usual)s in the twelve weeks before: too short a past to show a change"),
        "risen": _("risen: %(usual)s was usual, %(lowest)s to %(highest)s in the twelve-week windows before"),
        "fallen": _("fallen: %(usual)s was usual, %(lowest)s to %(highest)s in the twelve-week windows before"),
        "as usual": _("about as usual: %(usual)s, %(lowest)s to %(highest)s in the twelve-week windows before"),
    }
    numbers = {"usual": found.usual, "lowest": found.lowest, "highest": found.highest}
    return words[found.change] % {name: figures.count(number) for name, number in numbers.items()}
