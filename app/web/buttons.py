"""What a button without a form asks for: carried out and answered, or the person is told why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from app.services.act import Act, Refused
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.transaction import act_now

Result = TypeVar("Result")


def carried_out(use_case: Callable[[Act], Result], answer: Callable[[Result], Response], back: str) -> Response:
    """The answer to what was done and committed; where it is refused, `back` with the reason and nothing changed."""
    try:
        result = act_now(use_case)
    except Refused as refused:
        db.session.rollback()
        return redirect_to(back, told=refused.message, kind="error")
    return answer(result)
