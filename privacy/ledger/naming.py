"""What the ledger is called: by its host, and after each restore from a backup by a line of its own."""

from urllib.parse import urlsplit

from django.conf import settings

from privacy.ledger.notes import Verifier, verifier_of
from privacy.models import LedgerAct

RESTORED = "restored"


def name() -> str:
    """The name under which checkpoints are signed."""
    return f"{urlsplit(settings.PUBLIC_URL).netloc}/ledger"


def origin() -> tuple[str, str]:
    """The name, and the origin of a checkpoint that is made now: after a restore the tree goes another way than the
    one that was lost, so it is called otherwise."""
    restored = LedgerAct.objects.filter(kind=RESTORED).values_list("reference", flat=True).first()
    return name(), f"{name()}/{restored}" if restored else name()


def verifiers(called: str = "") -> list[Verifier]:
    """The public halves of this installation's keys, the newest first, under the name that it had at the time."""
    return [verifier_of(called or name(), seed) for seed in settings.LEDGER_KEYS]
