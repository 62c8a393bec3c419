"""What was done is said on the next page, with a button that takes it back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext

from privacy.cursors import BadCursor, opened, sealed
from privacy.guards import signed_in


def tell(request: HttpRequest, said: str, undo: str = "", what: str = "") -> None:
    """`undo` is the address that the button posts to, with `what` (no white space) as its field `undone`."""
    messages.success(request, said, extra_tags=f"undo-at {undo} {what}".rstrip() if undo else "")


def tell_removed(request: HttpRequest, said: str, undo: str, removed: Model, fields: Sequence[str]) -> None:
    """The same for a row that is gone: the button brings the values of these fields with it, encrypted."""
    tell(request, said, undo, sealed([getattr(removed, name) for name in fields], _context(request, type(removed))))


def values_removed(request: HttpRequest, model: type[Model], fields: Sequence[str]) -> dict[str, Any]:
    """What the button of `tell_removed` brings back to whoever removed it. Raises BadRequest for anything else."""
    try:
        values = opened(request.POST.get("undone", ""), _context(request, model))
        return dict(zip(fields, values, strict=True))
    except (BadCursor, ValueError) as error:
        raise BadRequest(gettext("There is nothing to bring back.")) from error


def _context(request: HttpRequest, model: type[Model]) -> list[bytes]:
    return [b"undo", model._meta.label.encode(), str(signed_in(request).pk).encode()]
