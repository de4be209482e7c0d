"""Logs: one JSON object a line, with the request's id and without personal data."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Configures structlog once a process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # A tick that finds the one before it still at work is no fault; APScheduler would tell of each.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def logger() -> structlog.stdlib.BoundLogger:
    """The logger; bind what is worth knowing, ids rather than names."""
    found: structlog.stdlib.BoundLogger = structlog.get_logger()
    return found
