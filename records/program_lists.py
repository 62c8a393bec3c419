"""The lists of what programs have to do with Waymark: their API keys, and events that their endpoints were not told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import django_filters as filters
from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from privacy.enums import Duty, TellingWhy
from privacy.models import ApiKey, User, WebhookEndpoint, WebhookTelling
from privacy.purposes import Basis
from privacy.roles import SEES_KEYS, Permit
from privacy.webhooks.delivering import dead
from privacy.webhooks.kinds import kinds
from records.listing import Act, Chosen, Column, Kind, Listing, Row
from records.lists import declare_list
from records.periods import PeriodFilter

# API keys ------------------------------------------------------------------------------------------------------------

WORKS, REVOKED, OVER = "works", "revoked", "over"
KEY_STATES = {WORKS: _("Works"), REVOKED: _("Revoked"), OVER: _("Over")}


class OwnKeyFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(method="find", label=_("Search"))
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=list(KEY_STATES.items()))
    used = PeriodFilter(field_name="last_used_at", is_moment=True, label=_("Last used"))

    def find(self, rows: "QuerySet[ApiKey]", name: str, text: str) -> "QuerySet[ApiKey]":
        """By a part of the name, or by how the key begins, with the mark or without it."""
        return rows.filter(Q(name__icontains=text) | Q(prefix__startswith=text.removeprefix("wm_").partition("_")[0]))


def owners(request: HttpRequest | None) -> "QuerySet[User]":
    return User.objects.filter(api_keys__isnull=False).distinct().order_by("name")


class KeyFilters(OwnKeyFilters):
    owner = filters.ModelChoiceFilter(queryset=owners, label=_("Whose"), empty_label=_("Anybody"))


def key_rows(user: User) -> "QuerySet[ApiKey]":
    state = Case(
        When(revoked_at__isnull=False, then=Value(REVOKED)),
        When(expires_at__lte=Now(), then=Value(OVER)),
        default=Value(WORKS),
    )
    return ApiKey.objects.looked_after_by(user).annotate(
        state=state,
        owner_name=F("owner__name"),
        revoked_by_name=F("revoked_by__name"),
        may=Func(F("scopes"), Value(", "), function="array_to_string", output_field=CharField()),
    )


def say_for_what(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add in words for what each key reads, and the part of it that may be shown."""
    for row in rows:
        row |= {"begins_with": f"wm_{row['prefix']}_…", "basis": basis_words(row)}


def basis_words(row: Row) -> str:
    if row["purpose"] is None and not row["duty"]:
        return now("reads no records")
    basis = Basis(row["purpose"], Duty(row["duty"]) if row["duty"] else None, row["reference"])
    words = f"{basis.title}: {basis.duty.label}" if basis.duty else basis.title
    return f"{words}, {basis.reference}" if basis.reference else words


def acts_of_key(user: User, row: Row) -> Iterable[Act]:
    if row["state"] == WORKS:
        said = now("Revoke %(name)s") % {"name": row["name"]}
        yield Act(_("Revoke"), reverse("api_key_revoke", args=[row["key"]]), said, is_post=True)


KEYS = Listing(
    name=gettext_noop("keys"),
    columns=(
        Column(_("Name"), "name"),
        Column(_("Whose"), "owner_name"),
        Column(_("State"), "state", words=KEY_STATES),
        Column(_("Scopes"), "may"),
        Column(_("Made"), "made_at", Kind.MOMENT),
        Column(_("Ends"), "expires_at", Kind.MOMENT),
        Column(_("Last used"), "last_used_at", Kind.MOMENT),
        Column(_("Revoked"), "revoked_at", Kind.MOMENT),
        Column(_("Revoked by"), "revoked_by_name"),
    ),
    filters=KeyFilters,
    rows=key_rows,
    key="key",
    sort="-made_at",
    singular=gettext_noop("key"),
    page_columns=(Column(_("Begins with"), "begins_with"), Column(_("For what"), "basis")),
    fill=say_for_what,
    needs=("name", "prefix", "state", "purpose", "duty", "reference"),
    acts=acts_of_key,
)
OWN_KEYS = replace(
    KEYS, columns=tuple(column for column in KEYS.columns if column.name != "owner_name"), filters=OwnKeyFilters
)


def keys_for(user: User) -> Listing:
    return KEYS if user.has_permit(Permit.MANAGE_USERS) else OWN_KEYS


KEY_LIST = declare_list("api-keys", "api_keys", SEES_KEYS, keys_for, has_files=False)

# What was given up ---------------------------------------------------------------------------------------------------


class GivenUpFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    event = filters.ChoiceFilter(
        field_name="event__kind", label=_("Event"), empty_label=_("Any event"),
        choices=lambda: [(kind.name, gettext(kind.label)) for kind in kinds()],
    )  # fmt: skip
    endpoint = filters.ModelChoiceFilter(
        queryset=WebhookEndpoint.objects.defer("secret", "former_secret"), to_field_name="key",
        label=_("Endpoint"), empty_label=_("Any endpoint"),
    )  # fmt: skip
    why = filters.ChoiceFilter(label=_("Last answer"), empty_label=_("Any answer"), choices=TellingWhy.choices)
    happened = PeriodFilter(field_name="event__at", is_moment=True, label=_("Happened"))


def given_up_rows(user: User) -> "QuerySet[WebhookTelling]":
    return dead().annotate(
        kind=F("event__kind"),
        happened_at=F("event__at"),
        endpoint_name=F("endpoint__name"),
        endpoint_key=F("endpoint__key"),
        endpoint_ended_at=F("endpoint__ended_at"),
    )


def say_last_answer(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add in words what the last try came to: `500 answered with an error`."""
    for row in rows:
        why = gettext(TellingWhy(row["why"]).label) if row["why"] else ""
        row["answer"] = f"{row['status'] or ''} {why}".strip()


def acts_of_telling(user: User, row: Row) -> Iterable[Act]:
    if row["endpoint_ended_at"] is None:
        said = now("Send %(event)s to %(endpoint)s again") % {"event": row["kind"], "endpoint": row["endpoint_name"]}
        yield Act(_("Send again"), reverse("webhook_again", args=[row["pk"]]), said, is_post=True)


GIVEN_UP = Listing(
    name=gettext_noop("events given up"),
    columns=(
        Column(_("Event"), "kind"),
        Column(_("Happened"), "happened_at", Kind.MOMENT),
        Column(_("Endpoint"), "endpoint_name", address=lambda row: reverse("webhook", args=[row["endpoint_key"]])),
        Column(_("Tries"), "attempts", Kind.COUNT),
        Column(_("Given up"), "ended_at", Kind.MOMENT),
    ),
    filters=GivenUpFilters,
    rows=given_up_rows,
    key="pk",
    sort="-ended_at",
    singular=gettext_noop("event given up"),
    page_columns=(Column(_("Last answer"), "answer"),),
    fill=say_last_answer,
    needs=("kind", "endpoint_name", "endpoint_key", "endpoint_ended_at", "status", "why"),
    acts=acts_of_telling,
)
GIVEN_UP_LIST = declare_list(
    "webhooks-given-up", "webhooks_given_up", (Permit.KEEP_WEBHOOKS,), lambda user: GIVEN_UP, has_files=False
)
