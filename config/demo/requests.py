"""What made-up customers ask under the Privacy Act: a few requests in several states, and a disclosure."""

from datetime import date, timedelta

from django.db.models import Q

from config.demo.staff import email_of
from privacy import disclosures
from privacy.agency import agency_today
from privacy.disclosing import Release, authority_named, disclose
from privacy.enums import About, Channel, IdentityMethod, RequestKind, Step
from privacy.ledger.lawful import forget
from privacy.models import (
    Correction,
    Disclosure,
    Dispute,
    LegalHold,
    MatchingAgreement,
    Package,
    RequestPerson,
    RequestStep,
    RightsRequest,
    Term,
    User,
)
from privacy.rights.disputes import contest, refuse
from privacy.rights.entering import Wish, enter
from privacy.rights.package.making import delete as delete_package
from privacy.rights.stepping import Said, link, take
from privacy.rights.values import value_at
from records.models import Customer

OFFICER = "Henrik Lindqvist"


def make_requests() -> None:
    """Entered by the privacy officer from letters and mails of the last weeks."""
    officer = User.objects.get(email=email_of(OFFICER))
    people = Customer.objects.people().filter(source_import__is_demo=True).exclude(city="").order_by("number")
    first, second, third, fourth, fifth = people[:5]
    _entered(first, RequestKind.NOTIFICATION, 2, officer)
    _entered(second, RequestKind.ACCESS, 20, officer, details="Everything since 2024, please.")  # overdue
    _verified(third, RequestKind.ACCESS, 9, officer, details="I want to see what you know about me.")
    _contest(_verified(fourth, RequestKind.AMENDMENT, 12, officer, details="My town is wrong."), fourth, officer)
    _disclose(fifth, officer)
    take(_verified(fifth, RequestKind.ACCOUNTING, 15, officer), Step.GRANT, officer)
    unknown = Wish(
        RequestKind.ACCESS, "Orla Vantongeren", "9 Nowhere Lane", "Omaha", "NE", "68101", email="orla@example.com"
    )
    asked = enter(unknown, Channel.MAIL, by=officer, received_on=_days_ago(6))
    _verify(asked, officer)
    take(asked, Step.NO_RECORD, officer)


def _days_ago(days: int) -> date:
    return agency_today() - timedelta(days=days)


def _entered(
    customer: Customer, kind: RequestKind, days: int, officer: User, details: str = "", about: About = About.OTHER
) -> RightsRequest:
    wish = Wish(
        kind, customer.name, customer.street or "1 Main Street", customer.city, customer.state, customer.postal_code,
        about, customer.email, details=details,
    )  # fmt: skip
    return enter(wish, Channel.LETTER, by=officer, received_on=_days_ago(days))


def _verify(request: RightsRequest, officer: User) -> None:
    take(request, Step.ACKNOWLEDGE, officer)
    take(
        request, Step.VERIFY, officer, Said(method=IdentityMethod.NOTARIZED, note="Statement of a notary of the state")
    )


def _verified(customer: Customer, kind: RequestKind, days: int, officer: User, details: str = "") -> RightsRequest:
    made = _entered(customer, kind, days, officer, details)
    _verify(made, officer)
    link(made, customer.key, officer)
    return made


def _contest(request: RightsRequest, customer: Customer, officer: User) -> None:
    """A contested town, refused at first and disagreed with; and a street that is still to be decided."""
    for field, wanted in (("city", "Springfield"), ("job_title", "Head of mailing")):
        if value := value_at(customer.key, "records.Customer", str(customer.pk), field):
            made = contest(request, value, wanted)
            if field == "city":
                refuse(made, "The town is as the postal service has it for this ZIP code.", officer)


def _disclose(customer: Customer, officer: User) -> None:
    authority = authority_named("use-4")
    if authority is None:
        return
    release = Release(
        on=_days_ago(40), nature="Names and addresses for a mailing", purpose="Printing and addressing of letters",
        recipient_name="Lakeshore Print Works", recipient_address="400 Harbor Road, Duluth, MN 55802", categories=(1,),
        evidence=(("Contract number", "Contract 2026-118"), (authority.demands[1].label, "Printing the labels")),
    )  # fmt: skip
    disclose(authority, release, [customer.key], officer)


def clear_requests() -> None:
    """Take away the requests that the demo's staff entered or worked at, and what they accounted for."""
    worked_at = RequestStep.objects.filter(by__is_demo=True).values("request")
    theirs = RightsRequest.objects.filter(
        Q(entered_by__is_demo=True) | Q(identity_by__is_demo=True) | Q(pk__in=worked_at)
    )
    keys = list(theirs.values_list("pk", "key"))
    numbers = [number for number, _ in keys]
    for package in Package.objects.filter(request__in=numbers):
        delete_package(package)
    Correction.objects.filter(dispute__request__in=numbers).delete()
    Dispute.objects.filter(request__in=numbers).delete()
    RequestPerson.objects.filter(linked_by__is_demo=True).delete()
    forget(LegalHold.objects.filter(reference__in=[key for _, key in keys]))
    RightsRequest.objects.filter(duplicate_of__in=numbers).exclude(pk__in=numbers).update(duplicate_of=None)
    RightsRequest.objects.filter(pk__in=numbers).delete()
    Term.objects.filter(set_by__is_demo=True).delete()
    disclosures.remove(list(Disclosure.objects.filter(disclosed_by__is_demo=True).values_list("pk", flat=True)), "demo")
    MatchingAgreement.objects.filter(entered_by__is_demo=True).delete()
