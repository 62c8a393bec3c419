"""The administration's page of failed tasks, for those who look after operations."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

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

    @admin.display(boolean=True, description=gettext_lazy("can run again"))
    def can_run_again(self, failed: FailedTask) -> bool:
        """Not where the arguments were left out, as they might have named a person."""
        return failed.arguments is not None

    @admin.action(description=gettext_lazy("Run again"), permissions=["view"])
    def run_again(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        wanted = chosen.count()
        done = failures.run_again(chosen, signed_in(request))
        left = wanted - done
        said = ngettext("%(count)s handed to a worker.", "%(count)s handed to a worker.", done) % {"count": done}
        self.message_user(request, said, messages.SUCCESS if done else messages.WARNING)
        if left:
            said = ngettext(
                "%(count)s left as it is: already settled, or its arguments were not kept.",
                "%(count)s left as they are: already settled, or their arguments were not kept.",
                left,
            )
            self.message_user(request, said % {"count": left}, messages.WARNING)

    @admin.action(description=gettext_lazy("Dismiss"), permissions=["view"])
    def dismiss(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        count = failures.dismiss(chosen, signed_in(request))
        said = ngettext("%(count)s dismissed.", "%(count)s dismissed.", count)
        self.message_user(request, said % {"count": count})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
