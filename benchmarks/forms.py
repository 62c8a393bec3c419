"""A public form that many people send, each from an address of their own, to the callable that the web server calls."""

import os
from multiprocessing.synchronize import Barrier
from urllib.parse import urlencode


def set_up() -> None:
    """Django, without the manifest of files, and with less said."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]


def begin_together(ready: Barrier) -> None:
    """In a process of the web server: all is loaded before the first form comes."""
    set_up()
    import config.wsgi  # noqa: F401

    ready.wait()


def send(address: str, number: int) -> None:
    """The form of person `number`, as a browser sends it. Raises SystemExit where it is not taken."""
    from django.test import RequestFactory

    from config.wsgi import application

    form = urlencode({"name": f"Person {number}", "email": f"p{number}@example.com"})
    whence = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    request = RequestFactory(REMOTE_ADDR=whence).post(address, form, content_type="application/x-www-form-urlencoded")
    said: list[str] = []
    answer = application(request.environ, lambda status, _headers: said.append(status))
    b"".join(answer)
    answer.close()  # type: ignore[attr-defined]  # the end of its turn
    if said != ["302 Found"]:
        raise SystemExit(f"answered {said}")
