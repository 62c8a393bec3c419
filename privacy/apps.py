from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        from privacy import checks, foreign  # noqa: F401  # the checks register themselves

        foreign.declare_all()
