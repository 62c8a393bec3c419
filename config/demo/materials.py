"""The made-up materials: brochures with their files, custom web pages and links."""

from dataclasses import dataclass

import numpy as np
from django.core.files.base import ContentFile

from campaigns.enums import MaterialKind
from campaigns.materials.store import store
from campaigns.materials.tagging import add_tags
from campaigns.models import Material, MaterialVersion, Tag
from config.demo import staff
from config.demo.brochures import brochures, pdf
from config.demo.rhythm import Indices
from privacy.models import User

# Everything in it is the demo's, also after a load that was cut off.
FOLDER = "materials/demo"

PAGES = {
    "catalog-page": "Catalogs: all you need on one page",
    "parcel-page": "Small parcels for shops",
    "returns-page": "Returns, the short version",
    "supplies-page": "Supplies for the busy weeks",
    "address-page": "Clean your list in an afternoon",
    "local-page": "Mail around the corner",
    "pickup-page": "When we come by",
    "postage-page": "Postage without a stamp",
}
LINKS = {
    "price-calculator": "Price calculator",
    "paper-stocks": "Paper stocks to choose from",
    "order-samples": "Order samples",
    "order-labels": "Order labels",
    "returns-help": "Help with returns",
    "order-supplies": "Order supplies",
    "list-upload": "Upload a list",
    "address-help": "Questions about addresses",
    "route-planner": "Route planner",
    "opening-offer": "Opening offer",
    "pickup-area": "Where we pick up",
}


# Topics of pages and links, by the first word of their slugs; brochures have their family.
TOPICS = {
    "catalog": "Catalogs",
    "parcel": "Parcels",
    "price": "Prices",
    "paper": "Catalogs",
    "order": "Supplies",
    "returns": "Returns",
    "supplies": "Supplies",
    "list": "Address quality",
    "address": "Address quality",
    "route": "Local mail",
    "local": "Local mail",
    "opening": "Local mail",
    "pickup": "Pickup",
    "postage": "Postage",
}
# Topics of brochures that have such a section.
TOPICS_OF_SECTIONS = {"prices": "Prices", "checklist": "Checklists", "season": "Seasons"}
KEEPER = "Beatriz Carvalho"  # whose the materials are


@dataclass(frozen=True)
class Shelf:
    """Slugs of all materials, and the number of pages of each (0 for a web page or link)."""

    slugs: tuple[str, ...]
    page_counts: Indices

    def index(self, slug: str) -> int:
        return self.slugs.index(f"demo-{slug}")

    def documents(self) -> Indices:
        return np.flatnonzero(self.page_counts)


def shelf() -> Shelf:
    documents = brochures()
    slugs = [*(brochure.slug for brochure in documents), *PAGES, *LINKS]
    counts = [brochure.page_count for brochure in documents] + [0] * (len(PAGES) + len(LINKS))
    return Shelf(tuple(f"demo-{slug}" for slug in slugs), np.array(counts))


def make_materials() -> None:
    """All of them with their topics. The pages of the brochures are drawn afterwards, by whoever tends materials."""
    owner = User.objects.filter(email=staff.email_of(KEEPER)).first()
    for brochure in brochures():
        content = pdf(brochure.slug)
        name = store().save(f"{FOLDER}/{brochure.slug}.pdf", ContentFile(content))
        material = Material.objects.create(
            slug=f"demo-{brochure.slug}",
            title=brochure.title,
            description=brochure.content["subtitle"],
            page_count=brochure.page_count,
            owner=owner,
            is_demo=True,
        )
        of_sections = (TOPICS_OF_SECTIONS.get(section, "") for section in brochure.sections)
        add_tags(material, list(filter(None, [brochure.content["family"], *of_sections])))
        MaterialVersion.objects.create(
            material=material,
            number=1,
            file=name,
            file_name=f"{brochure.slug}.pdf",
            size=len(content),
            page_count=brochure.page_count,
            created_by=owner,
        )
    for kind, titles in ((MaterialKind.WEB_PAGE, PAGES), (MaterialKind.LINK, LINKS)):
        for slug, title in titles.items():
            address = f"https://example.com/{slug}" if kind == MaterialKind.LINK else ""
            material = Material.objects.create(
                slug=f"demo-{slug}", title=title, kind=kind, address=address, owner=owner, is_demo=True
            )
            add_tags(material, [TOPICS[slug.partition("-")[0]]])


def forget_topics() -> None:
    """Topics that no material has any more."""
    Tag.objects.filter(materials=None).delete()


def remove_files(folder: str = FOLDER) -> None:
    """Everything in the demo's folder of the storage, pictures of pages too. Harmless where there is none."""
    try:
        folders, files = store().listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        store().delete(f"{folder}/{name}")
    for name in folders:
        remove_files(f"{folder}/{name}")
    store().delete(folder)
