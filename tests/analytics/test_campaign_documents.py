"""What the PDF of a campaign tells, page by page: a meeting reads the first and may leave out the others."""

from datetime import date

import pypdfium2 as pdfium
import pytest
from django.test import Client

from analytics.exports.base import Opening
from analytics.exports.campaign_opening import campaign_opening
from analytics.folding import fold_all
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from campaigns.models import Campaign
from privacy.models import User
from privacy.roles import Role
from records import figures
from tests.exporting import asked, content_of
from tests.factories import enroll, make_campaign, make_customer, make_material, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def spring(sales: User) -> Campaign:
    """Five viewers in the control; six in the treated arm, of whom one responded."""
    campaign = make_campaign("spring")
    campaign.description = "A letter, or none."
    campaign.starts_on, campaign.ends_on = date(2026, 3, 1), date(2026, 3, 31)
    campaign.save()
    control, letter = campaign.variants.order_by("position")
    card = make_material("card")
    for number in range(5):
        enroll(make_customer(f"C-{number}", sales), control, "view", material=card)
    for number in range(6):
        happened = ["response"] if number == 0 else []
        enroll(make_customer(f"L-{number}", sales), letter, "view", *happened, material=card)
    fold_all()
    return campaign


def report_of(campaign: Campaign) -> CampaignReport:
    return campaign_report(CampaignQuery(campaign.slug))


def pages_of(document: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pdfium.PdfDocument(document)]


def test_the_first_page_says_what_came_of_it_then_what_it_was_then_the_numbers_that_matter(
    client: Client, spring: Campaign
) -> None:
    first, *others = pages_of(content_of(asked(client, "campaign/spring", "pdf")))
    said = (
        "No variant wins clearly",
        "March 1, 2026",
        "A letter, or none.",
        "in 2 variants",
        "(control)",
        "Under each",
    )
    places = [first.index(words) for words in said]
    assert places == sorted(places)
    assert "The numbers" not in first
    assert sum(page.startswith("The numbers") for page in others) == 1
    assert "About this file" in others[-1]


def test_the_numbers_and_what_is_said_of_the_file_begin_no_page_of_a_picture(client: Client, spring: Campaign) -> None:
    document = pdfium.PdfDocument(content_of(asked(client, "campaign/spring", "pdf")))
    with_pictures = [
        any(item.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE for item in page.get_objects()) for page in document
    ]
    texts = [page.get_textpage().get_text_range() for page in document]
    numbers = next(place for place, text in enumerate(texts) if "The numbers" in text)
    assert any(with_pictures[:numbers])
    assert not any(with_pictures[numbers:])


def test_the_small_table_has_the_recorded_measures_alone_each_with_its_difference(spring: Campaign) -> None:
    opening = campaign_opening(report_of(spring), (), hides_few=False)
    assert opening.heads == ("Variant", "Recipients", "View rate", "Response rate")
    (control, recipients, *rates), letter = opening.rows
    assert (control.endswith(" (control)"), recipients, rates) == (True, "5", [figures.rate(1), figures.rate(0)])
    assert letter[3].splitlines()[:2] == [figures.rate(1 / 6), "+16.67 points"]
    assert opening.note
    assert [label for label, _value, _note in opening.numbers][:2] == ["Recipients", "Viewers"]


def test_it_leaves_out_what_tells_of_few_people(spring: Campaign) -> None:
    opening = campaign_opening(report_of(spring), (), hides_few=True)
    assert [row[3] for row in opening.rows] == [figures.rate(0), "hidden"]
    assert "16.67" not in str(opening)


def test_of_a_campaign_without_people_it_says_when_it_runs_and_what_it_is() -> None:
    campaign = make_campaign("empty")
    Campaign.objects.filter(pk=campaign.pk).update(description="Soon.", starts_on=date(2026, 3, 1), ends_on=None)
    opening = campaign_opening(report_of(campaign), (("Goal", "Ten responses."),), hides_few=False)
    facts = (("Dates", "March 1, 2026"), ("Description", "Soon."), ("Goal", "Ten responses."))
    assert opening == Opening(facts=facts)
