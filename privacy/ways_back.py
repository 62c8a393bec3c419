"""Where a form leads back to: the page that it says it stood on, if that is one of ours."""

from django.utils.http import url_has_allowed_host_and_scheme


def page_of_ours(asked: str, otherwise: str) -> str:
    """The page asked for where it is an address of this site, written from its root; anything else leads elsewhere, to
    another site or to a view of that name."""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else otherwise
