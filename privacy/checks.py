"""`manage.py check`: the notice's files are sound, and every field of every model is classified under it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models

from privacy import holdings
from privacy.holdings import SELF, Holds
from privacy.notice import elements_ever, versions
from privacy.notice.files import NOTICES, problems
from privacy.notice.versions import SYSTEM

DECLARE = "Say in the model's body which element of the notice it holds, or why it is system data: privacy.holdings."


@register
def notice_is_sound(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    return [Error(str(problem), id="privacy.E001") for problem in problems(NOTICES / SYSTEM)]


@register
def fields_are_classified(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    if any(problems(NOTICES / SYSTEM)):
        return []  # told by the other check; without a notice nothing can be held against it
    return [message for model in holdings.all_models() for message in _of_model(model)]


def _of_model(model: type[models.Model]) -> Iterator[CheckMessage]:
    declaration = holdings.declaration_of(model)
    if declaration is None:
        yield Error(
            f"{model._meta.label} is not classified under the notice.", hint=DECLARE, obj=model, id="privacy.E002"
        )
    if isinstance(declaration, Holds):
        yield from _of_fields(model, declaration)
        yield from _of_elements(model, declaration)
        yield from _of_paths(model, declaration)
        yield from _of_rules(model, declaration)


def _of_fields(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    columns = {field.name for field in holdings.stored_fields(model)}
    named = [*holds.elements, *holds.system, *([holds.attributes] if holds.attributes else [])]
    for name in sorted(columns - set(named)):
        message = f"{model._meta.label}.{name} is not classified under the notice."
        yield Error(message, hint=DECLARE, obj=model, id="privacy.E003")
    for name in sorted(set(named) - columns):
        yield Error(f"{model._meta.label} classifies {name}, which is no field of it.", obj=model, id="privacy.E004")
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield Error(f"{model._meta.label}.{name} is classified twice.", obj=model, id="privacy.E005")


def _of_elements(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    known = elements_ever()
    for field in holds.elements:
        for identifier in holds.elements_of(field):
            where = f"{model._meta.label}.{field}"
            if identifier not in known:
                yield Error(f"{where} holds {identifier}, which is no element.", obj=model, id="privacy.E006")
            elif known[identifier].is_encrypted and not getattr(model._meta.get_field(field), "is_sealed", False):
                hint = "Use a field of privacy.vault.fields."
                message = f"{where} holds {identifier} in clear, which the notice's reading wants encrypted."
                yield Error(message, hint=hint, obj=model, id="privacy.E007")


def _of_paths(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    """How the individual and the clock are reached must be paths that a query can follow."""
    for name, path in (("individual", holds.individual), ("clock", holds.clock)):
        if path and path != SELF and not _can_be_followed(model, path):
            message = f"{model._meta.label}: {name} {path!r} leads nowhere."
            yield Error(message, obj=model, id="privacy.E008")
    if not holds.clock:
        yield Error(
            f"{model._meta.label} names no clock: which date starts its retention?", obj=model, id="privacy.E009"
        )


def _can_be_followed(model: type[models.Model], path: str) -> bool:
    try:
        model._default_manager.values(path)
    except (FieldError, FieldDoesNotExist):
        return False
    return True


def _of_rules(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    """A row is under one rule of the notice; where it may be under several, a field chooses."""
    known = {rule for notice in versions() for rule in notice.retention_rules}
    for rule in holds.rules:
        if rule not in known:
            yield Error(f"{model._meta.label}: {rule} is no retention rule.", obj=model, id="privacy.E010")
    if not holds.rules:
        yield Error(f"{model._meta.label} falls under no retention rule.", obj=model, id="privacy.E011")
    if len(holds.rules) > 1 and not holds.rule_field:
        message = f"{model._meta.label} may fall under {' or '.join(holds.rules)}, and nothing chooses."
        yield Error(message, hint="Name the field that does as rule_field.", obj=model, id="privacy.E012")
