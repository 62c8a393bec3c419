from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = "Analytics"

    def ready(self) -> None:
        from analytics import receivers, rights  # noqa: F401 - connects the receivers once the models are loaded

        rights.register()
