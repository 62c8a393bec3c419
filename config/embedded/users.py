"""Who uses the embedded servers. They run as long as one process does, and stop with the last one, even a killed one.

Each user holds a shared lock. A small keeper process waits until the lock is free and then stops the servers. All
that starts or stops a server happens under a second lock, so two commands at once start one server, and none is
stopped under a command that just came.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from pathlib import Path

from config.embedded import locks
from config.embedded.places import (
    CHECKOUT,
    check_urls,
    socket_folder,
    uses_embedded_database,
    uses_embedded_redis,
    var_folder,
)
from config.embedded.postgresql import PostgreSQL
from config.embedded.server import Server
from config.embedded.valkey import Valkey

_held: list[int] = []  # this process's shared lock; a forked child goes on holding it


def servers() -> list[Server]:
    """The servers that this environment does not name one of its own for."""
    wanted = [(uses_embedded_database(), PostgreSQL()), (uses_embedded_redis(), Valkey())]
    return [server for is_wanted, server in wanted if is_wanted]


def attach() -> None:
    """Count this process as a user and start what does not run. Does nothing the second time. Raises ServerError."""
    check_urls()
    if _held or not servers():
        return
    for server in servers():
        server.check_owner()
    with locks.exclusive(_start_lock()):
        _held.append(locks.shared(_users_lock()))
        _keep()
        for server in servers():
            server.ensure()


def revive() -> bool:
    """Start again what died since `attach`; returns whether anything had. Raises ServerError."""
    if all(server.answers() for server in servers()):
        return False
    with locks.exclusive(_start_lock()):
        for server in servers():
            server.ensure()
    return True


def detach() -> bool:
    """End this process's use, and stop the servers if it was the last. Returns whether they are stopped."""
    while _held:
        os.close(_held.pop())
    return stop_if_unused()


def stop() -> None:
    """Stop the servers, whoever uses them. Raises ServerError."""
    with locks.exclusive(_start_lock()):
        _stop_all()


def keep(lock: int) -> None:
    """The keeper's whole life. `lock`: the inherited descriptor that says there is a keeper."""
    while True:
        handle = locks.shared(_users_lock())
        fcntl.flock(handle, fcntl.LOCK_EX)  # waits for the last user
        os.close(handle)
        if stop_if_unused():
            return os.close(lock)


def stop_if_unused() -> bool:
    """Stop the servers unless somebody uses them; returns whether they are stopped. Raises ServerError."""
    with locks.exclusive(_start_lock()):
        handle = locks.try_exclusive(_users_lock())
        if handle is None:
            return False
        _stop_all()
        os.close(handle)
        return True


def _stop_all() -> None:
    # Both, whatever the environment names: what was started by a command of another environment stops as well.
    with contextlib.ExitStack() as stops:  # the second stops too when the first does not
        for server in (PostgreSQL(), Valkey()):
            stops.callback(server.stop)
    with contextlib.suppress(OSError):
        socket_folder().rmdir()


def _keep() -> None:
    """Start the keeper unless there is one; it inherits the lock that says so."""
    lock = locks.try_exclusive(var_folder() / "locks" / "keeper.lock")
    if lock is None:
        return
    keeper = subprocess.Popen(
        [sys.executable, "-m", "config.embedded", "keep", str(lock)],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(lock,),
        start_new_session=True,
    )
    keeper.returncode = 0  # it outlives this process, which must not wait for it
    os.close(lock)


def _start_lock() -> Path:
    return var_folder() / "locks" / "start.lock"


def _users_lock() -> Path:
    return var_folder() / "locks" / "users.lock"
