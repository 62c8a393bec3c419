"""Handing a package to the requester: a link that expires, and a code that is told another way; or paper.

Nothing is handed over before the request was granted: until then the package is for the officer who decides.
"""

import secrets
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy.enums import PackageState
from privacy.models import Package, RequestStep
from privacy.rights.package.writing import JSON_NAME, volume_name
from privacy.rights.procedure import NotNow, was_granted

MOST_WRONG_CODES = 5
# Without letters and digits that are taken for one another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def offer(package: Package) -> str:
    """Make the link (`package.token`) and return the code, which is kept as a hash and told once. Raises NotNow."""
    _check(package)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    package.token, package.code_hash = secrets.token_urlsafe(24), make_password(code)
    package.wrong_codes = 0
    package.save(update_fields=["token", "code_hash", "wrong_codes"])
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def hand_over(package: Package) -> None:
    """The requester was given it on paper. Raises NotNow where it may not have been."""
    _check(package)
    delivered(package)


def _check(package: Package) -> None:
    if package.state != PackageState.READY:
        raise NotNow(_("The package is not ready, or has already been deleted."))
    if not package.request.may_be_told:
        raise NotNow(_("Verify the requester's identity first."))
    if not was_granted(package.request):
        raise NotNow(_("Grant the request first: until then, the package is only for you to review."))


def offered(token: str, now: datetime | None = None) -> Package | None:
    """The package of a link; None where there is none, its time is over, too many wrong codes were typed, or its
    request was not granted."""
    return (
        Package.objects.filter(token=token, state=PackageState.READY, expires_at__gt=now or timezone.now())
        .filter(wrong_codes__lt=MOST_WRONG_CODES)
        .filter(Exists(RequestStep.objects.grants().filter(request=OuterRef("request"))))
        .select_related("request")
        .first()
    )


def is_right(package: Package, typed: str) -> bool:
    """Whether the code is right, dashes, spaces and case aside; a wrong one is counted. The try is counted first, so
    that many at the same time are no more tries than one after the other."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    counted = Package.objects.filter(pk=package.pk, wrong_codes__lt=MOST_WRONG_CODES)
    if not counted.update(wrong_codes=F("wrong_codes") + 1):
        return False
    if not check_password(plain, package.code_hash):
        return False
    Package.objects.filter(pk=package.pk).update(wrong_codes=0)
    return True


def delivered(package: Package) -> None:
    """The requester has it: the first time counts."""
    Package.objects.filter(pk=package.pk, downloaded_at=None).update(downloaded_at=timezone.now())


def files_of(package: Package) -> list[tuple[str, str]]:
    """Name and label of each file of a package that is ready."""
    volumes = len(package.pages)
    named = []
    for number, pages in enumerate(package.pages, 1):
        told = number_format(pages, force_grouping=True)
        counted = ngettext("%(pages)s page", "%(pages)s pages", pages) % {"pages": told}
        volume = _("PDF, volume %(number)s of %(volumes)s") % {"number": number, "volumes": volumes}
        named.append((volume_name(number), f"{'PDF' if volumes == 1 else volume}: {counted}"))
    return [*named, (JSON_NAME, _("JSON, for programs"))]
