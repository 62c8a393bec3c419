from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        from privacy import admin_checks, checks, foreign, receivers, requests_due  # noqa: F401  # they register themselves
        from privacy.ledger import acts, sending  # noqa: F401
        from privacy.rights import own

        foreign.declare_all()
        own.register()
