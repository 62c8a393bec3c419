"""A page from its draft to its recipients: saved or refused whole, published in versions, materials shared along."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.folding import fold_all
from analytics.models import ViewerMaterial
from campaigns.enums import Channel
from campaigns.mailing.sources import sources
from campaigns.models import Event, Material, Share, WebPage, WebPageVersion
from campaigns.sharing import ShareOptions, share
from campaigns.webpages.blocks import Block, BlockProblem, Contact, MaterialBlock, Text, written
from campaigns.webpages.publishing import ChangedMeanwhile, make_page, publish, save_draft, take_up
from campaigns.webpages.spreading import spread
from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db
WORDS = Text(heading="For you", text="What we spoke of.")


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES)


def published(by: User, *blocks: Block, title: str = "For Ann") -> WebPage:
    page = make_page(title, by)
    page = save_draft(page, blocks, page.changed_at)
    publish(page, by)
    page.material.refresh_from_db()
    return page


def test_new_page_is_an_empty_draft_that_cannot_be_shared_yet(sales: User) -> None:
    customer = make_customer("C-1", sales)

    page = make_page("For Ann Example", sales, customer=customer)

    assert (page.draft, page.customer, page.contact_person) == ([], customer, sales)
    assert (page.material.kind, page.material.version, page.material.owner) == ("web page", 0, sales)
    assert page.material not in Material.objects.offered()
    assert "ann" not in page.material.slug  # a title may name a person; addresses stand in logs


def test_draft_is_saved_and_recipients_read_it_only_once_it_is_published(sales: User) -> None:
    page = published(sales, WORDS)

    save_draft(page, [WORDS, Contact()], page.changed_at)

    page.refresh_from_db()
    assert page.draft == written([WORDS, Contact()])
    assert WebPageVersion.objects.get(page=page).blocks == written([WORDS])
    assert (page.material.version, page.material.page_count) == (1, 1)


def test_each_publishing_is_a_version_with_the_next_number(sales: User) -> None:
    page = published(sales, WORDS)
    page = save_draft(page, [Contact(words="Ask me.")], page.changed_at)

    version = publish(page, sales)

    assert (version.number, version.published_by) == (2, sales)
    assert list(page.versions.values_list("number", flat=True)) == [2, 1]
    assert Material.objects.get(pk=page.material_id).version == 2


def test_draft_that_somebody_else_changed_is_not_written_over(sales: User) -> None:
    page = make_page("For Ann", sales)
    read_at = page.changed_at
    save_draft(page, [WORDS], read_at)

    with pytest.raises(ChangedMeanwhile):
        save_draft(page, [Contact()], read_at)

    page.refresh_from_db()
    assert page.draft == written([WORDS])


def test_empty_page_is_not_published(sales: User) -> None:
    with pytest.raises(BlockProblem, match="is empty: add a block first"):
        publish(make_page("For Ann", sales), sales)

    assert not WebPageVersion.objects.exists()


@pytest.mark.parametrize("state", ["withdrawn", "not ready", "unknown"])
def test_page_with_a_material_that_is_not_offered_is_not_published(sales: User, state: str) -> None:
    material = make_material("guide")
    material.withdrawn_at = timezone.now() if state == "withdrawn" else None
    material.version = 0 if state == "not ready" else 1
    material.save()
    slug = "nowhere" if state == "unknown" else "guide"
    page = make_page("For Ann", sales)
    page = save_draft(page, [WORDS, MaterialBlock(material=slug)], page.changed_at)

    with pytest.raises(BlockProblem, match=r"Block 2: material is not ready or was withdrawn"):
        publish(page, sales)

    assert Material.objects.get(pk=page.material_id).version == 0


def test_earlier_version_becomes_the_draft_again(sales: User) -> None:
    page = published(sales, WORDS)
    page = save_draft(page, [Contact()], page.changed_at)

    take_up(page.versions.get(number=1), page.changed_at)

    page.refresh_from_db()
    assert page.draft == written([WORDS])
    assert page.versions.count() == 1


def test_recipients_of_a_page_get_a_share_of_each_material_on_it(sales: User) -> None:
    make_customer("C-1", sales)
    guide, prices = make_material("guide"), make_material("prices")
    page = published(sales, WORDS)
    ends = timezone.now() + timedelta(days=9)
    page = save_draft(page, [MaterialBlock(material="guide"), MaterialBlock(material="prices")], page.changed_at)
    publish(page, sales)

    share(page.material, Customer.objects.all(), sales, ShareOptions(expires_at=ends, may_download=True))
    fold_all()

    own = Share.objects.exclude(material=page.material).order_by("material__slug")
    assert [one.material for one in own] == [guide, prices]
    assert all(one.expires_at == ends and one.may_download and one.sender == sales for one in own)
    assert [one.number for one in own] == [1, 1]
    assert all(one.batch and one.batch.event_count == 2 for one in own)
    assert set(Event.objects.filter(share_id__in=[one.pk for one in own]).values_list("kind", flat=True)) == {"shared"}
    assert ViewerMaterial.objects.get(material=guide).shares == 1


def test_a_page_by_email_is_mailed_and_its_materials_are_opened_from_it(sales: User) -> None:
    make_customer("C-1", sales, email="ann@example.org")
    make_material("guide")
    page = published(sales, WORDS, MaterialBlock(material="guide"))
    share(page.material, Customer.objects.all(), sales, ShareOptions(channel=Channel.EMAIL))
    assert {(one.material.slug, one.channel, one.is_in_page) for one in Share.objects.all()} == {
        (page.material.slug, "email", False), ("guide", "email", True),
    }  # fmt: skip
    assert [(source.label.partition(",")[0], source.count) for source in sources(sales)] == [("For Ann", 1)]


def test_share_of_a_material_that_they_have_is_not_made_again(sales: User) -> None:
    make_customer("C-1", sales)
    guide = make_material("guide")
    page = published(sales, WORDS)
    for one in (page.material, guide):
        share(one, Customer.objects.all(), sales)

    assert spread(page.material.shares.values("pk"), ["guide"]) == 0

    Share.objects.filter(material=guide).update(revoked_at=timezone.now())
    assert spread(page.material.shares.values("pk"), ["guide"]) == 1
    assert spread(page.material.shares.values("pk"), ["guide"]) == 0


def test_revoked_shares_of_a_page_bring_nothing_along(sales: User) -> None:
    make_customer("C-1", sales)
    make_material("guide")
    page = published(sales, WORDS)
    share(page.material, Customer.objects.all(), sales)
    Share.objects.update(revoked_at=timezone.now())

    assert spread(page.material.shares.values("pk"), ["guide"]) == 0


def test_new_material_reaches_those_who_have_the_page_when_it_is_published(sales: User) -> None:
    customers = [make_customer(f"C-{number}", sales) for number in range(3)]
    guide = make_material("guide")
    page = published(sales, WORDS)
    share(page.material, Customer.objects.all(), sales)
    page = save_draft(page, [WORDS, MaterialBlock(material="guide")], page.changed_at)

    publish(page, sales)

    assert {one.recipient.customer for one in Share.objects.filter(material=guide)} == set(customers)
    assert list(Share.objects.filter(material=guide).order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_as_many_statements_for_one_recipient_as_for_many(sales: User) -> None:
    counts = []
    for count in (1, 12):
        slug = f"guide-{count}"
        make_material(slug)
        page = published(sales, WORDS, title=slug)
        for number in range(count):
            make_customer(f"C-{count}-{number}", sales)
        share(page.material, Customer.objects.all(), sales)
        with CaptureQueriesContext(connection) as queries:
            assert spread(page.material.shares.values("pk"), [slug]) == Customer.objects.count()
        counts.append(len(queries))

    assert counts[0] == counts[1]
