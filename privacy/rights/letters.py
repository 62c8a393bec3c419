"""The letters of a request: one for each step that the requester is told of, written from the notice in force.

A letter is plain text in paragraphs, kept as it was written; `privacy.rights.typesetting` makes a PDF of it.
"""

import re
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from privacy.agency import agency_today
from privacy.disclosures import accounting_for
from privacy.enums import IdentityMethod, PackageState, RequestKind, Step
from privacy.models import Disclosure, Dispute, RightsRequest, User
from privacy.models.rights import WITH_LETTER
from privacy.notice import in_force
from privacy.rights.addressees import addressee
from privacy.rights.people import people
from privacy.rights.procedure import decide_by

BLANK_LINES = re.compile(r"\n\s*\n+")
SIGNER = "By direction of the Chief Privacy and Records Management Officer"
# What a requester shows or sends for each way of verifying who they are.
WHAT_VERIFIES = {
    IdentityMethod.DRIVERS_LICENCE: "a driver’s license",
    IdentityMethod.PASSPORT: "a passport",
    IdentityMethod.MEDICARE_CARD: "a Medicare card",
    IdentityMethod.EMPLOYEE_CARD: "an employee card",
    IdentityMethod.NOTARIZED: "a notarized statement of who you are",
    IdentityMethod.DECLARATION: "a declaration under penalty of perjury of who you are (28 U.S.C. 1746)",
}


def letter_for(request: RightsRequest, step: Step, reason: str, by: User) -> str:
    """The letter of a step that `by` took, who signs it; empty where the requester is told nothing.

    A denial is written and signed: 39 CFR 266.
    """
    if step not in WITH_LETTER:
        return ""
    return _written(step.value, request, {"reason": reason, "officer": by.name, **_more(request, step)})


def letter_of_correction(dispute: Dispute, disclosure: Disclosure) -> str:
    """To whom a value was disclosed before it was corrected or a statement was filed beside it."""
    of = next(iter(people().called([dispute.person])), None)  # whoever got many records must know whose it is
    person = of.name if of else dispute.request.name
    by = dispute.decided_by.name if dispute.decided_by else ""
    more = {"dispute": dispute, "disclosure": disclosure, "person": person, "officer": by}
    return _written("correction", dispute.request, more)


def _written(name: str, request: RightsRequest, more: dict[str, Any]) -> str:
    notice = in_force()
    context = {
        "request": request,
        "notice": notice,
        "addressee": addressee(request.about, notice),
        "today": agency_today(),
        "signer": SIGNER,
        **more,
    }
    with translation.override("en"):  # whoever writes it may read another language
        return tidied(render_to_string(f"privacy/letters/{name}.txt", context))


def _more(request: RightsRequest, step: Step) -> dict[str, Any]:
    """What the letters of some steps tell."""
    package = request.packages.filter(state=PackageState.READY).first()
    found: dict[str, Any] = {
        "decide_by": decide_by(request),
        "methods": [WHAT_VERIFIES[method] for method in IdentityMethod],
        "disputes": list(request.disputes.select_related("request")),
        "package": package,
        "pages": sum(package.pages) if package else 0,
    }
    if step in (Step.GRANT, Step.GRANT_APPEAL) and request.kind == RequestKind.ACCOUNTING:
        found["accounting"] = list(accounting_for([one.person for one in request.people.all()]))
    return found


def tidied(text: str) -> str:
    """Paragraphs with one blank line between them, lines without spaces at their ends."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return BLANK_LINES.sub("\n\n", lines) + "\n"
