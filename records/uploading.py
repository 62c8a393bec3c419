"""Uploads that are encrypted while they come in: nothing of them lies on a disk in clear."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from records.media import SealedUpload


class IncomingFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs only
    """What the form gets: `sealed` is the encrypted file, None where it was too long to be kept."""

    sealed: SealedUpload | None = None


class SealingUploadHandler(FileUploadHandler):
    """Takes every file of a request, and keeps no more of one than MEDIA_MAX_BYTES."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._upload = SealedUpload()
        self._is_too_long = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._is_too_long = self._is_too_long or start + len(raw_data) > settings.MEDIA_MAX_BYTES
        if not self._is_too_long:
            self._upload.add(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        upload = self._upload.end()
        file = IncomingFile(upload.file, self.file_name, self.content_type, file_size)
        file.sealed = None if self._is_too_long else upload
        return file

    def upload_interrupted(self) -> None:
        if hasattr(self, "_upload"):
            self._upload.file.close()
