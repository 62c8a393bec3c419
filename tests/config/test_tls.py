"""The private authority of docker-compose.yml, and clients that recognise the servers by it.

The wheels' PostgreSQL and Valkey speak no TLS, so a small proxy in front of each does: the handshake, the names and the
certificates are those of production, and so are the addresses that settings, Celery and libpq read.
"""

import os
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import kombu
import psycopg2
import pytest
import redis
from cryptography import x509
from django.conf import settings
from django.db import connection

from config import certificates, embedded
from config.environment import Environment, broker_with_checked_certificate

CHECKOUT = Path(__file__).parents[2]
SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # PostgreSQL's "shall we speak TLS?"

pytestmark = pytest.mark.skipif(
    not ((embedded.uses_embedded_database() and embedded.uses_embedded_redis()) or "PYTEST_XDIST_WORKER" in os.environ),
    reason="the proxies stand before the sockets of the tests' own servers",
)


class TlsProxy:
    """Listens on 127.0.0.1, speaks TLS, passes everything on to a server's socket."""

    def __init__(self, folder: Path, target: Path, greet: Callable[[socket.socket], None]) -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self._target, self._greet = target, greet
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
            self._greet(client)
            with self._context.wrap_socket(client, server_side=True) as spoken:
                server.connect(str(self._target))
                answers = threading.Thread(target=_pass_on, args=(server, spoken))
                answers.start()
                _pass_on(spoken, server)
                answers.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while part := source.recv(65536):
            sink.sendall(part)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def _agree_to_tls(client: socket.socket) -> None:
    if client.recv(8) == SSL_REQUEST:
        client.sendall(b"S")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    certificates.make(folder, hosts=("127.0.0.1",))
    return folder


@pytest.fixture
def database(made: Path) -> Iterator[int]:
    socket_path = Path(connection.settings_dict["HOST"]) / ".s.PGSQL.5432"
    proxy = TlsProxy(made / "database", socket_path, _agree_to_tls)
    yield proxy.port
    proxy.close()


@pytest.fixture
def redis_port(made: Path) -> Iterator[int]:
    proxy = TlsProxy(made / "redis", Path(urlsplit(settings.REDIS_URL).path), lambda client: None)
    yield proxy.port
    proxy.close()


# Connections ---------------------------------------------------------------------------------------------------------
def database_url(port: int, host: str, authority: Path) -> str:
    options = f"sslmode=verify-full&sslrootcert={authority}&gssencmode=disable"
    return f"postgresql://waymark:unused@{host}:{port}/postgres?{options}"


def connect(url: str) -> bool:
    """Connect as Django would with this DATABASE_URL; whether TLS was spoken."""
    parameters = Environment().postgresql("DATABASE_URL", url)
    opened = psycopg2.connect(
        host=parameters["HOST"], port=parameters["PORT"], user=parameters["USER"], dbname=parameters["NAME"],
        connect_timeout=10, **parameters["OPTIONS"],
    )  # fmt: skip
    try:
        return bool(opened.info.ssl_in_use)
    finally:
        opened.close()


def test_database_is_recognised_by_the_authority(made: Path, database: int) -> None:
    assert connect(database_url(database, "127.0.0.1", made / "authority" / "authority.pem"))


def test_database_under_another_name_is_refused(made: Path, database: int) -> None:
    with pytest.raises(psycopg2.OperationalError, match="does not match host name"):
        connect(database_url(database, "localhost", made / "authority" / "authority.pem"))


def test_database_of_another_authority_is_refused(tmp_path: Path, database: int) -> None:
    certificates.make(tmp_path, hosts=("127.0.0.1",))
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        connect(database_url(database, "127.0.0.1", tmp_path / "authority" / "authority.pem"))


def redis_url(port: int, host: str, authority: Path) -> str:
    return f"rediss://{host}:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={authority}"


def test_redis_is_recognised_by_cache_and_broker(made: Path, redis_port: int) -> None:
    url = redis_url(redis_port, "127.0.0.1", made / "authority" / "authority.pem")
    assert redis.Redis.from_url(url).ping()
    with kombu.Connection(broker_with_checked_certificate(url)) as broker:
        broker.ensure_connection(max_retries=1, timeout=5)
        assert broker.connected


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_redis_of_another_name_or_authority_is_refused(made: Path, tmp_path: Path, redis_port: int, host: str) -> None:
    certificates.make(tmp_path, hosts=("127.0.0.1",))
    authority = made if host == "localhost" else tmp_path
    url = redis_url(redis_port, host, authority / "authority" / "authority.pem")
    with pytest.raises(redis.ConnectionError, match="certificate verify failed"):
        redis.Redis.from_url(url).ping()
    with kombu.Connection(url) as broker, pytest.raises(kombu.exceptions.OperationalError, match="verify failed"):
        broker.ensure_connection(max_retries=1, timeout=5)


# Certificates --------------------------------------------------------------------------------------------------------
def test_files_are_those_that_compose_mounts_and_keys_are_private(made: Path) -> None:
    files = {str(path.relative_to(made)): stat.S_IMODE(path.stat().st_mode) for path in made.rglob("*.*")}
    assert files == {
        "authority/authority.pem": 0o644,
        "database/server.pem": 0o644,
        "database/server.key": 0o600,
        "redis/server.pem": 0o644,
        "redis/server.key": 0o600,
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away, as in the container")
def test_keys_go_to_the_users_of_the_images(made: Path) -> None:
    assert (made / "database" / "server.key").stat().st_uid == 999
    assert (made / "redis" / "server.key").stat().st_gid == 999


def test_good_certificates_are_left_alone(made: Path) -> None:
    before = (made / "redis" / "server.pem").read_bytes()
    assert certificates.make(made) is False
    assert (made / "redis" / "server.pem").read_bytes() == before


@pytest.mark.parametrize("missing", ["authority/authority.pem", "database/server.pem", "redis/server.key"])
def test_missing_file_makes_all_anew(tmp_path: Path, missing: str) -> None:
    certificates.make(tmp_path)
    (tmp_path / missing).unlink()
    assert certificates.make(tmp_path) is True
    assert certificates.are_good(tmp_path)


def test_certificate_of_another_authority_makes_all_anew(tmp_path: Path) -> None:
    certificates.make(tmp_path / "one")
    certificates.make(tmp_path / "other")
    (tmp_path / "other/redis/server.pem").replace(tmp_path / "one/redis/server.pem")
    assert not certificates.are_good(tmp_path / "one")


def test_certificate_that_ends_soon_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(certificates, "LIFE", certificates.RENEW_BEFORE)
        certificates.make(tmp_path)
    assert certificates.make(tmp_path) is True
    assert certificates.make(tmp_path) is False


def test_command_makes_and_renews(tmp_path: Path) -> None:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "config.certificates", *arguments]
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert run(str(tmp_path)).stdout == "certificates: made\n"
    first = (tmp_path / "authority" / "authority.pem").read_bytes()
    assert run(str(tmp_path)).stdout == "certificates: good\n"
    assert run("--renew", str(tmp_path)).stdout == "certificates: made\n"
    assert (tmp_path / "authority" / "authority.pem").read_bytes() != first
    assert (run().returncode, run().stderr) == (1, "usage: python -m config.certificates [--renew] FOLDER\n")


def test_authority_can_issue_for_servers_only_and_leaves_no_key(made: Path) -> None:
    authority = x509.load_pem_x509_certificate((made / "authority" / "authority.pem").read_bytes())
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert list((made / "authority").iterdir()) == [made / "authority" / "authority.pem"]
