"""The address that a request came from. Read in memory only: nothing stores, logs or queues it."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def address_of(request: HttpRequest) -> Address | None:
    """The client's address: the last one of the way that is not a proxy of ours (TRUSTED_PROXIES). None for none.

    What a client wrote into X-Forwarded-For itself stands before what our proxy added, and is never reached.
    """
    way = [*request.headers.get("X-Forwarded-For", "").split(","), request.META.get("REMOTE_ADDR", "")]
    address = None
    for hop in reversed(way):
        known = _parsed(hop)
        if known is None:
            break
        address = known
        if not is_in(address, settings.TRUSTED_PROXIES):
            break
    return address


def is_in(address: Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
