from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics import deciding, receivers, rights  # noqa: F401 - they declare and connect themselves
        from analytics.exports import telling  # noqa: F401
        from analytics.home import duties, requests, retention

        rights.register()
        for duty in (*requests.DUTIES, *retention.DUTIES):
            duties.register(duty)
