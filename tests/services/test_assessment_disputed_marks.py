"""A group by consensus whose marks differ: the sheet says so at the clause, and its members mark again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.services.act import Refused
from app.services.assessments.opens import open_keys
from app.services.assessments.views import Sheet
from tests.services.assessing import ground
from tests.services.test_assessment_people import appointed, marked

KEY = "ZJ-1.3a/ZJ-1.3a"


def test_members_who_differ_mark_again(session: Session) -> None:
    made = ground(session, "zhenjiang-gig-market")
    row = made.opened()
    appointed(made, row.id, "supervisor2", "member", "member2")
    for who, points in (("supervisor2", "0"), ("member", "4"), ("member2", "0")):
        marked(made, row.id, who, KEY, points)
    clause = Sheet(made.work(row)).item("ZJ-1.3a").clauses[0]
    assert clause.text == "评分不一致（0、4、0）；请评分人商定一个分数"
    assert (clause.state, clause.decidable, clause.low, clause.high) == ("blocked", True, "4", "4")
    assert KEY in open_keys(made.work(row))
    with pytest.raises(Refused, match="不在允许范围内"):
        marked(made, row.id, "member", KEY, "3")
    made.session.rollback()
    marked(made, row.id, "member", KEY, "0")
    item = Sheet(made.work(row)).item("ZJ-1.3a")
    assert (item.score, item.clauses[0].state) == ("4", "decided")
