"""A version on its way from a file to pages: claimed by one worker, drawn page by page, ready or failed with a reason.

A worker claims a version by a conditional update and holds it for a while, which each page prolongs. Where it dies, the
claim runs out and `tend` has the version taken up again, from the first page that is not there yet. A worker that was
thought dead and wakes up again finds by `attempts` and `claimed_until` that the claim is another's, and lets go: the
former alone does not tell, for it begins anew where a failed version is tried again.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from campaigns.enums import MaterialState
from campaigns.materials.conversion import converted
from campaigns.materials.drawing.limits import OFFICE_SECONDS, SECONDS_A_PAGE
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import HEAD, OFFICE, PACKAGE, PDF, type_of_head
from campaigns.materials.drawn import DrawnPage, drawn_pages, type_of_package
from campaigns.materials.store import new_name, page_name, store
from campaigns.models import Material, MaterialPage, MaterialVersion
from campaigns.models.material import UNDER_WAY
from privacy import errands
from privacy.retention.orphans import Folder, declare_folder

PREPARE = "campaigns.tasks.materials.prepare_version"
CLAIM = timedelta(seconds=2 * SECONDS_A_PAGE + 15)  # a page, and putting its pictures into the storage
CLAIM_OF_OFFICE = timedelta(seconds=OFFICE_SECONDS) + CLAIM
MOST_ATTEMPTS = 3
BROKE_OFF = "The program broke off over it {} times. Try again; if it stays so, tell an IT administrator, who sees why."
KEPT_FOR = timedelta(hours=1)  # a work folder whose worker died; no task lasts so long
PICTURES = ("wide", "narrow", "thumbnail")

log = structlog.get_logger(__name__)


# Its own sweep takes it.
declare_folder(Folder("default", "work"))


class Lost(Exception):
    """Another worker has the version, or it is gone."""


def ask(number: int) -> None:
    """Ask a worker for the version. A broker that is away loses nothing: `tend` asks again."""
    errands.ask(PREPARE, number)


def tend() -> int:
    """Ask for every version that nobody is at, and sweep up after dead workers. Returns how many were asked for."""
    waiting = list(_free().values_list("pk", flat=True))
    for number in waiting:
        ask(number)
    _sweep()
    return len(waiting)


def _free() -> "QuerySet[MaterialVersion]":
    """Relies on material_version_under_way (partial)."""
    ran_out = Q(state=MaterialState.WORKING) & (Q(claimed_until=None) | Q(claimed_until__lt=timezone.now()))
    return MaterialVersion.objects.filter(Q(state=MaterialState.WAITING) | ran_out, state__in=UNDER_WAY)


def prepare(number: int) -> None:
    """Turn the version's file into pages, if nobody else is at it. Harmless when repeated.

    A file that cannot be shown ends as `failed` with the reason. An error of ours is raised; it is tried again.
    """
    version = _claimed(number)
    if version is None:
        return
    try:
        if version.attempts > MOST_ATTEMPTS:
            raise Unfit(BROKE_OFF.format(MOST_ATTEMPTS))
        with work_folder() as folder:
            _draw(version, folder)
        _finish(version)
    except Unfit as problem:
        _fail(version, str(problem))
    except Lost:
        log.info("material_version_lost")


def _claimed(number: int) -> MaterialVersion | None:
    until = timezone.now() + CLAIM
    claim = {"state": MaterialState.WORKING, "claimed_until": until, "attempts": F("attempts") + 1}
    if not _free().filter(pk=number).update(**claim):
        return None
    return MaterialVersion.objects.select_related("material").get(pk=number)


def _held(version: MaterialVersion) -> "QuerySet[MaterialVersion]":
    """The version, as long as it is this worker's."""
    claim = {"attempts": version.attempts, "claimed_until": version.claimed_until}
    return MaterialVersion.objects.filter(pk=version.pk, state=MaterialState.WORKING, **claim)


def _update(version: MaterialVersion, **values: object) -> None:
    """Raises Lost where another worker took it over."""
    if not _held(version).update(**values):
        raise Lost
    for name, value in values.items():
        setattr(version, name, value)


