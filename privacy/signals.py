"""What this floor tells those above."""

from django.dispatch import Signal

# A request of an individual becomes due within a few working days, or is overdue. `request` is its key, `number` what
# it is called, `due_for` what is to be done (privacy.enums.DueFor), `due_on` the day, `is_overdue`. Sent once each.
request_due = Signal()
