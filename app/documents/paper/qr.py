"""QR codes as dots for a PDF and as a PNG for Word and workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator

import segno

QUIET = 2


def dots(text: str) -> tuple[int, Iterator[tuple[int, int, int]]]:
    """The code's side in dots, quiet zone included, and its dark runs: row, first column, length."""
    matrix = segno.make(text, error="m", micro=False).matrix
    return len(matrix) + 2 * QUIET, _runs(tuple(tuple(row) for row in matrix))


def _runs(matrix: tuple[tuple[int, ...], ...]) -> Iterator[tuple[int, int, int]]:
    for row, values in enumerate(matrix):
        start = None
        for column, dark in enumerate((*values, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                yield row + QUIET, start + QUIET, column - start
                start = None


def png(text: str) -> bytes:
    """The code as a picture."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=6, border=QUIET)
    return file.getvalue()
