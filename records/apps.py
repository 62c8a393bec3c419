from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from records import media, nouns, retention, rights  # noqa: F401 - media declares its folder
        from records.intake import kinds, receiving  # noqa: F401 - as above
        from records.intake.customers import CustomerImporter
        from records.intake.gatherings import GatheringImporter
        from records.intake.lists import ListImporter
        from records.intake.meetings.importers import KINDS, MeetingImporter
        from records.intake.organizations import OrganizationImporter
        from records.intake.payments import PaymentImporter
        from records.intake.records import RecordImporter, describe, plain_mapping
        from records.intake.surveys import SurveyImporter
        from records.models.record import CATEGORIES

        kinds.register("customers", CustomerImporter())
        kinds.register("gatherings", GatheringImporter())
        kinds.register("lists", ListImporter())
        kinds.register("organizations", OrganizationImporter())
        kinds.register("payments", PaymentImporter())
        kinds.register("surveys", SurveyImporter())
        for kind, plan in KINDS.items():
            kinds.register(kind, MeetingImporter(plan))
        for category in CATEGORIES:
            kinds.register(
                f"category-{category}",
                RecordImporter(category),
                partial(describe, category),
                partial(plain_mapping, category),
            )
        nouns.declare_places()
        retention.declare()
        rights.register()
