"""Contested values: named, corrected or refused, with a statement of disagreement that stands beside them from then on.

Source: 5 U.S.C. 552a(d)(2) to (4), (c)(4).
"""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from privacy import changes
from privacy.agency import agency_today
from privacy.enums import DisputeState, Duty, RequestKind, RequestState
from privacy.models import Correction, Dispute, RightsRequest, User
from privacy.purposes import Basis
from privacy.rights.beside import look_again, with_statement
from privacy.rights.corrections import tell_earlier_recipients
from privacy.rights.procedure import NotNow
from privacy.rights.values import Value, value_at

CORRECTING = Basis(duty=Duty.AMENDMENT)
# Corrects one field of one record as the floor that keeps it would, checks included. Raises ValidationError.
Corrector = Callable[[models.Model, str, str, User, Basis], None]
_correctors: dict[str, Corrector] = {}


def declare_corrector(model: str, corrector: Corrector) -> None:
    """Declare how a field of a model (`records.Customer`) is corrected; without one its model alone checks it."""
    _correctors[model] = corrector


def contest(request: RightsRequest, value: Value, wanted: str) -> Dispute:
    """Write down that the requester contests the value, and what they want there. Raises NotNow."""
    if request.kind != RequestKind.AMENDMENT:
        raise NotNow(gettext("Values can be contested only in a request for amendment."))
    if not request.is_open or not request.may_be_told:
        raise NotNow(
            gettext(
                "Values can be contested only while the request is open, once the requester's identity is verified."
            )
        )
    if Dispute.objects.filter(model=value.model, row=value.row, field=value.field, state=DisputeState.OPEN).exists():
        raise NotNow(gettext("This value is already contested and not decided yet."))
    made = Dispute(
        request=request, person=value.person, model=value.model, row=value.row, field=value.field,
        category=value.category, label=_kept_label(value),
    )  # fmt: skip
    made.before, made.wanted = value.text, wanted.strip()
    made.save(force_insert=True)
    return made


def _kept_label(value: Value) -> str:
    """In English, as it is kept: others read it."""
    with translation.override("en"):
        kept = value_at(value.person, value.model, value.row, value.field)
    return kept.label if kept else value.label


def correct(dispute: Dispute, text: str, reason: str, by: User) -> Dispute:
    """Set the value to `text`, as the floor that keeps the record would, and tell earlier recipients.

    Raises NotNow, and ValidationError for what is no value of the field.
    """
    with transaction.atomic():
        found = _undecided(dispute)
        value = value_at(found.person, found.model, found.row, found.field)
        if value is None:
            raise NotNow(gettext("The record is no longer here."))
        if value.is_fixed:
            raise NotNow(
                gettext(
                    "This records what happened and cannot be changed: refuse it; a statement may be shown next to it."
                )
            )
        _corrector(found.model)(value.instance, found.field, text.strip(), by, CORRECTING)
        found.after = text.strip()
        _end(found, DisputeState.CORRECTED, reason, by)
        tell_earlier_recipients(found)
    dispute.refresh_from_db()
    return found


def refuse(dispute: Dispute, reason: str, by: User) -> Dispute:
    """Leave the value as it is, for this reason. Raises NotNow."""
    if not reason.strip():
        raise NotNow(gettext("State why it is refused: it appears in the letter."))
    with transaction.atomic():
        found = _undecided(dispute)
        if found.state == DisputeState.REFUSED:
            raise NotNow(gettext("It has already been refused."))
        _end(found, DisputeState.REFUSED, reason, by)
    dispute.refresh_from_db()
    return found


def refuse_open(request: RightsRequest, by: User, reason: str) -> None:
    """Refuse each contested value that is not decided yet, with the request's own reason."""
    for dispute in request.disputes.select_related("request").filter(state=DisputeState.OPEN):
        _end(dispute, DisputeState.REFUSED, reason, by)


def _undecided(dispute: Dispute) -> Dispute:
    """Locked. An appeal may turn what was refused."""
    found = Dispute.objects.select_for_update(of=("self",)).select_related("request").get(pk=dispute.pk)
    is_appealed = found.request.state == RequestState.APPEALED
    if found.state == DisputeState.CORRECTED or (found.state == DisputeState.REFUSED and not is_appealed):
        raise NotNow(gettext("This value has already been decided."))
    if found.request.state not in (RequestState.ACKNOWLEDGED, RequestState.APPEALED):
        raise NotNow(gettext("Values can be decided only once the request is acknowledged, and before it is over."))
    return found


def _end(dispute: Dispute, state: DisputeState, reason: str, by: User) -> None:
    dispute.state, dispute.decided_at, dispute.decided_by = state, timezone.now(), by
    dispute.reason = reason.strip()
    dispute.save()


def _corrector(model: str) -> Corrector:
    return _correctors.get(model, correct_by_model)


def correct_by_model(instance: models.Model, field: str, text: str, by: User, basis: Basis) -> None:
    """Checked by the model's own fields and constraints, and kept in the history."""
    one = instance._meta.get_field(field)
    if not isinstance(one, models.Field) or one.is_relation:
        raise ValidationError(_("This names another record: it is changed on that record's own page."))
    value = one.to_python(text) if text or not one.null else None
    setattr(instance, field, value)
    instance.clean_fields(exclude=[other.name for other in instance._meta.fields if other.name != field])
    instance.validate_constraints()
    changes.save(instance, by=by, basis=basis)


# The statement -------------------------------------------------------------------------------------------------------


def state_disagreement(request: RightsRequest, text: str) -> int:
    """Have the statement stand beside each value that was refused, and be sent to who was given it before."""
    refused = list(request.disputes.select_related("request").filter(state=DisputeState.REFUSED))
    for dispute in refused:
        dispute.statement, dispute.statement_on = text.strip(), agency_today()
        dispute.save()
        tell_earlier_recipients(dispute)
    look_again()
    return len(refused)


def statements_of(persons: Iterable[UUID]) -> list[Dispute]:
    """Every contested value of these persons that a statement stands beside. Relies on dispute_of_person."""
    return list(with_statement().filter(person__in=list(persons)))


def sent(correction: Correction, by: User, on: date) -> None:
    """The letter went out on this day. Raises NotNow."""
    if on > agency_today():
        raise NotNow(gettext("It cannot have gone out on a day in the future."))
    if not Correction.objects.filter(pk=correction.pk, sent_on=None).update(sent_on=on, sent_by=by):
        raise NotNow(gettext("It has already been sent."))
