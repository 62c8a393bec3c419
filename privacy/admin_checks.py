"""`manage.py check`: no page of the administration shows records past the door."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from privacy.administration import RecordAdmin
from privacy.enums import KeyKind
from privacy.holdings import Holds, declaration_of


@register
def administration_uses_the_door(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    return list(problems_of(admin.site))


def problems_of(site: AdminSite) -> Iterator[CheckMessage]:
    """What is registered at the site, or shown within it, and would show records past the door."""
    for model, model_admin in site._registry.items():
        if isinstance(model_admin, RecordAdmin):
            yield from _of_record_admin(model_admin)
        else:
            yield from _past_the_door(model, model_admin)


def _past_the_door(model: type[Model], model_admin: "ModelAdmin[Any]") -> Iterator[CheckMessage]:
    for shown in (model, *(inline.model for inline in model_admin.inlines)):
        if isinstance(declaration_of(shown), Holds):
            yield Error(
                f"{type(model_admin).__name__} shows records ({shown._meta.label}) past the door.",
                hint="Derive it from privacy.administration.RecordAdmin.",
                obj=type(model_admin),
                id="privacy.E020",
            )


def _of_record_admin(model_admin: RecordAdmin) -> Iterator[CheckMessage]:
    name = type(model_admin).__name__
    if getattr(model_admin, "search_fields", ()) and model_admin.key is KeyKind.LIST:
        hint = "Name the key that search_fields look up as `key`."
        message = f"{name} looks people up by no key of the notice."
        yield Error(message, hint=hint, obj=type(model_admin), id="privacy.E021")
    if getattr(model_admin, "inlines", ()):
        hint = "Give the inline's model a RecordAdmin of its own."
        yield Error(f"{name} saves inlines past their history.", hint=hint, obj=type(model_admin), id="privacy.E022")
