"""Teams and territories, kept by IT administrators. Customers are not shown here."""

from django.contrib import admin

from privacy.administration import ManagedByPermit
from records.models import Team, TeamMembership, Territory


class MembershipInline(ManagedByPermit, admin.StackedInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = TeamMembership
    extra = 1


@admin.register(Team)
class TeamAdmin(ManagedByPermit, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "territory")
    list_select_related = ("territory",)
    inlines = (MembershipInline,)


@admin.register(Territory)
class TerritoryAdmin(ManagedByPermit, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code")
