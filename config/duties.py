"""What the home page tells of operations: tasks that failed, and the vault's keys."""

from collections.abc import Iterable

from django.core.cache import cache
from django.urls import reverse

from analytics.home.duties import Duty, Line
from config.models import FailedTask
from privacy.models import User
from privacy.roles import Permit
from privacy.vault import VaultError
from privacy.vault.checking import survey
from records import figures

VAULT_LOOKED_AT_EVERY = 300  # seconds: its keys are counted, which takes a while where there are many


def failed_tasks(user: User) -> Iterable[Line]:
    count = FailedTask.objects.filter(state=FailedTask.State.FAILED).count()
    if count:
        address = f"{reverse('admin:config_failedtask_changelist')}?state__exact=failed"
        said = f"{figures.plural(count, 'background task')} failed"
        yield Line(said, address, "Each says what went wrong, and can be run again or dismissed.", is_bad=True)


def vault_state(user: User) -> Iterable[Line]:
    """What is wrong with the vault, or how many keys it holds; as it was VAULT_LOOKED_AT_EVERY seconds ago at most."""
    seen = cache.get_or_set("home:vault", _look_at_vault, timeout=VAULT_LOOKED_AT_EVERY)
    is_bad, said, note = seen or _look_at_vault()
    yield Line(said, reverse("data_map"), note, is_bad=is_bad)


def _look_at_vault() -> tuple[bool, str, str]:
    try:
        found = survey()
    except VaultError:
        return True, "The vault does not answer", "Sealed values cannot be read: manage.py doctor says why."
    if found.unknown:
        missing = sum(found.unknown.values())
        said = f"{figures.plural(missing, 'key')} of the vault cannot be opened"
        return True, said, "VAULT_KEYS lacks what wraps them: see “Losing a key” in docs/vault.md."
    if found.outdated:
        said = f"{figures.plural(found.outdated, 'key')} of the vault to be rotated"
        return False, said, "They are still under an older key-encryption key: manage.py vault rotate."
    said = f"The vault holds {figures.plural(found.total, 'key')}"
    destroyed = figures.plural(found.destroyed, "key") if found.destroyed else "None"
    return (
        False,
        said,
        f"All are under the newest key-encryption key. Destroyed, with what they sealed: {destroyed.lower()}.",
    )


DUTIES = (
    Duty(failed_tasks, permits=(Permit.VIEW_OPERATIONS,)),
    Duty(vault_state, permits=(Permit.VIEW_OPERATIONS, Permit.VIEW_ACCESS_LOG)),
)
