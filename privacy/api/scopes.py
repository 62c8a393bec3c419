"""Scopes of API keys: which nouns a key may read, and which it may write. They never widen what its owner may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

READ, WRITE = "read", "write"


@dataclass(frozen=True)
class Noun:
    """A kind of thing that the API has. `is_read` and `is_written` say which scopes there are for it."""

    name: str
    label: str
    is_read: bool = True
    is_written: bool = False

    @property
    def scopes(self) -> tuple[str, ...]:
        return (
            *([f"{self.name}:{READ}"] if self.is_read else []),
            *([f"{self.name}:{WRITE}"] if self.is_written else []),
        )


NOUNS = (
    Noun("customers", _("Customers"), is_written=True),
    Noun("organizations", _("Organizations"), is_written=True),
    Noun("records", _("Other records in the notice's categories, and looking someone up")),
    Noun("imports", _("Imports of files"), is_written=True),
    Noun("campaigns", _("Campaigns"), is_written=True),
    Noun("materials", _("Materials"), is_written=True),
    Noun("web-pages", _("Custom web pages"), is_written=True),
    Noun("shares", _("Shares"), is_written=True),
    Noun("events", _("Events: what recipients did elsewhere"), is_read=False, is_written=True),
    Noun("reports", _("Reports on campaigns and customers")),
    Noun("recommendations", _("What a customer may want next")),
    Noun("exports", _("Exports: lists and reports as files"), is_written=True),
)
SCOPES = tuple(scope for noun in NOUNS for scope in noun.scopes)


def scope_for(noun: str, method: str) -> str:
    """The scope that a request of this method needs."""
    return f"{noun}:{READ if method in {'GET', 'HEAD', 'OPTIONS'} else WRITE}"


def in_order(scopes: Iterable[str]) -> list[str]:
    """The known ones among these, each once, in the order of the nouns."""
    wanted = set(scopes)
    return [scope for scope in SCOPES if scope in wanted]
