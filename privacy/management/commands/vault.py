"""`manage.py vault`: keys of the vault made, checked and rotated (docs/vault.md)."""

import base64
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy.vault import VaultError, rotate
from privacy.vault.checking import Survey, check_store, survey, try_keys, unreadable_fields
from privacy.vault.ciphertext import KEY_BYTES
from privacy.vault.wrapping import configured, newest

NEXT_STEPS = """
1. Put it behind the present keys: VAULT_KEYS=PRESENT,NEW, and start web, worker and beat again everywhere.
2. Put it first: VAULT_KEYS=NEW,PRESENT, and start them again. From now on it wraps new keys.
3. Run `manage.py vault rotate`, then `manage.py vault check`.
4. When the check finds no key under the former one, take that out of VAULT_KEYS and start them again.
   Keep it as long as there are backups of the store from before.
Keep a copy of the new key in a safe place, apart from the backups. See docs/vault.md.
"""


class Command(BaseCommand):
    help = "Make, check or rotate the key-encryption keys under which the keys of persons are wrapped."
    requires_system_checks = ()  # a refused key must not stand in the way of making another

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("rotate", help="rewrap every key under the first key of VAULT_KEYS; can be run again")
        actions.add_parser("check", help="count keys by the key that wraps them, try some, read a value of each field")
        actions.add_parser("new-key", help="print a fresh key for VAULT_KEYS, and what to do with it")

    def handle(self, *_args: Any, action: str, **_options: Any) -> None:
        try:
            {"rotate": self._rotate, "check": self._check, "new-key": self._new_key}[action]()
        except VaultError as problem:
            raise CommandError(str(problem)) from problem

    def _new_key(self) -> None:
        """The key alone on standard output, so that it can go straight into a file."""
        self.stdout.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
        self.stderr.write(NEXT_STEPS, style_func=str)

    def _rotate(self) -> None:
        done = rotate(lambda count: self.stderr.write(f"{count:,} so far", style_func=str))
        self.stdout.write(f"{done:,} rewrapped under {newest()}")

    def _check(self) -> None:
        check_store()
        found = survey()
        for line in _lines(found):
            self.stdout.write(line)
        if found.unknown:
            raise CommandError(f"not in VAULT_KEYS: {', '.join(found.unknown)}. See docs/vault.md, Losing a key.")
        self.stdout.write(f"{try_keys():,} unwrapped as a sample")
        unreadable = [f"{field.place}: {field.problem}" for field in unreadable_fields()]
        if unreadable:
            raise CommandError("cannot be read:\n" + "\n".join(unreadable))
        self.stdout.write("the newest value of each sealed field can be read")


def _lines(found: Survey) -> list[str]:
    """A line for each key-encryption key, those of VAULT_KEYS first and in its order."""
    names = [*configured(), *found.unknown]
    lines = [f"{kek}  {found.keys.get(kek, 0):>12,} keys  {_standing(kek)}" for kek in names]
    return [*lines, f"{'destroyed':<12}  {found.destroyed:>12,} keys"]


def _standing(kek: str) -> str:
    if kek == newest():
        return "wraps"
    return "still unwraps" if kek in configured() else "not in VAULT_KEYS"
