"""What a clause of the sheet rests on opens from the sheet; buttons that would only be refused are not offered."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.store.models import Exemption
from tests.factories.ground import START
from tests.services.assessing import WHY, Ground, lake, orchard
from tests.services.test_assessment_people import event, finding
from tests.web.test_assessment_pages import HTMX, Desk, by_the_lake

__all__ = ["by_the_lake", "lake", "orchard"]


@pytest.fixture
def grove(app: Flask, orchard: Ground) -> Desk:
    return Desk(app, orchard)


def test_findings_events_and_what_is_cited_open_from_the_sheet(grove: Desk) -> None:
    desk, root = grove, f"/contracts/{grove.ground.made.contract.id}"
    rows = [finding(desk.ground, number=number) for number in range(1, 9)]
    gone = finding(desk.ground, "withdrawn", 9)
    event(desk.ground)
    desk.opened()
    page = desk.get("supervisor").text
    for row in rows:
        assert f'{root}/rectification/findings/{row.id}"' in page, "beyond the first six too"
    assert f'{root}/rectification/findings/{gone.id}"' not in page
    assert "还有 2 个问题" in page
    assert 'data-cite="问题0003号"' in page
    assert "合同事件“信息泄露”（2025-08-01）：待认定" in page
    said = {"key": "item_held/GL-1", "points": "12", "reason": WHY, "seen": "0", "cites": "问题0003号"}
    kept = desk.post("supervisor", "decide", said, headers=HTMX).text
    cited = re.search(r"引用：(.*?)</p>", kept)
    assert cited is not None
    assert cited[1] == f'<a href="{root}/rectification/findings/{rows[2].id}">问题0003号</a>'
    assert desk.at("supervisor").get(f"{root}/rectification/findings/{rows[2].id}").status_code == 200


def test_signing_and_appealing_are_offered_while_they_are_open(by_the_lake: Desk) -> None:
    desk = by_the_lake
    desk.opened()
    desk.told()
    sign, appeal = f'{desk.url("sign")}"', f'{desk.url("appeal")}"'
    waiting = desk.get("deputy_head").text
    assert sign not in waiting
    assert "供应商先签字，或期限过了" in waiting
    page = desk.get("deputy_head", "sign").text
    assert "供应商先签字，或期限过了" in page
    assert 'name="password"' not in page, "nobody types a password in vain"
    assert f'{desk.url("refusal")}"' not in page, "a refusal is put on record once the days are over"
    theirs = desk.get("project_manager").text
    assert sign in theirs
    assert appeal in theirs
    desk.sign("project_manager")
    done = desk.get("project_manager").text
    assert sign not in done
    assert appeal not in done
    assert "供应商已经签过字了" in done
    assert sign in desk.get("deputy_head").text


def test_a_granted_exemption_can_be_used_on_a_computed_deduction_and_taken_back(grove: Desk) -> None:
    desk, made = grove, grove.ground.made
    desk.opened()
    desk.ground.state(desk.ground.row(desk.number), "GL-1", {"held": 3})
    assert 'name="exempt"' not in desk.get("supervisor").text
    row = finding(desk.ground, "exempted")
    given = {"reason": "台风停课", "applied_by": made["project_manager"].id, "answer": "属不可抗力", "decided_by": made["deputy_head"].id}
    slip = Exemption(
        contract_id=made.contract.id, finding_id=row.id, applied_at=START, outcome="upheld", decided_at=START, **given
    )  # fmt: skip
    desk.ground.session.add(slip)
    desk.ground.session.commit()
    assert 'name="exempt"' in desk.get("supervisor").text
    said = {"key": "item_held/GL-1", "points": "10", "exempt": "yes", "reason": WHY, "seen": "0"}
    kept = desk.post("supervisor", "decide", said, headers=HTMX).text
    assert "免责" in kept
    assert "撤回" in kept
    back = desk.post("supervisor", "take-back", {"key": "item_held/GL-1", "seen": "1"}, headers=HTMX)
    assert back.status_code == 200
    assert "扣 10 分" in re.sub(r"<[^>]+>", "", back.text)
