"""The administration's page of failed tasks, for those who look after operations."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from config import failures
from config.models import FailedTask
from privacy.administration import ManagedByPermit
from privacy.guards import signed_in
from privacy.roles import Permit


@admin.register(FailedTask)
class FailedTaskAdmin(ManagedByPermit, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    permit = Permit.VIEW_OPERATIONS
    list_display = ("task", "exception", "state", "attempts", "failed_at", "can_run_again", "settled_at", "settled_by")
    list_filter = ("state", "task", "exception")
    list_select_related = ("settled_by",)
    date_hierarchy = "failed_at"
    actions = ("run_again", "dismiss")

    @admin.display(boolean=True, description="can run again")
    def can_run_again(self, failed: FailedTask) -> bool:
        """Not where the arguments were left out, as they might have named a person."""
        return failed.arguments is not None

    @admin.action(description="Run again", permissions=["view"])
    def run_again(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        wanted = chosen.count()
        done = failures.run_again(chosen, signed_in(request))
        left = wanted - done
        self.message_user(request, f"{done} handed to a worker.", messages.SUCCESS if done else messages.WARNING)
        if left:
            why = "settled already, or their arguments were not kept"
            self.message_user(request, f"{left} left as they are: {why}.", messages.WARNING)

    @admin.action(description="Dismiss", permissions=["view"])
    def dismiss(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        self.message_user(request, f"{failures.dismiss(chosen, signed_in(request))} dismissed.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
