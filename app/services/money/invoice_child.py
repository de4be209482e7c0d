"""Writes the texts of a PDF with their places as JSON, in a process of its own: run as a script by `invoice_pdf`.

It imports nothing of `app`. The file comes on standard input. A line is [left, bottom, right, top, text] of a page.
"""

from __future__ import annotations

import json
import resource
import sys

import pypdfium2

MEGA = 1024**2
MEMORY, SECONDS, WRITTEN = 1024 * MEGA, 10, 16 * MEGA
MOST_PAGES = 5
MOST_TEXTS = 5_000


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        sys.stdout.write(json.dumps({"refused": "password" if "assword" in str(error) else "damaged"}))
        return
    pages = [texts(document[number]) for number in range(min(len(document), MOST_PAGES))]
    sys.stdout.write(json.dumps({"pages": pages}, ensure_ascii=False))


def texts(page: pypdfium2.PdfPage) -> list[list[object]]:
    """The runs of text on a page."""
    held = page.get_textpage()
    found: list[list[object]] = []
    for number in range(min(held.count_rects(), MOST_TEXTS)):
        left, bottom, right, top = held.get_rect(number)
        text = held.get_text_bounded(left, bottom, right, top)
        found.append([round(left, 2), round(bottom, 2), round(right, 2), round(top, 2), text])
    return found


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main()
