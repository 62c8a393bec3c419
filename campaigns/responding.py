"""Responses and conversions that staff record, and take back where they were wrong."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from campaigns import eventlog
from campaigns.collector import Happening, collect
from campaigns.enums import EventKind, Grade, OutcomeKind, Signal
from campaigns.models import Assignment, EventBatch, Outcome, Share, Viewer
from campaigns.signals import batches_leaving, batches_left
from privacy import changes
from privacy.accesslog import Actor
from privacy.models import User
from privacy.purposes import Basis
from records.models import Customer
from records.models.customer import managed_staff


class CannotRecord(ValueError):
    """What was said does not fit together; `field` of the form says where, the text why."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class CannotTakeBack(ValueError):
    """It stays, with the reason in a sentence."""


@dataclass(frozen=True)
class Said:
    """What somebody says has happened. `key` is the form's: sent twice, it is recorded once."""

    key: UUID
    kind: OutcomeKind
    happened_at: datetime
    amount: Decimal | None = None
    assignment: Assignment | None = None
    share: Share | None = None


def record(customer: Customer, said: Said, by: User, basis: Basis) -> Outcome:
    """Store it, with its event in the log, both or neither. Raises CannotRecord.

    The caller has made sure that `by` sees the customer.
    """
    _check(said)
    if found := Outcome.objects.filter(key=said.key).first():
        return found
    drawn = said.assignment or (_drawn_with(said.share) if said.share else None)
    with transaction.atomic():
        outcome = Outcome(
            key=said.key, kind=said.kind, happened_at=said.happened_at, amount=said.amount, share=said.share,
            viewer=drawn.viewer if drawn else viewer_for(customer), recorded_by=by,
            campaign=drawn.campaign if drawn else None, variant=drawn.variant if drawn else None,
        )  # fmt: skip
        outcome.batch = collect([happening_of(outcome)]).batch
        changes.save(outcome, by=by, basis=basis)
    return outcome


def _check(said: Said) -> None:
    if said.happened_at > timezone.now():
        raise CannotRecord("happened_at", gettext("That is in the future: record it once it has happened."))
    if said.share and said.happened_at < said.share.shared_at:
        raise CannotRecord("happened_at", gettext("That is before the material was shared."))
    if said.assignment and said.happened_at < said.assignment.assigned_at:
        raise CannotRecord("happened_at", gettext("That is before the customer was in the campaign."))
    if said.assignment and said.share and said.share.campaign_id not in (None, said.assignment.campaign_id):
        raise CannotRecord("share", gettext("This was shared in another campaign."))


def _drawn_with(share: Share) -> Assignment | None:
    """The share's own campaign counts the response, where its recipient was drawn into it."""
    rows = Assignment.objects.filter(campaign=share.campaign_id, viewer__customer=share.recipient.customer_id)
    return rows.select_related("campaign", "variant", "viewer").first()


def happening_of(outcome: Outcome) -> Happening:
    """Its event, of the same id."""
    share = outcome.share
    return Happening(
        kind=EventKind(outcome.kind),
        viewer_id=outcome.viewer_id,
        occurred_at=outcome.happened_at,
        id=outcome.key,
        campaign_id=outcome.campaign_id,
        variant_id=outcome.variant_id,
        share_id=share.pk if share else None,
        material_id=share.material_id if share else None,
        amount=outcome.amount,
        grade=Grade.ADDRESSEE,
        signals=Signal.RECORDED_OUTCOME,
    )


def viewer_for(customer: Customer) -> Viewer:
    """The viewer that stands for the customer in the log; a new one where there is none yet."""
    known = Viewer.objects.filter(customer=customer).order_by("pk").first()
    return known or Viewer.objects.get_or_create(key=customer.key, defaults={"customer": customer})[0]


# What was recorded ------------------------------------------------------------------------------------------------


def outcomes_of(customer: Customer) -> "QuerySet[Outcome]":
    """The customer's, the newest first, taken back ones too. Relies on the index outcome_of_viewer."""
    rows = Outcome.objects.filter(viewer__customer=customer).select_related("campaign", "recorded_by", "taken_back_by")
    own = ("key", "kind", "happened_at", "amount", "taken_back_at")
    return rows.only(*own, "campaign__name", "recorded_by__name", "taken_back_by__name")


def may_take_back(outcome: Outcome, user: User) -> bool:
    """Whoever recorded it, and the manager of a team of theirs."""
    return outcome.recorded_by_id is not None and managed_staff(user).filter(pk=outcome.recorded_by_id).exists()


def take_back(outcome: Outcome, by: User, basis: Basis) -> None:
    """Its event leaves the log and the rollups; the row stays, and says who took it back and when.

    Raises CannotTakeBack where it is not theirs, or has been taken back already.
    """
    if not may_take_back(outcome, by):
        who = outcome.recorded_by.name if outcome.recorded_by else gettext("Somebody whose account is gone")
        raise CannotTakeBack(
            gettext("%(who)s recorded it: they, or the manager of their team, can take it back.") % {"who": who}
        )
    out_of_the_log(outcome, by, basis)


def out_of_the_log(outcome: Outcome, by: User | Actor, basis: Basis) -> None:
    """As `take_back`, whoever may. Raises CannotTakeBack where it has been taken back already."""
    with transaction.atomic(), connection.cursor() as cursor:
        locked = Outcome.objects.select_for_update(of=("self",)).get(pk=outcome.pk)
        if locked.batch_id is None:
            raise CannotTakeBack(gettext("It has already been taken back."))
        outcome.batch, outcome.taken_back_at = None, timezone.now()
        outcome.taken_back_by = by if isinstance(by, User) else None
        changes.save(outcome, by=by, basis=basis)
        batches = [locked.batch_id]
        batches_leaving.send(EventBatch, batches=batches)
        eventlog.remove(cursor, batches)
        batches_left.send(EventBatch, batches=batches)
        EventBatch.objects.filter(pk__in=batches).delete()
