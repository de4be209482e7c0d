"""Files that are not read at all."""

from __future__ import annotations


class FileRefused(Exception):
    """A file that is not read at all; the message says why and what to do."""


class NothingInside(FileRefused):
    """A file or sheet without a single row, not even headings."""


class OutOfTime(FileRefused):
    """The whole call took too long; nothing that follows is read either."""
