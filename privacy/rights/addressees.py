"""Whom the notice tells individuals to write to: inquiries about sales to one office, all others to the manager."""

from dataclasses import dataclass

from privacy.enums import About
from privacy.notice import Notice, in_force


@dataclass(frozen=True)
class Addressee:
    """`must_include` are what the notice asks for in a letter: `name`, `address`."""

    to: str
    address: str
    must_include: tuple[str, ...] = ()


def addressee(about: str, notice: Notice | None = None) -> Addressee:
    """The office for an inquiry about this (`privacy.enums.About`), in the notice's words."""
    wanted = notice or in_force()
    routes = {route.about: route for route in wanted.notification}
    route = routes.get(about) or routes[About.OTHER]
    return Addressee(route.to, route.address or wanted.manager_address, route.must_include)
