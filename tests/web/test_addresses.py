"""Numbers in addresses that no key can be: nothing is found, nothing breaks."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.office import office
from tests.web.browser import Browser

HUGE = "9" * 40


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (f"assessments/{HUGE}", 404), (f"assessments/{2**63}", 404), (f"assessments/{2**63 - 1}", 404),
        (f"rectification/cases/{HUGE}", 404), (f"documents?before={HUGE}", 200), (f"rectification?before={HUGE}", 200),
        (f"imports?before={HUGE}", 200),
    ],
)  # fmt: skip
def test_a_number_beyond_all_keys_finds_nothing(session: Session, app: Flask, rest: str, status: int) -> None:
    made, browser = office(session), Browser(app)
    browser.sign_in_as(session, made["supervisor"])
    assert browser.get(f"/contracts/{made.contract.id}/{rest}").status_code == status
