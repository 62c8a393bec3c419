"""What an officer does next with a request, in a sentence, and which step that is: the order of the procedure, told."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from privacy.enums import DisputeState, RequestKind, RequestState, Step
from privacy.models import RightsRequest


@dataclass(frozen=True)
class Guide:
    """`step` is the one whose form stands open; `part` the section of the page where something comes first."""

    words: str = ""
    step: Step | None = None
    part: str = ""


def guide(request: RightsRequest, *, has_people: bool, has_package: bool, disputes: Collection[str]) -> Guide:
    """`disputes` are the states of the contested values. Asks the database nothing; empty where all is done."""
    if request.state == RequestState.RECEIVED:
        return Guide(_("Acknowledge the request, then send the letter."), Step.ACKNOWLEDGE)
    if request.state == RequestState.WAITING:
        return Guide(_("When the requester answers, note it here."), Step.ANSWERED)
    if request.state == RequestState.APPEALED:
        return Guide(_("Decide the appeal."))
    if request.state != RequestState.ACKNOWLEDGED:
        return Guide()
    if not request.may_be_told:
        return Guide(_("Verify who asks: until then, nothing may be disclosed or decided."), Step.VERIFY)
    if not has_people:
        return Guide(_("Say whose records these are, or decide that no record was found."), None, "people")
    return _before_deciding(request, has_package, set(disputes)) or Guide(_("Decide."), _decision(set(disputes)))


def _before_deciding(request: RightsRequest, has_package: bool, disputes: set[str]) -> Guide | None:
    if request.kind == RequestKind.ACCESS and not has_package:
        return Guide(_("Make the access package and read it before you decide."), None, "package")
    if request.kind == RequestKind.AMENDMENT and (not disputes or DisputeState.OPEN in disputes):
        return Guide(_("Name each contested value, and correct or refuse it."), None, "values")
    return None


def _decision(disputes: set[str]) -> Step:
    if disputes == {DisputeState.REFUSED}:
        return Step.REFUSE
    return Step.GRANT_PARTLY if DisputeState.REFUSED in disputes else Step.GRANT
