"""Who of the people that take part in surveys, events and lists is shown to whom."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet

from privacy.models import User
from privacy.roles import Permit
from records.models import Customer


def taking_part(model: type[Model], path: str = "customer") -> Callable[[User], "QuerySet[Any]"]:
    """The scope of a programme's people: all for those who keep programmes, else the customers whom the user sees."""

    def visible(user: User) -> "QuerySet[Any]":
        if user.has_permit(Permit.KEEP_PROGRAMMES):
            return model._default_manager.all()
        return model._default_manager.filter(**{f"{path}__in": Customer.objects.records_visible_to(user)})

    return visible
