"""Events for tests, written through the log's one writer."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from campaigns import eventlog
from campaigns.models import Assignment, Campaign, EventBatch, Material, Variant, Viewer
from records.models import Customer, Import

NOON = datetime(2026, 3, 10, 16, tzinfo=UTC)  # noon in New York


def make_campaign(slug: str = "spring", variants: Sequence[str] = ("control", "letter")) -> Campaign:
    """A campaign whose first variant is the control."""
    campaign = Campaign.objects.create(slug=slug, name=slug.title())
    for position, name in enumerate(variants):
        Variant.objects.create(campaign=campaign, name=name, is_control=position == 0, position=position)
    return campaign


def make_viewer(number: str | None = None) -> Viewer:
    """A viewer, of a customer with this number where one is given."""
    customer = Customer.objects.create(number=number, name=f"Customer {number}") if number else None
    return Viewer.objects.create(key=customer.key if customer else uuid.uuid4(), customer=customer)


def make_material(slug: str) -> Material:
    return Material.objects.create(slug=slug, title=slug.title())


def event(viewer: Viewer | int, kind: str, **columns: Any) -> dict[str, Any]:
    """One staged event; `variant` (a Variant) sets the campaign too, `material` (a Material) its id."""
    variant, material = columns.pop("variant", None), columns.pop("material", None)
    return {
        "viewer_id": viewer if isinstance(viewer, int) else viewer.pk,
        "occurred_at": NOON,
        "id": uuid.uuid4(),
        "kind": kind,
        **({"variant_id": variant.pk, "campaign_id": variant.campaign_id} if variant else {}),
        **({"material_id": material.pk} if material else {}),
        **columns,
    }


def append(
    *events: dict[str, Any],
    assigned: Sequence[tuple[Viewer, Variant]] = (),
    assigned_at: datetime = NOON,
    source_import: Import | None = None,
    keeps_plans: bool = False,
) -> eventlog.Appended:
    """Store these events, and assignments of one moment, as one batch."""
    with transaction.atomic(), connection.cursor() as cursor:
        eventlog.open_staging(cursor)
        for row in events:
            columns = ", ".join(row)
            marks = ", ".join(["%s"] * len(row))
            values = [str(value) if isinstance(value, uuid.UUID) else value for value in row.values()]
            cursor.execute(f"INSERT INTO staged_event ({columns}) VALUES ({marks})", values)
        appended = eventlog.append(cursor, source_import=source_import, keeps_plans=keeps_plans)
        for viewer, variant in assigned:
            Assignment.objects.create(
                campaign=variant.campaign, variant=variant, viewer=viewer, batch=appended.batch, assigned_at=assigned_at
            )
        EventBatch.objects.filter(pk=appended.batch.pk).update(assignment_count=len(assigned))
    return appended


def take_back(*batches: EventBatch) -> None:
    """Take batches out of the log and the rollups, as an undo does."""
    from campaigns.signals import batches_leaving, batches_left

    ids = [batch.pk for batch in batches]
    with transaction.atomic(), connection.cursor() as cursor:
        batches_leaving.send(EventBatch, batches=ids)
        eventlog.remove(cursor, ids)
        Assignment.objects.filter(batch__in=ids).delete()
        batches_left.send(EventBatch, batches=ids)
        EventBatch.objects.filter(pk__in=ids).delete()


def partitions_opened() -> set[str]:
    """The log's partitions that this transaction read or wrote: it holds locks on them until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
            " WHERE pid = pg_backend_pid() AND relkind = 'r' AND starts_with(relname, 'campaigns_event_')"
        )
        return {name for (name,) in cursor.fetchall()}
