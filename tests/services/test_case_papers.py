"""The papers of a rectification: each as a file, and all of them in one dossier with page numbers, photos and scans."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlalchemy.orm import Session

from app.documents.paper.files import KINDS
from app.security.case_terms import DocumentKind, Receipt, ServiceWay, Verdict
from app.services import official
from app.services.act import Refused
from app.services.official import Draft, Sealing, Serving
from app.services.official.papers import paper_of
from app.services.rectification import dossier, exempting, papers, recording
from app.services.rectification.case_file import case_file
from app.store.cases import Cases, RectificationCase
from app.store.models import EvidenceFile
from tests.documents.reading import copied
from tests.factories.evidence import files, kept
from tests.factories.office import Office
from tests.factories.pictures import pdf, photo
from tests.services.acting import act_of
from tests.services.official_papers import TODAY, served
from tests.services.test_rectification import found, looked, noticed, reported


def text_of(paper: object) -> str:
    return "".join(copied(KINDS["pdf"].of(paper)))  # type: ignore[arg-type]


def photographed(session: Session, made: Office, name: str, data: bytes) -> EvidenceFile:
    return kept(session, made.contract, made["supervisor"], data, name)


def closed(session: Session, made: Office) -> RectificationCase:
    """A case with a photo, a sealed scan of two pages, a refused service, a report, a reinspection."""
    picture = photographed(session, made, "现场.jpg", photo(1))
    scan = photographed(session, made, "签章件.pdf", two_pages())
    case = noticed(session, made, found(session, made, files=[picture.id]))
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    official.seal(act, scope, case.notice_id, Sealing(TODAY, "周主管", [scan.id]))
    official.serve(act, scope, case.notice_id, Serving(ServiceWay.LEFT, "李经理", Receipt.REFUSED, "王书记", TODAY, "门已锁", ()))
    reported(session, made, case)
    looked(session, made, case)
    return case


def two_pages() -> bytes:
    file = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as paper:
        paper.pages.append(paper.pages[0])
        paper.save(file)
    return file.getvalue()


def test_a_dossier_numbers_its_pages_and_holds_photos_and_scans(session: Session, made: Office) -> None:
    case, scope = closed(session, made), made.scope(session)
    raw = case_file(scope, files(), case.id, TODAY)
    assert raw == case_file(scope, files(), case.id, TODAY)
    pages = copied(raw)
    with pikepdf.open(BytesIO(raw)) as paper:
        pictures = [sum(one.get("/Subtype") == "/Image" for one in page.Resources.get("/XObject", {}).values()) for page in paper.pages]
        forms = [sum(one.get("/Subtype") == "/Form" for one in page.Resources.get("/XObject", {}).values()) for page in paper.pages]
    assert sum(pictures) == 1
    assert sum(forms) == 2, "both pages of the scan"
    assert all(f"— {number} —" in page for number, page in enumerate(pages, 1)), "running numbers"
    starts = {title: next(number for number, page in enumerate(pages, 1) if number > 2 and title in page) for title in TITLES}
    for title, after in pairwise(TITLES):
        line = f"2026-03-05{starts[title]}{starts[after] - starts[title]}"
        assert line in pages[1], f"{title}: from which page, how many"
    assert f"{len(pages)}页" in pages[0].replace(" ", "")
    whole = "".join(pages)
    beside = ("附件1：现场.jpg", "附件1：签章件.pdf", "被检查人（当场拒签）")
    for words in ("王书记", "门已锁", "拒绝签收", "人手不足", "查看了四家的走访记录", *beside):
        assert words in whole
    assert "王站长" not in whole, "names of those spoken to are masked"


TITLES = ("现场检查记录表", "限期补齐走访", "送达回证", "整改报告（第1次）", "复检记录", "备考表")


def test_each_paper_says_what_its_row_says_in_both_kinds(session: Session, made: Office) -> None:
    case, scope = closed(session, made), made.scope(session)
    cases = Cases(session, made.contract.id)
    [finding], [report], [look] = cases.of_cases([case.id]), cases.reports(case.id), cases.reinspections(case.id)
    made_papers = (
        (papers.record(scope, finding, []), ("问题0001号", "二月只走访了两家", "14:30", "城东街道服务站", "王***，")),
        (papers.report(scope, case, report, []), ("整改〔2026〕1号", "人手不足", "已补走访两家", made.contract.supplier.name)),
        (papers.reinspection(scope, case, look, []), ("整改到位，结案", "查看了四家", "复检人（签字）：", "供应商（签字、盖章）：")),
        (paper_of(scope, case.notice), ("整改〔2026〕1号", "限期补齐走访", "送达回证", "王书记", made.contract.buyer.name)),
    )  # fmt: skip
    for one, words in made_papers:
        paper = one if not hasattr(one, "paper") else one.paper()
        body = Document(BytesIO(KINDS["docx"].of(paper))).element.body
        word = "\n".join(text.text or "" for text in body.iter(qn("w:t")))
        for part in words:
            assert part in text_of(paper), part
            assert part in word, part


def test_a_draft_is_marked_until_it_has_its_number_and_says_when_it_is_void(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    row = official.draft(act, scope, Draft(DocumentKind.OTHER, "关于报送材料的函", {"to": "供应商", "lead": ["请于月底前报送。"]}))
    assert paper_of(scope, row).mark == "草稿"
    official.number(act, scope, row.id)
    assert (paper_of(scope, row).mark, paper_of(scope, row).number) == ("", "履约函〔2026〕1号")
    assert row.content_hash is not None
    assert row.content_hash in text_of(paper_of(scope, row))
    assert "送达回证" not in text_of(paper_of(scope, row))
    official.void(act, scope, row.id, "写错了单位")
    assert paper_of(scope, row).mark == "作废"


def test_the_record_of_a_check_is_numbered_once(session: Session, made: Office) -> None:
    row, act, scope = found(session, made), act_of(session, made["supervisor"]), made.scope(session)
    document = recording.register(act, scope, row.id)
    assert (document.number, document.title, row.record_id) == ("检查记录〔2026〕1号", "现场检查记录表（问题0001号）", document.id)
    text = text_of(paper_of(scope, document))
    investigators = made["supervisor"].display_name, made["supervisor2"].display_name
    for words in (*investigators, "城东街道服务站", "王***，", "二月只走访了两家企业"):
        assert words in text
    with pytest.raises(Refused, match="已经编过号"):
        recording.register(act, scope, row.id)


def test_an_exemption_is_applied_for_and_decided_on_paper(session: Session, made: Office) -> None:
    row, scope = found(session, made), made.scope(session)
    proof = photographed(session, made, "交警通告.pdf", pdf())
    asked = exempting.apply(act_of(session, made["project_manager"]), scope, row.id, "当天封路", [proof.id])
    text = text_of(papers.application(scope, row, asked, [proof.id]).paper())
    for words in ("免责申请书", "当天封路", "交警通告.pdf", "申请人（供应商）（签字、盖章）："):
        assert words in text
    exempting.decide(act_of(session, made["deputy_head"]), scope, asked.id, Verdict.UPHELD, "属实，予以免责")
    assert asked.document_id is not None
    slip = text_of(paper_of(scope, official.printed(act_of(session, made["supervisor"]), scope, asked.document_id)))
    for words in ("免责认定〔2026〕1号", "当天封路", "免责成立", f"认定人（签字）：{made['deputy_head'].display_name}", "送达回证"):
        assert words in slip


def test_a_dossier_holds_the_numbered_record_and_the_slip_with_their_signed_scans(session: Session, made: Office) -> None:
    rows, scope = [found(session, made), found(session, made)], made.scope(session)
    she = act_of(session, made["supervisor"])
    record = recording.register(she, scope, rows[0].id)
    case = noticed(session, made, *rows)
    proof, signed = photographed(session, made, "交警通告.pdf", pdf()), photographed(session, made, "签字的记录.jpg", photo(2))
    official.seal(she, scope, record.id, Sealing(TODAY, "周主管、郑主管", [signed.id]))
    asked = exempting.apply(act_of(session, made["project_manager"]), scope, rows[1].id, "当天封路", [proof.id])
    exempting.decide(act_of(session, made["deputy_head"]), scope, asked.id, Verdict.UPHELD, "属实，予以免责")
    slip = photographed(session, made, "认定单签章件.jpg", photo(3))
    assert asked.document_id is not None
    official.seal(she, scope, asked.document_id, Sealing(TODAY, "许局长", [slip.id]))
    held = dossier.opened(scope, case.id)
    lines = {one.title: one for one in dossier.contents(held)}
    assert [one.number for one in lines.values()] == [1, 2, 3, 4, 5]
    first, last = lines["检查记录（问题0001号）"], lines["关于问题0002号的免责认定单"]
    assert (first.document_number, first.note, first.files) == ("检查记录〔2026〕1号", "签章件，附件 1 份", [signed.id])
    assert (last.document_number, last.note, last.files) == ("免责认定〔2026〕1号", "签章件，附件 1 份", [slip.id])
    text = "".join(copied(case_file(scope, files(), case.id, TODAY)))
    for words in ("免责成立", "附件1：认定单签章件.jpg", "附件1：签字的记录.jpg", "附件1：交警通告.pdf"):
        assert words in text


def test_a_served_notice_keeps_its_sealed_day(session: Session, made: Office) -> None:
    case, scope = noticed(session, made, found(session, made)), made.scope(session)
    assert "2026年3月5日" not in text_of(paper_of(scope, case.notice)).split("送达回证")[0].split(made.contract.supplier.name)[-1][-60:]
    scan = photographed(session, made, "签章件.pdf", pdf())
    official.seal(act_of(session, made["supervisor"]), scope, case.notice_id, Sealing(TODAY, "周主管", [scan.id]))
    served(session, made, case.notice_id)
    text = text_of(paper_of(scope, case.notice))
    assert f"{made.contract.buyer.name}2026年3月5日" in text
    assert "直接送达" in text
