"""The WSGI callable that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from config import checks, embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
embedded.attach()
application = get_wsgi_application()
checks.refuse_unsafe_settings()
