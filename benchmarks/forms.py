"""A public form that many people send, each from an address of their own."""

import os


def set_up() -> None:
    """Django, without the manifest of files, and with less said."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS = ["testserver"]


def send(address: str, number: int) -> None:
    """The form of person `number`. Raises SystemExit where it is not taken."""
    from django.test import Client

    answer = Client(REMOTE_ADDR=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}").post(
        address, {"name": f"Person {number}", "email": f"p{number}@example.com"}
    )
    if answer.status_code != 302:
        raise SystemExit(f"answered {answer.status_code}")
