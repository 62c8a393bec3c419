"""Amendment: which values a person contests, what becomes of each, and whom the agency tells of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import notice
from privacy.bases import reading_for_duty
from privacy.enums import DisputeState, Duty, RequestKind
from privacy.guards import permit_required, signed_in
from privacy.models import Correction, Dispute, RightsRequest
from privacy.places import declare_place
from privacy.rights import disputes
from privacy.rights.forms import CorrectForm, DisputeForm, RefuseForm, SentForm
from privacy.rights.procedure import NotNow
from privacy.rights.values import Value, value_at, values_of
from privacy.roles import Permit
from privacy.views.requests import letter_answer, of_key

VALUES = declare_place(
    "request_values", gettext_noop("A request for amendment: the values of a person's records"), tuple(range(1, 19))
)
may_answer = permit_required(Permit.ANSWER_REQUESTS)
both = require_http_methods(["GET", "HEAD", "POST"])


def amendment_of(key: UUID) -> RightsRequest:
    found = of_key(key)
    if found.kind != RequestKind.AMENDMENT:
        raise Http404("This is no request for amendment.")
    return found


@require_safe
@may_answer
def request_values(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is held about the person, a category at a time, so that the contested value is named exactly."""
    found = amendment_of(key)
    chosen = request.GET.get("category", "")
    categories = {str(one.number): one for one in notice.in_force().categories}
    if chosen and chosen not in categories:
        raise Http404("There is no such category.")
    context: dict[str, Any] = {"one": found, "categories": categories.values(), "chosen": categories.get(chosen)}
    if not chosen or not found.may_be_told:
        return render(request, "privacy/request_values.html", context)
    with reading_for_duty(request, Duty.AMENDMENT, VALUES) as read:
        persons = [one.person for one in found.people.all()]
        read.count = len(persons)
        context |= {"kinds": values_of(persons, int(chosen)) if persons else []}
        return render(request, "privacy/request_values.html", context)


@both
@may_answer
def dispute_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Contest the value that the address names by its place."""
    found = amendment_of(key)
    form = DisputeForm(request.POST or None)
    with reading_for_duty(request, Duty.AMENDMENT, VALUES) as read:
        value = _named(request, found)
        read.count = 1
        if form.is_valid():
            try:
                made = disputes.contest(found, value, form.cleaned_data["wanted"])
                return redirect("dispute", key=key, dispute=made.key)
            except NotNow as problem:
                form.add_error(None, str(problem))
        status = 422 if form.is_bound else 200
        return render(request, "privacy/dispute_new.html", {"one": found, "value": value, "form": form}, status=status)


def _named(request: HttpRequest, found: RightsRequest) -> Value:
    """The value at the place that the address names, of one of the request's persons."""
    place = [request.GET.get(name, "") for name in ("model", "row", "field")]
    for one in found.people.all():
        if value := value_at(one.person, *place):
            return value
    raise Http404("There is no such value among this person's records.")


@both
@may_answer
def dispute(request: HttpRequest, key: UUID, dispute: UUID) -> HttpResponse:
    """One contested value: correct it, or refuse."""
    found = amendment_of(key)
    one = get_object_or_404(found.disputes.select_related("request", "decided_by"), key=dispute)
    does_correct = request.POST.get("do") == "correct"
    correcting = CorrectForm(request.POST if does_correct else None, initial={"value": one.wanted})
    refusing = RefuseForm(
        request.POST if request.method == "POST" and not does_correct else None, auto_id="id_refuse_%s"
    )
    with reading_for_duty(request, Duty.AMENDMENT, VALUES) as read:
        read.count = 1
        value = value_at(one.person, one.model, one.row, one.field)
    if request.method == "POST" and _decided(request, one, correcting, refusing):
        return redirect("request", key=key)
    context = {
        "one": found, "dispute": one, "value": value, "correcting": correcting, "refusing": refusing,
        "is_open": one.state == DisputeState.OPEN or (found.state == "appealed" and one.state == DisputeState.REFUSED),
    }  # fmt: skip
    return render(request, "privacy/dispute.html", context, status=422 if request.method == "POST" else 200)


def _decided(request: HttpRequest, one: Dispute, correcting: CorrectForm, refusing: RefuseForm) -> bool:
    """Whether it is decided; else the form that was sent says what is wrong."""
    by = signed_in(request)
    form: CorrectForm | RefuseForm = correcting if correcting.is_bound else refusing
    if not form.is_valid():
        return False
    try:
        if correcting.is_bound:
            disputes.correct(one, correcting.cleaned_data["value"], correcting.cleaned_data["reason"], by)
        else:
            disputes.refuse(one, refusing.cleaned_data["reason"], by)
    except NotNow as problem:
        form.add_error(None, str(problem))
        return False
    except ValidationError as problem:
        form.add_error("value" if correcting.is_bound else None, problem.messages)
        return False
    messages.success(request, _("Corrected.") if correcting.is_bound else _("Refused."))
    return True


# Who was given it before ---------------------------------------------------------------------------------------------


@require_safe
@may_answer
def correction_letter(request: HttpRequest, key: UUID, correction: UUID) -> HttpResponse:
    found = amendment_of(key)
    one = _correction(found, correction)
    with reading_for_duty(request, Duty.AMENDMENT, VALUES) as read:
        read.count = 1
        more = {"one": found, "correction": one, "form": SentForm()}
        return letter_answer(request, f"{found.number} correction {one.pk}", one.letter, more)


@require_POST
@may_answer
def correction_sent(request: HttpRequest, key: UUID, correction: UUID) -> HttpResponse:
    one = _correction(amendment_of(key), correction)
    form = SentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter the day it went out."))
        return redirect("correction_letter", key=key, correction=correction)
    try:
        disputes.sent(one, signed_in(request), form.cleaned_data["sent_on"])
    except NotNow as problem:
        messages.error(request, str(problem))
        return redirect("correction_letter", key=key, correction=correction)
    messages.success(request, _("Noted."))
    return redirect("request", key=key)


def _correction(found: RightsRequest, correction: UUID) -> Correction:
    rows = Correction.objects.select_related("dispute__request", "disclosure")
    return get_object_or_404(rows, dispute__request=found, key=correction)
