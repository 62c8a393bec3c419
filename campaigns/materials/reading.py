"""What of a material is shown: which version, which of its pages, which picture of a page."""

from collections.abc import Iterator

from django.db.models.fields.files import FieldFile

from campaigns.enums import MaterialState
from campaigns.materials.drawing.limits import NARROW, THUMBNAIL, WIDE
from campaigns.models import Material, MaterialPage, MaterialVersion

__all__ = ["NARROW", "PICTURE_TYPE", "THUMBNAIL", "WIDE", "page_of", "page_picture", "pieces", "shown_version"]

PICTURE_TYPE = "image/webp"


def shown_version(material: Material, pinned: int | None = None) -> MaterialVersion | None:
    """The newest version that is ready, or the one of the number `pinned`; None where that is not ready.

    A link and a custom web page have none. One query.
    """
    ready = material.versions.filter(state=MaterialState.READY)
    return (ready if pinned is None else ready.filter(number=pinned)).order_by("-number").first()


def page_of(version: MaterialVersion, number: int) -> MaterialPage:
    """Raises MaterialPage.DoesNotExist where the version has no such page. One query."""
    return version.pages.get(number=number)


def page_picture(page: MaterialPage, width: int) -> FieldFile:
    """The smallest picture of a page, WebP, that is at least so many pixels across; else the widest there is.

    Its bytes are `pieces(…)`, their content type is `PICTURE_TYPE`.
    """
    if width <= THUMBNAIL:
        return page.thumbnail
    return page.narrow if width <= NARROW else page.wide


def pieces(file: FieldFile) -> Iterator[bytes]:
    """The content of a stored file, piece by piece. Raises FileNotFoundError where the storage has lost it."""
    with file.storage.open(str(file.name), "rb") as opened:
        while piece := opened.read(1 << 16):
            yield piece
