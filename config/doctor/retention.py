"""The doctor's check of retention: whether lists are made and go on, and the rules are approved."""

from config.doctor.findings import Finding, fail, ok, warn
from privacy.agency import agency_today
from privacy.retention import runs, standing

WHERE = "See Administration, Retention."


def look_at_retention() -> Finding:
    """A list that the program owes is a failure; what waits for people is a warning."""
    today = agency_today()
    found = standing.problems(today, runs.open_run())
    if standing.is_late(today):
        return fail(found[0], "See worker and beat; the schedule makes it up by itself. " + WHERE)
    if found:
        return warn(found[0], WHERE)
    if not standing.is_approved():
        return ok("nothing is disposed of before the rules are approved: Administration, Retention")
    return ok(f"the next disposition list is made on {standing.look().next_on}")
