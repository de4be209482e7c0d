"""The single place where a request commits, always before its response leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from flask import has_request_context
from flask_login import current_user

from app.security.terms import Channel
from app.services.act import Act, Refused
from app.store.engine import Session, own_transaction
from app.web.database import db
from app.web.forms import Form
from app.web.ground import ground

Result = TypeVar("Result")


@dataclass(frozen=True)
class Done(Generic[Result]):
    """The act is committed; what the service returned."""

    value: Result


def current_act(channel: Channel = Channel.WEB) -> Act:
    """The circumstances of this request (or command)."""
    context = structlog.contextvars.get_contextvars()
    person = current_user.person if has_request_context() and current_user.is_authenticated else None
    return Act(
        session=db.session(),
        now=ground().clock(),
        signer=ground().signer,
        vault=ground().vault,
        files=ground().files,
        channel=channel,
        request_id=str(context.get("request_id", "-")),
        actor=person,
    )


def commit() -> None:
    """Makes the act durable. A failed commit is a failed request."""
    db.session.commit()


def begin_writing() -> None:
    """Ends the looking of a view that `looks_first`; its act begins a transaction that may write."""
    db.session.rollback()


def act_now(use_case: Callable[[Act], Result], channel: Channel = Channel.WEB) -> Result:
    """Carries the act out and commits; refusals go on to the error page, with nothing changed."""
    result = use_case(current_act(channel))
    commit()
    return result


def perform(form: Form, use_case: Callable[[Act], Result]) -> Done[Result] | None:
    """Carries out what a valid form asks for. None: not submitted, or with errors now in the form."""
    if not form.validate_on_submit():
        return None
    try:
        result = use_case(current_act())
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused.field, refused.message)
        return None
    commit()
    return Done(result)


def separately(**options: Any) -> AbstractContextManager[Session]:
    """A transaction of its own beside the request's: for the look at the session before the request begins."""
    return own_transaction(db.engine, **options)
