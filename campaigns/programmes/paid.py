"""What the event log is told of payments: a conversion with its amount, of the campaign that had asked; taken back when
the money is given back."""

from campaigns.collector import collect
from campaigns.enums import EventKind, OutcomeKind
from campaigns.models import Event, Outcome, Viewer
from campaigns.responding import happening_of, out_of_the_log, viewer_for
from privacy import changes
from privacy.accesslog import Actor
from privacy.purposes import Basis
from records.enums import PaymentState
from records.models import Customer, Payment

BY_PAYING = Actor.system("payments")
# The notice's purpose "To facilitate and support marketing initiatives, advertising campaigns …".
PROMOTING = Basis(11)


def tell(payment: Payment) -> None:
    """Within the transaction in which it was paid, or given back. Told again, it is there once."""
    known = Outcome.objects.filter(key=payment.key).first()
    if payment.state == PaymentState.PAID and known is None:
        _converted(payment)
    elif payment.state == PaymentState.REFUNDED and known is not None and known.batch_id is not None:
        out_of_the_log(known, BY_PAYING, PROMOTING)


def _converted(payment: Payment) -> None:
    customer = payment.customer
    asked = _response(customer, payment)
    outcome = Outcome(
        key=payment.key,
        kind=OutcomeKind.CONVERSION,
        happened_at=payment.paid_at or payment.created_at,
        amount=payment.amount,
        viewer=Viewer.objects.get(pk=asked.viewer_id) if asked else viewer_for(customer),
        campaign_id=asked.campaign_id if asked else None,
        variant_id=asked.variant_id if asked else None,
        share_id=asked.share_id if asked else None,
    )
    outcome.batch = collect([happening_of(outcome)]).batch
    changes.save(outcome, by=BY_PAYING, basis=PROMOTING)


def _response(customer: Customer, payment: Payment) -> Event | None:
    """The response by which it began: its event has the key of what is paid for. Relies on the log's primary key."""
    viewers = list(Viewer.objects.filter(customer=customer.person_id).values_list("pk", flat=True))
    return Event.objects.filter(viewer_id__in=viewers, id=payment.subject, kind=EventKind.RESPONSE).first()
