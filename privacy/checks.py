"""`manage.py check`: the notice's files are sound, and every field of every model is classified under it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models
from django.db.models import Q

from privacy import holdings
from privacy.holdings import SELF, Holds, SystemData
from privacy.notice import elements_shipped, shipped
from privacy.notice.files import NOTICES, problems
from privacy.notice.versions import SYSTEM
from privacy.rights import people

DECLARE = "Say in the model's body which element of the notice it holds, or why it is system data: privacy.holdings."


@register
def notice_is_sound(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    return [Error(str(problem), id="privacy.E001") for problem in problems(NOTICES / SYSTEM)]


@register
def fields_are_classified(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    if any(problems(NOTICES / SYSTEM)):
        return []  # told by the other check; without a notice nothing can be held against it
    messages = [message for model in holdings.all_models() for message in _of_model(model)]
    return [*messages, *_of_nothing()]


@register
def persons_are_reached(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """An access package finds a person's rows in every model, or is told why there are none."""
    known = {model._meta.label for model, _ in holdings.holding_models()}
    found: list[CheckMessage] = []
    for model, holds in holdings.holding_models():
        label = model._meta.label
        if not (holds.individual or people.trace_of(label).which or people.reason_of(label)):
            hint = "Declare a trace, or why its rows are nobody's: privacy.rights.people."
            found.append(Error(f"{label}: no way leads to a person's rows.", hint=hint, obj=model, id="privacy.E020"))
    unknown = [label for label in people.declared() if label not in known]
    return found + [Error(f"{label} has a trace, and holds nothing.", id="privacy.E021") for label in unknown]


def _of_nothing() -> Iterator[CheckMessage]:
    """Declarations of models that do not exist."""
    labels = {model._meta.label_lower for model in holdings.all_models()}
    for label in holdings.declared_elsewhere():
        if label not in labels:
            yield Error(f"{label} is declared, and there is no such model.", id="privacy.E013")


def _of_model(model: type[models.Model]) -> Iterator[CheckMessage]:
    declaration = holdings.declaration_of(model)
    if declaration is None:
        yield Error(
            f"{model._meta.label} is not classified under the notice.", hint=DECLARE, obj=model, id="privacy.E002"
        )
    if isinstance(declaration, SystemData) and not declaration.reason.strip():
        yield Error(f"{model._meta.label} gives no reason why it is system data.", obj=model, id="privacy.E014")
    if isinstance(declaration, Holds):
        yield from _of_fields(model, declaration)
        yield from _of_elements(model, declaration)
        yield from _of_attributes(model, declaration)
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
    for name in sorted(set(holds.told) - set(holds.system)):
        yield Error(
            f"{model._meta.label} tells {name}, which is none of its system data.", obj=model, id="privacy.E022"
        )
    for name in sorted(name for name, reason in holds.system.items() if not reason.strip()):
        message = f"{model._meta.label}.{name} gives no reason why it is system data."
        yield Error(message, obj=model, id="privacy.E014")


def _of_elements(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    known, columns = elements_shipped(), {field.name: field for field in holdings.stored_fields(model)}
    for field in holds.elements:
        for identifier in holds.elements_of(field):
            where = f"{model._meta.label}.{field}"
            if identifier not in known:
                yield Error(f"{where} holds {identifier}, which is no element.", obj=model, id="privacy.E006")
            elif (
                known[identifier].is_encrypted and field in columns and not getattr(columns[field], "is_sealed", False)
            ):
                hint = "Use a field of privacy.vault.fields."
                message = f"{where} holds {identifier} in clear, which the notice's reading wants encrypted."
                yield Error(message, hint=hint, obj=model, id="privacy.E007")


def _of_attributes(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    """A field of attributes says of which categories it holds the elements."""
    known = {category.number for notice in shipped() for category in notice.categories}
    for number in sorted(set(holds.attribute_categories) - known):
        message = f"{model._meta.label} holds attributes of category {number}, which is no category."
        yield Error(message, obj=model, id="privacy.E015")
    if bool(holds.attributes) != bool(holds.attribute_categories):
        message = f"{model._meta.label} names only one of attributes and attribute_categories."
        yield Error(message, obj=model, id="privacy.E016")


def _of_paths(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    """How the individual and the clock are reached must be paths that a query can follow."""
    paths = [("individual", holds.individual), ("clock", holds.clock), ("rule_field", holds.rule_field)]
    for name, path in [*paths, *_further_paths(holds)]:
        if path and (name, path) != ("individual", SELF) and not _can_be_followed(model, path):
            message = f"{model._meta.label}: {name} {path!r} leads nowhere."
            yield Error(message, obj=model, id="privacy.E008")
    if not holds.clock:
        yield Error(
            f"{model._meta.label} names no clock: which date starts its retention?", obj=model, id="privacy.E009"
        )


def _further_paths(holds: Holds) -> Iterator[tuple[str, str]]:
    """The lookups of what retention is told beside the clock; an expression of SQL is the database's to check."""
    clocks = [*holds.clocks.values(), *(path for paths in holds.triggers.values() for path in paths.values())]
    for clock in clocks:
        for path in clock if isinstance(clock, tuple) else (clock,):
            yield from [("clocks", path)] if isinstance(path, str) else []
    yield from (("waits", path) for path in holds.waits)
    yield from (("empties", path) for path in holds.empties)
    yield ("shows_life", holds.shows_life)
    yield from (("lifeless", path) for path in _paths_in(holds.lifeless))
    for paths in holds.scopes.values():
        yield from (("scopes", path) for path in ([paths] if isinstance(paths, str) else paths))


def _paths_in(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _paths_in(child)
        elif isinstance(child, tuple):
            yield child[0]


def _can_be_followed(model: type[models.Model], path: str) -> bool:
    try:
        model._base_manager.values(path)
    except (FieldError, FieldDoesNotExist):
        return False
    return True


def _of_rules(model: type[models.Model], holds: Holds) -> Iterator[CheckMessage]:
    """A row is under one rule of the notice; where it may be under several, a field chooses."""
    known = {rule for notice in shipped() for rule in notice.retention_rules}
    for rule in holds.rules:
        if rule not in known:
            yield Error(f"{model._meta.label}: {rule} is no retention rule.", obj=model, id="privacy.E010")
    if not holds.rules:
        yield Error(f"{model._meta.label} falls under no retention rule.", obj=model, id="privacy.E011")
    for rule in sorted({*holds.clocks, *holds.triggers, *holds.rule_values} - set(holds.rules)):
        yield Error(f"{model._meta.label} says more of {rule}, which it is not under.", obj=model, id="privacy.E017")
    if len(holds.rules) > 1 and not holds.rule_field:
        message = f"{model._meta.label} may fall under {' or '.join(holds.rules)}, and nothing chooses."
        yield Error(message, hint="Name the field that does as rule_field.", obj=model, id="privacy.E012")