def _draw(version: MaterialVersion, folder: Path) -> None:
    path, media_type = _as_pages(version, folder)
    first = _first_missing(version)
    drawing = drawn_pages(path, media_type, folder, first)
    _update(version, page_count=drawing.page_count, pages_done=first - 1)
    for page in drawing.pages:
        _keep_page(version, page)


def _as_pages(version: MaterialVersion, folder: Path) -> tuple[Path, str]:
    """The file that is drawn, on this machine, and its type: the original, or the PDF that is made of it."""
    original = local(version.file, folder / "original")
    with original.open("rb") as file:
        media_type = type_of_head(file.read(HEAD))
    if media_type == PACKAGE:
        media_type = type_of_package(original, folder)
    _update(version, media_type=media_type)
    if media_type not in OFFICE:
        return original, media_type
    if version.converted:
        return local(version.converted, folder / "converted.pdf"), PDF
    _update(version, claimed_until=timezone.now() + CLAIM_OF_OFFICE)
    made = converted(original, media_type, folder)
    _keep_converted(version, made)
    return made, PDF


def local(field: FieldFile, path: Path) -> Path:
    """The stored file where a program can read it: where it lies, or a copy of it."""
    try:
        return Path(field.path)
    except NotImplementedError:
        with field.open("rb") as stored, path.open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        return path


def _keep_converted(version: MaterialVersion, made: Path) -> None:
    with made.open("rb") as file:
        name = store().save(new_name(), File(file))
    try:
        _update(version, converted=name, claimed_until=timezone.now() + CLAIM)
    except Lost:
        store().delete(name)
        raise
    version.converted.name = name


def _first_missing(version: MaterialVersion) -> int:
    """The number of the first page that is not there: they are made in order. Takes away what was left half made."""
    first = version.pages.count() + 1
    if version.attempts > 1:
        _delete_half_made(version, first)
    return first


def _delete_half_made(version: MaterialVersion, number: int) -> None:
    """The pictures of a page that has no row: a worker died before it was there."""
    for picture in PICTURES:
        store().delete(page_name(str(version.file.name), number, picture))


def _keep_page(version: MaterialVersion, page: DrawnPage) -> None:
    """Pictures first, then their row: a row whose pictures are missing is never seen."""
    names = {picture: _stored(version, page, picture) for picture in PICTURES}
    with transaction.atomic():
        _update(version, pages_done=page.number, claimed_until=timezone.now() + CLAIM)
        MaterialPage.objects.create(
            version=version, number=page.number, width=page.width, height=page.height, text=page.text, **names
        )
    shutil.rmtree(page.folder)


def _stored(version: MaterialVersion, page: DrawnPage, picture: str) -> str:
    with (page.folder / f"{picture}.webp").open("rb") as file:
        return store().save(page_name(str(version.file.name), page.number, picture), File(file))


@transaction.atomic
def _finish(version: MaterialVersion) -> None:
    """The version is ready, and its material shows it unless a newer one is."""
    material = Material.objects.select_for_update().filter(pk=version.material_id).first()
    if material is None:
        raise Lost
    _update(version, state=MaterialState.READY, claimed_until=None)
    newest = material.versions.filter(state=MaterialState.READY).latest("number")
    material.version, material.page_count = newest.number, newest.page_count
    material.save(update_fields=["version", "page_count"])


def _fail(version: MaterialVersion, reason: str) -> None:
    """The version says why it cannot be shown; what was drawn of it goes."""
    try:
        with transaction.atomic():
            _update(version, state=MaterialState.FAILED, failure=reason[:300], claimed_until=None, pages_done=0)
            pages = list(version.pages.all())
            _delete_half_made(version, len(pages) + 1)  # before anybody can try it again, who makes them anew
            version.pages.all().delete()
    except Lost:
        return
    for page in pages:
        for picture in PICTURES:
            store().delete(getattr(page, picture).name)


# Folders of the work -------------------------------------------------------------------------------------------------
def _work() -> Path:
    return Path(settings.MEDIA_ROOT) / "work"


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder that goes at the end. On the disk of the files: /tmp may be memory."""
    _work().mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_work(), ignore_cleanup_errors=True) as name:
        yield Path(name)


def _sweep() -> None:
    """Take away the work folders of workers that died."""
    for folder in _work().glob("*"):
        if folder.stat().st_mtime < time.time() - KEPT_FOR.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
