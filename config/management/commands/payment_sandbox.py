"""`manage.py payment_sandbox`: see config.payment_sandbox."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import embedded
from config.payment_sandbox.server import Service, serve
from config.payment_sandbox.store import Store


class Command(BaseCommand):
    help = "Serve the sandbox payment provider at PAYMENT_URL, for demos and tests, until Ctrl-C. No money moves."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hook", default=f"{settings.PUBLIC_URL}/hooks/payments", help="where it tells")

    def handle(self, *_args: Any, **options: Any) -> None:
        parts = urlsplit(settings.PAYMENT_URL)
        if settings.PAYMENT_PROVIDER != "sandbox" or parts.scheme != "http" or not parts.port:
            raise CommandError("PAYMENT_PROVIDER is not sandbox, or PAYMENT_URL is no http address of this machine")
        path = embedded.var_folder() / "payment_sandbox.sqlite"
        secret = settings.PAYMENT_WEBHOOK_SECRET.partition(",")[0]

        def make(_origin: str) -> Service:
            return Service(Store(path), settings.PAYMENT_KEY, secret, options["hook"], settings.PAYMENT_URL)

        try:
            running = serve("127.0.0.1", parts.port, make)
        except OSError as problem:
            raise CommandError(f"port {parts.port}: {problem.strerror}") from None
        stopped = threading.Event()
        for request in (signal.SIGINT, signal.SIGTERM):
            signal.signal(request, lambda *_: stopped.set())
        self.stdout.write(f"sandbox payment provider on {settings.PAYMENT_URL}")
        stopped.wait()
        running.stop()
