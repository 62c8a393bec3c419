from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.places import CUSTOMER_COMMAND
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.reports.customer import CustomerQuery, CustomerReport, customer_report
from analytics.reports.rendering import as_csv, as_json
from campaigns.models import Campaign
from privacy.access import Actor, Basis, KeyKind, Refused, reading
from privacy.enums import Duty
from records.models import Customer


class Command(BaseCommand):
    help = "Print the report of a campaign (by slug) or of a customer (by customer ID)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", choices=["campaign", "customer"])
        parser.add_argument("name", help="the campaign's slug, or the customer ID")
        parser.add_argument("--format", choices=["json", "csv"], default="json")
        basis = parser.add_mutually_exclusive_group()
        basis.add_argument("--purpose", type=int, help="for a customer: the purpose of the notice that it is read for")
        basis.add_argument("--duty", choices=Duty.values, help="for a customer: the duty that it is read for")
        parser.add_argument("--reference", default="", help="the number of the incident, where one is needed")

    def handle(self, *args: Any, **options: Any) -> None:
        write = as_json if options["format"] == "json" else as_csv
        if options["subject"] == "campaign":
            self.stdout.write(write(of_campaign(options["name"])))
        else:
            self.stdout.write(write(of_customer(options["name"], basis_of(options))))


def basis_of(options: dict[str, Any]) -> Basis:
    """What the options say a customer is read for. Raises CommandError where they say nothing."""
    if options["purpose"] is None and options["duty"] is None:
        raise CommandError("A customer's report is read for a purpose or a duty: add --purpose 12 or --duty access.")
    return Basis(options["purpose"], Duty(options["duty"]) if options["duty"] else None, options["reference"])


def of_campaign(slug: str) -> CampaignReport:
    """The campaign's report. Raises CommandError where there is no such campaign."""
    try:
        return campaign_report(CampaignQuery(slug))
    except Campaign.DoesNotExist:
        slugs = ", ".join(Campaign.objects.values_list("slug", flat=True)[:10]) or "none yet"
        raise CommandError(f"There is no campaign with the slug {slug!r}. There are: {slugs}.") from None


def of_customer(name: str, basis: Basis) -> CustomerReport:
    """The customer's report, read by the program itself. Raises CommandError where it is refused or nobody is found."""
    try:
        with reading(Actor.system("report"), basis, place=CUSTOMER_COMMAND, key=KeyKind.CUSTOMER_ID) as read:
            report = customer_report(CustomerQuery(Customer.objects.get(number=name).key))
            read.count = 1
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    except Customer.DoesNotExist:
        raise CommandError(f"There is no customer with the ID {name!r}.") from None
    return report
