"""What a storage holds, file after file, whatever there is of it: a folder on a disk, or a bucket."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.storage import FileSystemStorage, Storage


@dataclass(frozen=True)
class StoredFile:
    """`name` is as the storage has it, its folders before it; `written_at` when its bytes came."""

    name: str
    written_at: datetime


def files_of(storage: Storage, folder: str) -> Iterator[StoredFile]:
    """Every file of the folder and of those in it; of the whole storage where the folder has no name.

    One after the other: neither a disk's folder nor a bucket is in memory as a whole.
    """
    if isinstance(storage, FileSystemStorage):
        return _on_disk(Path(storage.location), Path(storage.location) / folder)
    return _in_bucket(storage, folder)


def top_of(storage: Storage) -> set[str]:
    """The names at the top of the storage, without those that begin with a dot: a folder that is not there has none."""
    if isinstance(storage, FileSystemStorage):
        try:
            found = {path.name for path in Path(storage.location).iterdir()}
        except FileNotFoundError:
            return set()
    else:
        found = {name for names in storage.listdir("") for name in names}
    return {name for name in found if not name.startswith(".")}


def prune(storage: Storage, names: Iterable[str]) -> None:
    """Take away the folders of files that have gone, where they are empty. A bucket has none."""
    if isinstance(storage, FileSystemStorage):
        for folder in {PurePosixPath(name).parent for name in names}:
            with suppress(OSError):  # something is in it
                (Path(storage.location) / folder).rmdir()


def _on_disk(root: Path, start: Path) -> Iterator[StoredFile]:
    waiting = [start]
    while waiting:
        try:
            entries = os.scandir(waiting.pop())
        except (FileNotFoundError, PermissionError):  # it went meanwhile, or is the disk's own (lost+found)
            continue
        with entries:
            for entry in entries:
                if entry.is_symlink():  # what somebody laid there is none of the program's files
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                    continue
                with suppress(FileNotFoundError):  # it went meanwhile
                    changed = entry.stat(follow_symlinks=False).st_mtime
                    yield StoredFile(
                        Path(entry.path).relative_to(root).as_posix(), datetime.fromtimestamp(changed, UTC)
                    )


def _in_bucket(storage: Any, folder: str) -> Iterator[StoredFile]:
    """A page of a thousand a request, with when each was written: no request for each file."""
    for one in storage.bucket.objects.filter(Prefix=f"{folder}/" if folder else ""):
        yield StoredFile(one.key, one.last_modified)
