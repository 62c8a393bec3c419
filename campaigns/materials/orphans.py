"""Which files of the storage `materials` are some row's: versions as they were sent and converted, and drawn pages."""

from django.utils.translation import gettext_noop

from campaigns.materials.store import FOLDER, PAGES
from campaigns.models import MaterialPage, MaterialVersion
from campaigns.models.material import UNDER_WAY
from privacy.retention.orphans import Folder, Names, declare_folder


def _of_versions(field: str) -> Names:
    return lambda: MaterialVersion.objects.exclude(**{field: ""}).values_list(field)


def _of_pages(field: str) -> Names:
    return lambda: MaterialPage.objects.values_list(field)


def drawn_from(name: str) -> str:
    """Of a picture of a page the name of the file that it was drawn from; any other name as it is."""
    return name.partition(f"{PAGES}/")[0]


# Whoever draws a version anew takes the half-made page itself, and gives the next one the same name.
declare_folder(
    Folder(
        "materials",
        FOLDER,
        gettext_noop("materials and their pages"),
        named=(*map(_of_versions, ("file", "converted")), *map(_of_pages, ("wide", "narrow", "thumbnail"))),
        kept=(lambda: MaterialVersion.objects.filter(state__in=UNDER_WAY).values_list("file"),),
        belongs_to=drawn_from,
    )
)
