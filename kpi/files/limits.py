"""How much a file may ask for, and the watch that is kept while it is read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from kpi.files.refusal import OutOfTime

T = TypeVar("T")

MEGA = 1024**2
#: Rows between two reports of progress: less than half a second of work.
STEP = 20_000
_LOOKS = 500  # rows between two looks at the clock
_REPORTS = 2  # a second, while a library works
_NANO = 10**9


class Told(str):
    """A report of progress: a Chinese text; `rows` read so far and `percent` of the work, None where unknown."""

    __slots__ = ("percent", "rows")

    rows: int | None
    percent: int | None

    def __new__(cls, text: str, rows: int | None = None, percent: int | None = None) -> Told:
        told = super().__new__(cls, text)
        told.rows, told.percent = rows, percent
        return told


Progress = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call; what goes beyond any of them is refused with what to do.

    Sizes in bytes: `file` of any file, `packed` of a workbook on disk, `inflated` of all its parts together,
    `text` of what its cells hold once shared texts are written out, `line` of a text file's line. `rows` of a
    text file, `sheet_rows` and `cells` (the rectangle that is claimed) of a sheet, `columns` of both.
    `seconds` for the whole call, by `clock` (nanoseconds, as time.monotonic_ns; given by the caller: this package
    has none).
    """

    file: int = 2 * 1024 * MEGA
    packed: int = 200 * MEGA
    inflated: int = 1024 * MEGA
    text: int = 512 * MEGA
    line: int = MEGA
    rows: int = 5_000_000
    sheet_rows: int = 500_000
    columns: int = 256
    cells: int = 10_000_000
    seconds: int | None = None
    clock: Callable[[], int] | None = None


class Watch:
    """Held by every reader of one call: reports progress, and refuses what is too long or takes too long."""

    def __init__(self, limits: Limits | None = None, progress: Progress | None = None) -> None:
        self.limits = limits or Limits()
        self._progress = progress
        self._end: int | None = None
        if self.limits.seconds is not None and self.limits.clock is not None:
            self._end = self.limits.clock() + self.limits.seconds * _NANO

    def tell(self, text: str, rows: int | None = None, percent: int | None = None) -> None:
        """A report, whenever there is something to say."""
        if self._progress is not None:
            self._progress(Told(text, rows, percent))

    def look(self) -> None:
        """OutOfTime when it is up."""
        clock = self.limits.clock
        if self._end is not None and clock is not None and clock() > self._end:
            raise OutOfTime(f"读取超过 {self.limits.seconds} 秒，已停止，一行也没有采用；请拆分成几个文件再读入")

    def row(self, number: int, what: str, percent: Callable[[], int] | None = None) -> None:
        """Called with the number of every row: keeps the time, reports now and then."""
        if number % _LOOKS == 0:
            self.look()
            if number % STEP == 0:
                done = percent() if percent is not None else None
                share = f"（{done}%）" if done is not None else ""
                self.tell(f"正在读取{what}：{number} 行{share}", number, done)

    def through(self, work: Callable[[], T], text: str) -> T:
        """The result of a library's one long call, with a report twice a second and within the time.

        The call itself cannot be interrupted; what was checked before bounds it.
        """
        if self._progress is None and self._end is None:
            return work()
        pool = ThreadPoolExecutor(1)
        try:
            running: Future[T] = pool.submit(work)
            while not wait([running], timeout=1 / _REPORTS).done:
                self.look()
                self.tell(text)
            return running.result()
        finally:
            pool.shutdown(wait=False)
