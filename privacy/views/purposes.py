"""The page of the purposes: which records serve each, who may read for it, where, and since when."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from privacy import notice
from privacy.enums import Duty
from privacy.guards import signed_in
from privacy.notice import Category, Purpose
from privacy.places import Place, places
from privacy.purposes import OF_THE_CONFERENCE_SERVICE, Basis, users_of


@dataclass(frozen=True)
class PurposeRow:
    """One purpose as the page shows it. `since` is the effective date of the first version that has it."""

    purpose: Purpose
    since: date
    categories: list[Category]
    roles: list[str]
    places: list[Place]
    is_of_the_conference_service: bool
    needs_incident: bool


@dataclass(frozen=True)
class DutyRow:
    duty: Duty
    roles: list[str]
    needs_incident: bool


@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    context = {
        "notice": notice.in_force(),
        "purposes": purpose_rows(),
        "duties": duty_rows(),
        "open_places": {place.name for place in places() if place.opens_to(user)},
    }
    return render(request, "privacy/purposes.html", context)


def purpose_rows() -> list[PurposeRow]:
    """All purposes in force today, in the notice's order."""
    return [purpose_row(purpose) for purpose in notice.in_force().purposes]


def purpose_row(purpose: Purpose) -> PurposeRow:
    basis = Basis(purpose.number)
    return PurposeRow(
        purpose=purpose,
        since=in_force_from(purpose),
        categories=[notice.category(number) for number in purpose.categories],
        roles=labels_of(basis),
        places=[place for place in places() if place.is_open_with(purpose.categories)],
        is_of_the_conference_service=purpose.number in OF_THE_CONFERENCE_SERVICE,
        needs_incident=basis.needs_incident,
    )


def in_force_from(purpose: Purpose) -> date:
    """The effective date of the first version that has the purpose."""
    having = (version for version in notice.versions() if purpose.id in {one.id for one in version.purposes})
    return min(version.effective for version in having)


def duty_rows() -> list[DutyRow]:
    return [DutyRow(duty, labels_of(Basis(duty=duty)), Basis(duty=duty).needs_incident) for duty in Duty]


def labels_of(basis: Basis) -> list[str]:
    return [gettext(role.label) for role in users_of(basis)]
