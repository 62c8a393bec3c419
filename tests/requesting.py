"""Makers of what tests of individuals' requests need: a request, entered and taken some steps."""

from typing import Any

from privacy.enums import Channel, IdentityMethod, RequestKind, Step
from privacy.models import RightsRequest, User
from privacy.rights.entering import Wish, enter
from privacy.rights.stepping import Said, link, take
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
    return enter(make_wish(kind, **fields), fields.pop("channel", Channel.FORM), **entry)


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
