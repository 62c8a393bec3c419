from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from analytics.home import duties as home_duties
        from config import checks, duties, failures, heartbeats, translated  # noqa: F401  # they connect themselves
        from config.celery import app

        translated.register()
        for duty in duties.DUTIES:
            home_duties.register(duty)

        # For every thread: one that never imported the app would send its tasks to Celery's own default broker.
        app.set_default()
