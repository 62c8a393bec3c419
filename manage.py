#!/usr/bin/env python
"""Django's command line. Any command attaches to the embedded servers, or starts them, by itself."""

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from config import embedded

WITHOUT_SERVERS = {"help", "-h", "--help", "version", "--version", "evaluate"}  # of files alone


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["run"]:
        embedded.check_urls()  # it looks at the port and more before it starts a server
    elif set(sys.argv[1:2]) - WITHOUT_SERVERS:
        embedded.attach()

    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ModuleNotFoundError as missing:
        sys.exit(f"waymark: the package {missing.name} is not installed: run `make setup`")

    try:
        load()
        try:
            execute_from_command_line(sys.argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        end_unread()
    except (ImproperlyConfigured, OperationalError) as problem:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"waymark: {str(problem).strip().splitlines()[0]}")


def load() -> None:
    """What any command needs. It stays, so no garbage is looked for in it, which took a third of the time.

    Where the settings are wrong, or others are named, nothing is loaded here: the command itself does and says so, or
    is one that needs none.
    """
    if any(word.startswith(("--settings", "--pythonpath")) for word in sys.argv):
        return
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    gc.disable()
    try:
        with suppress(ImproperlyConfigured, ImportError):
            settings.INSTALLED_APPS  # noqa: B018  # the settings are read
        if settings.configured:
            django.setup()
    finally:
        gc.enable()
        gc.freeze()


def end_unread() -> NoReturn:
    """Whoever read the output, such as `head`, has stopped: end as SIGPIPE ends other programs."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more when it ends
    sys.exit(128 + signal.SIGPIPE)


if __name__ == "__main__":
    main()
