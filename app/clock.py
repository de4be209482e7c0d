"""The clock, injected everywhere; the business day is a day in Shanghai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


def business_day(instant: datetime) -> date:
    """The local date on which the instant falls."""
    return instant.astimezone(SHANGHAI).date()
