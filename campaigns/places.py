"""Where this floor shows records of customers."""

from django.utils.translation import gettext_noop

from privacy.places import declare_place
from privacy.roles import Permit

RESPONSES = declare_place(
    "response_new", gettext_noop("Recording a customer's response, and taking one back"), (1, 2, 18)
)
TASKS = declare_place(
    "tasks",
    gettext_noop("Tasks: what customers asked for and next steps with them"),
    (1, 3, 9, 18),
    is_page=True,
    permits=(Permit.KEEP_CUSTOMERS,),
)
# Who has a place at an event, with the names on their badges.
BADGES = declare_place("event_badges", gettext_noop("Badges for an event"), (1, 7, 8))
CHECK_IN = declare_place("event_check_in", gettext_noop("Checking people in at an event"), (1, 7, 8))
# Whither an issue of a publication goes, on its labels.
LABELS = declare_place("fulfilment_labels", gettext_noop("Labels for an issue of a publication"), (1,))
