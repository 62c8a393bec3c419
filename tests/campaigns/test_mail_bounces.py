"""What comes back: bounces and complaints as mail servers write them, read once, matched, and heeded."""

import mailbox
from email.message import EmailMessage, MIMEPart
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from campaigns.enums import MessageState, ReportKind
from campaigns.mailing.bounces import Intake, take_in_all
from campaigns.mailing.reports import NoReport, read_report
from campaigns.models import MailMessage, MailReport, RecipientPreference
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, Suppression
from records.suppressing import suppression_hashes
from tests.factories import make_user
from tests.mailings import make_mailing, make_recipients, message_to, start, states_of

pytestmark = pytest.mark.django_db
STRANGER = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def customers(sales: User) -> list[Customer]:
    """Three, each of whom a message was sent to."""
    customers = make_recipients(3, sales)
    start(make_mailing(sales, customers))
    for customer in customers:
        message = message_to(customer)
        message.state, message.sent_at, message.begun_at = MessageState.SENT, timezone.now(), timezone.now()
        (message.address_hash,) = suppression_hashes("email", [customer.email])
        message.save()
    return customers


def original(identifier: str) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{identifier}@waymark.example.gov>"
    message["To"] = "ann@example.com"
    message["Subject"] = "Rates"
    message.set_content("Hello")
    return message


def report(kind: str, part: str, fields: str, identifier: str, *, headers_only: bool = False) -> bytes:
    """A message of the type multipart/report, as RFC 6522 has it."""
    message = EmailMessage()
    message["From"] = "MAILER-DAEMON@mail.example.com"
    message["Subject"] = "Undelivered Mail Returned to Sender"
    message.set_content("I'm sorry to have to inform you that your message could not be delivered.")
    message.make_mixed()
    message.set_type("multipart/report")
    message.set_param("report-type", kind)
    raw = message.as_bytes().decode()
    boundary = message.get_boundary()
    back = original(identifier)
    returned = "".join(f"{name}: {value}\n" for name, value in back.items()) if headers_only else back.as_string()
    returned_type = "text/rfc822-headers" if headers_only else "message/rfc822"
    more = (
        f"--{boundary}\nContent-Type: {part}\n\n{fields}\n--{boundary}\nContent-Type: {returned_type}\n\n{returned}\n"
    )
    return raw.replace(f"--{boundary}--", f"{more}--{boundary}--").encode()


def bounce(identifier: str, status: str = "5.1.1", action: str = "failed", **options: Any) -> bytes:
    fields = (
        "Reporting-MTA: dns; mail.example.com\nArrival-Date: Mon, Mar 2, 2026, 10:00:00 AM -0500\n\n"
        f"Final-Recipient: rfc822; ann@example.com\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 <ann@example.com>: no such mailbox\n"
    )
    return report("delivery-status", "message/delivery-status", fields, identifier, **options)


def complaint(identifier: str, kind: str = "abuse", **options: Any) -> bytes:
    fields = f"Feedback-Type: {kind}\nUser-Agent: Feedback/1\nVersion: 1\n"
    return report("feedback-report", "message/feedback-report", fields, identifier, **options)


def leaving(identifier: str) -> bytes:
    message = EmailMessage()
    message["From"] = "ann@example.com"
    message["Subject"] = f"unsubscribe {identifier}"
    message.set_content("")
    return message.as_bytes()


def is_suppressed(customer: Customer) -> bool:
    (value_hash,) = suppression_hashes("email", [customer.email])
    return Suppression.objects.filter(kind="email", value_hash=value_hash, mailing_list=None).exists()


def identifier_of(customer: Customer) -> str:
    return message_to(customer).identifier


# Reading -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("headers_only", [False, True])
def test_bounce_is_read_with_its_status_and_message(headers_only: bool) -> None:
    found = read_report(bounce(STRANGER, headers_only=headers_only))
    assert (found.kind, found.identifier, found.status) == (ReportKind.HARD, STRANGER, "5.1.1")


