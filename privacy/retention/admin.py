"""Retention in the administration: rules, lists of disposition, holds, the forecast."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.http import require_POST

from privacy.administration import ManagedByPermit, declare_panel, may
from privacy.agency import agency_today
from privacy.bases import reading_of
from privacy.guards import require, signed_in
from privacy.ledger import proofs
from privacy.models import DispositionRun, LegalHold, RetentionPolicy, User
from privacy.physical import due
from privacy.places import declare_place
from privacy.retention import (
    certificates,
    forecast,
    holding,
    listed,
    planning,
    policies,
    reach,
    runs,
    said_words,
    standing,
)
from privacy.retention.enums import OPEN_STATES, HoldKind, RunState, StepState, VersionState
from privacy.retention.forms import HoldForm, PolicyForm
from privacy.retention.kinds import kinds_of
from privacy.retention.logs import logs_of
from privacy.retention.triggers import words_of
from privacy.roles import Permit
from privacy.wording import day, label_words

ROWS = declare_place(
    "admin:privacy_dispositionrun_rows", gettext_noop("The rows of a disposition list"), tuple(range(1, 19))
)


class RetentionPage(ManagedByPermit):
    """Mixed into a ModelAdmin: seen by those who may see retention; changed by its own addresses alone."""

    permit = Permit.VIEW_RETENTION

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": title,
            "opts": self.opts,  # type: ignore[attr-defined]
            "may_keep": may(request, Permit.KEEP_RETENTION),
            "may_hold": may(request, Permit.KEEP_HOLDS),
            **context,
        }
        return TemplateResponse(request, f"privacy/retention/{template}.html", context)

    def found(self, request: HttpRequest, number: str) -> Any:
        row = self.get_object(request, number)  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        return row

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What happened to a rule, list or hold stands on its own page."""
        raise Http404


def back_to(row: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"admin:privacy_{row._meta.model_name}_change", args=[row.pk]))


