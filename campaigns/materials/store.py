"""Where the files of materials lie: Django's storage `materials`, a folder or an S3-compatible one (settings)."""

import secrets

from django.core.files.storage import Storage, storages

FOLDER = "materials"
PAGES = ".pages"  # what the folder of a file's pages ends in, beside the file


def store() -> Storage:
    return storages["materials"]


def new_name() -> str:
    """Where a file goes: random, so that nothing of what its sender called it stands in a path or an address."""
    return f"{FOLDER}/{secrets.token_hex(16)}"


def page_name(of: str, number: int, picture: str) -> str:
    """Where a picture of a page goes, beside the file that it was drawn from."""
    return f"{of}{PAGES}/{number}-{picture}.webp"
