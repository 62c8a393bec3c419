from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.reports.customer import CustomerQuery, CustomerReport, customer_report
from analytics.reports.rendering import as_csv, as_json
from campaigns.models import Campaign
from records.models import Customer


class Command(BaseCommand):
    help = "Print the report of a campaign (by slug) or of a customer (by customer ID)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", choices=["campaign", "customer"])
        parser.add_argument("name", help="the campaign's slug, or the customer ID")
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        report = find(options["subject"], options["name"])
        self.stdout.write(as_json(report) if options["format"] == "json" else as_csv(report))


def find(subject: str, name: str) -> CampaignReport | CustomerReport:
    """The report asked for. Raises CommandError where there is no such campaign or customer."""
    try:
        if subject == "campaign":
            return campaign_report(CampaignQuery(name))
        return customer_report(CustomerQuery(Customer.objects.get(number=name).key))
    except Campaign.DoesNotExist:
        slugs = ", ".join(Campaign.objects.values_list("slug", flat=True)[:10]) or "none yet"
        raise CommandError(f"There is no campaign with the slug {name!r}. There are: {slugs}.") from None
    except Customer.DoesNotExist:
        raise CommandError(f"There is no customer with the ID {name!r}.") from None
