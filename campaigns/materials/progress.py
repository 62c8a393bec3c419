"""How far a version is on its way to pages, in a sentence and in percent."""

from dataclasses import dataclass

from campaigns.enums import MaterialState
from campaigns.models import MaterialVersion


@dataclass(frozen=True)
class Progress:
    text: str
    percent: int
    is_under_way: bool


def progress_of(version: MaterialVersion) -> Progress:
    percent = 100 * version.pages_done // version.page_count if version.page_count else 0
    return Progress(_text(version), min(100, percent), version.is_under_way)


def _text(version: MaterialVersion) -> str:
    if version.state == MaterialState.WAITING:
        return "Waiting for a worker."
    if version.state == MaterialState.FAILED:
        return f"Failed: {version.failure}"
    if version.state == MaterialState.READY:
        return "Ready."
    if not version.pages_done:
        return "The file is being opened."
    return f"{version.pages_done:,} of {version.page_count:,} page{'' if version.page_count == 1 else 's'} drawn."
