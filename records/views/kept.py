"""The page of one record of the long tail: its elements in the notice's words, what is sealed opened."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required
from privacy.notice import elements_ever
from privacy.places import declare_place
from privacy.roles import Permit
from records.keeping import Values
from records.models import Record
from records.retrieval import COLLABORATION

PLACE = declare_place("kept_record", "A record of the collaboration service", COLLABORATION)


@dataclass(frozen=True)
class Attribute:
    label: str
    value: object
    is_sealed: bool


@require_safe
@permit_required(Permit.FIND_MEETINGS)
def kept_record(request: HttpRequest, key: UUID) -> HttpResponse:
    """Relies on records_record_key."""
    with reading_of(request, PLACE, KeyKind.LIST) as read:
        record = get_object_or_404(Record, key=key, category__in=COLLABORATION)
        read.count = 1
        return render(request, "records/kept_record.html", {"record": record, "attributes": attributes_of(record)})


def attributes_of(record: Record) -> list[Attribute]:
    """In the notice's order."""
    known = elements_ever()
    values = sorted(Values(record).all().items(), key=lambda item: known[item[0]].position)
    return [Attribute(known[name].label, value, known[name].is_encrypted) for name, value in values]
