#!/usr/bin/env python
"""Django's command line. Any command attaches to the embedded servers, or starts them, by itself."""

import os
import sys

from config import embedded

# `run` looks at the port and the packages before it starts a server.
WITHOUT_SERVERS = {"run", "help", "-h", "--help", "version", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if set(sys.argv[1:2]) - WITHOUT_SERVERS:
        embedded.attach()

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
