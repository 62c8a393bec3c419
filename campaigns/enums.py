"""The words of an event. Each class is also an enumerated type of the database (migration 0002)."""

from django.db import models


class EventKind(models.TextChoices):
    SHARED = "shared", "Shared"  # a material was shared with the viewer
    DELIVERED = "delivered", "Delivered"  # the letter or message reached them
    VISIT = "visit", "Visit"  # they came: opened a share, or went to the site
    VIEW = "view", "View"  # they opened a material or page
    PAGE = "page", "Page read"  # time spent on one page of a material
    RESPONSE = "response", "Response"
    CONVERSION = "conversion", "Conversion"


class Series(models.TextChoices):
    """Which retention clock an event runs on: insight (3 years) or promotion (5 years). Decided by its kind."""

    INSIGHT = "insight", "Insight"
    PROMOTION = "promotion", "Promotion"


SERIES_OF: dict[EventKind, Series] = {
    EventKind.SHARED: Series.PROMOTION,
    EventKind.DELIVERED: Series.PROMOTION,
    EventKind.VISIT: Series.INSIGHT,
    EventKind.VIEW: Series.INSIGHT,
    EventKind.PAGE: Series.INSIGHT,
    EventKind.RESPONSE: Series.PROMOTION,
    EventKind.CONVERSION: Series.PROMOTION,
}


class Grade(models.TextChoices):
    """How surely it is known who viewed."""

    VERIFIED = "verified", "Verified"  # typed a code that was sent to them
    CLAIMED = "claimed", "Claimed"  # said who they are
    ADDRESSEE = "addressee", "Addressee"  # came through their own share
    UNKNOWN = "unknown", "Unknown"  # came through somebody's share, forwarded perhaps


class Verdict(models.TextChoices):
    HUMAN = "human", "Human"
    SCANNER = "scanner", "Scanner"
    PREVIEW = "preview", "Preview"
    INTERNAL = "internal", "Internal"
    UNKNOWN = "unknown", "Unknown"


# Numbers about people count these two; `unknown` is also shown apart.
COUNTED_AS_HUMAN = (Verdict.HUMAN, Verdict.UNKNOWN)


class Reason(models.TextChoices):
    """Why a verdict was given."""

    RECORDED_OUTCOME = "recorded_outcome", "Recorded outcome"
    NO_SIGN = "no_sign", "No sign of a scanner"
    NO_FOCUS = "no_focus", "The page never gained focus"
    KNOWN_AGENT = "known_agent", "Known agent"
    INTERNAL_NETWORK = "internal_network", "Internal network"
    HEAD_REQUEST = "head_request", "HEAD request"
    HONEYPOT = "honeypot", "Followed the hidden link"
    BURST = "burst", "Several links within a second"


class Signal(models.IntegerChoices):
    """Bits of `Event.signals`: what was seen of the request, never what it was seen in."""

    KNOWN_AGENT = 1, "known agent"
    INTERNAL_NETWORK = 2, "internal network"
    HEAD = 4, "HEAD request"
    HONEYPOT = 8, "hidden link followed"
    NO_FOCUS = 16, "no focus"
    RECORDED_OUTCOME = 32, "recorded outcome"


class MaterialKind(models.TextChoices):
    DOCUMENT = "document", "Document"
    WEB_PAGE = "web page", "Custom web page"
    LINK = "link", "Link"
