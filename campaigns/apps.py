from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = "Campaigns"

    def ready(self) -> None:
        from pathlib import Path

        from campaigns import announcing, receivers, rights  # noqa: F401  # they declare and connect themselves
        from campaigns.intake import EngagementImporter
        from records.intake import kinds

        description = Path(__file__).parent / "intake" / "engagement.toml"
        kinds.register("engagement", EngagementImporter(), description)
        rights.register()
