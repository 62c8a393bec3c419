"""What is said of a constraint of the schema that is broken, where the form has no words of its own for it.

The constraint says itself what a number may be and what comes before what; its name means nothing to people.
"""

import operator
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import CheckConstraint, F, Q
from django.db.models.constraints import BaseConstraint
from django.forms import BaseForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from records import figures

Leaf = tuple[str, str, Any]
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "gte": operator.ge,
    "gt": operator.gt,
    "lte": operator.le,
    "lt": operator.lt,
    "range": lambda value, bounds: bounds[0] <= value <= bounds[1],
}
SAID = {
    "gte": gettext_noop("Enter %(bound)s or more."),
    "gt": gettext_noop("Enter more than %(bound)s."),
    "lte": gettext_noop("Enter %(bound)s or less."),
    "lt": gettext_noop("Enter less than %(bound)s."),
}


def words_of(constraint: BaseConstraint, form: BaseForm) -> tuple[str | None, str] | None:
    """The field that is wrong, None where several are, and what is said of it. None where Django's words for the
    constraint are for people, as of what is there already."""
    if not isinstance(constraint, CheckConstraint) or not isinstance(constraint.condition, Q):
        return None
    for name, lookup, bound in bounds_of(constraint.condition):
        is_asked = name in form.fields and not _is_kept(form, name, lookup, bound)
        if is_asked and (said := _bound_words(form, lookup, bound)):
            return name, said
    names = set(names_of(constraint.condition))
    asked = [name for name in form.fields if name in names]
    if len(asked) < 2:
        return next(iter(asked), None), _("This cannot be saved like this. Check what you entered.")
    labels = ", ".join(str(form.fields[name].label) for name in asked)
    return None, _("What you entered here does not go together: %(fields)s.") % {"fields": labels}


def bounds_of(condition: Q) -> Iterator[Leaf]:
    """The conditions that must hold, each as its field, its lookup and what it is compared with."""
    for child in () if condition.negated else condition.children:
        if isinstance(child, Q):
            yield from bounds_of(child)
        elif isinstance(child, tuple):
            name, _sign, lookup = child[0].partition("__")
            yield name, lookup, child[1]


def names_of(condition: Q) -> Iterator[str]:
    """The fields that a condition is about."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from names_of(child)
        elif isinstance(child, tuple):
            yield child[0].partition("__")[0]


def _is_kept(form: BaseForm, name: str, lookup: str, bound: Any) -> bool:
    """Whether what was entered keeps this bound, so that another of the constraint is broken. Nothing breaks none."""
    entered = getattr(form, "cleaned_data", None)
    if entered is None or lookup not in HOLDS:
        return False
    value, bound = entered.get(name), entered.get(_named_by(bound)) if isinstance(bound, F) else bound
    return value is None or bound is None or HOLDS[lookup](value, bound)


def _named_by(reference: F) -> str:
    _path, (name,), _options = reference.deconstruct()
    return str(name)


def _bound_words(form: BaseForm, lookup: str, bound: Any) -> str:
    """Empty for a lookup that is no bound."""
    if isinstance(bound, F):
        if lookup not in {"gt", "gte"} or _named_by(bound) not in form.fields:
            return ""
        return _("This is before “%(other)s”.") % {"other": form.fields[_named_by(bound)].label}
    if lookup == "range":
        least, most = bound
        return _("Enter a number from %(least)s to %(most)s.") % {
            "least": figures.count(least),
            "most": figures.count(most),
        }
    return _(SAID[lookup]) % {"bound": figures.count(bound)} if lookup in SAID and isinstance(bound, int) else ""
