"""What a disposal tells the floors above, within its transactions. A receiver that raises stops the batch."""

from django.dispatch import Signal

# Before rows of a model are deleted or emptied: kwargs `model`, and `rows`, a query of exactly these rows. Sender: the
# model. A receiver may return `privacy.retention.disposal.Along`: what else goes with them.
rows_leaving = Signal()
