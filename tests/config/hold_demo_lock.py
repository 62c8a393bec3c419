"""A process that holds the demo's lock until it is killed."""

import os
import signal

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from config.demo.loading import alone  # noqa: E402 (settings first)

with alone():
    signal.pause()
