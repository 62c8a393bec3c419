"""The certificate of a run: what it says, and the document."""

import pypdfium2 as pdfium
import pytest

from privacy.models import User
from privacy.retention import runs
from privacy.retention.certificates import NotMade, certificate_of, pdf_of
from records.enums import ContactKind
from records.models import ContactPoint, Customer
from tests.factories import make_customer
from tests.retention import dispose, gone_customer, hold_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def test_it_says_what_went_under_which_rule_by_whom_and_how_it_was_checked(grace: User) -> None:
    hold_on(grace, people=[make_customer("C-9").key], name="Matter 12")
    gone_customer("C-1")
    run = dispose(grace)
    made = certificate_of(run)
    assert (made.state, made.made_by, made.signed_by, made.disposed) == ("Done", "the program (test)", "Grace", 2)
    assert made.approvers == "Rule 3: Grace"
    assert made.holds == ["Matter 12"]
    assert made.verification == "A second query for what the list named found nothing that is not kept for a reason."
    assert made.journal.startswith("Up to entry ")
    line = next(line for line in made.lines if line.model == "records.Customer")
    assert (line.what, line.rule, line.version, line.planned, line.disposed) == ("customers", "3", 1, 1, 1)
    assert line.trigger == "the end of the relationship with the customer"
    assert line.sealed_fields == "date_of_birth"
    assert line.method == "Purge: deleted, and the keys of what is encrypted are destroyed"


def test_it_repeats_exceptions_and_what_was_kept(grace: User) -> None:
    customer = gone_customer()
    ContactPoint.objects.create(customer=customer, kind=ContactKind.FAX, value="1", normalized="1")
    run = runs.make(made_as="test")
    runs.except_line(run.steps.get(model="records.ContactPoint"), grace, "Asked by counsel.")
    runs.sign(run, grace)
    runs.carry_on(run)
    run.refresh_from_db()
    made = {line.model: line for line in certificate_of(run).lines}
    assert made["records.ContactPoint"].exception == "Asked by counsel."
    assert (made["records.Customer"].disposed, made["records.Customer"].kept_changed) == (0, 1)


def test_before_the_run_it_says_that_nothing_is_verified(grace: User) -> None:
    made = certificate_of(runs.make(made_as="test"))
    assert (made.signed_by, made.disposed) == ("nobody yet", 0)
    assert made.verification.startswith("Not verified yet")


def test_the_document_has_all_lines_on_its_pages(grace: User) -> None:
    gone_customer()
    run = dispose(grace)
    document = pdfium.PdfDocument(pdf_of(certificate_of(run)))
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    for words in (
        f"Certificate of disposal {run.pk}", "Signed by Grace", "customers", "Disposal journal", "the end of the",
        run.fingerprint[:20],
    ):  # fmt: skip
        assert words in " ".join(text.split())
    assert not Customer.objects.exists()


def test_a_document_that_cannot_be_made_says_so(grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
    run = dispose(grace)
    monkeypatch.setattr("privacy.retention.certificates.LONGEST", 0.001)
    with pytest.raises(NotMade):
        pdf_of(certificate_of(run))
