"""`manage.py setup_admin`: the first IT administrator."""

import os
import pty
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from privacy.models import User
from privacy.roles import Permit, Role
from privacy.signin import DEMO_PASSWORD
from tests.processes import CHECKOUT, environment

PASSWORD = "a passphrase of nine words or so"
EMAIL, NAME = "First.Admin@Agency.example.org", "First Administrator"


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", PASSWORD)


def setup_admin(*arguments: str) -> str:
    out = StringIO()
    call_command("setup_admin", *arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        setup_admin(*arguments)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.django_db
def test_the_first_administrator_may_manage_users_and_sign_in(password: None) -> None:
    setup_admin("--email", EMAIL, "--name", NAME)
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff, user.is_demo) == ("first.admin@agency.example.org", NAME, True, False)
    assert [group.name for group in user.groups.all()] == [Role.IT_ADMINISTRATOR.value]
    assert user.has_permit(Permit.MANAGE_USERS)
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_a_second_administrator_needs_another(password: None) -> None:
    setup_admin("--email", EMAIL, "--name", NAME)
    assert "say --another" in refusal("--email", "second@agency.example.org", "--name", "Second")
    assert User.objects.count() == 1
    setup_admin("--email", "second@agency.example.org", "--name", "Second", "--another")
    assert User.objects.filter(groups__name=Role.IT_ADMINISTRATOR.value).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("is_demo", "is_active"), [(True, True), (False, False)])
def test_an_administrator_of_the_demo_or_without_access_does_not_count(
    password: None, is_demo: bool, is_active: bool
) -> None:
    other = User.objects.create_user("other@agency.example.org", name="Other", is_demo=is_demo, is_active=is_active)
    other.give_role(Role.IT_ADMINISTRATOR)
    setup_admin("--email", EMAIL, "--name", NAME)
    assert User.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("short", "too short"),
        ("password1234", "too common"),
        ("first.admin@agency", "too similar"),
        (DEMO_PASSWORD, "printed in the documentation"),
    ],
)
def test_a_weak_or_known_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: object, secret: str, reason: str
) -> None:
    settings.EMBEDDED_DATABASE = False  # type: ignore[attr-defined]
    monkeypatch.setenv("ADMIN_PASSWORD", secret)
    assert reason in refusal("--email", EMAIL, "--name", NAME)
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "name", "reason"),
    [
        ("nonsense", NAME, "'nonsense' is not an e-mail address"),
        ("", NAME, "'' is not an e-mail address"),
        (EMAIL, " ", "the name is empty"),
        (EMAIL, "x" * 151, "longer than 150 characters"),
        ("taken@agency.example.org", NAME, "has an account already"),
    ],
)
def test_what_cannot_be_an_account_is_refused_in_one_line(password: None, email: str, name: str, reason: str) -> None:
    User.objects.create_user("taken@agency.example.org", name="Taken")
    assert reason in refusal("--email", email, "--name", name)
    assert User.objects.count() == 1


def run(arguments: list[str], answers: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "setup_admin", *arguments],
        cwd=CHECKOUT,
        env={**environment(), **variables},
        input=answers,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_address_and_name_are_asked_for_where_they_are_not_given() -> None:
    done = run([], f"{EMAIL}\n{NAME}\n", ADMIN_PASSWORD=PASSWORD)
    assert (done.returncode, done.stderr) == (0, "")
    assert User.objects.get().name == NAME


@pytest.mark.django_db(transaction=True)
def test_without_a_terminal_or_variable_for_the_password_it_says_so() -> None:
    done = run(["--email", EMAIL, "--name", NAME], "")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "CommandError: there is no terminal to ask for the password: set ADMIN_PASSWORD"
    ]
    done = run(["--name", NAME], "", ADMIN_PASSWORD=PASSWORD)
    assert done.stderr.splitlines() == ["CommandError: nobody answers: give --email"]
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("second", "made"), [(PASSWORD, 1), ("something else", 0)])
def test_the_password_is_asked_for_twice_at_a_terminal_and_not_shown(second: str, made: int) -> None:
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(CHECKOUT)
        command = [sys.executable, "manage.py", "setup_admin", "--email", EMAIL, "--name", NAME]
        os.execve(command[0], command, environment())  # noqa: S606 (a list, and a terminal of its own)
    shown = _until(terminal, "Password: ")
    os.write(terminal, f"{PASSWORD}\n".encode())
    shown += _until(terminal, "Password again: ")
    os.write(terminal, f"{second}\n".encode())
    shown += _until(terminal, None)
    os.waitpid(process, 0)
    assert User.objects.count() == made
    assert ("the two passwords are not the same" in shown) == (not made)
    assert PASSWORD not in shown


def _until(terminal: int, text: str | None) -> str:
    """What the command writes, up to this text or its end."""
    shown = ""
    while text is None or text not in shown:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the command ended and its terminal with it
            break
        if not part:
            break
        shown += part.decode()
    return shown
