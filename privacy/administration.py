"""The administration: accounts, roles, teams and what runs. What shows records goes through the door (RecordAdmin).

Who may open it follows from permits; its own login page is not used (nothing but the one login page is open).
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy import changes
from privacy.bases import basis_in_use, basis_of, reading_of
from privacy.enums import KeyKind
from privacy.guards import listed, roles_with, signed_in
from privacy.holdings import Holds, declaration_of
from privacy.places import declare_place
from privacy.roles import Permit
from privacy.wording import label_words_lazy

# Whoever holds one of them finds something in the administration.
OPENS = (Permit.MANAGE_USERS, Permit.VIEW_OPERATIONS, Permit.VIEW_RETENTION)

Panel = Callable[[HttpRequest], dict[str, Any] | None]
_panels: list[tuple[Permit, Panel]] = []


def declare_panel(permit: Permit, panel: Panel) -> None:
    """Show something on the first page to those with the permit: what the panel gives is the context of a template of
    its own, named by `template`."""
    _panels.append((permit, panel))


class Administration(AdminSite):
    site_header = _("Waymark administration")
    site_title = _("Waymark administration")
    index_title = _("Accounts, teams, retention and operations")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Takes what says which permit it is for; what other packages register by themselves stays out."""
        if admin_class is not None and issubclass(admin_class, ManagedByPermit):
            own = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
            for model in [*own, *(inline.model for inline in getattr(admin_class, "inlines", ()))]:
                word_model(model)
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Without Django's address that looks up a row of any model by number."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user holds a permit that something of the administration is for."""
        return any(may(request, permit) for permit in OPENS)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """With what each part says of itself on the first page (`declare_panel`)."""
        panels = [panel(request) for permit, panel in _panels if may(request, permit)]
        return super().index(request, {**(extra_context or {}), "panels": [one for one in panels if one]})

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sends strangers to the one login page, and refuses who is signed in without a permit."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))
        if not self.has_permission(request):
            people = listed([role.people for role in roles_with(*OPENS)])
            raise PermissionDenied(gettext("This is open to %(people)s.") % {"people": people})
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """There is one page for one's own password."""
        return HttpResponseRedirect(reverse("account_change_password"))


def may(request: HttpRequest, permit: Permit) -> bool:
    """Whether an active user with this permit asks."""
    return request.user.is_active and request.user.has_perm(permit.permission)


def word_model(model: type[Model]) -> None:
    """Have what people call a model, its rows, fields and choices read in the reader's language, on every page of its.

    Only the names that pages show are changed: migrations have those that are written in the model.
    """
    options = model._meta
    options.verbose_name = label_words_lazy(str(options.verbose_name))
    options.verbose_name_plural = label_words_lazy(str(options.verbose_name_plural))
    for field in options.fields:
        if isinstance(field.verbose_name, str):  # those of Django's own models say themselves already
            field.verbose_name = label_words_lazy(field.verbose_name)
        if field.choices:
            field.choices = [(value, _(label) if label else label) for value, label in field.flatchoices]


class ManagedByPermit:
    """Mixed into a ModelAdmin: whoever holds `permit` may do with its model what the class does not forbid."""

    permit = Permit.MANAGE_USERS

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.permit)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.permit)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.permit)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.permit)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts and teams are closed, not deleted: history names them."""
        return False


class RecordAdmin(ManagedByPermit):
    """Mixed into a ModelAdmin of a model that holds records: list, row and history go through the door, and what is
    saved there stands in the record's history (privacy.changes). `key` is what its search looks records up by.

    Django's own history of the administration is not written: it would keep names beside the notice's retention.
    """

    model: type[Model]
    key = KeyKind.LIST

    def __init__(self, model: type[Model], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)  # type: ignore[call-arg]  # a ModelAdmin stands behind it
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        self.place = declare_place(
            name,
            f"Administration of {model._meta.verbose_name_plural}",
            categories_of(model),
            is_page=True,
            permits=(self.permit,),
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        key = self.key if request.GET.get(SEARCH_VAR) else KeyKind.LIST
        with reading_of(request, self.place, key) as read:
            answer: HttpResponse = rendered(super().changelist_view(request, extra_context))  # type: ignore[misc]
            read.count = shown_in(answer)
            return answer

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        with reading_of(request, self.place) as read:
            answer = rendered(super().change_view(request, object_id, form_url, extra_context))  # type: ignore[misc]
            read.count = 1
            return answer

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        with reading_of(request, self.place) as read:
            record = self.get_object(request, object_id)  # type: ignore[attr-defined]
            if record is None:
                raise Http404
            read.count = 1
            return self._history_page(request, record)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    def _history_page(self, request: HttpRequest, record: Model) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": gettext("History of %(what)s %(number)s")
            % {"what": self.model._meta.verbose_name, "number": record.pk},
            "history": changes.history(record),
        }
        return render(request, "privacy/record_history.html", context)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        basis = basis_in_use(request) or basis_of(request)
        if basis is None:
            raise PermissionDenied(
                gettext("Your role cannot change records: it has no purpose under the notice and no duty.")
            )
        changes.save(obj, by=signed_in(request), basis=basis)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The record's own history has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The record's own history has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing is deleted here."""


def categories_of(model: type[Model]) -> tuple[int, ...]:
    """The categories of records that the model holds."""
    holds = declaration_of(model)
    return holds.categories if isinstance(holds, Holds) else ()


def rendered(answer: Any) -> Any:
    """The answer with its page made: what it shows is read while the door is open."""
    return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer


def shown_in(answer: Any) -> int:
    """How many rows a page of the administration's list shows."""
    listing = (getattr(answer, "context_data", None) or {}).get("cl")
    return len(listing.result_list) if listing else 0
