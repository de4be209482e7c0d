"""Requests that carry files: larger than a form may be, and slow to arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
LARGEST = "largest_body"
LOOKS_FIRST = "looks_first"


def largest_body(most: int) -> Callable[[View], View]:
    """The view takes bodies up to `most` bytes; every other one keeps to the size of a form."""

    def mark(view: View) -> View:
        setattr(view, LARGEST, most)
        return view

    return mark


def looks_first(view: View) -> View:
    """The view's transaction begins as one that only reads, as a GET's does.

    A POST begins to write before its body has arrived. Where the body is photos over a phone's network, all
    other writers would wait for it. The view calls transaction.begin_writing once it has everything.
    """
    setattr(view, LOOKS_FIRST, True)
    return view


def of_view(mark: str, default: Any = None) -> Any:
    """What the view of this request is marked with."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), mark, default)


def init_app(app: Flask) -> None:
    """Widens the limit before anything reads the body; to be called before the check of the page token is."""

    def widen() -> None:
        if (most := of_view(LARGEST)) is not None:
            request.max_content_length = most

    app.before_request(widen)
