"""抽查: the draw is committed to, happens once, can be done again by anybody; what is found moves what counts."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.security.field_terms import SizeBy, SpotOutcome, Strata
from app.security.terms import Signature, SpotCheckWay
from app.services.act import Missing, Refused
from app.services.fieldwork import framing, rates, records, rounds, sources, visits
from app.services.fieldwork.common import Met, Overtaken
from app.store.cases import Cases
from app.store.models import LedgerEntry, SpotRound
from app.store.sampling import Rounds
from kpi.cli import main
from tests.factories.entries import visit
from tests.factories.office import Office
from tests.services.acting import act_of, recorded, refused
from tests.services.fieldworks import TODAY, drawn_round, harbour, plan, seen, verified_visits


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Office:
    return harbour(session, tmp_path)


def read(session: Session, made: Office, round_id: int) -> SpotRound:
    row = Rounds(session, made.contract.id).find(round_id, listing=True)
    assert row is not None
    return row


def found(session: Session, made: Office, row: SpotRound, entry_id: int, who: str = "supervisor", **given: object) -> None:
    told = replace(seen(session, made), **given)  # type: ignore[arg-type]
    visits.record(act_of(session, made[who]), made.scope(session), row.id, entry_id, told)


def test_the_seed_is_hidden_until_the_draw_and_anybody_can_draw_again(
    session: Session, made: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verified_visits(session, made, 6)
    visit(session, made)  # waits for verification: not drawn from
    boss, scope = act_of(session, made["supervisor"]), made.scope(session)
    row = rounds.commit_to(boss, scope, plan())
    assert (row.seed, row.population, row.size, len(row.commitment)) == (None, 6, 3, 64)
    rounds.add_words(act_of(session, made["project_manager"]), scope, row.id, "湖畔县就业服务供应商随便写的一句话")
    with pytest.raises(Refused, match="不能再改"):
        rounds.add_words(act_of(session, made["project_manager"]), scope, row.id, "另外再写一句别的话看看行不行啊")
    with pytest.raises(Overtaken):
        rounds.draw_now(boss, scope, row.id, 1)
    row = rounds.draw_now(boss, scope, row.id, row.version)
    session.commit()
    assert len(row.drawn) == 3
    assert rounds.holds(read(session, made, row.id))
    with pytest.raises(Refused, match="不能再抽"):
        rounds.draw_now(boss, scope, row.id, row.version)
    told = draw_by_command(read(session, made, row.id), tmp_path, capsys)
    assert all(f"{number}." in told for number in row.drawn)
    assert recorded(session)[-3:] == ["spot.committed", "spot.words_added", "spot.drawn"]


def draw_by_command(row: SpotRound, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The list as it is handed out, drawn from by the headless command."""
    text = io.StringIO()
    listed = rounds.listed_rows(row.listing["rows"])
    csv.writer(text).writerows([["编号", "分层"], *([number, *stratum] for number, stratum in listed)])
    (folder / "list.csv").write_text(text.getvalue(), "utf-8")
    words = rounds.supplier_words(row)
    capsys.readouterr()
    code = main([
        "sample", "draw", "--records", str(folder / "list.csv"), "--number", str(row.size), "--buyer-seed", str(row.seed),
        "--supplier-seed", words, "--commitments", row.commitment, rounds.commit(words),
    ])  # fmt: skip
    assert code == 0
    told = capsys.readouterr().out
    assert row.fingerprint in told
    return told


def test_a_list_or_a_draw_that_was_changed_is_found(session: Session, made: Office) -> None:
    verified_visits(session, made, 4)
    row = read(session, made, drawn_round(session, made).id)
    assert rounds.holds(row)
    row.drawn = [*row.drawn[1:], "visits-999999"]
    assert not rounds.holds(row)
    row.drawn = []
    row.listing = {"rows": row.listing["rows"][1:]}
    assert not rounds.holds(row)


def test_a_second_draw_over_the_same_days_says_why(session: Session, made: Office) -> None:
    verified_visits(session, made, 4)
    first = drawn_round(session, made)
    boss, scope = act_of(session, made["supervisor"]), made.scope(session)
    refused("repeat_reason", "再抽的理由", lambda: rounds.commit_to(boss, scope, plan()))
    second = rounds.commit_to(boss, scope, plan(repeat_reason="第一次漏了新网点的记录"))
    assert (second.repeats_id, [one.id for one in Rounds(session, made.contract.id).repeated(first.id)]) == (first.id, [second.id])


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [
        ({"wished": "1"}, "wished", "至少要抽 2 条"), ({"wished": "7"}, "wished", "应在 1 与 4 之间"),
        ({"wished": "两条"}, "wished", "应为整数"), ({"size_by": SizeBy.MARGIN, "wished": "x"}, "wished", "请填数字"),
        ({"clause": "LK-9"}, "clause", "合同条款"), ({"reason": "查"}, "reason", "至少 4 个字"),
        ({"ledger": "seekers"}, "from_on", "没有可以抽的记录"), ({"until_on": TODAY.replace(month=1)}, "until_on", "晚于截止"),
        ({"strata": Strata.FIELD, "strata_field": "note"}, "strata_field", "有选项的字段"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(session: Session, made: Office, given: dict[str, object], field: str, text: str) -> None:
    verified_visits(session, made, 4)
    refused(field, text, lambda: rounds.commit_to(act_of(session, made["supervisor"]), made.scope(session), plan(**given)))


def test_sizes_and_strata_follow_the_wish(session: Session, made: Office) -> None:
    verified_visits(session, made, 5)
    scope = made.scope(session)
    assert framing.frame(scope, plan(size_by=SizeBy.SHARE, wished="50%")).size == 3
    assert framing.frame(scope, plan(size_by=SizeBy.MARGIN, wished="±5")).size == 5
    by_topic = framing.frame(scope, plan(strata=Strata.FIELD, strata_field="topic"))
    assert {stratum for _, stratum in by_topic.members} == {("政策",)}
    assert {stratum for _, stratum in framing.frame(scope, plan(strata=Strata.AUTHOR)).members} == {(made["field_staff"].display_name,)}
    with pytest.raises(Refused, match="没有可以抽的记录"):
        framing.frame(scope, plan(only_field="topic", only_value="培训"))


def test_what_is_found_counts_and_what_is_untrue_is_a_finding(session: Session, made: Office) -> None:
    verified_visits(session, made, 4)
    row = drawn_round(session, made, wished="4")
    scope = made.scope(session)
    keys = list(rounds.drawn_ids(scope, row))
    found(session, made, row, keys[0])
    found(session, made, row, keys[1], outcome=SpotOutcome.UNTRUE, way=SpotCheckWay.CALL, note="对方说没有来过")
    found(session, made, row, keys[2], outcome=SpotOutcome.UNKNOWN)
    found(session, made, row, keys[3], outcome=SpotOutcome.PARTLY, note="人数不对")
    session.commit()
    entries = [session.get(LedgerEntry, key) for key in keys]
    assert [one.validated for one in entries if one] == [True, False, None, None]
    result = rates.result_of(scope, row)
    rate = result.whole.rate
    assert rate is not None
    assert (rate.hits, rate.number, result.whole.unknown, result.projects) == (1, 3, 1, True)
    assert rate.low < rate.rate < rate.high
    rows = Cases(session, made.contract.id).findings()
    assert sorted((one.source, one.clause) for one in rows) == [("callback", "LK-1"), ("spot_check", "LK-1")]
    paper = records.check_record(scope, records.ROUND, row.id, keys[1])
    assert (paper.title, paper.lines[0].result, len(paper.investigators)) == ("电话回访记录表", "不属实", 2)
    assert paper.lines[0].finding.startswith("问题")
    assert "13800000077" not in repr(paper)
    (source,) = sources.sources_of(scope, TODAY.replace(day=1), TODAY)["LK-1"]
    assert (source.bad, source.text[:13]) == (True, "抽 4/4 条，属实 1/")


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [
        ({"second_id": None}, "second_id", "两名检查人"), ({"time": ""}, "time", "时间"), ({"place": " "}, "place", "地点"),
        ({"note": "好"}, "note", "至少 4 个字"), ({"met": Met("王经理", Signature.REFUSED)}, "witness", "见证人"),
        ({"met": Met("", Signature.SIGNED)}, "spoken_to", "与谁谈的"), ({"on": TODAY.replace(day=6)}, "on", "今天之间"),
        ({"outcome": SpotOutcome.UNTRUE, "files": ()}, "files", "请附照片"),
    ],
)  # fmt: skip
def test_what_an_auditor_would_not_believe_is_refused(
    session: Session, made: Office, given: dict[str, object], field: str, text: str
) -> None:
    verified_visits(session, made, 2)
    row = drawn_round(session, made, wished="2")
    key = next(iter(rounds.drawn_ids(made.scope(session), row)))
    refused(field, text, lambda: found(session, made, row, key, **given))


def test_only_drawn_entries_are_recorded_and_another_person_concludes(session: Session, made: Office) -> None:
    verified_visits(session, made, 4)
    row, scope = drawn_round(session, made, wished="2"), made.scope(session)
    keys = list(rounds.drawn_ids(scope, row))
    others = [each[0] for each in read(session, made, row.id).listing["rows"] if each[0] not in keys]
    with pytest.raises(Missing):
        found(session, made, row, others[0])
    with pytest.raises(Refused, match="不是采购人的人"):
        found(session, made, row, keys[0], who="project_manager")
    found(session, made, row, keys[0])
    head = act_of(session, made["deputy_head"])
    with pytest.raises(Refused, match="还有 1 条没有登记"):
        rounds.conclude(head, scope, row.id, row.version, "走访属实")
    found(session, made, row, keys[1])
    with pytest.raises(Refused, match="另一人办结"):
        rounds.conclude(act_of(session, made["supervisor"]), scope, row.id, row.version, "走访属实")
    days = (TODAY.replace(day=1), TODAY)
    assert sources.proposed_facts(scope, *days, "LK-1") == ({}, []), "办结以前不折算"
    rounds.conclude(head, scope, row.id, row.version, "走访属实")
    values, numbers = sources.proposed_facts(scope, *days, "LK-1")
    assert (values, "按属实率折算 4 条" in numbers[0]) == ({"all_visits": "4"}, True)
    with pytest.raises(Refused, match="已经办结"):
        found(session, made, row, keys[0])
