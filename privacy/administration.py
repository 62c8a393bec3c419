"""The administration: accounts, roles, teams and what runs. It shows no record of a customer.

Who may open it follows from permits; its own login page is not used (nothing but the one login page is open).
"""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from privacy.roles import Permit


class Administration(AdminSite):
    site_header = "Waymark administration"
    site_title = "Waymark administration"
    index_title = "Accounts, teams and operations"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Takes what says which permit it is for; what other packages register by themselves stays out."""
        if admin_class is not None and issubclass(admin_class, ManagedByPermit):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Without Django's address that looks up a row of any model by number."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user holds a permit that something of the administration is for."""
        return may(request, Permit.MANAGE_USERS) or may(request, Permit.VIEW_OPERATIONS)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sends strangers to the one login page, and refuses who is signed in without a permit."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))
        if not self.has_permission(request):
            raise PermissionDenied("This is open to IT administrators.")
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """There is one page for one's own password."""
        return HttpResponseRedirect(reverse("account_change_password"))


def may(request: HttpRequest, permit: Permit) -> bool:
    """Whether an active user with this permit asks."""
    return request.user.is_active and request.user.has_perm(permit.permission)


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
