"""Who is asking: the cookie's token against the session kept on the server."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Request, Response, request
from flask_login import LoginManager, UserMixin

from app.security.predicates import Person
from app.services import sessions
from app.services.sessions import Opened, Standing
from app.store.engine import READING, Session
from app.web.database import SAFE, WITHOUT_DATABASE, db
from app.web.ground import ground
from app.web.transaction import separately

COOKIE = "lvyuetai_session"
POLL = "X-Poll"


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """A person with a session; `awaits_code`: the second factor is still due."""

    person: Person
    session_id: int
    awaits_code: bool
    must_change_password: bool

    @property
    def is_authenticated(self) -> bool:
        return not self.awaits_code

    def get_id(self) -> str:
        return str(self.person.user_id)


def init_app(app: Flask) -> None:
    """Identifies each request by its cookie; nothing is kept in Flask-Login's own cookies."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(identify)
    manager.init_app(app)


def identify(asked: Request) -> SignedIn | None:
    """The person behind the request. Looks in the request's own transaction where it may only read, else in one
    of its own, so that nobody holds up the writers who is not signed in."""
    token = asked.cookies.get(COOKIE, "")
    if not token:
        return None
    now = ground().clock()
    with looking(asked) as session:
        row = sessions.present(session, token)
        if row is None:
            return None
        standing = sessions.standing(row, now, ground().settings.idle_limit)
        person = sessions.person_behind(session, row, now)
    found = SignedIn(person, row.id, row.awaits_code, row.must_change_password)
    note(found, standing, now)
    return found if standing in {Standing.FRESH, Standing.RENEW} else None


def looking(asked: Request) -> AbstractContextManager[Session]:
    """A session that only reads: the request's own where `only_read` has made it so."""
    reads = asked.method in SAFE and asked.endpoint is not None and asked.endpoint not in WITHOUT_DATABASE
    return nullcontext(db.session()) if reads else separately(**READING)


def note(found: SignedIn, standing: Standing, now: datetime) -> None:
    """Renews a session in use or ends an idle one. Polling is no use."""
    polls = POLL in request.headers
    if standing is Standing.IDLE:
        with separately() as session:
            sessions.end_idle(session, found.session_id, now)
    elif standing is Standing.RENEW and not polls:
        with separately() as session:
            sessions.touch(session, found.session_id, now)


def hand_out(response: Response, opened: Opened) -> Response:
    """Puts the token of a new session into the browser."""
    secure = ground().settings.secure_cookies
    response.set_cookie(COOKIE, opened.token, secure=secure, httponly=True, samesite="Lax", path="/")
    return response


def take_back(response: Response) -> Response:
    """Removes the cookie; what it held is worth nothing any more."""
    response.delete_cookie(
        COOKIE, path="/", secure=ground().settings.secure_cookies, httponly=True, samesite="Lax"
    )
    return response
