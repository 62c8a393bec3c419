"""A connection to another machine that ends in time, whatever the other side does."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import Timer


@contextmanager
def bounded(
    host: str, port: int, addresses: Sequence[str], *, is_tls: bool, connect_seconds: float, seconds: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the first of the addresses that answers, under the host's own certificate where it is TLS.

    What drips is cut off after so many seconds, the handshake included. Raises OSError (of which ssl.SSLError is one)
    and http.client.HTTPException.
    """
    line = _connected(addresses, port, connect_seconds)
    if is_tls:
        # This takes the socket over: it is what is cut off and closed. Hands are shaken below, within the time.
        line = _context().wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    cut = Timer(seconds, _cut_off, [line])
    cut.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        connection = http.client.HTTPConnection(host, port)
        connection.sock = line
        yield connection
    finally:
        cut.cancel()
        line.close()


def _connected(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    last: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), seconds)
        except OSError as error:
            last = error
    raise last


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut_off(line: socket.socket) -> None:
    try:
        # Not an SSLSocket's own: that would go on in the clear where somebody reads.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return
