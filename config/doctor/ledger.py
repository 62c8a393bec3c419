"""The doctor's check of the ledger: when it was sealed last, and whether what waits is late."""

from pathlib import Path

from django.conf import settings

from config.doctor.findings import Finding, fail, ok, warn
from privacy.ledger import sealing, sending, standing


def look_at_ledger() -> Finding:
    """Rows that wait too long are a failure; a folder that lacks the newest checkpoint is a warning."""
    if late := standing.lateness():
        return fail(late, "See worker and beat; manage.py ledger seal makes it up.")
    last = standing.last_seal()
    if last is None:
        return ok("nothing has been written yet that is to be sealed")
    if sending.is_behind():
        return warn(
            f"The folder {Path(settings.LEDGER_FOLDER)} lacks the newest checkpoint.",
            "Check that it is there and may be written to: LEDGER_FOLDER.",
        )
    return ok(f"{sealing.sealed_size():,} entries, the last sealed on {last:%Y-%m-%d at %H:%M} UTC")
