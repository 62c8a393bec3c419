"""Makers of what tests of individuals' requests need: a request, entered and taken some steps."""

from datetime import date
from typing import Any

from privacy.disclosing import Authority, Release, authority_named, disclose
from privacy.enums import Channel, IdentityMethod, RequestKind, Step
from privacy.models import Disclosure, Dispute, RightsRequest, User
from privacy.rights.disputes import contest
from privacy.rights.entering import Wish, enter
from privacy.rights.stepping import Said, link, take
from privacy.rights.values import value_at
from privacy.roles import Role
from records.models import Customer
from tests.factories import make_user

ADDRESS = {"street": "12 Elm Street", "city": "Springfield", "region": "IL", "postal_code": "62701"}


def make_officer(name: str = "Petra Officer") -> User:
    return make_user(Role.PRIVACY_OFFICER, name)


def make_wish(kind: RequestKind = RequestKind.ACCESS, **fields: Any) -> Wish:
    return Wish(**{"kind": kind, "name": "Ada Requester", **ADDRESS, **fields})


def make_request(kind: RequestKind = RequestKind.ACCESS, **fields: Any) -> RightsRequest:
    """As the public form makes it, or as `channel`, `by` and `received_on` say."""
    entry = {name: fields.pop(name) for name in ("by", "received_on") if name in fields}
    channel = fields.pop("channel", Channel.FORM)
    return enter(make_wish(kind, **fields), channel, **entry)


def verified(request: RightsRequest, officer: User, *customers: Customer) -> RightsRequest:
    """Acknowledged, the requester's identity verified, and about these customers."""
    take(request, Step.ACKNOWLEDGE, officer)
    said = Said(method=IdentityMethod.PASSPORT, note="Passport seen at the counter", **consent(request))
    take(request, Step.VERIFY, officer, said)
    for customer in customers:
        link(request, customer.key, officer)
    request.refresh_from_db()
    return request


def consent(request: RightsRequest) -> dict[str, Any]:
    return {"consent_on": request.received_on, "consent_at": "folder 12"} if request.is_by_other else {}


def contested(request: RightsRequest, customer: Customer, field: str = "city", wanted: str = "Chicago") -> Dispute:
    """A value of the customer's own record, contested in a verified request for amendment."""
    value = value_at(customer.key, "records.Customer", str(customer.pk), field)
    assert value is not None
    return contest(request, value, wanted)


def disclosed(customer: Customer, by: User, **fields: Any) -> Disclosure:
    """A disclosure of the customer's records of category 1 under routine use 4, unless said otherwise."""
    authority = authority_named(fields.pop("under", "use-4"))
    assert authority is not None
    told = {
        "on": date(2026, 3, 2),
        "nature": "Mailing list",
        "purpose": "Printing of labels",
        "recipient_name": "Print Works",
        "recipient_address": "1 Press Lane, Dover, DE 19901",
        "categories": (1,),
        "evidence": evidence_for(authority),
    }
    return disclose(authority, Release(**{**told, **fields}), [customer.key], by)


def evidence_for(authority: Authority) -> tuple[tuple[str, str], ...]:
    """Something for each thing that the authority demands."""
    return tuple((one.label, "2026-03-01" if one.is_day else "on file, folder 4") for one in authority.demands)
