"""Requests of individuals, for the officers who answer them: what is due, one of them, its steps and letters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.agency import agency_today
from privacy.bases import reading_for_duty
from privacy.disclosures import accounting_for
from privacy.enums import Channel, Duty, KeyKind, PackageState, RequestKind, RequestState, Step
from privacy.guards import permit_required, signed_in
from privacy.models import Correction, Disclosure, Package, RightsRequest, User
from privacy.models.rights import GRANTS, OPEN, RequestStep
from privacy.places import declare_place
from privacy.rights import mailing, stepping
from privacy.rights.addressees import addressee
from privacy.rights.entering import enter
from privacy.rights.forms import EntryForm, SearchForm, StepForm
from privacy.rights.guiding import guide
from privacy.rights.package.delivering import files_of
from privacy.rights.people import Asked, people
from privacy.rights.procedure import DOING, NotNow, offered
from privacy.rights.typesetting import letter_pdf
from privacy.rights.working_days import working_days_between
from privacy.roles import Permit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REQUESTS = declare_place(
    "requests",
    gettext_noop("Requests from individuals: who asks for what"),
    (1, 3),
    is_page=True,
    permits=(Permit.ANSWER_REQUESTS,),
)
LOOK_UP = declare_place("request", gettext_noop("A request: whose records it may be about"), (1, 2))
PAGE_SIZE = 50
DUTIES = {
    RequestKind.NOTIFICATION: Duty.ACCESS,
    RequestKind.ACCESS: Duty.ACCESS,
    RequestKind.AMENDMENT: Duty.AMENDMENT,
    RequestKind.ACCOUNTING: Duty.ACCOUNTING,
}
may_answer = permit_required(Permit.ANSWER_REQUESTS)
both = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Line:
    """A request in the list; `days_left` are working days, negative where it is overdue, None where no clock runs.

    `is_to_be_sent`: a letter or the package has not gone out.
    """

    request: RightsRequest
    days_left: int | None
    is_to_be_sent: bool


@require_safe
@may_answer
def requests(request: HttpRequest) -> HttpResponse:
    """What is to be done, the first due first, or all of them. Three statements, whatever there is."""
    shown = request.GET.get("show", "open")
    every = RightsRequest.objects.select_related("duplicate_of")
    shown_rows = every.order_by("-received_on", "-id") if shown == "all" else every.to_be_done()
    rows: QuerySet[Any] = shown_rows.annotate(is_to_be_sent=_is_to_be_sent())
    with reading_for_duty(request, Duty.ACCESS, REQUESTS) as read:
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        lines = [Line(row, _days_left(row), is_to_be_sent=row.is_to_be_sent) for row in page.object_list]
        read.count = len(lines)
        context = {"lines": lines, "page": page, "shown": shown, "today": agency_today()}
        return render(request, "privacy/requests.html", context)


def _is_to_be_sent() -> Q:
    """That a letter of a request, to whomever, or its package has not gone out."""
    letters = RequestStep.objects.to_be_sent().filter(request=OuterRef("pk"))
    packages = Package.objects.to_be_handed_over().filter(request=OuterRef("pk"))
    told = Correction.objects.to_be_sent().filter(dispute__request=OuterRef("pk"))
    return Q(Exists(letters)) | Q(Exists(packages)) | Q(Exists(told))


def _days_left(row: RightsRequest) -> int | None:
    return working_days_between(agency_today(), row.due_on) if row.due_on else None


@both
@may_answer
def request_new(request: HttpRequest) -> HttpResponse:
    """Enter what came by letter or mail."""
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = enter(form.wish(), Channel(given["channel"]), by=signed_in(request), received_on=given["received_on"])
        messages.success(request, _("Entered as %(made)s.") % {"made": made.number})
        return redirect("request", key=made.key)
    return render(request, "privacy/request_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@may_answer
def request_page(request: HttpRequest, key: UUID) -> HttpResponse:
    found = of_key(key)
    with reading_for_duty(request, DUTIES[RequestKind(found.kind)], REQUESTS) as read:
        read.count = 1
        return page_of(request, found)


def of_key(key: UUID) -> RightsRequest:
    return get_object_or_404(RightsRequest.objects.select_related("duplicate_of", "identity_by", "entered_by"), key=key)


def page_of(request: HttpRequest, found: RightsRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one request; `forms` in `more` takes the place of a step's form that was not right."""
    given: dict[Step, StepForm] = more.pop("forms", {})
    linked = [one.person for one in found.people.all()]
    asked = offered(found, has_people=bool(linked))
    steps = [(step, _(DOING[step]), given.get(step) or StepForm(found, step)) for step in asked]
    history = list(found.steps.select_related("by"))
    packages = [(package, files_of(package)) for package in found.packages.all()]
    disputes = list(found.disputes.select_related("request").prefetch_related("corrections__disclosure"))
    context = {
        "one": found,
        "linked": people().called(linked),
        "steps": steps,
        "letters": found.steps.to_be_sent(),
        "untold": [told for one in disputes for told in one.corrections.all() if told.sent_on is None],
        "packages_to_hand_over": Package.objects.to_be_handed_over().filter(request=found),
        "history": history,
        "packages": packages,
        "disputes": disputes,
        "guide": guide(
            found,
            has_people=bool(linked),
            has_package=any(package.state == PackageState.READY for package, _files in packages),
            disputes=[one.state for one in disputes],
        ),
        "accounting": accounting_of_request(found, linked),
        "office": addressee(found.about),
        "days_left": _days_left(found),
        "search": SearchForm(),
        "was_granted": any(step.step in GRANTS for step in history),
        "is_access": found.kind == RequestKind.ACCESS,
        "is_amendment": found.kind == RequestKind.AMENDMENT,
        "has_decision": found.state not in (*OPEN, RequestState.WITHDRAWN, RequestState.DUPLICATE),
        **more,
    }
    return render(request, "privacy/request.html", context, status=status)


