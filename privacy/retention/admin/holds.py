"""Legal holds: placed after a look at what they reach, released with a reason."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from privacy.administration import may
from privacy.guards import require, signed_in
from privacy.models import LegalHold, RightsRequest
from privacy.retention import holding, reach, said_words
from privacy.retention.admin.pages import RetentionPage, back_to
from privacy.retention.enums import HoldKind
from privacy.retention.forms import HoldForm
from privacy.roles import Permit
from privacy.signatures import signed_by


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of the request that each is of, where it is of one."""
        numbers = RightsRequest.objects.filter(key=OuterRef("reference")).values("number")
        holds: QuerySet[Any] = super().get_queryset(request).annotate(request_number=Subquery(numbers))
        return holds

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def name_words(self, hold: Any) -> str:
        if hold.kind != HoldKind.REQUEST:
            return str(hold.name)
        words = said_words.in_words(hold.name)
        return f"{words}: {hold.request_number}" if hold.request_number else words

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
                messages.success(request, signed_by(signed_in(request), _("“%(hold)s” is in force.") % {"hold": hold}))
                return back_to(hold)
            reached = reach.reached_by(form.save(commit=False))
        return self.page(request, "hold_new", _("Place a hold"), form=form, reached=reached)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        require(signed_in(request), Permit.VIEW_RETENTION)
        hold = self.found(request, object_id)
        return self.page(
            request,
            "hold",
            self.name_words(hold),
            hold=hold,
            scope=reach.scope_words(hold),
            reached=reach.reached_by(hold),
            may_open_request=may(request, Permit.ANSWER_REQUESTS),
        )

    def release(self, request: HttpRequest, number: int) -> HttpResponse:
        require(signed_in(request), Permit.KEEP_HOLDS)
        hold = self.found(request, str(number))
        try:
            holding.release(hold, signed_in(request), request.POST.get("reason", ""))
        except ValueError as problem:
            messages.error(request, str(problem))
        except holding.AlreadyReleased:
            messages.error(request, _("Someone has already released this hold."))
        else:
            done = _("The hold is released: the records' own due dates apply again.")
            messages.success(request, signed_by(signed_in(request), done))
        return back_to(hold)
