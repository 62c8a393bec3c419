from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from pathlib import Path

        # They declare and connect themselves.
        from campaigns import announcing, notifying, receivers, retention, rights  # noqa: F401
        from campaigns.intake import EngagementImporter
        from campaigns.materials import orphans, preparing  # noqa: F401
        from records.intake import kinds

        description = Path(__file__).parent / "intake" / "engagement.toml"
        kinds.register("engagement", EngagementImporter(), description)
        retention.declare()
        rights.register()
