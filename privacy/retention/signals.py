"""What a disposal tells the floors above, within its transactions. A receiver that raises stops the batch."""

from django.dispatch import Signal

# Before rows of a model are deleted or emptied: kwargs `model`, and `rows`, a query of exactly these rows. Sender: the
# model. A receiver may return `privacy.retention.disposal.Along`: what else goes with them.
rows_leaving = Signal()

# When a run that disposed of something has ended, or what had gone went again after a restore. What was copied before
# (exports) goes now.
disposal_ended = Signal()

# What a ledger seals: a disposal, a hold placed or released, a rule approved or declined. Sent by `append` alone.
to_be_sealed = Signal()


def append(kind: str, reference: str, **told: str | int) -> None:
    """Tell the ledger of an act, in the act's own transaction: a receiver that raises takes the act back.

    `kind` is one lower-case word with underscores, `reference` names the row (a key or number); `told` are identifiers,
    counts and hashes, never content, so that what is sealed breaks no proof when records go.
    """
    to_be_sealed.send(append, kind=kind, reference=reference, told=told)
