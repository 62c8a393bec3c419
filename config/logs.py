"""Logs: one JSON line an event on standard error, so that a command's own output stays clean. No persons in them.

A user is named by the account's number. Client addresses, user agents, e-mail addresses and query strings (which may
hold a name that was searched for) are taken out, of exceptions too, and so are the rows that PostgreSQL quotes.
"""

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

PERSONAL_KEYS = ("ip", "user_agent", "email")
EMAIL_ADDRESS = re.compile(r"[^\s@<>\"'(=]+@[^\s@<>\"'),;]+\.[^\s@<>\"'),;]+")
QUERY_STRING = re.compile(r"(/[^\s?]*)\?\S*")
# PostgreSQL quotes the row that it refuses: "DETAIL:  Key (name)=(…) already exists."
QUOTED_ROW = re.compile(r"^(DETAIL|CONTEXT):.*", re.MULTILINE)


def configuration(*, level: str, plain: bool) -> dict[str, Any]:
    """Django's LOGGING for everything at `level` and above; `plain` gives a line for people instead of JSON."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
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
                "foreign_pre_chain": _common(),
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


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_persons,
    ]


def without_persons(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event without what names or locates a person."""
    for key in PERSONAL_KEYS:
        event.pop(key, None)
    return {key: _scrub(value) if isinstance(value, str) else value for key, value in event.items()}


def _scrub(text: str) -> str:
    return EMAIL_ADDRESS.sub("[e-mail]", QUERY_STRING.sub(r"\1", QUOTED_ROW.sub(r"\1: [left out]", text)))
