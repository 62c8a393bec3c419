"""In which language a recipient reads: what was chosen in this browser, else what they said on their page of wishes,
else what the browser asks for; English where it asks for none that there is.

What a browser asks for is looked at in memory and kept nowhere.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from campaigns.enums import Language
from campaigns.marks import HALF_A_YEAR
from campaigns.models import Share

# As it stands in addresses (`?language=es`), and as the cookie that keeps what was chosen so.
ASKED, COOKIE = "language", "share_language"


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, share: Share | None = None, status: int = 200
) -> HttpResponse:
    """The page in the recipient's language, with the ways to the other ones. What was chosen by its address is kept."""
    language = language_of(request, share)
    others = [choice for choice in Language.choices if choice[0] != language]
    with translation.override(language.value):
        known = {**context, "language": language.value, "other_languages": others}
        answer = render(request, template, known, status=status)
    answer["Content-Language"] = language.value
    if share and _language(request.GET.get(ASKED)):
        keep(answer, share, language)
    return answer


def keep(answer: HttpResponseBase, share: Share, language: Language) -> None:
    """Let the browser carry what was chosen, to the share's addresses alone."""
    _keep(answer, f"/s/{share.token}/", language)


def _keep(answer: HttpResponseBase, path: str, language: Language) -> None:
    answer.set_cookie(
        COOKIE,
        language.value,
        max_age=HALF_A_YEAR,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def keep_under(request: HttpRequest, answer: HttpResponseBase, path: str) -> None:
    """The same at the addresses below a path, which are nobody's share; where the address names a language."""
    if language := _language(request.GET.get(ASKED)):
        _keep(answer, path, language)


def language_of(request: HttpRequest, share: Share | None = None) -> Language:
    """`share` is read with its recipient's preference (campaigns.sharing.share_of_token)."""
    chosen = _language(request.GET.get(ASKED)) or _language(request.COOKIES.get(COOKIE))
    return chosen or (said_by(share) if share else None) or _of_browser(request) or Language.ENGLISH


def said_by(share: Share) -> Language | None:
    """What the recipient said on the page of their wishes; None for whoever said nothing."""
    preference = getattr(share.recipient, "preference", None)
    return Language(preference.language) if preference else None


def _of_browser(request: HttpRequest) -> Language | None:
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500])
    return next((known for name, _weight in wanted if (known := _language(name.partition("-")[0]))), None)


def _language(name: str | None) -> Language | None:
    return Language(name) if name in Language.values else None
