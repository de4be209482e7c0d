"""The few kinds of answer that the pages of this console give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup

from app.web.forms import Form
from app.web.htmx import render

Cell = str | Markup


@dataclass(frozen=True)
class FormView:
    """How a form shows: where it goes, what its button says."""

    form: Form
    action: str
    button: str
    id: str = "form"
    confirm: str | None = None
    version: int | None = None
    hint: str = ""
    busy: str | None = None


def form_page(title: str, view: FormView, back: tuple[str, str] | None = None, **context: Any) -> Response:
    """A page with one form; 422 with the form's fragment where it was sent and is not right."""
    status = 422 if request.method == "POST" else 200
    return render(
        "pages/form.html", "pages/_form.html", status=status, title=title, view=view, back=back, **context
    )


@dataclass(frozen=True)
class Button:
    """A form of one button inside a list."""

    title: str
    action: str
    confirm: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a list: its cells, and what can be done with it."""

    cells: list[Cell]
    url: str = ""
    buttons: list[Button] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """A list with a caption; `empty` says what would stand here."""

    caption: str
    columns: list[str]
    rows: list[Row]
    empty: str
    id: str = "list"
    next_url: str = ""


def list_page(title: str, listings: list[Listing], **context: Any) -> Response:
    """A page of lists, with forms below where given (`forms`), and links in the head (`actions`)."""
    status = 422 if request.method == "POST" else 200
    return render("pages/list.html", status=status, title=title, listings=listings, **context)


def link(endpoint: str, title: str, icon: str = "plus", **values: Any) -> dict[str, str]:
    """A link of the page's head."""
    return {"title": title, "url": url_for(endpoint, **values), "icon": icon}
