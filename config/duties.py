"""What the home page tells of operations: tasks that failed, and the vault's keys."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from analytics.home.duties import Duty, Line, Standing, counted
from config.models import FailedTask
from privacy.kept import keep, kept
from privacy.models import User
from privacy.roles import Permit
from privacy.vault import VaultError
from privacy.vault.checking import survey

VAULT_LOOKED_AT_EVERY = 300  # seconds: its keys are counted, which takes a while where there are many


def failed_tasks(user: User) -> Iterable[Line]:
    count = FailedTask.objects.filter(state=FailedTask.State.FAILED).count()
    if count:
        address = f"{reverse('admin:config_failedtask_changelist')}?state__exact=failed"
        said = ngettext("%(count)s background task failed", "%(count)s background tasks failed", count)
        note = _("Each says what went wrong, and can be run again or dismissed.")
        yield Line(counted(said, count), address, note, is_bad=True)


def vault_state(user: User) -> Iterable[Line]:
    """What is wrong with the vault, or how many keys it holds, if any; as it was VAULT_LOOKED_AT_EVERY seconds ago at
    most."""
    kept_as = f"home:vault:{get_language()}"
    seen = kept(kept_as)
    if seen is None:
        seen = _look_at_vault()
        keep(kept_as, seen, seconds=VAULT_LOOKED_AT_EVERY)
    is_bad, said, note = seen
    if said:
        yield Line(said, reverse("data_map"), note, is_bad=is_bad, standing=None if is_bad else Standing.HELD)


def _look_at_vault() -> tuple[bool, str, str]:
    """Whether something is wrong, what is said of it, and a sentence; in the reader's language. Nothing is said of a
    vault that never held a key."""
    try:
        found = survey()
    except VaultError:
        return True, _("The vault does not respond"), _("Sealed values cannot be read: manage.py doctor says why.")
    if found.unknown:
        missing = sum(found.unknown.values())
        said = ngettext("%(count)s vault key cannot be opened", "%(count)s vault keys cannot be opened", missing)
        note = _("VAULT_KEYS lacks what wraps them: see “Losing a key” in docs/vault.md.")
        return True, counted(said, missing), note
    if found.outdated:
        said = ngettext("%(count)s vault key to be rotated", "%(count)s vault keys to be rotated", found.outdated)
        note = _("They are still under an older key-encryption key: manage.py vault rotate.")
        return False, counted(said, found.outdated), note
    if not found.total and not found.destroyed:
        return False, "", ""
    said = ngettext("The vault holds %(count)s key", "The vault holds %(count)s keys", found.total)
    note = _("All are under the newest key-encryption key. Destroyed, with what they sealed: %(count)s.")
    return False, counted(said, found.total), counted(note, found.destroyed)


def accounts_to_make(user: User) -> Iterable[Line]:
    """On a new installation: nobody but the user has an account."""
    if not User.objects.exclude(pk=user.pk).exists():
        note = _("No one but you can sign in yet: give each person an account and the roles their work requires.")
        yield Line(
            _("Create the accounts for your agency"), reverse("admin:privacy_user_add"), note, standing=Standing.DUE
        )


DUTIES = (
    Duty(accounts_to_make, permits=(Permit.MANAGE_USERS,)),
    Duty(failed_tasks, permits=(Permit.VIEW_OPERATIONS,)),
    Duty(vault_state, permits=(Permit.VIEW_OPERATIONS, Permit.VIEW_ACCESS_LOG)),
)
