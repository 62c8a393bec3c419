"""The doctor's checks of this machine: settings, folders, disk, clock, static files."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core import checks
from django.db import connection

from config.doctor.findings import Finding, fail, ok, warn
from config.embedded import var_folder
from privacy.retention.orphans import strangers

SCARCE_PERCENT = 10
EXHAUSTED_BYTES = 500_000_000
LARGEST_SKEW = 5.0  # seconds
GIGABYTE = 1_000_000_000


def look_at_settings() -> Finding:
    """The system checks of settings, those for production too where the database is not the embedded one."""
    found = checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=not settings.EMBEDDED_DATABASE)
    serious = [message for message in found if message.is_serious()]
    worst = (serious or found)[:1]
    if not worst:
        return ok("nothing unsafe")
    said = f"{worst[0].msg} ({len(found)} in all)" if len(found) > 1 else str(worst[0].msg)
    advice = "manage.py check --deploy lists them with what to do."
    return fail(said, advice) if serious else warn(said, advice)


def look_at_storage() -> Finding:
    """Really write a file where uploads go, and take it away."""
    folder = settings.MEDIA_ROOT
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(b"written to see whether it can be")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        said = f"{folder} cannot be written: {problem.strerror}."
        return fail(said, "Give the folder to the user that runs Waymark, or set MEDIA_ROOT.")
    return ok(f"{folder} can be written")


def look_at_store() -> Finding:
    """What lies beside the folders that the program owns: nobody takes it away, records in it neither."""
    try:
        found = strangers()
    except Exception as problem:  # each store raises its own
        said = f"the store does not answer: {type(problem).__name__}."
        return fail(said, "See MEDIA_ROOT or MATERIALS_S3_URL, and whether it is reached from here.")
    if found:
        said = f"not the program's, and never taken away: {', '.join(found)}."
        return warn(said, "See what it is; nothing but Waymark's files belongs into MEDIA_ROOT or the bucket.")
    return ok("nothing but what the program owns")


def look_at_disk() -> Finding:
    """Of the folders that Waymark writes, the one with the least space."""
    folder, usage = min(
        ((folder, shutil.disk_usage(_existing(folder))) for folder in (var_folder(), settings.MEDIA_ROOT)),
        key=lambda row: row[1].free,
    )
    said = f"{usage.free / GIGABYTE:.1f} GB free at {folder}"
    if usage.free < EXHAUSTED_BYTES:
        return fail(f"{said}.", "Make room before the database or an import fails.")
    if usage.free * 100 < usage.total * SCARCE_PERCENT:
        return warn(f"{said}, less than {SCARCE_PERCENT}%.", "Make room in time.")
    return ok(said)


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def look_at_clock() -> Finding:
    """This machine's clock beside the database's."""
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (there,) = cursor.fetchone()
    skew = max(before - there, there - time.time(), 0.0)
    if skew > LARGEST_SKEW:
        return warn(f"It is {skew:.0f} s off the database's.", "Let both keep time by NTP.")
    return ok(f"{skew:.1f} s off the database's")


def look_at_static_files() -> Finding:
    """Whether style sheets and scripts were collected under their hashed names."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return ok("served where they lie")
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.exists():
        return fail(f"None in {settings.STATIC_ROOT}.", "Run manage.py collectstatic --noinput.")
    return ok(f"{len(staticfiles_storage.hashed_files)} collected")
