"""Files as they come in: straight into a folder of the media folder, each under a random name, unreadable for others,
and no more of one than is allowed."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from privacy.retention.orphans import Folder, declare_folder

# The sweep of uploads takes both (records.intake.uploads).
declare_folder(Folder("default", "uploads"))
declare_folder(Folder("default", "imports"))


def folder() -> Path:
    """Where files on their way in lie."""
    return Path(settings.MEDIA_ROOT) / "uploads"


class IncomingFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """A file that has come in; `stored_as` is its name in the folder. It is deleted unless somebody keeps it."""

    def __init__(self, path: Path, name: str, size: int, most: int) -> None:
        super().__init__(name=name, size=size)
        self.path = path
        self.most = most
        self.is_kept = False

    @property
    def stored_as(self) -> str:
        return self.path.name

    @property
    def is_too_large(self) -> bool:
        return bool((self.size or 0) > self.most)

    def close(self) -> None:
        """Called when the request has ended."""
        if not self.is_kept:
            self.path.unlink(missing_ok=True)


class ToMediaFolder(FileUploadHandler):
    """Takes every file of a request; of one that is longer than `most` bytes only so much."""

    @property
    def most(self) -> int:
        return int(settings.IMPORT_MAX_BYTES)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder() / uuid4().hex
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= self.most:
            view = memoryview(raw_data)
            while view:
                view = view[os.write(self._descriptor, view) :]

    def file_complete(self, file_size: int) -> IncomingFile:
        os.close(self._descriptor)
        return IncomingFile(self._path, Path(self.file_name or "").name, file_size, self.most)

    def upload_interrupted(self) -> None:
        if hasattr(self, "_path"):
            os.close(self._descriptor)
            self._path.unlink(missing_ok=True)
