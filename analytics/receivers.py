"""What analytics does when something happens below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone

from analytics import departures, folding, frozen_base
from analytics.enums import ExportState
from analytics.exports import making
from analytics.exports.small_groups import material_without_few
from analytics.exports.source import sees_people
from analytics.insight.recommending import nightly
from analytics.insight.responding import nightly as responding_nightly
from analytics.models import Export, ReachedVerdict
from analytics.pictures.asking import Asked
from analytics.pictures.attention import Strip, strips_of
from analytics.pictures.drawings import Sections, drawn_sections
from analytics.reports.elements import Cited, cited
from analytics.reports.material import MaterialQuery, VersionReading, material_report, pages_left_after
from analytics.tasks import FOLD, fold_pending
from campaigns.models import Assignment, Material, Viewer
from campaigns.signals import (
    batch_committed,
    batches_leaving,
    batches_left,
    material_shown,
    partition_due,
    partition_leaving,
    partition_left,
)
from privacy.models import User
from privacy.retention.signals import disposal_ended, rows_leaving
from records.models import Customer, Import
from records.signals import import_leaving


@receiver(batch_committed)
def ask_for_fold(sender: object, **_kwargs: Any) -> None:
    """Fold soon. A broker that is away loses no event: the schedule asks again every few seconds.

    A fold that was asked for and has not begun will find this batch too: of a hundred commits a second one asks.
    """
    FOLD.ask(fold_pending)


@dataclass(frozen=True)
class Attention:
    """What is known of the reading of a version: its pictures, what stands under each page's thumbnail, and which
    elements of the notice that report is."""

    of: str
    cited: Cited
    sections: Sections
    strips: dict[int, Strip]
    versions: Sequence[VersionReading]
    # After which pages most readers are lost: several where as many are. Empty where none is, or it may not be told.
    left_after: tuple[int, ...] = ()


@receiver(material_shown)
def attention_to(sender: object, material: Material, version: int, user: User, **_kwargs: Any) -> Attention:
    """Six queries, whatever the number of readers."""
    asked = Asked(hides_few=not sees_people(user))
    found = material_report(MaterialQuery(material.slug, version))
    report = material_without_few(found) if asked.hides_few else found
    sections = drawn_sections("material", report, asked)
    return Attention(
        of=f"material/{material.slug}",
        cited=cited("material"),
        sections=sections,
        strips=strips_of(report, asked),
        versions=report.versions,
        left_after=pages_left_after(report),
    )


@receiver(batches_leaving)
def take_batches_away(sender: object, batches: list[int], **_kwargs: Any) -> None:
    """Within the transaction that removes them, and before: fold these batches with the opposite sign."""
    with connection.cursor() as cursor:
        folding.take_away(cursor, batches)


@receiver(batches_left)
def settle_rollups(sender: object, batches: list[int], **_kwargs: Any) -> None:
    with connection.cursor() as cursor:
        folding.settle(cursor)


@receiver(partition_due)
def add_up_ahead(sender: object, partition: str, **_kwargs: Any) -> None:
    """What waits is folded first, in transactions of its own: when the month goes, others wait for what is left."""
    folding.fold_all()
    departures.prepare(partition)


@receiver(partition_leaving)
def take_partition_away(sender: object, partition: str, **_kwargs: Any) -> None:
    """Within the transaction that takes an expired month out of the log, and before it goes."""
    with connection.cursor() as cursor:
        frozen_base.take_partition_away(cursor, partition)
    nightly.forget()
    responding_nightly.forget()


@receiver(partition_left)
def settle_without_partition(sender: object, partition: str, **_kwargs: Any) -> None:
    with connection.cursor() as cursor:
        frozen_base.settle(cursor, partition)


@receiver(rows_leaving, sender=Assignment)
def take_draws_away(rows: "QuerySet[Assignment]", **_kwargs: Any) -> None:
    """Within the transaction that disposes of draws, and before they go."""
    with connection.cursor() as cursor:
        frozen_base.take_draws_away(cursor, list(rows.values_list("pk", flat=True)))


@receiver(import_leaving)
def take_back_verdicts(sender: object, record: Import, **_kwargs: Any) -> None:
    """Within the transaction that takes an import back: a campaign of it that others use is judged anew."""
    ReachedVerdict.objects.filter(campaign__source_import=record).delete()


@receiver(import_leaving)
def forget_what_was_foretold(sender: object, **_kwargs: Any) -> None:
    """Within the transaction that takes an import back: what was learnt from it keeps none of its rows."""
    responding_nightly.forget()


@receiver(rows_leaving, sender=Viewer)
@receiver(rows_leaving, sender=Customer)
def forget_what_was_learnt_of_them(sender: object, **_kwargs: Any) -> None:
    """Within the transaction that disposes of people: the next training is without them."""
    nightly.forget()
    responding_nightly.forget()


@receiver(disposal_ended)
def exports_made_before_go(sender: object, **_kwargs: Any) -> None:
    """Files that were made before the disposal may hold what has gone: their time is over now, not in a week."""
    for export in Export.objects.filter(state=ExportState.READY, as_of__lte=timezone.now()):
        making.delete_file(export)
