"""What the records tell the floors above."""

from django.dispatch import Signal

# A Merge was made, or undone: within its transaction. Argument: `merge`.
customers_merged = Signal()
customers_parted = Signal()

# An import is taken back: within its transaction, before its rows go. Argument: `record`, the Import.
import_leaving = Signal()

# Registrations moved up from the waiting list: within its transaction. Argument: `registrations`, a list.
moved_up = Signal()

# An event is at another time or place, or called off: within its transaction. Argument: `gathering`.
gathering_moved = Signal()

# Winners and alternates of a contest were drawn, or a prize was claimed or went on: within its transaction. Argument:
# `awards`, a list.
awards_changed = Signal()

# Of participants of a study: who withdrew, whose session was called off or moved: within its transaction. Argument:
# `participants`, a list.
participants_changed = Signal()

# Held places were paid, or were not paid in time: within its transaction. Argument: `registrations`, a list.
places_settled = Signal()

# Held orders of publications were paid, or were not paid in time: within its transaction. Argument: `orders`, a list.
orders_settled = Signal()

# A payment was made, or given back: within its transaction. Argument: `payment`.
payment_settled = Signal()