@pytest.mark.parametrize(
    ("status", "action", "kind"),
    [
        ("5.1.1", "failed", ReportKind.HARD),
        ("5.2.2 (mailbox full)", "failed", ReportKind.HARD),
        ("4.4.1", "failed", ReportKind.SOFT),
        ("4.4.1", "delayed", ReportKind.SOFT),
        ("nonsense", "Failed", ReportKind.HARD),
    ],
)
def test_kind_of_a_bounce_follows_from_action_and_status(status: str, action: str, kind: ReportKind) -> None:
    assert read_report(bounce(STRANGER, status, action)).kind == kind


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_message_that_arrived_is_no_bounce(action: str) -> None:
    with pytest.raises(NoReport, match="arrived"):
        read_report(bounce(STRANGER, "2.0.0", action))


def test_complaint_is_read(customers: list[Customer]) -> None:
    for headers_only in (False, True):
        found = read_report(complaint(STRANGER, headers_only=headers_only))
        assert (found.kind, found.identifier) == (ReportKind.COMPLAINT, STRANGER)
    with pytest.raises(NoReport, match="no complaint"):
        read_report(complaint(STRANGER, "not-spam"))


def test_an_automatic_answer_is_no_report() -> None:
    message = original("x")
    message["Auto-Submitted"] = "auto-replied"
    with pytest.raises(NoReport, match="neither a bounce nor a complaint"):
        read_report(message.as_bytes())


def test_a_huge_message_is_not_read() -> None:
    with pytest.raises(NoReport, match="10 MB"):
        read_report(b"Subject: x\n\n" + b"x" * (10 << 20))


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read_report(content)
    except NoReport as problem:
        refused = str(problem)
        assert refused


@given(st.data())
def test_a_bounce_with_holes_is_read_or_refused(data: Any) -> None:
    whole = bounce(STRANGER)
    start_at, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 200))
    try:
        read_report(whole[:start_at] + whole[start_at + length :])
    except NoReport as problem:
        refused = str(problem)
        assert refused


def test_parts_within_parts_a_thousand_deep_are_refused_or_read() -> None:
    part = MIMEPart()
    deep = part.as_bytes()
    deep = b"".join(b"Content-Type: message/rfc822\n\n" for _ in range(3_000)) + deep
    with pytest.raises(NoReport):
        read_report(deep)


# What follows --------------------------------------------------------------------------------------------------------
def test_dead_address_is_noted_at_the_first_bounce(customers: list[Customer]) -> None:
    take_in_all([bounce(identifier_of(customers[0]))])
    message = message_to(customers[0])
    assert (message.state, message.why) == (MessageState.BOUNCED, "bounced 5.1.1")
    assert is_suppressed(customers[0])
    assert Suppression.objects.get().reason == "the address does not work"
    assert states_of(message.mailing) == {"sent": 2, "bounced": 1}


def test_the_address_that_it_went_to_is_noted_not_the_present_one(customers: list[Customer]) -> None:
    went_to = message_to(customers[0]).address_hash
    Customer.objects.filter(pk=customers[0].pk).update(email="ann.new@example.com")
    customers[0].refresh_from_db()
    take_in_all([bounce(identifier_of(customers[0]))])
    assert not is_suppressed(customers[0])
    assert went_to is not None
    assert bytes(Suppression.objects.get().value_hash) == bytes(went_to)


def test_another_hard_bounce_notes_the_address_at_the_third(customers: list[Customer], sales: User) -> None:
    customer = customers[0]
    take_in_all([bounce(identifier_of(customer), "5.2.2")])
    (customer_hash,) = suppression_hashes("email", [customer.email])
    for number, expected in ((2, False), (3, True)):
        assert not is_suppressed(customer)
        mailing = make_mailing(sales, [customer], material=f"guide-{number}")
        start(mailing)
        mailing.messages.update(state="sent", sent_at=timezone.now(), address_hash=customer_hash)
        take_in_all([bounce(mailing.messages.get().identifier, "5.7.1")])
        assert is_suppressed(customer) == expected


def test_a_delay_changes_nothing_but_is_kept(customers: list[Customer]) -> None:
    take_in_all([bounce(identifier_of(customers[0]), "4.4.1", "delayed")])
    assert message_to(customers[0]).state == MessageState.SENT
    assert not Suppression.objects.exists()
    assert MailReport.objects.get().message == message_to(customers[0])


