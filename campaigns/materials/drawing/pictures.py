"""The three pictures of a page, as WebP. No metadata of the original goes with them."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from campaigns.materials.drawing.limits import NARROW, TALLEST, THUMBNAIL, WIDE

QUALITY = 80
METHOD = 2  # of 0 (fast) to 6 (small)


@dataclass(frozen=True)
class Picture:
    """How large the wide one is."""

    width: int
    height: int


def fitting(width: float, height: float) -> float:
    """The factor that brings a page of this size to the wide picture's."""
    return min(WIDE / width, TALLEST / height)


def save_pictures(image: Image.Image, folder: Path) -> Picture:
    """Write `wide.webp`, `narrow.webp` and `thumbnail.webp`; an image that is smaller is not blown up."""
    wide = _within(image, WIDE)
    narrow = _within(wide, NARROW)
    for name, picture in (("wide", wide), ("narrow", narrow), ("thumbnail", _within(narrow, THUMBNAIL))):
        picture.save(folder / f"{name}.webp", "WEBP", quality=QUALITY, method=METHOD)
    return Picture(*wide.size)


def _within(image: Image.Image, width: int) -> Image.Image:
    """The image at most so wide, and as tall as goes with it."""
    factor = min(width / image.width, TALLEST / image.height, 1.0)
    if factor == 1.0:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
