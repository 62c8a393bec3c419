"""Where a webhook may go: machines of the public network, unless the installation allows its own (WEBHOOK_PRIVATE).

A name is resolved once, each address that it has is checked, and it is connected to one of these addresses: a name that
leads elsewhere a moment later leads nowhere.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext

NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(ValueError):
    """It may not be delivered there. The message says why, for whoever keeps the endpoint."""


class NotFound(ValueError):
    """No machine has that name."""


@dataclass(frozen=True)
class Target:
    """An address taken apart. `host` is without brackets, `path` with its query."""

    is_tls: bool
    host: str
    port: int
    path: str


def target_of(address: str) -> Target:
    """Raises NotAllowed for what is no address that may be delivered to, whatever its name leads to."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotAllowed(gettext("This is not an address.")) from None
    schemes = ("https", "http") if settings.WEBHOOK_PRIVATE else ("https",)
    if parts.scheme not in schemes:
        raise NotAllowed(
            gettext("It must begin with %(schemes)s")
            % {"schemes": gettext(" or ").join(f"{one}://" for one in schemes)}
        )
    if not parts.hostname or not address.isascii() or not address.isprintable() or " " in address:
        raise NotAllowed(gettext("It does not name a machine, or has a character that an address cannot have."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed(gettext("It has a name or password before the machine, or a part after #. Leave these out."))
    is_tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_tls, parts.hostname, port or (443 if is_tls else 80), path)


def checked(target: Target) -> list[str]:
    """The addresses of the machine. Raises NotAllowed where one of them is private, NotFound where there is none."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotFound(gettext("No machine has that name.")) from None
    addresses = list(dict.fromkeys(str(where[4][0]) for where in found))
    if not settings.WEBHOOK_PRIVATE:
        for one in addresses:
            if not is_public(ipaddress.ip_address(one.partition("%")[0])):
                raise NotAllowed(gettext("The name leads to a private address, which nothing is delivered to."))
    return addresses


def is_public(address: Address) -> bool:
    """Whether it is of the public network; what another address is wrapped in is looked into."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo is not None:
            return False
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved
