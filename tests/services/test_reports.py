"""Reports from the database: made once, the same again, words, handing in, what an acceptance does."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date

import pytest

from app.documents import fonts
from app.security.report_terms import ReportState
from app.services.act import Refused
from app.services.reports import duties, gathering, handing, making, showing, taking, writing
from app.services.reports.naming import titled
from app.services.reports.people import Moved
from app.store import reports
from app.store.entries import Entries
from kpi.quantities import Period
from tests.services.acting import recorded, refused
from tests.services.reporting import FEBRUARY, JANUARY, MARCH, TODAY, School, school

__all__ = ["school"]


def told(made: School, row: reports.Report) -> dict[str, str]:
    return {key: one.shown for key, one in making.read(made.data(row)).numbers().items()}


def test_a_month_is_computed_from_what_is_verified(school: School) -> None:
    school.lesson(date(2026, 2, 20), 500, verified=False)
    numbers = told(school, school.make())
    assert numbers["GK-1/lessons"] == "3次"
    assert numbers["各网点/合计/learners"] == "1304"
    assert numbers["GK-1/lessons@上期"] == "2次"


def test_made_again_from_the_same_it_is_the_same_and_no_new_version(school: School) -> None:
    row = school.make()
    first = {kind: school.bytes_of(row, kind) for kind in ("pdf", "docx", "xlsx")}
    again = school.make(who="project_manager")
    assert (again.id, again.revision) == (row.id, 1)
    version = reports.version(school.session, school.made.contract.id, row.id)
    assert version is not None
    fresh = making.compute(school.scope, FEBRUARY, ["monthly"], TODAY)[0]
    assert fresh.sha256 == version.sha256
    assert {kind: school.bytes_of(row, kind) for kind in first} == first


def test_changed_entries_make_a_new_version_and_the_old_one_stays(school: School) -> None:
    row = school.make()
    before = school.bytes_of(row, "pdf", 1)
    school.lesson(date(2026, 2, 23), 10)
    found = reports.version(school.session, school.made.contract.id, row.id)
    assert found is not None
    outdated = showing.stale(school.scope, found, making.read(school.data(row)))
    assert outdated.ledgers == {"lesson"}
    assert outdated.sources
    assert school.make().revision == 2
    assert told(school, row)["GK-1/lessons"] == "4次"
    assert school.bytes_of(row, "pdf", 1) == before


def test_periods_that_are_not_over_or_not_of_the_contract_are_refused(school: School) -> None:
    refused("until_on", "还没有过完", lambda: school.make(MARCH))
    refused("from_on", "合同期", lambda: school.make(Period(date(2024, 1, 1), date(2024, 1, 31))))
    assert not reports.every(school.session, school.made.contract.id)


def test_the_scheduler_wants_the_latest_ended_periods_first_and_later_ones_after_a_stop(school: School) -> None:
    wishes = {(one.kind, one.period.label): one.duties for one in duties.wished(school.session, TODAY)}
    assert wishes == {("month", "2026年2月"): ("monthly",), ("quarter", "2025年第4季度"): ("quarterly",)}
    school.make()
    school.make(Period(date(2025, 10, 1), date(2025, 12, 31), "2025年第4季度"), ("quarterly",))
    assert not duties.wished(school.session, TODAY)
    late = {one.period.label for one in duties.wished(school.session, date(2026, 5, 2))}
    assert late == {"2026年3月", "2026年4月", "2026年第1季度"}


def test_where_the_latest_month_is_a_piece_the_whole_one_before_it_is_made_as_well(school: School) -> None:
    school.made.contract.ends_on = date(2026, 3, 10)
    school.session.commit()
    labels = [one.period.label for one in duties.wished(school.session, date(2026, 3, 20)) if one.kind == "month"]
    assert labels == ["2026年2月", "2026年3月（3月1日至3月10日）"]
    assert titled("夜校月报", labels[1]) == "夜校月报（2026年3月，3月1日至3月10日）"


def test_words_are_bound_to_numbers_and_unknown_ones_are_refused(school: School) -> None:
    row = school.make()
    seen = row.version
    writing.save(school.act(), school.scope, row.id, {"words1": ["本月{GK-1/lessons}，学员{各网点/合计/learners}人。"]}, seen)
    refused("words1", "“{GK-1/lesson}”不是这份报告里的数字；是不是", lambda: writing.save(
        school.act(), school.scope, row.id, {"words1": ["{GK-1/lesson}"]}, school.row(row).version))  # fmt: skip
    with pytest.raises(Moved):
        writing.save(school.act(), school.scope, row.id, {"words1": ["别的"]}, seen)
    assert school.row(row).words == {"words1": ["本月{GK-1/lessons}，学员{各网点/合计/learners}人。"]}


def test_numbers_typed_by_hand_need_a_confirmation_before_the_report_is_final(school: School) -> None:
    row = school.make()
    writing.save(school.act(), school.scope, row.id, {"words1": ["本月开课 4 次。"]}, row.version)
    version = school.row(row).version
    refused("confirmed", "手写的数字：4", lambda: writing.fix(school.act(), school.scope, school.store, row.id, version))
    writing.fix(school.act(), school.scope, school.store, row.id, school.row(row).version, confirmed=True)
    assert (school.row(row).state, school.row(row).revision) == (ReportState.FINAL, 2)


def written(made: School, row: reports.Report) -> reports.Report:
    """The section of words has its paragraph."""
    writing.save(made.act(), made.scope, row.id, {"words1": ["本月走访了网点。"]}, row.version)
    return made.row(row)


def test_a_section_that_nobody_has_written_is_named_before_the_report_is_final(school: School) -> None:
    row = school.make()
    with pytest.raises(Refused, match="“本月工作”还没有写。请先“修改文字”写好"):
        writing.fix(school.act(), school.scope, school.store, row.id, row.version)
    assert school.row(row).revision == 1


def final(made: School) -> reports.Report:
    row = written(made, made.make())
    writing.fix(made.act(), made.scope, made.store, row.id, row.version)
    made.session.commit()
    return made.row(row)


def test_acceptance_makes_the_entry_that_the_indicator_counts(school: School) -> None:
    row = final(school)
    handing.submit(school.act(), school.scope, school.store, row.id, row.version)
    school.session.commit()
    entry = Entries(school.session, school.made.contract.id).find(school.row(row).entry_id or 0)
    assert entry is not None
    assert (entry.ledger, entry.state, entry.fields["learners"]) == ("report", "submitted", 1304)
    assert entry.fields["title"] == "夜校月报（2026年2月）"
    handing.accept(school.act("supervisor"), school.scope, row.id, school.row(row).version)
    school.session.commit()
    assert school.row(row).state == ReportState.ACCEPTED
    march = gathering.gathered(school.scope, Period(date(2026, 3, 1), TODAY), lambda _: []).measured.judged("now")
    assert march is not None
    assert march.values["GK-2"][0].criteria[0].actual == 1
    assert {"entry.entered", "entry.verified", "report.submitted", "report.accepted"} <= set(recorded(school.session))


def test_the_last_months_report_is_handed_in_after_the_contract_and_counts_on_its_last_day(school: School) -> None:
    row = final(school)
    school.made.contract.ends_on = date(2026, 2, 28)
    school.session.commit()
    handing.submit(school.act(), school.scope, school.store, row.id, row.version)
    entry = Entries(school.session, school.made.contract.id).find(school.row(row).entry_id or 0)
    assert entry is not None
    assert (entry.state, str(entry.fields["date"])) == ("submitted", "2026-02-28")


def test_returned_with_a_reason_it_is_written_anew_and_handed_in_again_as_the_same_entry(school: School) -> None:
    row = final(school)
    handing.submit(school.act(), school.scope, school.store, row.id, row.version)
    first = school.row(row).entry_id
    refused("reason", "写明退回的原因", lambda: handing.give_back(
        school.act("supervisor"), school.scope, row.id, " ", school.row(row).version))  # fmt: skip
    handing.give_back(school.act("supervisor"), school.scope, row.id, "请补写本月工作", school.row(row).version)
    writing.save(school.act(), school.scope, row.id, {"words1": ["本月走访了网点。"]}, school.row(row).version)
    writing.fix(school.act(), school.scope, school.store, row.id, school.row(row).version)
    handing.submit(school.act(), school.scope, school.store, row.id, school.row(row).version)
    assert (school.row(row).entry_id, school.row(row).revision) == (first, 3)


def test_nobody_accepts_what_they_hand_in_and_the_buyer_hands_nothing_in(school: School) -> None:
    row = final(school)
    with pytest.raises(Refused, match="项目经理报送"):
        handing.submit(school.act("supervisor"), school.scope, school.store, row.id, row.version)
    handing.submit(school.act(), school.scope, school.store, row.id, school.row(row).version)
    with pytest.raises(Refused, match="采购人审核台账的人"):
        handing.accept(school.act(), school.scope, row.id, school.row(row).version)


def test_a_full_disk_leaves_everything_as_it_was(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    row = school.make()
    school.lesson(date(2026, 2, 23), 10)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(school.store.blobs), "put", full)
    with pytest.raises(Refused, match="磁盘已满，报告没有保存，原来的版本没有变"):
        school.make()
    school.session.rollback()
    monkeypatch.undo()
    assert school.row(row).revision == 1
    assert school.bytes_of(row, "pdf").startswith(b"%PDF")


def test_a_font_that_is_missing_is_named_and_nothing_is_kept(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    row = school.make()
    school.lesson(date(2026, 2, 23), 10)
    monkeypatch.setitem(fonts.FILES, fonts.SANS, "gone/NotoSansSC.ttf")
    monkeypatch.setattr("app.documents.report_files.all_of", lambda *_: fonts.ready.__wrapped__(fonts.SANS))
    with pytest.raises(Refused, match=r"字库文件 gone/NotoSansSC\.ttf 打不开，报告没有保存，原来的版本没有变"):
        school.make()
    school.session.rollback()
    assert school.row(row).revision == 1


def test_a_bundle_has_every_file_with_its_hash_and_is_the_same_each_time(school: School) -> None:
    school.make()
    span = Period(date(2026, 1, 1), date(2026, 3, 31))
    first = taking.bundle(school.act("supervisor"), school.scope, school.store, span)
    assert first.data == taking.bundle(school.act("supervisor"), school.scope, school.store, span).data
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {one["file"].rpartition(".")[2] for one in manifest["files"]} == {"pdf", "docx", "xlsx"}
        for one in manifest["files"]:
            assert hashlib.sha256(archive.read(one["file"])).hexdigest() == one["sha256"]
    refused("until_on", "没有报告", lambda: taking.bundle(
        school.act("supervisor"), school.scope, school.store, Period(date(2025, 9, 1), date(2025, 9, 30))))  # fmt: skip


def test_a_template_of_the_county_replaces_the_words_of_later_reports(school: School) -> None:
    row = school.make()
    refused("words1", "不是这份报告里的数字", lambda: writing.replace_template(
        school.act("supervisor"), school.scope, row, "words1", ["{没有的}"]))  # fmt: skip
    writing.replace_template(school.act("supervisor"), school.scope, row, "words1", ["{期间}开课{GK-1/lessons}。"])
    january = school.make(JANUARY)
    [first] = making.read(school.data(january)).parts[0].paragraphs
    assert first.text == "{期间}开课{GK-1/lessons}。"
