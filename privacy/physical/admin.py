"""The register of paper and media in the administration, and the destructions with their certificates."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from privacy.administration import may
from privacy.agency import agency_today
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import require, signed_in
from privacy.models import Destruction, PhysicalUnit
from privacy.physical import destroying, due, index, papers
from privacy.physical.enums import DestructionState
from privacy.physical.forms import FindForm, IndexForm, ListForm, UnitForm, WitnessForm
from privacy.places import declare_place
from privacy.retention import policies
from privacy.retention.admin.pages import RetentionPage, back_to, proof_of
from privacy.retention.signals import append
from privacy.roles import Permit
from privacy.signatures import signed_by

EVERY = tuple(range(1, 19))
FIND = declare_place("admin:privacy_physicalunit_find", gettext_noop("Looking people up in paper and media"), EVERY)


def as_pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


class IsThere(admin.SimpleListFilter):
    """Boxes and media that are there, or those that were destroyed."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("there", _("There")), ("destroyed", _("Destroyed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(destroyed_on__isnull=self.value() == "there") if self.value() else queryset


@admin.register(PhysicalUnit)
class PhysicalUnitAdmin(RetentionPage, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Boxes and media: where they stand, when they may go, whose records are in them."""

    list_display = ("barcode", "series", "box", "site", "medium", "rule", "first_day", "last_day", "destroyed_on")
    list_display_links = ("barcode", "series")
    list_filter = (IsThere, "medium", "rule", "site")
    search_fields = ("barcode", "series", "box", "site")
    actions = ("print_labels",)
    change_list_template = "privacy/retention/units.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, Permit.KEEP_RETENTION)

    def get_urls(self) -> list[Any]:
        site, name = self.admin_site.admin_view, "privacy_physicalunit"
        own = [
            path("find/", site(self.find), name=f"{name}_find"),
            path("<int:number>/edit/", site(self.edit), name=f"{name}_edit"),
            path("<int:number>/index/", site(require_POST(self.index)), name=f"{name}_index"),
            path("<int:number>/label/", site(self.label), name=f"{name}_label"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": _("Paper and media"), "may_keep": may(request, Permit.KEEP_RETENTION)}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @admin.action(description=gettext_lazy("Print labels"), permissions=["view"])
    def print_labels(self, request: HttpRequest, units: QuerySet[PhysicalUnit]) -> HttpResponse | None:
        if units.count() > papers.MOST_LABELS:
            messages.error(request, _("Choose %(most_labels)s at most.") % {"most_labels": papers.MOST_LABELS})
            return None
        return as_pdf(papers.labels_pdf(units.order_by("series", "box", "pk")), "labels")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        require(signed_in(request), Permit.KEEP_RETENTION)
        return self._form(request, PhysicalUnit(registered_by=signed_in(request)), _("Register a box or medium"))

    def edit(self, request: HttpRequest, number: int) -> HttpResponse:
        """What is destroyed, or listed for it, stays as it is."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        unit: PhysicalUnit = self.found(request, str(number))
        if unit.destruction_id:
            messages.error(
                request,
                _("%(unit)s is on %(destruction)s: it cannot be changed.")
                % {"unit": unit, "destruction": unit.destruction},
            )
            return back_to(unit)
        return self._form(request, unit, _("Change %(row)s") % {"row": unit})

    def _form(self, request: HttpRequest, unit: PhysicalUnit, title: str) -> HttpResponse:
        form, is_new = UnitForm(request.POST or None, instance=unit), unit.pk is None
        if form.is_valid():
            made = form.save()
            append("unit_registered" if is_new else "unit_changed", str(made.pk), by=signed_in(request).pk)
            messages.success(request, _("%(made)s is on file.") % {"made": made})
            return back_to(made)
        return self.page(request, "unit_new", title, form=form)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        require(signed_in(request), Permit.VIEW_RETENTION)
        return self._unit(request, self.found(request, object_id), IndexForm())

    def _unit(self, request: HttpRequest, unit: PhysicalUnit, form: IndexForm) -> HttpResponse:
        rules = policies.latest()
        (stands,) = due.standing([unit], rules)
        return self.page(
            request, "unit", str(unit), unit=unit, standing=stands, rule=policies.rules().get(unit.rule),
            policy=rules.get(unit.rule), keys=unit.keys.count(), form=form, today=agency_today(),
        )  # fmt: skip

    def index(self, request: HttpRequest, number: int) -> HttpResponse:
        """Put names into a unit's index. What was typed is in no address and no log."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        unit, form = self.found(request, str(number)), IndexForm(request.POST)
        if unit.destroyed_on:
            messages.error(request, _("%(unit)s was destroyed: no one can be added to it.") % {"unit": unit})
            return back_to(unit)
        try:
            if form.is_valid():
                added = index.add(unit, form.kind_of_key(), form.lines())
                messages.success(
                    request,
                    _("%(new)s new, %(there)s already there. %(known)s known here.")
                    % {"new": added.new, "there": added.there, "known": added.known},
                )
                return back_to(unit)
        except index.NotAKey as problem:
            form.add_error("texts", str(problem))
        return self._unit(request, unit, form)

    def label(self, request: HttpRequest, number: int) -> HttpResponse:
        require(signed_in(request), Permit.VIEW_RETENTION)
        unit: PhysicalUnit = self.found(request, str(number))
        return as_pdf(papers.labels_pdf([unit]), f"label-{unit.barcode}")

    def find(self, request: HttpRequest) -> HttpResponse:
        """By one of the notice's keys, through the door: looking somebody up is logged wherever their records are."""
        require(signed_in(request), Permit.VIEW_RETENTION)
        form, found = FindForm(request.POST or None), None
        if form.is_valid():
            kind = KeyKind(form.cleaned_data["kind"])
            try:
                with reading_of(request, FIND, kind) as read:
                    found = index.find(kind, form.cleaned_data["text"])
                    read.count = 1 if found else 0
                    return self.page(
                        request, "units_found", _("Look people up in paper and media"), form=form, found=found
                    )
            except index.NotAKey as problem:
                form.add_error("text", str(problem))
        return self.page(request, "units_found", _("Look people up in paper and media"), form=form, found=found)


@admin.register(Destruction)
class DestructionAdmin(RetentionPage, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """What is destroyed together, from the list to the certificate."""

    list_display = ("id", "state", "method", "site", "listed_by", "listed_at", "destroyed_on", "witness")
    list_select_related = ("listed_by", "witness")
    list_filter = ("state", "method")
    actions = None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "title": _("Destructions")})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, Permit.KEEP_RETENTION)

    def get_urls(self) -> list[Any]:
        site, name = self.admin_site.admin_view, "privacy_destruction"
        own = [
            path("<int:number>/act/", site(require_POST(self.act)), name=f"{name}_act"),
            path("<int:number>/witness/", site(require_POST(self.witness)), name=f"{name}_witness"),
            path("<int:number>/certificate/", site(self.certificate), name=f"{name}_certificate"),
            path("<int:number>/proof/", site(self.proof), name=f"{name}_proof"),
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """All that may go today, to choose from; and what is due and held."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        form = ListForm(request.POST or None)
        if form.is_valid():
            try:
                made = destroying.list_for(form.cleaned_data["units"], form.way, signed_in(request))
            except (destroying.Refused, policies.NotApproved) as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("Listed. Another person scans each one when it is destroyed."))
                return back_to(made)
        kept = PhysicalUnit.objects.filter(destroyed_on=None, destruction=None)
        stands, today = due.standing(kept, policies.latest()), agency_today()
        is_due = [one for one in stands if one.due_on and one.due_on <= today]
        return self.page(
            request, "destruction_new", _("List for destruction"), form=form, chosen=request.POST.getlist("units"),
            free=[one for one in is_due if not one.holds], held=[one for one in is_due if one.holds],
        )  # fmt: skip

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        require(signed_in(request), Permit.VIEW_RETENTION)
        return self._destruction(request, self.found(request, object_id), WitnessForm())

    def _destruction(self, request: HttpRequest, destruction: Destruction, form: WitnessForm) -> HttpResponse:
        return self.page(
            request, "destruction", str(destruction), destruction=destruction,
            certificate=papers.certificate_of(destruction), units=destruction.units.all(), form=form,
            is_own=destruction.listed_by_id == signed_in(request).pk,
            is_open=destruction.state == DestructionState.LISTED,
        )  # fmt: skip

    def act(self, request: HttpRequest, number: int) -> HttpResponse:
        """Take one off the list, or withdraw it."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        found, reason, user = self.found(request, str(number)), request.POST.get("reason", ""), signed_in(request)
        try:
            if request.POST.get("act") == "withdraw":
                destroying.withdraw(found, reason, user)
                messages.success(request, _("The list is withdrawn: everything on it stays."))
            elif (unit := request.POST.get("unit", "")).isdigit():
                one = PhysicalUnit.objects.filter(pk=int(unit)).first()
                if one is None:
                    raise Http404
                destroying.take_off(found, one, reason, user)
                messages.success(request, _("%(one)s stays.") % {"one": one})
            else:
                raise Http404
        except destroying.Refused as problem:
            messages.error(request, str(problem))
        return back_to(found)

    def witness(self, request: HttpRequest, number: int) -> HttpResponse:
        """Whoever may see retention and did not list it."""
        require(signed_in(request), Permit.VIEW_RETENTION)
        found, form = self.found(request, str(number)), WitnessForm(request.POST)
        if form.is_valid():
            codes, twice = destroying.scanned(form.cleaned_data["codes"])
            try:
                destroying.witness(found, codes, form.cleaned_data["destroyed_on"], signed_in(request))
            except destroying.Refused as problem:
                form.add_error(None, str(problem))
            else:
                if twice:
                    messages.warning(
                        request, _("Scanned twice, counted once: %(twice)s.") % {"twice": ", ".join(twice)}
                    )
                messages.success(request, signed_by(signed_in(request), _("Destroyed, and on its certificate.")))
                return back_to(found)
        return self._destruction(request, found, form)

    def certificate(self, request: HttpRequest, number: int) -> HttpResponse:
        require(signed_in(request), Permit.VIEW_RETENTION)
        found = self.found(request, str(number))
        with translation.override("en"):  # a paper for whoever reads it
            content = papers.certificate_pdf(papers.certificate_of(found))
        return as_pdf(content, f"certificate-of-destruction-{found.pk}")

    def proof(self, request: HttpRequest, number: int) -> HttpResponse:
        """What others check the certificate with: its place in the ledger and all that was sealed of it."""
        require(signed_in(request), Permit.VIEW_RETENTION)
        return proof_of(request, self.found(request, str(number)), "destruction")