def proof_of(request: HttpRequest, row: proofs.Certified, of: str) -> HttpResponse:
    """The proof of a certificate as a file; or why there is none yet, on the row's own page."""
    try:
        content = proofs.as_file(proofs.proof_of_certificate(row))
    except proofs.NotSealed as problem:
        messages.error(request, str(problem))
        return back_to(row)
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="proof-of-{of}-{row.pk}.json"'
    return answer


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(RetentionPage, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """The rules of the notice, each with its versions."""

    def get_urls(self) -> list[Any]:
        site, name = self.admin_site.admin_view, "privacy_retentionpolicy"
        own = [
            path("approve/", site(require_POST(self.approve_all)), name=f"{name}_approve_all"),
            path("<int:number>/approve/", site(require_POST(self.approve)), name=f"{name}_approve"),
            path("<int:number>/decline/", site(require_POST(self.decline)), name=f"{name}_decline"),
            path("<int:number>/propose/", site(self.propose), name=f"{name}_propose"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All rules of the notice: what is in force, what waits, and what it is chosen for."""
        self.check_view(request)
        policies.make_first_versions()
        in_force, waiting = {}, {}
        for policy in RetentionPolicy.objects.select_related("made_by", "decided_by"):
            if policy.state == VersionState.IN_FORCE and policies.agrees(policy):
                in_force[policy.rule] = policy
            elif policy.state == VersionState.PROPOSED:
                waiting[policy.rule] = policy
        rules = [(rule, in_force.get(rule.id), waiting.get(rule.id)) for rule in policies.rules().values()]
        first_day = [one for one in waiting.values() if one.made_by_id is None]
        return self.page(request, "policies", _("Retention rules"), rules=rules, first_day=first_day)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        self.check_view(request)
        policy: RetentionPolicy = self.found(request, object_id)
        rule = policies.rules().get(policy.rule)
        return self.page(
            request, "policy", str(policy), policy=policy, rule=rule, trigger=words_of(policy.trigger),
            kinds=[(kind, clock_words(kind.clock(policy.trigger))) for kind in kinds_of(policy.rule)],
            logs=logs_of(policy.rule),
            versions=RetentionPolicy.objects.filter(rule=policy.rule).select_related("made_by", "decided_by"),
            is_own=policy.made_by_id == signed_in(request).pk,
            may_be_declined=policy.made_by_id is not None or not policies.agrees(policy),
            impact=reach.impact_of(policy) if policy.state == VersionState.PROPOSED else None,
        )  # fmt: skip

    def check_view(self, request: HttpRequest) -> None:
        require(signed_in(request), Permit.VIEW_RETENTION)

    def approve_all(self, request: HttpRequest) -> HttpResponse:
        """The first day: the notice's own versions at once."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        chosen = [policy for policy in policies.proposed() if policy.made_by_id is None]
        self._try(
            request,
            lambda: self._approve(chosen, signed_in(request)),
            ngettext("%(count)s rule approved.", "%(count)s rules approved.", len(chosen)) % {"count": len(chosen)},
        )
        return HttpResponseRedirect(reverse("admin:privacy_retentionpolicy_changelist"))

    def _approve(self, chosen: list[RetentionPolicy], user: User) -> None:
        for policy in chosen:
            policies.approve(policy, user)

    def approve(self, request: HttpRequest, number: int) -> HttpResponse:
        require(signed_in(request), Permit.KEEP_RETENTION)
        policy = self.found(request, str(number))
        said = request.POST.get("said", "")
        self._try(
            request,
            lambda: policies.approve(policy, signed_in(request), said),
            _("%(policy)s is in force.") % {"policy": policy},
        )
        return back_to(policy)

    def decline(self, request: HttpRequest, number: int) -> HttpResponse:
        require(signed_in(request), Permit.KEEP_RETENTION)
        policy = self.found(request, str(number))
        said = request.POST.get("said", "")
        self._try(
            request,
            lambda: policies.decline(policy, signed_in(request), said),
            _("%(policy)s is declined.") % {"policy": policy},
        )
        return back_to(policy)

    def propose(self, request: HttpRequest, number: int) -> HttpResponse:
        """A change: first what would become due by it, then saved, to be approved by another person."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        policy: RetentionPolicy = self.found(request, str(number))
        form = PolicyForm(policy, request.POST or None)
        impact = None
        if request.method == "POST" and form.is_valid():
            if "save" in request.POST:
                try:
                    made = policies.propose(policy.rule, form.wish, signed_in(request))
                except policies.Refused as problem:
                    form.add_error(None, str(problem))
                else:
                    messages.success(
                        request, _("%(policy)s waits for approval by another records administrator.") % {"policy": made}
                    )
                    return back_to(made)
            impact = reach.impact_of(policy, form.wish)
        return self.page(
            request, "propose", _("Change %(row)s") % {"row": policy}, policy=policy,
            rule=policies.rules()[policy.rule], form=form, impact=impact,
        )  # fmt: skip

    def _try(self, request: HttpRequest, act: Any, said: str) -> None:
        try:
            act()
        except policies.Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, said)


def clock_words(clock: Any) -> str:
    """Which date of the model starts the clock, in what people call its fields."""
    if isinstance(clock, tuple):
        return _(", else ").join(clock_words(one) for one in clock)
    if isinstance(clock, str):
        return " → ".join(label_words(part.replace("_", " ")) for part in clock.split("__"))
    return _("relationship ended on, of the person's present record")


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
        messages.success(request, _("The list is made. Another records administrator signs it."))
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
        messages.error(request, _("Give the day as year, month and day: 2027-01-31."))
        return agency_today()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _sign(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.sign(run, user)
    standing.ask_to_carry_on()
    return _("The list is signed. It runs in the background; this page shows how far it is.")


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
    return _("The run is paused after the batch under way.")


def _resume(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.resume(run)
    standing.ask_to_carry_on()
    return _("The run goes on.")


def _stop(run: DispositionRun, user: Any, reason: str, line: str) -> str:
    runs.stop(run, user, reason)
    return _("The run is stopped. What has gone is on the certificate.")


ACTS = {
    "sign": _sign, "except": _except, "take_back": _take_back, "withdraw": _withdraw, "pause": _pause,
    "resume": _resume, "stop": _stop,
}  # fmt: skip


def _line(run: DispositionRun, number: str) -> Any:
    step = run.steps.filter(pk=int(number) if number.isdigit() else 0, state__in=StepState.values).first()
    if step is None:
        raise Http404
    return step


class InForce(admin.SimpleListFilter):
    """Holds that are in force, or those that were released."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("in-force", _("In force")), ("released", _("Released"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(released_at__isnull=self.value() == "in-force") if self.value() else queryset


@admin.register(LegalHold)
class LegalHoldAdmin(RetentionPage, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Holds: placed after a look at what they reach, released with a reason."""

    list_display = ("name_words", "kind", "scope", "issuer", "review_on", "placed_by", "placed_at", "released_at")
    list_filter = (InForce, "kind")
    list_select_related = ("placed_by",)
    actions = None
    change_list_template = "privacy/retention/holds.html"

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def name_words(self, hold: LegalHold) -> str:
        return said_words.in_words(hold.name) if hold.kind == HoldKind.REQUEST else hold.name

    @admin.display(description=gettext_lazy("of"))
    def scope(self, hold: LegalHold) -> str:
        return reach.scope_words(hold)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "title": _("Legal holds")})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, Permit.KEEP_HOLDS)

    def get_urls(self) -> list[Any]:
        site = self.admin_site.admin_view
        release = path("<int:number>/release/", site(require_POST(self.release)), name="privacy_legalhold_release")
        return [release, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What the hold reaches is shown first; the second click places it. `begin`: the ID of whom it is to be of."""
        require(signed_in(request), Permit.KEEP_HOLDS)
        begun = {"people": request.POST["begin"]} if "begin" in request.POST else None  # for a person of a list
        form = HoldForm(None if begun else request.POST or None, initial=begun)
        reached = None
        if request.method == "POST" and form.is_valid():
            if "save" in request.POST:
                hold = holding.place(form.save(commit=False), signed_in(request))
                messages.success(request, _("“%(hold)s” is in force.") % {"hold": hold})
                return back_to(hold)
            reached = reach.reached_by(form.save(commit=False))
        return self.page(request, "hold_new", _("Place a hold"), form=form, reached=reached)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        require(signed_in(request), Permit.VIEW_RETENTION)
        hold: LegalHold = self.found(request, object_id)
        return self.page(
            request,
            "hold",
            self.name_words(hold),
            hold=hold,
            scope=reach.scope_words(hold),
            reached=reach.reached_by(hold),
        )

    def release(self, request: HttpRequest, number: int) -> HttpResponse:
        require(signed_in(request), Permit.KEEP_HOLDS)
        hold = self.found(request, str(number))
        try:
            holding.release(hold, signed_in(request), request.POST.get("reason", ""))
        except ValueError as problem:
            messages.error(request, str(problem))
        except holding.AlreadyReleased:
            messages.error(request, _("Somebody has released this hold already."))
        else:
            messages.success(request, _("The hold is released: the records' own due dates count again."))
        return back_to(hold)


def panel(request: HttpRequest) -> dict[str, Any]:
    """Last run, next run, rows removed, kept and held, failures: the administration's first page."""
    return {
        "template": "privacy/retention/panel.html",
        "standing": standing.look(),
        "may_keep": may(request, Permit.KEEP_RETENTION),
    }


declare_panel(Permit.VIEW_RETENTION, panel)
