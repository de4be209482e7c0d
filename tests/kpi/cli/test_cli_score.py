"""score, pay, verify, explain through the command: what is printed, written, and proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpi.capsule import canonical
from kpi.rulebook.loader import text_hash
from tests.kpi import riverside
from tests.kpi.cli.running import BOOK, Runner

KEY = "0123456789abcdef"


def seal(run: Runner, folder: Path, year: list[str]) -> Path:
    (folder / "key").write_text(KEY, "utf-8")
    ran = run("score", BOOK, *year, "--capsule", folder / "c.json", "--key-file", folder / "key")
    assert ran.code == 0, ran.err
    return folder / "c.json"


def test_the_sheet_shows_points_tier_and_money(run: Runner, year: list[str]) -> None:
    ran = run("score", BOOK, *year)
    assert ran.code == 0
    for words in ("河畔夜校服务", "合计 100 分", "档次 优", "¥80,000.00", "可以支付"):
        assert words in ran.out
    assert "读入 48 行，计入 48 条已审核记录；错误 0 处" in ran.err


def test_json_is_the_whole_result_with_exact_texts(run: Runner, year: list[str]) -> None:
    found = run("score", BOOK, *year, "--json").json
    assert found["assessment"]["total"] == "100"
    assert found["payment"]["payable"] == "80000.00"
    assert set(found) >= {"indicators", "derived", "duties", "tier", "verdicts", "rights", "records", "reminders"}
    assert not any(isinstance(one, float) for one in _leaves(found))


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _leaves(one)]
    return [value]


def test_rows_with_errors_are_findings_and_nothing_is_sealed_over_them(run: Runner, tmp_path: Path) -> None:
    rows = riverside.lessons()
    rows[3]["fields"]["learners"] = "许多"
    files = riverside.write(tmp_path, rows)
    ran = run("score", BOOK, *files, "--errors", tmp_path / "errors.txt")
    assert ran.code == 1
    assert "错误 1 处" in ran.err
    assert "entries.jsonl:4 开课台账 学员人数" in (tmp_path / "errors.txt").read_text("utf-8")
    assert "没有写出存档" in run.bad("score", BOOK, *files, "--capsule", tmp_path / "c.json")
    assert not (tmp_path / "c.json").exists()


def test_submitted_entries_count_only_as_claimed_and_are_never_sealed(run: Runner, tmp_path: Path) -> None:
    rows = [{**row, "state": "submitted"} for row in riverside.lessons()]
    files = riverside.write(tmp_path, rows)
    ran = run("score", BOOK, *files)
    assert "没有一条记录已审核" in ran.err
    assert "合计 100 分" not in ran.out
    assert "合计 100 分" in run("score", BOOK, *files, "--claimed").out
    assert "自报口径只供试算" in run.bad("score", BOOK, *files, "--claimed", "--capsule", tmp_path / "c.json")


def test_a_decision_outside_its_range_writes_nothing(run: Runner, tmp_path: Path) -> None:
    setup = riverside.SETUP.replace("notices: 12", "notices: 3") + "decided: {HP-3: 9}\n"
    files = riverside.write(tmp_path, setup=setup)
    err = run.bad("score", BOOK, *files, "--capsule", tmp_path / "c.json")
    assert "decided.HP-3" in err
    assert "1至5分" in err
    assert not (tmp_path / "c.json").exists()


def test_a_capsule_verifies_and_pays_with_nothing_else_at_hand(run: Runner, tmp_path: Path, year: list[str]) -> None:
    capsule = seal(run, tmp_path, year)
    assert run("verify", capsule).code == 0
    assert run("verify", capsule, "--json").json == {"file": str(capsule), "holds": True, "differences": []}
    paid = run("pay", BOOK, "--capsule", capsule)
    assert "按存档计算" in paid.out
    assert "本次应付 ¥80,000.00" in paid.out
    assert run("pay", BOOK, "--capsule", capsule, "--json").json["payable"] == "80000.00"
    assert "不是同一本" in run.bad("pay", "zhenjiang-gig-market", "--capsule", capsule)


def test_a_trial_says_that_it_is_one(run: Runner, year: list[str]) -> None:
    assert "试算，未签字，不作付款依据" in run("pay", BOOK, *year).out


def test_verify_with_entries_finds_changed_missing_and_new_ones(run: Runner, tmp_path: Path, year: list[str]) -> None:
    capsule = seal(run, tmp_path, year)
    check = ["verify", capsule, "--key-file", tmp_path / "key", "--entries", tmp_path / "entries.jsonl"]
    assert run(*check).code == 0
    rows = riverside.lessons()
    rows[0]["fields"]["title"] = "改了课名"
    rows[1]["fields"]["learners"] = 5
    riverside.write(tmp_path, [*rows[:-1], {**rows[-1], "id": "L99"}])
    ran = run(*check)
    assert ran.code == 1
    for words in ("figures.HP-2/learners", "记录 L1：内容或版本", "记录 L48：存档里有，现在没有", "记录 L99：存档之后新增"):
        assert words in ran.out


def test_verify_says_when_the_key_is_the_reason(run: Runner, tmp_path: Path, year: list[str]) -> None:
    capsule = seal(run, tmp_path, year)
    (tmp_path / "other").write_text("another key that is long", "utf-8")
    entries = ["--entries", tmp_path / "entries.jsonl"]
    assert "多半是密钥文件不对" in run("verify", capsule, "--key-file", tmp_path / "other", *entries).out
    assert "请同时写 --entries" in run.bad("verify", capsule, "--key-file", tmp_path / "key")
    run("score", BOOK, *year, "--capsule", tmp_path / "plain.json")
    err = run.bad("verify", tmp_path / "plain.json", "--key-file", tmp_path / "key", *entries)
    assert "存档里没有记录摘要" in err


def test_a_forged_capsule_with_a_new_hash_fails_and_pays_nothing(run: Runner, tmp_path: Path, year: list[str]) -> None:
    body = json.loads(seal(run, tmp_path, year).read_text("utf-8"))
    body["results"]["payment"]["payable"] = "99999.00"
    body["hash"] = text_hash(canonical({key: value for key, value in body.items() if key != "hash"}))
    forged = tmp_path / "forged.json"
    forged.write_text(canonical(body), "utf-8")
    ran = run("verify", forged)
    assert ran.code == 1
    assert "payment.payable：存档为 \"99999.00\"，重算为 \"80000.00\"" in ran.out
    assert "复核不通过" in run.bad("pay", BOOK, "--capsule", forged)


@pytest.mark.parametrize("part", ["given", "figures", "rulebook", "entries", "results", "period", "contract"])
@pytest.mark.parametrize("junk", [1, None, [], {}, [1], {"table": 1}, {"text": 1, "sha256": 2}, "x"])
def test_a_spoilt_capsule_is_a_difference_never_a_traceback(
    part: str, junk: object, run: Runner, tmp_path: Path, year: list[str]
) -> None:
    body = json.loads(seal(run, tmp_path, year).read_text("utf-8"))
    if body[part] == junk:
        return
    (tmp_path / "spoilt.json").write_text(json.dumps({**body, part: junk}), "utf-8")
    ran = run("verify", tmp_path / "spoilt.json")
    assert ran.code == 1
    assert "不符" in ran.out


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", "[" * 100_000, "规则书"])
def test_what_is_no_capsule_is_bad_input(text: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text(text, "utf-8")
    assert "存档" in run.bad("verify", tmp_path / "no.json")
    assert "存档" in run.bad("pay", BOOK, "--capsule", tmp_path / "no.json")


def test_explain_goes_down_to_the_entries(run: Runner, year: list[str]) -> None:
    places = run("explain", BOOK, *year, "--of", "list").out.split("\n")
    assert places[0] == "总分"
    assert len(places) == len(set(places))
    out = run("explain", BOOK, *year, "--of", "item_2", "--most", "3").out
    for words in ("item_2 学员", "条款原文：“全年学员不少于1000人”", "由台账记录计得", "L1、L2、L3 等 48 条"):
        assert words in out
    node = run("explain", BOOK, *year, "--of", "settlement", "--json").json
    assert node["value"] == "¥80,000.00"
    assert "没有“nothing”可以追溯" in run.bad("explain", BOOK, *year, "--of", "nothing")
