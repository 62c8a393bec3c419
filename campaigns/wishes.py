"""What a browser says for its reader: Global Privacy Control and Do Not Track.

Under either, an event holds campaign, material and variant only. Source: DESIGN section 9, "Verdicts";
https://www.w3.org/TR/gpc/ (Sec-GPC) and https://www.w3.org/TR/tracking-dnt/ (DNT).
"""

from django.http import HttpRequest

HEADERS = ("Sec-GPC", "DNT")


def wishes_no_trace(request: HttpRequest) -> bool:
    """Whether the reader asks not to be recorded. Only the value `1` asks for it."""
    return any(request.headers.get(name, "").strip() == "1" for name in HEADERS)
