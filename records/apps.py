from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        from records import nouns
        from records.intake import kinds
        from records.intake.customers import CustomerImporter
        from records.intake.meetings.importers import KINDS, MeetingImporter
        from records.intake.organizations import OrganizationImporter

        kinds.register("customers", CustomerImporter())
        kinds.register("organizations", OrganizationImporter())
        for kind, plan in KINDS.items():
            kinds.register(kind, MeetingImporter(plan))
        nouns.declare_places()
