"""The made-up materials: brochures with their files, custom web pages and links."""

from dataclasses import dataclass

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from campaigns.enums import MaterialKind
from campaigns.models import Material
from config.demo.brochures import brochures, pdf
from config.demo.rhythm import Indices

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
    for brochure in brochures():
        name = default_storage.save(f"{FOLDER}/{brochure.slug}.pdf", ContentFile(pdf(brochure.slug)))
        Material.objects.create(
            slug=f"demo-{brochure.slug}",
            title=brochure.title,
            page_count=brochure.page_count,
            file=name,
            is_demo=True,
        )
    for kind, titles in ((MaterialKind.WEB_PAGE, PAGES), (MaterialKind.LINK, LINKS)):
        for slug, title in titles.items():
            Material.objects.create(slug=f"demo-{slug}", title=title, kind=kind, is_demo=True)


def remove_files() -> None:
    """Everything in the demo's folder of the storage. Harmless where there is none."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        default_storage.delete(f"{FOLDER}/{name}")
    default_storage.delete(FOLDER)
