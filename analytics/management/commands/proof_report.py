"""`manage.py proof_report`: the reports of the two published campaigns beside what was published of them."""

import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError

from analytics.management.commands.report import of_campaign
from analytics.reports.campaign import CampaignReport
from analytics.reports.intervals import Lift
from analytics.reports.rendering import as_json

PUBLISHED = Path(__file__).resolve().parents[2] / "published.toml"
LINE = "{:<16} {:<24} {:<22} {:>10} {:>10}  {:<20}"


class Figure(NamedTuple):
    """One published figure, as text with the digits that were published, and what the report has instead."""

    measure: str
    variant: str
    published: str
    found: Decimal
    interval: str  # of the lift over the control, in the figure's unit

    @property
    def agrees(self) -> bool:
        return self.found == Decimal(self.published)


class Command(BaseCommand):
    help = "Show what the reports of the two published campaigns say, beside what was published of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the two whole reports, for programs")

    def handle(self, *_args: Any, **options: Any) -> None:
        published = tomllib.loads(PUBLISHED.read_text())
        reports = {slug: of_campaign(slug) for slug in published}
        if options["json"]:
            for report in reports.values():
                self.stdout.write(as_json(report))
            return
        self._show({slug: list(figures(report, published[slug])) for slug, report in reports.items()})

    def _show(self, found: dict[str, list[Figure]]) -> None:
        head = ("campaign", "figure", "variant", "published", "found", "lift, 95% interval")
        self.stdout.write(LINE.format(*head).rstrip())
        for slug, rows in found.items():
            for row in rows:
                cells = (slug, row.measure, row.variant, row.published, str(row.found), row.interval)
                self.stdout.write(LINE.format(*cells).rstrip())
        wrong = [f"{row.variant}, {row.measure}" for rows in found.values() for row in rows if not row.agrees]
        if wrong:
            raise CommandError(f"not as published: {'; '.join(wrong)}")
        self.stdout.write("Every figure is as published. --json prints the whole reports.")


def figures(report: CampaignReport, published: dict[str, dict[str, str]]) -> Iterator[Figure]:
    """The figures of a campaign of which one was published, in the published order."""
    variants = {variant.name: variant for variant in report.variants}
    for measure, by_variant in published.items():
        scale = 100 if measure.endswith("_rate") else 1
        unit = "% of recipients" if scale == 100 else "$ a recipient"
        for name, text in by_variant.items():
            variant, digits = variants[name], Decimal(text)
            found = Decimal(repr(getattr(variant, measure) * scale)).quantize(digits)
            lift = variant.lift_in(measure)
            interval = interval_of(lift, scale) if lift else ""
            yield Figure(f"{measure.split('_')[0]}, {unit}", variant.label, text, found, interval)


def interval_of(lift: Lift, scale: int) -> str:
    """Empty where there are too few people for an interval."""
    if lift.ci_low is None or lift.ci_high is None:
        return ""
    return f"{lift.ci_low * scale:+.2f} to {lift.ci_high * scale:+.2f}"
