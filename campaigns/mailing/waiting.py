"""Which shares wait for a mailing."""

from django.db.models import Q

from campaigns.enums import Channel


def waiting(way: str = "") -> Q:
    """Shares by e-mail that no mailing has taken; `way` leads to them, such as `shares__`.

    Those that follow from another share wait for none: whoever something was passed on to has a letter of its own, and
    a page's materials are opened from the page.
    """
    asked = {"channel": Channel.EMAIL, "message": None, "passed_on_from": None, "is_in_page": False}
    return Q(**{f"{way}{name}": value for name, value in asked.items()})
