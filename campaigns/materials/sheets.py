"""The pages of a material as its own page shows them, so many at once, each with how it was read."""

from urllib.parse import urlencode

from django.urls import reverse

AT_ONCE = 24


def address_of(slug: str, version: int | None, page: int | None) -> str:
    """Where the material is shown: that page of that version, as far as they are known."""
    own = reverse("material", args=[slug])
    if version is None or page is None:
        return own
    at_once = (page - 1) // AT_ONCE + 1
    asked = {"version": version, **({"page": at_once} if at_once > 1 else {})}
    return f"{own}?{urlencode(asked)}#page-{page}"
