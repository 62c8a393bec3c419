"""Where this floor shows records of customers."""

from privacy.places import declare_place
from privacy.roles import Permit

RESPONSES = declare_place("response_new", "Recording a customer's response, and taking one back", (1, 2, 18))
TASKS = declare_place(
    "tasks",
    "Tasks: what customers asked for and next steps with them",
    (1, 3, 9, 18),
    is_page=True,
    permits=(Permit.KEEP_CUSTOMERS,),
)
# Who has a place at an event, with the names on their badges.
BADGES = declare_place("event_badges", "Badges of an event", (1, 7, 8))
CHECK_IN = declare_place("event_check_in", "Checking people in at an event", (1, 7, 8))
# Whither an issue of a publication goes, on its labels.
LABELS = declare_place("fulfilment_labels", "Labels of a publication’s issue", (1,))
