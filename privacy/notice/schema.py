"""What a notice file must look like: `privacy/notices/notice.schema.json`, and its refusals in plain words."""

import json
import reprlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from privacy.notice.documents import Where

SCHEMA = Path(__file__).resolve().parent.parent / "notices" / "notice.schema.json"


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FormatChecker())


def against_schema(content: Any) -> Iterator[tuple[Where, str]]:
    """Where the content is not what the schema wants, and why."""
    for error in validator().iter_errors(content):
        where = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            yield from (((*where, key), f"the key {key!r} is not known here") for key in _unknown_keys(error))
        else:
            yield where, _reason(error)


def _unknown_keys(error: ValidationError) -> list[str]:
    found: Any = error.instance
    schema: Any = error.schema
    return [key for key in found if key not in schema["properties"]]


def _reason(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    if error.validator == "format":
        return f"{error.instance!r} is no {wanted}"
    if error.validator == "enum":
        return f"{error.instance!r} is none of {', '.join(wanted)}"
    if error.validator == "anyOf":
        return f"one of the keys {', '.join(key for one in wanted for key in one['required'])} is needed"
    return str(error.message).replace(repr(error.instance), reprlib.repr(error.instance))
