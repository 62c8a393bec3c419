"""Logs: one JSON line an event on standard error, so that a command's own output stays clean. No persons in them.

A user is named by the account's number. Client addresses, user agents, e-mail addresses, tokens of shares and query
strings (which may hold a name that was searched for) are taken out, and of an exception's message all that may be a
value (config.scrubbing); the plain form of DEBUG alone shows exceptions whole.
"""

import logging
import re
import sys
from http import HTTPStatus
from typing import Any

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from config import scrubbing

PERSONAL_KEYS = ("ip", "user_agent", "email")
EMAIL_ADDRESS = re.compile(r"[^\s@<>\"'(=]+@[^\s@<>\"'),;]+\.[^\s@<>\"'),;]+")
# What opens a share stands in its address.
SHARE_TOKEN = re.compile(r"(/s/)[^\s/?]+")
QUERY_STRING = re.compile(r"(/[^\s?]*)\?\S*")
# PostgreSQL quotes the row that it refuses: "DETAIL:  Key (name)=(…) already exists."
QUOTED_ROW = re.compile(r"^(DETAIL|CONTEXT):.*", re.MULTILINE)


def configuration(*, level: str, plain: bool) -> dict[str, Any]:
    """Django's LOGGING for everything at `level` and above; `plain` gives a line for people instead of JSON."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            without_renewals,
            *_common(plain),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(True)
    renderer: Processor = structlog.dev.ConsoleRenderer() if plain else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": _common(plain),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "_granian": {"handlers": [], "level": level, "propagate": True},
            # Said once already, with the request's id, by django_structlog.
            "django.request": {"level": "ERROR"},
            "celery.app.trace": {"level": "ERROR"},
            "celery.worker.strategy": {"level": "WARNING"},
            # Every few seconds one line a scheduled task.
            "celery.beat": {"level": "WARNING"},
        },
    }


def _common(plain: bool) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([structlog.processors.format_exc_info] if plain else [without_values, exceptions_without_values]),
        without_persons,
    ]


def without_renewals(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """No line of pages that asked whether they have changed and have not: each open page does so every two seconds."""
    if event.get("event") == "request_finished" and event.get("code") == HTTPStatus.NOT_MODIFIED:
        raise structlog.DropEvent
    return event


def without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event without what its exception says: whoever logs one likes to put it into the sentence as well."""
    raised = _raised(event.get("exc_info"))
    texts = {repr(raised): scrubbing.class_name(raised), str(raised): scrubbing.scrub(str(raised))} if raised else {}
    return {key: _replaced(value, texts) if isinstance(value, str) else value for key, value in event.items()}


def _raised(exc_info: Any) -> BaseException | None:
    if exc_info is True:
        exc_info = sys.exc_info()
    raised = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    return raised if isinstance(raised, BaseException) else None


def _replaced(text: str, texts: dict[str, str]) -> str:
    for old, new in texts.items():
        text = text.replace(old, new) if old else text
    return scrubbing.without_written_tracebacks(text)


def _exception(exc_info: ExcInfo) -> str:
    return scrubbing.without_values(exc_info[1])


exceptions_without_values = structlog.processors.ExceptionRenderer(_exception)


def without_persons(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event without what names or locates a person."""
    for key in PERSONAL_KEYS:
        event.pop(key, None)
    return {key: _scrub(value) if isinstance(value, str) else value for key, value in event.items()}


def _scrub(text: str) -> str:
    without_rows = SHARE_TOKEN.sub(r"\1…", QUOTED_ROW.sub(r"\1: [left out]", text))
    return EMAIL_ADDRESS.sub("[e-mail]", QUERY_STRING.sub(r"\1", without_rows))