@pytest.mark.parametrize(("status", "state"), [("5.1.1", "bounced"), ("4.4.1", "sent")])
def test_what_was_in_doubt_has_gone_when_something_comes_back(
    customers: list[Customer], status: str, state: str
) -> None:
    MailMessage.objects.update(state="in doubt", sent_at=None)
    take_in_all([bounce(identifier_of(customers[0]), status)])
    message = message_to(customers[0])
    assert (message.state, message.sent_at) == (state, message.begun_at)
    assert message_to(customers[1]).state == MessageState.IN_DOUBT


def test_complaint_is_heeded_at_once(customers: list[Customer]) -> None:
    take_in_all([complaint(identifier_of(customers[0]))])
    assert message_to(customers[0]).state == MessageState.COMPLAINED
    assert is_suppressed(customers[0])
    assert RecipientPreference.objects.get().frequency == "nothing"
    take_in_all([bounce(identifier_of(customers[0]))])
    assert message_to(customers[0]).state == MessageState.COMPLAINED


def test_a_message_that_asks_for_no_more_is_heeded(customers: list[Customer]) -> None:
    take_in_all([leaving(identifier_of(customers[0]))])
    assert message_to(customers[0]).state == MessageState.SENT
    assert RecipientPreference.objects.get().frequency == "nothing"
    assert is_suppressed(customers[0])


def test_what_waits_or_failed_is_not_changed_by_a_report(customers: list[Customer]) -> None:
    MailMessage.objects.update(state="waiting", sent_at=None)
    take_in_all([bounce(identifier_of(customers[0]))])
    assert message_to(customers[0]).state == MessageState.WAITING


# Files ---------------------------------------------------------------------------------------------------------------
def everything(customers: list[Customer]) -> list[bytes]:
    return [
        bounce(identifier_of(customers[0])),
        complaint(identifier_of(customers[1])),
        leaving(identifier_of(customers[2])),
        bounce(STRANGER),
        original("x").as_bytes(),
    ]


def mbox(path: Path, messages: list[bytes]) -> Path:
    box = mailbox.mbox(path)
    for message in messages:
        box.add(message)
    box.close()
    return path


def maildir(path: Path, messages: list[bytes]) -> Path:
    box = mailbox.Maildir(path)
    for message in messages:
        box.add(message)
    box.close()
    return path


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("mailings", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("make", [mbox, maildir])
def test_a_file_is_read_and_the_same_again_adds_nothing(customers: list[Customer], tmp_path: Path, make: Any) -> None:
    path = make(tmp_path / "bounces", everything(customers))
    first = run("bounces", path).splitlines()
    assert first[0] == "read 5 = loaded 3 (new 3, already there 0) + rejected 2"
    assert {line.split(" (")[0] for line in first[1:]} == {
        "  1 × names no message of ours", "  1 × is neither a bounce nor a complaint"
    }  # fmt: skip
    kept = list(MailReport.objects.values_list("pk", "kind", "message"))
    assert run("bounces", path).splitlines()[0] == "read 5 = loaded 3 (new 0, already there 3) + rejected 2"
    assert list(MailReport.objects.values_list("pk", "kind", "message")) == kept
    assert len(kept) == 4
    assert Suppression.objects.count() == 3


def test_the_place_of_what_is_rejected_is_told(customers: list[Customer], tmp_path: Path) -> None:
    path = mbox(tmp_path / "b", [bounce(identifier_of(customers[0])), b"Subject: hi\n\nx", b"Subject: ho\n\nx"])
    assert run("bounces", path).splitlines()[1] == "  2 × is neither a bounce nor a complaint (first: message 2)"


def test_a_single_message_is_read(customers: list[Customer], tmp_path: Path) -> None:
    path = tmp_path / "bounce.eml"
    path.write_bytes(bounce(identifier_of(customers[0])))
    assert run("bounces", path).startswith("read 1 = loaded 1 (new 1,")


@pytest.mark.parametrize(("name", "said"), [("gone", "is not there"), ("", "is a folder, but no Maildir")])
def test_what_is_no_mailbox_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("bounces", tmp_path / name)


def test_read_is_loaded_and_rejected(customers: list[Customer]) -> None:
    intake: Intake = take_in_all(everything(customers) * 2)
    assert intake.read == intake.loaded + intake.rejected.total() == 10
    assert (intake.new, intake.already_there) == (3, 3)


def test_the_command_lists_mailings(customers: list[Customer]) -> None:
    mailing = message_to(customers[0]).mailing
    assert run("list") == f"{mailing.pk}  Sending  Rates  3 sent\n"
