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
