"""The funnel of a campaign: how many people are counted at each step, from being drawn into it to a conversion.

Each step counts its people by itself: who answers a letter without opening its link responded and did not view. So the
steps need not hold each other, and the title speaks of their numbers alone.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.exports.small_groups import FEWEST, is_few, rows_without_few
from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, NOT_RECORDED, Drawing, Picture, size_for, specification
from analytics.reports.campaign import CampaignReport, VariantResult
from analytics.reports.steps import STEPS, WITH_MACHINES
from campaigns.planning import HOLDOUT
from records import figures

DRAWN = "recipients"
NOTE = gettext_lazy(
    "Engaged: read for ten seconds in all, or came more than once. Each step counts its own people; anyone "
    "who responds without having opened the link is counted only as responded."
)
SPARED_NOTE = gettext_lazy(
    "Of those drawn, %(people)s were to get nothing, so that the others can be compared with them."
)
FEW_NOTE = gettext_lazy("Groups of fewer than %(few)s people, and anything that would give them away, are left out.")


@dataclass(frozen=True)
class Step:
    """`name` is that of the step, or DRAWN; `people` is None where the number is hidden, `is_recorded` whether anybody
    counted it."""

    name: str
    label: str
    people: int | None
    is_recorded: bool

    @property
    def is_shown(self) -> bool:
        return self.is_recorded and self.people is not None


def funnel_pictures(report: CampaignReport, asked: Asked) -> list[Picture]:
    found = steps_of(report, asked)
    drawn = found[0].people
    if not drawn:
        return []
    spared = spared_people(report, asked)
    title = funnel_title(without_spared(found, spared))
    shown = [step for step in found if step.is_shown]
    sentences = [f"{step.label}: {people_words(step, drawn)}." for step in found]
    return [
        Picture(
            name="funnel",
            title=title,
            description=f"{title} {' '.join(sentences)}",
            specification=specification([value(step, drawn) for step in shown], title, layer=layers(shown)),
            columns=(_("Step"), _("People"), _("Of those drawn")),
            rows=tuple((step.label, *cells(step, drawn)) for step in found),
            size=size_for(len(shown)),
            note=note_of(found, spared),
        )
    ]


def note_of(found: list[Step], spared: int) -> str:
    planned = [SPARED_NOTE % {"people": figures.plural(spared, "person")}] if spared else []
    few = [FEW_NOTE % {"few": FEWEST}] if any(step.people is None for step in found) else []
    return " ".join([str(NOTE), *planned, *few])


def spared_people(report: CampaignReport, asked: Asked) -> int:
    """How many of those drawn were to get nothing, as was planned: they are of the control or held out, and nothing was
    shared with or delivered to any of them while others got it."""
    if not any(map(got_something, report.variants)):
        return 0
    arms = [arm for arm in report.variants if asked.variant in ("", arm.name)]
    spared = [arm.recipients for arm in arms if (arm.is_control or arm.name == HOLDOUT) and not got_something(arm)]
    return 0 if asked.hides_few and any(map(is_few, spared)) else sum(spared)


def got_something(arm: VariantResult) -> bool:
    return bool(arm.shared_people or arm.delivered_people)


def without_spared(found: list[Step], spared: int) -> list[Step]:
    """The steps with those alone as drawn who were to get something, from whom alone the next step can lose any."""
    drawn, *others = found
    if not spared or drawn.people is None:
        return found
    return [replace(drawn, label=_("Drawn to get something"), people=drawn.people - spared), *others]


def steps_of(report: CampaignReport, asked: Asked) -> list[Step]:
    """Of the variant asked for, or of all together."""
    counts = vars(counted_in(report, asked.variant))
    if asked.hides_few:
        rows = {row["name"]: row for row in rows_without_few(report)}
        counts = counts | rows.get(asked.variant, {})
    known = {DRAWN: (_("Drawn into it"), "recipients", "recipients")}
    known |= {name: (str(step.label), step.people, step.sign) for name, step in STEPS.items()}
    found = []
    for name, (label, column, sign) in known.items():
        if name == "visited" and report.totals.raw_views:
            continue  # a visit is the opening of a share: where views are counted it says the same again
        people = counts[column] if isinstance(counts[column], int) else None
        few = asked.hides_few and people is not None and is_few(people)
        found.append(Step(name, label, None if few else people, bool(getattr(report.totals, sign))))
    return found


def counted_in(report: CampaignReport, variant: str) -> VariantResult:
    return next((one for one in report.variants if one.name == variant), report.totals)


def funnel_title(found: list[Step]) -> str:
    """Between which steps that follow each other the numbers drop most; what machines opened is none of people."""
    line = [step for step in found if step.is_recorded and step.name != WITH_MACHINES]
    pairs = [(one, two) for one, two in pairwise(line) if one.is_shown and two.is_shown]
    drops = {pair: (pair[0].people or 0) - (pair[1].people or 0) for pair in pairs}
    if len(line) == 1:
        recipients = figures.plural(line[0].people or 0, "recipient")
        return _("%(recipients)s; nothing else is recorded yet.") % {"recipients": recipients}
    most = max(drops.values(), default=0)
    largest = [pair for pair, drop in drops.items() if drop == most]
    if most <= 0:
        return _("No step that is shown counts fewer people than the one before it.")
    if len(largest) > 1:
        values = {"count": len(largest), "people": figures.count(most)}
        return _("%(count)s drops are equally large: %(people)s people each.") % values
    one, two = largest[0]
    return _("The largest drop is from “%(one)s” to “%(two)s”: %(before)s people, then %(after)s.") % {
        "one": one.label,
        "two": two.label,
        "before": figures.count(one.people),
        "after": figures.count(two.people),
    }


def cells(step: Step, drawn: int) -> tuple[str, str]:
    if not step.is_recorded:
        return NOT_RECORDED, figures.NOTHING
    if step.people is None:
        return HIDDEN_WORD, HIDDEN_WORD
    return figures.count(step.people), figures.rate(step.people / drawn)


def people_words(step: Step, drawn: int) -> str:
    people, share = cells(step, drawn)
    return f"{people}, {share}" if step.is_shown else people


def value(step: Step, drawn: int) -> dict[str, Any]:
    people, share = cells(step, drawn)
    return {
        "step": step.label,
        "people": step.people,
        "of": share,
        "who": _("All there were") if step.name == WITH_MACHINES else _("People"),
        "words": f"{people} · {share}",
    }


def layers(shown: list[Step]) -> list[dict[str, Any]]:
    """A bar a step with its number written beside it; the one with machines is paler."""
    most = max(step.people or 0 for step in shown) or 1
    places = {
        "y": {"field": "step", "type": "nominal", "title": None, "sort": [step.label for step in shown]},
        "x": {
            "field": "people",
            "type": "quantitative",
            "title": _("People"),
            # Room on the right for the words of the longest bar, more of it on a telephone.
            "scale": {"domainMin": 0, "domainMax": {"expr": f"{most} * (width < 320 ? 2.2 : 1.3)"}},
            "axis": {"format": ",d", "tickCount": 4, "grid": False},
        },
    }
    machines = {"test": {"field": "who", "equal": _("All there were")}, "value": 0.35}
    return [
        {
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {**places, "fillOpacity": {"condition": machines, "value": 1}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {**places, "text": {"field": "words"}},
        },
    ]


DRAWINGS = (Drawing("campaign", gettext_noop("From drawn to converted"), 1, funnel_pictures),)
