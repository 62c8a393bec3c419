"""What every page of the workplace is given."""

from django.core.cache import cache
from django.http import HttpRequest

from privacy.models import User


def workspace(request: HttpRequest) -> dict[str, object]:
    """`has_demo`: whether made-up data are loaded, which every page must say. Cached for a minute."""
    return {"has_demo": cache.get_or_set("workspace:has_demo", has_demo, timeout=60)}


def has_demo() -> bool:
    return User.objects.filter(is_demo=True).exists()
