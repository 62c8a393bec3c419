from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = "Analytics"

    def ready(self) -> None:
        from analytics import deciding, receivers, rights  # noqa: F401 - they declare and connect themselves
        from analytics.exports import telling  # noqa: F401

        rights.register()
