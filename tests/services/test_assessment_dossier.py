"""考核案卷: what was told, contested, answered, served and signed, in a fixed order with running page numbers."""

from __future__ import annotations

from app.security.terms import AppealOutcome
from app.services import official
from app.services.assessments import appeals, letters
from app.services.assessments.appeals import Answer, Raised
from app.services.assessments.dossier import Shelf, case_file
from app.services.assessments.evaluating import load
from app.services.official import Sealing
from app.store import assessments
from tests.documents.reading import copied
from tests.factories.evidence import files, kept
from tests.factories.pictures import photo
from tests.services.assessing import Ground, lake, orchard
from tests.services.official_papers import TODAY, served

__all__ = ["lake", "orchard"]
TITLES = (
    "考核得分", "手工认定（GL-1）", "手工认定（GL-2）", "手工认定（GL-3）", "申诉书（培训场次）", "申诉答复（培训场次）",
    "签字记录", "经过",
)  # fmt: skip


def test_a_contested_assessment_prints_as_one_file(orchard: Ground) -> None:
    session, contract = orchard.session, orchard.made.contract
    row = orchard.opened()
    for clause, table in (("GL-1", {"held": 3}), ("GL-2", {"orderly": True}), ("GL-3", {"rank": 2, "reports": 7})):
        orchard.state(row, clause, table)
    orchard.confirm(row)
    orchard.scored(row)
    orchard.published(row)
    proof = kept(session, contract, orchard.made["project_manager"], photo(4), "签到表.jpg")
    raised = Raised("item_held", "有一场漏计，见签到表", [proof.id])
    appeal = appeals.appeal(orchard.act("project_manager"), orchard.scope, row.id, raised, orchard.row(row.id).version)
    answer = Answer(AppealOutcome.REJECTED.value, "签到表不是培训的", ())
    appeals.answer(orchard.act("deputy_head"), orchard.scope, row.id, appeal.id, answer)
    letter = letters.letter(orchard.act("supervisor"), orchard.scope, row.id)
    scan = kept(session, contract, orchard.made["supervisor"], photo(5), "告知书签章件.jpg")
    official.seal(orchard.act("supervisor"), orchard.scope, letter.id, Sealing(TODAY, "许局长", [scan.id]))
    served(session, orchard.made, letter.id)
    orchard.sign(row, "project_manager")
    orchard.sign(row, "deputy_head")
    row = orchard.row(row.id)
    session.expire_all()
    work = load(orchard.scope, row)
    assert work is not None
    shelf = Shelf(orchard.scope, row, work, list(assessments.events(session, contract.id, row.id)))
    told = [one.title for one in shelf.leaves()]
    assert told == [*TITLES[:4], letter.title, "送达回证", *TITLES[4:]]
    pages = copied(case_file(shelf, files(), TODAY))
    assert all(f"— {number} —" in page for number, page in enumerate(pages, 1))
    whole = "".join(pages)
    for words in (
        "考核告知〔2026〕1号", "附件1：签到表.jpg", "附件1：告知书签章件.jpg", "有一场漏计", "不予采纳", "李经理",
        "签定并冻结", "97分", "备考表", orchard.made["deputy_head"].display_name,
    ):  # fmt: skip
        assert words in whole, words