def accounting_of_request(found: RightsRequest, linked: list[UUID]) -> list[Disclosure] | None:
    """What the letter of an accounting will tell, once it may be told; None where nobody is told one."""
    if found.kind != RequestKind.ACCOUNTING or not found.may_be_told or not linked:
        return None
    return list(accounting_for(linked))


@require_POST
@may_answer
def request_step(request: HttpRequest, key: UUID, step: str) -> HttpResponse:
    """Take a step; what is wrong stands in its form."""
    found, wanted = of_key(key), _step(step)
    with reading_for_duty(request, DUTIES[RequestKind(found.kind)], REQUESTS) as read:
        read.count = 1
        form = StepForm(found, wanted, request.POST)
        if not form.is_valid():
            return page_of(request, found, status=422, forms={wanted: form})
        try:
            made = stepping.take(found, wanted, signed_in(request), form.said())
        except NotNow as problem:
            form.add_error(None, str(problem))
            return page_of(request, found, status=422, forms={wanted: form}, problem=str(problem))
    messages.success(request, _done(made))
    return redirect("request", key=key)


def _done(made: RequestStep) -> str:
    """What a step did, and what its letter still needs: taking the step sends nothing."""
    done = f"{_(Step(made.step).label)}."
    if not made.has_letter:
        return done
    return " ".join([done, _("The letter is written but not sent: send it under “What comes next”.")])


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise Http404("There is no such step.") from None


# Whose records -------------------------------------------------------------------------------------------------------


