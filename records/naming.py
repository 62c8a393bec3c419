"""Names in addresses, made from what a thing is called."""

import secrets

from django.db import models
from django.utils.text import slugify

LONGEST = 80


def new_token() -> str:
    """128 random bits, as they stand in an address that is somebody's own."""
    return secrets.token_urlsafe(16)


def free_slug(model: type[models.Model], name: str) -> str:
    """A slug of the name that no other of the model has: `spring-forum`, `spring-forum-2`."""
    stem = slugify(name)[: LONGEST - 6] or model._meta.model_name or "it"
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    nth = next(number for number in range(1, len(taken) + 2) if _numbered(stem, number) not in taken)
    return _numbered(stem, nth)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"
