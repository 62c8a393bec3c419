"""What the floor of campaigns tells the floors above."""

from django.dispatch import Signal

# Sent once a batch of events is committed: kwargs none. Receivers must not raise.
batch_committed = Signal()

# Sent within the transaction that takes batches out of the log, before their events go and after: kwargs
# `batches`, a list of EventBatch ids. A receiver that raises stops the removal.
batches_leaving = Signal()
batches_left = Signal()

# Sent while a version of a material is shown: kwargs `material`, `version` (its number) and `user`. A receiver gives
# what is known of its reading, for the page (analytics.receivers), or None.
material_shown = Signal()

# Sent within the transaction that makes shares: kwargs `batch`, the EventBatch that holds them, and `by`, the user
# who shared. A receiver that raises stops the sharing.
shares_made = Signal()

# Sent where a whole partition is to leave the log before long, for what can be done ahead: kwargs `partition`, its
# table. Within no transaction, and perhaps again.
partition_due = Signal()

# Sent within the transaction that takes a whole partition out of the log, before it goes and after: kwargs `partition`,
# its table. The temporary table `held_event` names (viewer_id, occurred_at, id) of the events that stay.
partition_leaving = Signal()
partition_left = Signal()
