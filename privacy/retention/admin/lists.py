"""Lists of disposition, from being made to the certificate; the forecast and the dry run."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from privacy.administration import may
from privacy.agency import agency_today
from privacy.bases import reading_of
from privacy.guards import require, signed_in
from privacy.models import DispositionRun
from privacy.physical import due
from privacy.places import declare_place
from privacy.retention import certificates, forecast, holding, listed, planning, policies, runs, standing
from privacy.retention.admin.pages import RetentionPage, back_to, proof_of
from privacy.retention.enums import OPEN_STATES, RunState, StepState
from privacy.roles import Permit
from privacy.signatures import signed_by
from privacy.wording import day

ROWS = declare_place(
    "admin:privacy_dispositionrun_rows", gettext_noop("The rows of a disposition list"), tuple(range(1, 19))
)


@admin.register(DispositionRun)
class DispositionRunAdmin(RetentionPage, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Lists of disposition, from being made to the certificate; the forecast and the dry run."""

    list_display = ("as_of", "state_words", "planned", "held", "waiting", "made_at", "signed_by", "ended_at")
    list_display_links = ("as_of",)
    list_select_related = ("signed_by",)
    actions = None

    @admin.display(description=gettext_lazy("state"))
    def state_words(self, run: DispositionRun) -> str:
        return _(RunState(run.state).label)

    def get_urls(self) -> list[Any]:
        site, name = self.admin_site.admin_view, "privacy_dispositionrun"
        own = [
            path("forecast/", site(self.forecast), name=f"{name}_forecast"),
            path("dry-run/", site(self.dry_run), name=f"{name}_dry_run"),
            path("dry-run/rows/", site(self.dry_run_rows), name=f"{name}_dry_run_rows"),
            path("confirm-clock/", site(require_POST(self.confirm_clock)), name=f"{name}_confirm_clock"),
            path("make/", site(require_POST(self.make)), name=f"{name}_make"),
            path("<int:number>/act/", site(require_POST(self.act)), name=f"{name}_act"),
            path("<int:number>/certificate/", site(self.certificate), name=f"{name}_certificate"),
            path("<int:number>/proof/", site(self.proof), name=f"{name}_proof"),
            path("<int:number>/rows/", site(self.rows), name=f"{name}_rows"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {
            "title": _("Disposition lists"),
            "may_keep": may(request, Permit.KEEP_RETENTION),
            "open": runs.open_run(),
            "has_lists": DispositionRun.objects.exists(),
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    change_list_template = "privacy/retention/runs.html"

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        require(signed_in(request), Permit.VIEW_RETENTION)
        run: DispositionRun = self.found(request, object_id)
        steps = run.steps.select_related("policy", "excepted_by")
        return self.page(
            request, "run", _("Disposition list of %(day)s") % {"day": day(run.as_of)}, run=run, steps=steps,
            state=RunState(run.state), states=RunState, counts=runs.counts(run),
            certificate=certificates.certificate_of(run), is_own=run.made_by_id == signed_in(request).pk,
            has_rows=run.state in OPEN_STATES, is_stale=run.state == RunState.PLANNED and holding.changed_since(run),
        )  # fmt: skip

    def make(self, request: HttpRequest) -> HttpResponse:
        require(signed_in(request), Permit.KEEP_RETENTION)
        try:
            run = runs.make(by=signed_in(request))
        except (runs.Refused, policies.NotApproved) as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("admin:privacy_dispositionrun_changelist"))
        messages.success(request, _("The list is made. Another records administrator must sign it."))
        return back_to(run)

    def confirm_clock(self, request: HttpRequest) -> HttpResponse:
        """A person has looked: the day is right, and disposal goes on."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        standing.confirm_clock()
        messages.success(request, _("Confirmed: today is %(day)s.") % {"day": day(agency_today())})
        return HttpResponseRedirect(reverse("admin:index"))

    def act(self, request: HttpRequest, number: int) -> HttpResponse:
        """Sign, except a line, withdraw, pause, go on, stop: one button each."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        run, user = self.found(request, str(number)), signed_in(request)
        reason = request.POST.get("reason", "")
        try:
            said = ACTS[request.POST.get("act", "")](run, user, reason, request.POST.get("line", ""))
        except KeyError:
            raise Http404 from None
        except runs.Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, said)
        return back_to(run)

    def certificate(self, request: HttpRequest, number: int) -> HttpResponse:
        require(signed_in(request), Permit.VIEW_RETENTION)
        run = self.found(request, str(number))
        with translation.override("en"):  # a paper for whoever reads it
            content = certificates.pdf_of(certificates.certificate_of(run))
        answer = HttpResponse(content, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="certificate-of-disposal-{run.pk}.pdf"'
        return answer

    def proof(self, request: HttpRequest, number: int) -> HttpResponse:
        """What others check the certificate with: its place in the ledger and all that was sealed of it."""
        require(signed_in(request), Permit.VIEW_RETENTION)
        return proof_of(request, self.found(request, str(number)), "disposal")

    def rows(self, request: HttpRequest, number: int) -> HttpResponse:
        """The rows of one line, through the door: they name whose they are."""
        require(signed_in(request), Permit.VIEW_RETENTION)
        run = self.found(request, str(number))
        step, after = listed.line_of(run, request.GET.get("line", "")), request.GET.get("after", "")
        with reading_of(request, ROWS) as read:
            page = listed.page_of(step, _number(after)) if step else None
            read.count = page.persons if page else 0
            return self.page(request, "rows", _("What is on the list"), run=run, step=step, page=page)

    def forecast(self, request: HttpRequest) -> HttpResponse:
        require(signed_in(request), Permit.VIEW_RETENTION)
        rules = policies.latest()
        made = forecast.forecast(rules, agency_today())
        return self.page(
            request, "forecast", _("What becomes due"), forecast=made, units=due.ahead(rules, agency_today())
        )

    def dry_run(self, request: HttpRequest) -> HttpResponse:
        """What a run on a day would dispose of; nothing changes."""
        require(signed_in(request), Permit.VIEW_RETENTION)
        as_of, rules = asked_day(request), policies.latest()
        listing = planning.preview(as_of, rules)
        return self.page(
            request, "dry_run", _("Dry run"), listing=listing, as_of=as_of, rules=rules,
            is_approved=standing.is_approved(),
        )  # fmt: skip

    def dry_run_rows(self, request: HttpRequest) -> HttpResponse:
        """The rows of one line of a dry run, through the door: they name whose they are."""
        require(signed_in(request), Permit.VIEW_RETENTION)
        as_of, skip = asked_day(request), request.GET.get("after", "")
        line = request.GET.get("model", ""), request.GET.get("rule", "")
        with reading_of(request, ROWS) as read:
            step, page = listed.previewed_page(as_of, policies.latest(), *line, _number(skip))
            read.count = page.persons if page else 0
            return self.page(request, "rows", _("What a dry run lists"), as_of=as_of, step=step, page=page)


def asked_day(request: HttpRequest) -> date:
    """The day of a dry run; today, with a word about it, where what is asked for is none."""
    try:
        return date.fromisoformat(request.GET.get("as-of", "") or agency_today().isoformat())
    except ValueError:
        messages.error(request, _("Enter the day as year, month and day: 2027-01-31."))
        return agency_today()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _sign(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.sign(run, user)
    standing.ask_to_carry_on()
    done = _("The list is signed. It runs in the background; this page shows how far along it is.")
    return signed_by(user, done)


def _except(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.except_line(_line(run, line), user, reason)
    return _("The line is excepted: its records stay.")


def _take_back(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.take_back_exception(_line(run, line))
    return _("The line is on the list again.")


def _withdraw(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.withdraw(run, user, reason)
    return _("The list is withdrawn.")


def _pause(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.pause(run)
    return _("The run will pause after the current batch.")


def _resume(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.resume(run)
    standing.ask_to_carry_on()
    return _("The run continues.")


def _stop(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.stop(run, user, reason)
    return _("The run is stopped. What was disposed of is on the certificate.")


ACTS = {
    "sign": _sign, "except": _except, "take_back": _take_back, "withdraw": _withdraw, "pause": _pause,
    "resume": _resume, "stop": _stop,
}  # fmt: skip


def _line(run: DispositionRun, number: str) -> Any:
    step = run.steps.filter(pk=int(number) if number.isdigit() else 0, state__in=StepState.values).first()
    if step is None:
        raise Http404
    return step
