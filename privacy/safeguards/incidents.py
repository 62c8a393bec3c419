"""Security incidents as cases: opened with a number and a scope, read for by those who are named, closed once.

The door asks here before anything is read under purpose 8 or the duty of a security incident (privacy.refusing).
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from privacy.models import Incident, IncidentReader, User
from privacy.retention.signals import append
from privacy.roles import Permit, Role


class AlreadyClosed(Exception):
    """The incident was closed before."""


class NotReader(ValueError):
    """Somebody cannot be named as a reader. The message says why."""


def numbered(number: str) -> Incident | None:
    """The case of that number; the readers of today come with it."""
    return Incident.objects.filter(number=number).first()


def is_reader(incident: Incident, user_id: int | None) -> bool:
    """Relies on incident_reader_once."""
    return user_id is not None and incident.readers.filter(user_id=user_id, ended_at=None).exists()


def outside(incident: Incident, categories: Iterable[int]) -> list[int]:
    """Those of the categories that the incident is not about; none where it is about all."""
    return sorted(set(categories) - set(incident.categories)) if incident.categories else []


def visible_to(user: User) -> "QuerySet[Incident]":
    """All for those who look after safeguards; for others the cases that they were named for."""
    if user.has_permit(Permit.VIEW_SAFEGUARDS):
        return Incident.objects.all()
    return Incident.objects.filter(pk__in=IncidentReader.objects.filter(user=user).values("incident"))


def investigators() -> "QuerySet[User]":
    """Those whose role reads for incidents."""
    return User.objects.open().filter(groups__name=Role.SECURITY_INVESTIGATOR.value).order_by("name", "pk")


def open_case(incident: Incident, readers: Iterable[User], by: User) -> Incident:
    """Put it on file with its readers. Raises NotReader, and IntegrityError for a number that was used before."""
    incident.opened_by, incident.opened_at = by, timezone.now()
    with transaction.atomic():
        incident.save(force_insert=True)
        append("incident_opened", str(incident.pk), by=by.pk)
        for reader in readers:
            name_reader(incident, reader, by)
    return incident


def name_reader(incident: Incident, reader: User, by: User) -> None:
    """Let somebody read for it from now on. Naming them twice changes nothing. Raises NotReader, AlreadyClosed."""
    if reader.pk == by.pk:
        raise NotReader(gettext("You cannot name yourself: another privacy officer must do it."))
    if Role.SECURITY_INVESTIGATOR not in reader.roles:
        raise NotReader(gettext("%(name)s is not a security investigator.") % {"name": reader.name})
    if not Incident.objects.filter(pk=incident.pk, closed_at=None).exists():
        raise AlreadyClosed
    try:
        with transaction.atomic():
            IncidentReader.objects.create(incident=incident, user=reader, named_by=by)
            append("incident_reader_named", str(incident.pk), user=reader.pk, by=by.pk)
    except IntegrityError:
        return  # named already: incident_reader_once


def end_reader(incident: Incident, number: int, by: User) -> bool:
    """Let somebody read for it no more; whether they did."""
    with transaction.atomic():
        rows = IncidentReader.objects.filter(pk=number, incident=incident, ended_at=None)
        ended = rows.update(ended_at=timezone.now())
        if ended:
            append("incident_reader_ended", str(incident.pk), row=number, by=by.pk)
    return bool(ended)


def close(incident: Incident, by: User, outcome: str) -> Incident:
    """Close the case: nobody reads for it any more. Raises AlreadyClosed, and ValueError without an outcome."""
    if not outcome.strip():
        raise ValueError(gettext("Enter the outcome."))
    with transaction.atomic():
        changed = Incident.objects.filter(pk=incident.pk, closed_at=None).update(
            closed_at=timezone.now(), closed_by=by, outcome=outcome.strip()
        )
        if not changed:
            raise AlreadyClosed
        append("incident_closed", str(incident.pk), by=by.pk)
    incident.refresh_from_db()
    return incident
