"""Accounts: made with a first password that is shown once, given roles, closed. Nobody changes their own roles."""

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.administration import ManagedByPermit
from privacy.clocks import time_zones
from privacy.guards import signed_in
from privacy.models import User
from privacy.safeguards.forms import ContractRules
from privacy.sessions import end_sessions_of

CONTRACT = ("is_contractor", "contract_number", "contract_ends_on")
CLOSES_ITSELF = gettext_lazy("A contractor's account closes automatically after the last day.")


class NewAccountForm(ContractRules, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = User
        fields = ("email", "name", "groups", "time_zone", *CONTRACT)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AccountForm(ContractRules, UserChangeForm):  # type: ignore[type-arg]
    """An account that is changed."""


def new_password() -> str:
    """A password of 96 random bits, to be shown once and then changed by its owner."""
    return secrets.token_urlsafe(12)


def show_password(request: HttpRequest, user: User, password: str) -> None:
    """Shown on the next page and nowhere else; what is stored is its hash."""
    sentence = _(
        "First password for {}: {} – shown only this once. Hand it over in person; they can change it after signing in."
    )
    messages.warning(request, format_html(sentence, user.name, password))


class RoleFilter(admin.RelatedFieldListFilter):
    """Roles by the names that the reader's language has for them."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(key, _(str(name))) for key, name in super().field_choices(field, request, model_admin)]


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return _(obj.name)


@admin.register(User)
class AccountAdmin(ManagedByPermit, UserAdmin):  # type: ignore[type-arg]
    form = AccountForm
    add_form = NewAccountForm
    add_fieldsets = (
        (None, {"fields": ("email", "name", "groups", "time_zone")}),
        (
            gettext_lazy("Contract"),
            {
                "fields": CONTRACT,
                "description": CLOSES_ITSELF,
            },
        ),
    )
    fieldsets = (
        (None, {"fields": ("email", "name", "time_zone", "password")}),
        (gettext_lazy("Access"), {"fields": ("is_active", "groups")}),
        (
            gettext_lazy("Contract"),
            {
                "fields": CONTRACT,
                "description": CLOSES_ITSELF,
            },
        ),
        (gettext_lazy("History"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("name", "email", "role_names", "is_active", "contract_ends_on", "last_login")
    list_filter = (("groups", RoleFilter), "is_active", "is_contractor")
    search_fields = ("name", "email")
    ordering = ("name",)
    filter_horizontal = ()
    actions = ("give_new_password", "remove_second_factor", "end_sessions", "close_accounts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"], kwargs["form_class"] = forms.CheckboxSelectMultiple, RolesField
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.label = _("Roles")
            field.help_text = _("What each role may do is fixed. Give each person only the roles their work requires.")
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            return forms.ChoiceField(choices=time_zones, initial=settings.AGENCY_TIME_ZONE)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(_(group.name) for group in user.groups.all())

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """One's own roles and being active are for another administrator to change."""
        own = ("groups", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        password = new_password()
        obj.set_password(password)
        super().save_model(request, obj, form, change)
        show_password(request, obj, password)

    @admin.action(description=gettext_lazy("Give a new password (shown once)"))
    def give_new_password(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        """A new password ends the account's sessions by itself: they are bound to the old one."""
        for user in accounts:
            password = new_password()
            user.set_password(password)
            user.save(update_fields=["password"])
            show_password(request, user, password)

    @admin.action(description=gettext_lazy("Remove the second factor"))
    def remove_second_factor(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        """For who lost it: the account's history says so, and its sessions end. One's own is for somebody else."""
        owners = Authenticator.objects.exclude(user=signed_in(request).pk).values("user")
        chosen = list(accounts.filter(pk__in=owners))
        with transaction.atomic():
            Authenticator.objects.filter(user__in=chosen).delete()
            for user in chosen:
                self.log_change(request, user, "Second factor removed.")
        end_sessions_of(User.objects.filter(pk__in=[user.pk for user in chosen]))
        said = _(
            "Second factors removed: %(count)s. Their owners sign in with a password alone until they set up a new one."
        )
        messages.success(request, said % {"count": len(chosen)})

    @admin.action(description=gettext_lazy("End all sessions"))
    def end_sessions(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        ended = end_sessions_of(accounts)
        messages.success(request, _("%(ended)s sessions ended.") % {"ended": ended})

    @admin.action(description=gettext_lazy("Close the accounts"))
    def close_accounts(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        """Whoever is signed in is out with the next request. One's own account stays open."""
        closed = accounts.exclude(pk=signed_in(request).pk).update(is_active=False)
        messages.success(request, _("%(closed)s accounts closed.") % {"closed": closed})


from privacy.physical import admin as _physical  # noqa: E402, F401  # as above
from privacy.retention import admin as _retention  # noqa: E402, F401  # registers its pages
