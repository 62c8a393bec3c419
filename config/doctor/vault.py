"""The doctor's checks of the vault: its store, its keys, and whether what they sealed can be read."""

from config.doctor.findings import Finding, fail, ok, warn
from privacy.vault import StoreUnavailable, VaultError
from privacy.vault.checking import check_store, survey, unreadable_fields

STORE_ADVICE = "Check VAULT_URL, and that it can be written (docs/vault.md)."
KEY_ADVICE = "See docs/vault.md, Losing a key."


def look_at_vault() -> Finding:
    """The store is written, the key of lookups unwrapped, and the keys under older key-encryption keys are counted."""
    try:
        check_store()
        found = survey()
    except StoreUnavailable as problem:
        return fail(f"{_sentence(problem)}.", STORE_ADVICE)
    except VaultError as problem:
        return fail(f"{_sentence(problem)}.", KEY_ADVICE)
    if found.unknown:
        kek, count = next(iter(found.unknown.items()))
        return fail(f"{count:,} keys are wrapped by {kek}, which is not in VAULT_KEYS.", KEY_ADVICE)
    if found.outdated:
        said = f"{found.outdated:,} of {found.total:,} keys are still under an older key-encryption key."
        return warn(said, "Run manage.py vault rotate, then take the older one out of VAULT_KEYS.")
    return ok(f"{found.total:,} {'key' if found.total == 1 else 'keys'}, all under the newest key-encryption key")


def look_at_sealed_values() -> Finding:
    """One value of each sealed field can be read: the store and the keys are this database's."""
    try:
        unreadable = list(unreadable_fields())
    except StoreUnavailable as problem:
        return fail(f"{_sentence(problem)}.", STORE_ADVICE)
    if unreadable:
        return fail(f"{unreadable[0].place} cannot be read: {unreadable[0].problem}.", KEY_ADVICE)
    return ok("can be read")


def _sentence(problem: VaultError) -> str:
    text = str(problem)
    return text[:1].upper() + text[1:]