@both
@may_answer
def request_people(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who may be meant: by what the requester wrote, or by what the officer types. Nothing typed is in the address."""
    found = of_key(key)
    form = SearchForm(request.POST or None)
    with reading_for_duty(request, DUTIES[RequestKind(found.kind)], LOOK_UP, KeyKind.CUSTOMER_NAME) as read:
        asked = _typed(form) if form.is_bound and form.is_valid() else as_asked(found)
        candidates = people().alike(asked)
        linked = {one.key for one in people().called(one.person for one in found.people.all())}
        read.count = len(candidates)
        context = {"one": found, "candidates": candidates, "linked": linked, "search": form}
        return render(request, "privacy/request_people.html", context)


def as_asked(found: RightsRequest) -> Asked:
    """Whom to look for by what the requester wrote."""
    return Asked(found.name, found.street, found.city, found.region, found.postal_code, found.email, found.phone)


def _typed(form: SearchForm) -> Asked:
    given = form.cleaned_data
    return Asked(name=given["name"], number=given["number"], email=given["email"], phone=given["phone"])


@require_POST
@may_answer
def request_link(request: HttpRequest, key: UUID, person: UUID) -> HttpResponse:
    """Say that these are the requester's records, too."""
    if not people().called([person]):
        raise Http404("There is no such person.")
    return _changed(request, key, lambda found: stepping.link(found, person, signed_in(request)))


@require_POST
@may_answer
def request_unlink(request: HttpRequest, key: UUID, person: UUID) -> HttpResponse:
    return _changed(request, key, lambda found: stepping.unlink(found, person, signed_in(request)))


def _changed(request: HttpRequest, key: UUID, change: Callable[[RightsRequest], None]) -> HttpResponse:
    try:
        change(of_key(key))
    except NotNow as problem:
        messages.error(request, str(problem))
    return redirect("request", key=key)


# Letters -------------------------------------------------------------------------------------------------------------


@require_safe
@may_answer
def request_letter(request: HttpRequest, key: UUID, letter: UUID) -> HttpResponse:
    """A letter as it was written: as a page, as text, or as a tagged PDF."""
    found = of_key(key)
    step = get_object_or_404(RequestStep.objects.select_related("request"), request=found, key=letter)
    if not step.has_letter:
        raise Http404("No letter went with this step.")
    with reading_for_duty(request, DUTIES[RequestKind(found.kind)], REQUESTS) as read:
        read.count = 1
        more = {"one": found, "step": step, "may_be_mailed": mailing.may_be_mailed(found)}
        return letter_answer(request, f"{found.number} {_(step.get_step_display())}", step.letter, more)


SENDINGS: "dict[str, tuple[Callable[[RequestStep, User], None], str | _StrPromise]]" = {
    "mail": (mailing.mail, gettext_lazy("The letter is mailed.")),
    "print": (mailing.print_out, gettext_lazy("Noted: the letter went out on paper.")),
    "arrived": (lambda step, by: mailing.settle(step, has_arrived=True), gettext_lazy("Noted: the letter arrived.")),
    "lost": (
        lambda step, by: mailing.settle(step, has_arrived=False),
        gettext_lazy("Noted: the letter may be sent again."),
    ),
}


@require_POST
@may_answer
def request_letter_send(request: HttpRequest, key: UUID, letter: UUID) -> HttpResponse:
    """Send a letter, or say what became of one: by the button that was pressed."""
    found = of_key(key)
    step = get_object_or_404(RequestStep.objects.select_related("request"), request=found, key=letter)
    send, said = SENDINGS.get(request.POST.get("way", ""), (None, ""))
    with reading_for_duty(request, DUTIES[RequestKind(found.kind)], REQUESTS) as read:
        read.count = 1
        try:
            if send is None:
                raise NotNow(_("Choose how the letter goes out."))
            send(step, signed_in(request))
        except NotNow as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, said)
    return redirect("request_letter", key=key, letter=letter)


def letter_answer(request: HttpRequest, title: str, text: str, more: dict[str, Any]) -> HttpResponse:
    wanted = request.GET.get("format", "")
    name = title.lower().replace(" ", "-")
    if wanted == "pdf":
        return _file(letter_pdf(title, text), "application/pdf", f"{name}.pdf")
    if wanted == "txt":
        return _file(text.encode(), "text/plain; charset=utf-8", f"{name}.txt")
    return render(request, "privacy/request_letter.html", {"title": title, "text": text, **more})


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or ""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
