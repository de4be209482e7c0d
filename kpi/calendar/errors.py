"""What the calendar refuses, as types; every message is Chinese and says what to do next."""

from __future__ import annotations


class CalendarError(ValueError):
    """A question about dates that cannot be answered; `str()` of it is shown to people."""


class CalendarMissing(CalendarError):
    """A year without published holidays: scoring and paying refuse (rules of counting 3)."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"{year}年没有已公布的放假调休数据，不能计算工作日和节假日；"
            f"请由管理员导入{year}年的放假调休表（YAML 写法：{year}: "
            f"{{holidays: {{元旦: [{year}-01-01], …}}, workdays: [补班日, …]}}，"
            "须列全元旦、春节、清明节、劳动节、端午节、国庆节、中秋节）后重试"
        )


class CalendarDataInvalid(CalendarError):
    """An override table that contradicts itself or cannot be read."""


class TermInvalid(CalendarError):
    """A span whose last day lies before its first day, or a day that no month has."""


class WindowsUndecided(CalendarError):
    """Windows asked for without the answer that they depend on (calendar, holidays, periods, date)."""
