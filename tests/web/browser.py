"""A test client that keeps cookies, sends the page token, and checks every page that it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.store.models import UserAccount
from app.web.identity import COOKIE
from tests.factories import people
from tests.web.pagecheck import check_page

RAW_TOKEN = "0" * 40


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def page_token(self) -> str:
        """The token as a page of this browser's would hold it."""
        with self.client.session_transaction() as cookie:
            cookie["csrf_token"] = RAW_TOKEN
        return str(URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(RAW_TOKEN))

    def get(self, url: str, **kwargs: Any) -> TestResponse:
        return self.checked(self.client.get(url, **kwargs))

    def post(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Sends a form, with the page token."""
        return self.checked(
            self.client.post(url, data={**(data or {}), "csrf_token": self.page_token()}, **kwargs)
        )

    def checked(self, response: TestResponse) -> TestResponse:
        for name, value in response.headers:
            assert value.isascii(), f"a server cannot send the header {name}: {value}"
        if response.mimetype == "text/html" and response.data:
            check_page(response.text)
        return response

    def sign_in_as(self, session: Session, user: UserAccount, **given: Any) -> str:
        """Opens a session for the user behind the sign-in page; commits what was made."""
        token = people.signed_in(session, user, **given)
        session.commit()
        self.hold(token)
        return token

    def hold(self, token: str) -> None:
        self.client.set_cookie(COOKIE, token)

    def sign_in(self, login_name: str, password: str = people.PASSWORD, **more: Any) -> TestResponse:
        return self.post("/sign-in", {"login_name": login_name, "password": password, **more})


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)
