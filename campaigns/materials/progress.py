"""How far a version is on its way to pages, in a sentence and in percent."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import MaterialState
from campaigns.materials.failure_words import in_words
from campaigns.models import MaterialVersion
from records import figures


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
        return _("Waiting to start.")
    if version.state == MaterialState.FAILED:
        return _("Failed: %(why)s") % {"why": in_words(version.failure)}
    if version.state == MaterialState.READY:
        return _("Ready.")
    if not version.pages_done:
        return _("The file is being opened.")
    said = ngettext("%(done)s of %(count)s page rendered.", "%(done)s of %(count)s pages rendered.", version.page_count)
    return said % {"done": figures.count(version.pages_done), "count": figures.count(version.page_count)}
