"""Records that the API makes and changes: by the form of their page, so that the same mistakes get the same words."""

from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from rest_framework.exceptions import ValidationError

from privacy.models import User
from records.forms.record import RecordForm
from records.views.nouns import stated_basis


def keep(request: HttpRequest, user: User, form: RecordForm) -> Any:
    """Save what the form holds, with its history. Raises ValidationError, naming each field that is wrong."""
    if not form.is_valid():
        raise ValidationError(said(form))
    with transaction.atomic():
        return form.keep(user, stated_basis(request, user))


def said(form: BaseForm) -> dict[str, list[str]]:
    """What is wrong with each field; of none in particular under no name."""
    return {"" if name == "__all__" else name: list(map(str, errors)) for name, errors in form.errors.items()}


def filled(form: type[RecordForm], user: User, instance: Any, sent: dict[str, Any]) -> RecordForm:
    """The form of a record with what was sent; what was not stays as it is, or as it is for a new one."""
    now = form(user, instance=instance)
    values = {name: now[name].value() for name in now.fields} | sent
    # As a browser sends them: the form reads texts.
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    return form(user, texts, instance=instance)
