"""The commands and examples of docs/mailing.md and docs/verdicts.md are run, and the settings named there are read."""

import json
import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from campaigns.mailing.hook import take_in_body
from campaigns.models import MailMessage, MailReport
from privacy.roles import Role
from tests.factories import make_user
from tests.mailings import make_mailing, make_recipients, start

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).parents[2] / "docs"
BEGINNING = [".venv/bin/python", "manage.py"]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def commands(page: str) -> list[list[str]]:
    lines = [shlex.split(line) for block in blocks(page, "sh") for line in block.splitlines()]
    assert all(line[:2] == BEGINNING for line in lines)
    return [line[2:] for line in lines]


def output_of(command: list[str], files: dict[str, Path]) -> str:
    """What it prints, with files of the test in the place of the machine's."""
    out = StringIO()
    call_command(*(str(files.get(word, word)) for word in command), stdout=out)
    return out.getvalue()


def test_the_commands_about_mail_work_as_they_stand(tmp_path: Path) -> None:
    sales = make_user(Role.SALES, "Sam Sales")
    mailing = make_mailing(sales, make_recipients(1, sales))
    box, log = tmp_path / "box", tmp_path / "mail.log"
    box.write_text("From nobody\nSubject: Hello\n\nHello\n")
    log.write_text("Nov 28 01:02:03 mx postfix/smtpd[1]: connect\n")
    listed, read, settled = commands("mailing.md")
    files = {"/var/mail/waymark": box, "/var/log/mail.log": log}
    assert output_of(listed, files) == f"{mailing.pk}  Draft  Rates\n"
    assert output_of(read, files).startswith("read 1 = loaded 0 (new 0, already there 0) + rejected 1\n")
    assert output_of(settled, files).startswith("read 1 lines: they name 0 messages of ours")


def test_the_commands_about_verdicts_work_as_they_stand() -> None:
    assert [command[:2] for command in commands("verdicts.md")] == [["verdicts", "rerun"]] * 2
    for command in commands("verdicts.md"):
        assert output_of(command, {}) != ""


def test_the_report_of_a_mail_service_is_taken_in_as_it_stands() -> None:
    sales = make_user(Role.SALES, "Sam Sales")
    start(make_mailing(sales, make_recipients(1, sales)))
    (example,) = blocks("mailing.md", "json")
    event = json.loads(example)["events"][0]
    identifier = event["message_id"].strip("<>").partition("@")[0]
    MailMessage.objects.update(identifier=identifier)
    taken = take_in_body(example.encode(), "application/json")
    assert (taken.read, taken.new) == (1, 1)
    report = MailReport.objects.get()
    assert report.message is not None
    assert (report.kind, report.status, report.message.identifier) == ("hard", "5.1.1", identifier)


def test_each_setting_that_is_named_is_one_of_the_programs() -> None:
    text = (DOCS / "mailing.md").read_text()
    names = re.findall(r"^\| `([A-Z_]+)`", text, re.MULTILINE)
    operations = (DOCS / "operations.md").read_text()
    assert len(names) == 5
    for name in names:
        assert name == "EMAIL_URL" or hasattr(settings, name)
        assert f"| `{name}` |" in operations
