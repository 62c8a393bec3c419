"""`manage.py setup_admin`: the first account of an empty installation."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction

from privacy.models import User
from privacy.roles import Role


class Command(BaseCommand):
    help = (
        "Make the first IT administrator, who makes all other accounts. The password is asked for, or read from the "
        "environment variable ADMIN_PASSWORD."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="the login name (asked for where it is not given)")
        parser.add_argument("--name", help="the person's name (asked for where it is not given)")
        parser.add_argument("--another", action="store_true", help="although there is an IT administrator already")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["another"] and administrators().exists():
            raise CommandError("there is an IT administrator already: say --another to make one more")
        user = User(email=_email(options["email"]), name=_name(options["name"]), is_staff=True)
        password = _password(user)
        with transaction.atomic():
            self._save(user, password, another=options["another"])
        self.stdout.write(f"{user.email} is an IT administrator now.")

    def _save(self, user: User, password: str, *, another: bool) -> None:
        with connection.cursor() as cursor:
            # Two of these commands at once: the second sees what the first did.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('setup_admin'))")
        if not another and administrators().exists():
            raise CommandError("there is an IT administrator already: say --another to make one more")
        user.set_password(password)
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError:
            raise CommandError(f"{user.email} has an account already") from None
        user.give_role(Role.IT_ADMINISTRATOR)


def administrators() -> Any:
    """The IT administrators who can sign in; the demo's do not count."""
    return User.objects.filter(groups__name=Role.IT_ADMINISTRATOR.value, is_active=True, is_demo=False)


def _email(given: str | None) -> str:
    email = (given if given is not None else _ask("E-mail address: ", "--email")).strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email!r} is not an e-mail address") from None
    if User.objects.filter(email=email).exists():
        raise CommandError(f"{email} has an account already")
    return email


def _name(given: str | None) -> str:
    name = (given if given is not None else _ask("Name: ", "--name")).strip()
    if not 0 < len(name) <= 150:
        raise CommandError("the name is empty or longer than 150 characters")
    return name


def _password(user: User) -> str:
    password = os.environ.get("ADMIN_PASSWORD") or _asked_password()
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise CommandError(f"the password is refused: {' '.join(problem.messages)}") from None
    return password


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("there is no terminal to ask for the password: set ADMIN_PASSWORD")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Password again: ") != password:
        raise CommandError("the two passwords are not the same")
    return password


def _ask(question: str, option: str) -> str:
    try:
        return input(question)
    except EOFError:
        raise CommandError(f"nobody answers: give {option}") from None
