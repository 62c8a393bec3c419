"""The campaign that a mapping describes: made when it is not there, checked against the mapping when it is."""

import re
from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign, Variant
from records.intake.mapping import Mapping, Table
from records.intake.problems import Refused
from records.models import Import

HEAVIEST = 1000  # as the schema has it
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")


@dataclass(frozen=True)
class Arm:
    """A variant, the text that stands for it in the file, and its share of the people beside the others' weights."""

    cell: str
    name: str
    label: str
    is_control: bool
    weight: int = 1


@dataclass(frozen=True)
class Experiment:
    slug: str
    name: str
    description: str
    source_note: str
    starts_on: date | None
    ends_on: date | None
    arms: list[Arm]

    def begin(self, record: Import) -> None:
        """Make the campaign with its variants. Raises Refused where one of this slug has other variants."""
        found = Campaign.objects.filter(slug=self.slug).first()
        if found:
            return self._compare(found)
        campaign = Campaign.objects.create(
            slug=self.slug,
            name=self.name,
            description=self.description,
            source_note=self.source_note,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            is_demo=record.is_demo,
            source_import=record,
        )
        Variant.objects.bulk_create(
            Variant(
                campaign=campaign,
                name=arm.name,
                label=arm.label,
                is_control=arm.is_control,
                weight=arm.weight,
                position=position,
            )
            for position, arm in enumerate(self.arms)
        )
        return None

    def _compare(self, campaign: Campaign) -> None:
        known = {variant.name: variant.is_control for variant in campaign.variants.all()}
        for arm in self.arms:
            if known.get(arm.name) != arm.is_control:
                raise Refused(
                    f"the campaign {self.slug} exists, and its variants ({', '.join(known)}) are not those of the "
                    f"mapping: {arm.name}{' as the control' if arm.is_control else ''} is not one of them"
                )


def read_experiment(mapping: Mapping) -> Experiment:
    """Takes [campaign] and [variants] from the mapping. Raises Refused where they are not whole."""
    table = mapping.extra.table("campaign")
    experiment = Experiment(
        slug=_slug(table, "slug"),
        name=_short(table, "name"),
        description=table.take("description", str, ""),
        source_note=_source_note(table.take("source_note", str, ""), mapping),
        starts_on=table.take("starts_on", date, None),
        ends_on=table.take("ends_on", date, None),
        arms=_read_arms(mapping.extra.table("variants")),
    )
    table.close()
    if experiment.starts_on and experiment.ends_on and experiment.ends_on < experiment.starts_on:
        raise Refused(f"{table.where}: ends_on is before starts_on")
    return experiment


def _read_arms(table: Table) -> list[Arm]:
    arms = [_read_arm(cell, table.table(cell)) for cell in table.names()]
    names = [arm.name for arm in arms]
    if not arms or len(set(names)) < len(names) or sum(arm.is_control for arm in arms) > 1:
        raise Refused(f"{table.where}: name one or more variants, each once, and at most one as the control")
    return arms


def _read_arm(cell: str, table: Table) -> Arm:
    arm = Arm(
        cell, _slug(table, "name"), table.take("label", str, "")[:200], table.take("control", bool, False),
        table.take("weight", int, 1),
    )  # fmt: skip
    table.close()
    if not 1 <= arm.weight <= HEAVIEST:
        raise Refused(f"{table.where}: weight {arm.weight} is not from 1 to {HEAVIEST}")
    return arm


def _slug(table: Table, key: str) -> str:
    text = table.take(key, str)
    if not SLUG.fullmatch(text):
        raise Refused(f"{table.where}: {key} {text!r} is not of letters, digits, hyphens and underscores")
    return text


def _short(table: Table, key: str) -> str:
    text = table.take(key, str).strip()
    if not 0 < len(text) <= 200:
        raise Refused(f"{table.where}: {key} is empty or longer than 200 characters")
    return text


def _source_note(note: str, mapping: Mapping) -> str:
    nominal = mapping.layout.nominal_date
    if nominal is None:
        return note
    return f"{note} The file has no dates: every row is dated {nominal:%B} {nominal.day}, {nominal.year}.".strip()
