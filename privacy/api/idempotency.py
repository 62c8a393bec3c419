"""Writes that are sent again: with the same Idempotency-Key they are done once, and answered alike for a day.

The key is the sender's: random, 16 to 128 characters. A second request under it while the first is under way is told to
wait (409); one that asks for something else is refused (422). What was refused (4xx) is not kept, so that the mended
request may carry the same key. After a crash or an error of ours nobody knows what became of it: that is said (409),
and it is never done again by itself.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.problems import Problem
from privacy.api.secrecy import key_for, keyed_hash
from privacy.models import ApiAnswer, User

HEADER = "Idempotency-Key"
SHORTEST, LONGEST = 16, 128
KEPT_FOR = timedelta(days=1)
# No request takes longer: the server would have ended it.
LONGEST_REQUEST = timedelta(minutes=10)
NONCE_BYTES = 12
WAIT = "1"


@dataclass
class Kept:
    """A write that is under way under the sender's word."""

    row: ApiAnswer
    word: str

    def finish(self, response: Response, records: int = 0) -> None:
        """Keep what came of it; forget what was refused; leave in doubt what failed here."""
        rows = ApiAnswer.objects.filter(pk=self.row.pk)
        if response.status_code >= 500:
            rows.update(in_doubt=True)
        elif response.status_code >= 400:
            rows.delete()
        else:
            rows.update(
                status=response.status_code, answer=encrypted(self.row, self.word, response.data), records=records
            )


@dataclass(frozen=True)
class Answered:
    """What was answered before, and how many people's records it shows."""

    response: Response
    records: int


def begin(request: Request, user: User) -> Kept | Answered | None:
    """Whether this is to be done (Kept, or None without a key), or was done before (Answered).

    Raises ValidationError for what is no key, and Problem where it is under way, in doubt, or another request's.
    """
    word = request.headers.get(HEADER)
    if word is None:
        return None
    if not SHORTEST <= len(word) <= LONGEST or not word.isascii() or not word.isprintable():
        raise ValidationError({HEADER: [f"{SHORTEST} to {LONGEST} characters that nobody else sends, such as a UUID."]})
    asked = keyed_hash("request", *_asked(request))
    named = keyed_hash("idempotency key", word.encode())
    ApiAnswer.objects.filter(owner=user, key_hash=named, begun_at__lt=timezone.now() - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            return Kept(ApiAnswer.objects.create(owner=user, key_hash=named, request_hash=asked), word)
    except IntegrityError:
        return _earlier(ApiAnswer.objects.filter(owner=user, key_hash=named).first(), word, asked)


def _earlier(found: ApiAnswer | None, word: str, asked: bytes) -> Answered:
    if found is None:  # it was refused in this moment
        raise Problem("under-way", "The first request has just ended: send it again.", {"Retry-After": WAIT})
    if bytes(found.request_hash) != asked:
        raise Problem("key-reused", "This Idempotency-Key came with another request before. Make a new one for this.")
    if found.status is not None:
        response = Response(decrypted(found, word), status=found.status)
        response["Idempotent-Replayed"] = "true"
        return Answered(response, found.records)
    if found.in_doubt or timezone.now() - found.begun_at > LONGEST_REQUEST:
        said = "The first request with this key failed half-way. Look whether it was done before you send a new one."
        raise Problem("in-doubt", said)
    raise Problem("under-way", "The first request with this key is not finished.", {"Retry-After": WAIT})


def forget() -> int:
    """Delete what is older than a day. Returns how many."""
    return ApiAnswer.objects.filter(begun_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _asked(request: Request) -> list[bytes]:
    """What the request asks for: method, address, and what was sent, whichever way it is written."""
    return [(request.method or "").encode(), request.get_full_path().encode(), *_content(request.data)]


def _content(data: Any) -> list[bytes]:
    files = getattr(data, "getlist", None)
    if files is None:
        return [json.dumps(data, sort_keys=True, default=str).encode()]
    parts: list[bytes] = []
    for name in sorted(data):
        for value in data.getlist(name):
            parts += [name.encode(), _of_file(value) if isinstance(value, UploadedFile) else str(value).encode()]
    return parts


def _of_file(file: Any) -> bytes:
    """A file by its name and what is in it, read in pieces: it may be as long as an import."""
    if (path := getattr(file, "path", None)) is not None:
        with path.open("rb") as stored:
            content = hashlib.file_digest(stored, "sha256")
    else:
        content = hashlib.sha256()
        for chunk in file.chunks():
            content.update(chunk)
        file.seek(0)
    return keyed_hash("file", (file.name or "").encode(), content.digest())


def _cipher(row: ApiAnswer, word: str) -> AESGCM:
    return AESGCM(key_for(f"answer {row.owner_id}", word.encode()))


def encrypted(row: ApiAnswer, word: str, data: Any) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(row, word).encrypt(nonce, JSONRenderer().render(data), None)


def decrypted(row: ApiAnswer, word: str) -> Any:
    answer = bytes(row.answer or b"")
    plain = _cipher(row, word).decrypt(answer[:NONCE_BYTES], answer[NONCE_BYTES:], None)
    return json.loads(plain) if plain else None
