from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        from privacy import admin_checks, checks, foreign, receivers, requests_due  # noqa: F401  # they register themselves
        from privacy.drafts.published import read
        from privacy.ledger import acts, sending  # noqa: F401
        from privacy.notice.published import declare_reader
        from privacy.rights import own
        from privacy.rights.package import making  # noqa: F401
        from privacy.safeguards import telling  # noqa: F401  # as above

        declare_reader(read)
        foreign.declare_all()
        own.register()
