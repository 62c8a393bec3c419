"""Entity tags: whoever has the answer already is told so, and nothing is sent again (RFC 9110, 8.8 and 13).

A single thing's tag is of its bytes, and strong: a change can be made dependent on it (If-Match). A list's is weak.
"""

import hashlib
import re
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

TAG = re.compile(r'(?:W/)?"[^"]*"')
LENGTH = 32


def tag_of(data: Any, *, is_list: bool = False) -> str:
    """The tag of an answer's data."""
    tag = f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:LENGTH]}"'
    return f"W/{tag}" if is_list else tag


def answered(request: Request, response: Response) -> Response:
    """The answer with its tag, or 304 where the sender has it."""
    tag = tag_of(response.data, is_list=isinstance(response.data, dict) and "results" in response.data)
    if is_among(tag, request.headers.get("If-None-Match", "")):
        response = Response(status=304)
    response["ETag"] = tag
    return response


def is_among(tag: str, header: str) -> bool:
    """Whether the header names the tag, weakly compared; `*` names each."""
    return header.strip() == "*" or tag.removeprefix("W/") in [one.removeprefix("W/") for one in TAG.findall(header)]


def is_same(tag: str, header: str) -> bool:
    """Whether If-Match lets a change through: nothing was asked, or the strong tag is named."""
    return not header or header.strip() == "*" or tag in TAG.findall(header)
