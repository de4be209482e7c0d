"""The frozen result: one canonical JSON text with its hash, which anyone can recompute.

It holds the rulebook's text, what was given, the figures measured on the entries, the results with their
explanations, and per entry its number, version and keyed digest; never personal data. `verify`
recomputes everything from the rulebook text, the given data and the figures: a changed score is found
even when the hash was made anew. With the entries at hand the figures are measured again, too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.facts import figures_from_facts
from kpi.indicators.values import FigureValue
from kpi.ledger import LedgerEntry
from kpi.quantities import QuantityError
from kpi.reports.plain_data import pack, plain_data, unpack
from kpi.rulebook.answers import Refused
from kpi.rulebook.given import Given, read_given
from kpi.rulebook.loader import Source, load_text, text_hash
from kpi.rulebook.yaml_text import Places, TextProblems

FORM = "履约台考核存档/1"
#: Marks that earlier engines wrote half-width: a signed capsule says the same with either.
HALF = str.maketrans("，：；？！（）", ",:;?!()")
_PARTS = frozenset(
    {"form", "contract", "period", "rulebook", "given", "figures", "entries", "results", "hash"}
)


def canonical(data: Any) -> str:
    """Sorted keys, no spaces, UTF-8 characters as they are: one text for one content."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(entry: Mapping[str, Any], key: bytes) -> str:
    """Keyed digest of an entry: proves that it is the same without giving away what it says."""
    return hmac.new(key, canonical(plain_data(entry)).encode(), hashlib.sha256).hexdigest()


def entry_content(entry: LedgerEntry) -> dict[str, Any]:
    """What an entry says: everything that a figure may read, and its evidence."""
    return {
        "ledger": entry.ledger, "date": entry.date, "fields": entry.fields, "outlet": entry.outlet,
        "nil": entry.nil, "evidence": [list(one) for one in entry.evidence],
    }  # fmt: skip


def results(evaluation: Evaluation) -> dict[str, Any]:
    """Everything that was computed, as plain data."""
    parts = (
        "indicators",
        "derived",
        "duties",
        "assessment",
        "combined",
        "tier",
        "verdicts",
        "rights",
        "payment",
        "records",
        "reminders",
        "reasons",
        "untiered",
    )
    found: dict[str, Any] = {name: plain_data(getattr(evaluation, name)) for name in parts}
    return found


def build(evaluation: Evaluation, entries: Iterable[tuple[str, int, str]] = ()) -> dict[str, Any]:
    """A sealed capsule. `entries`: number, version and digest of every entry that was counted."""
    stated = _stated(evaluation.source, evaluation.given)
    # What is stated by hand stands in the given data; its windows are known by the measured figure alone.
    measured = [one for key, one in evaluation.book.figures.items() if key not in stated or one.windows]
    body = {
        "form": FORM,
        "contract": evaluation.source.rulebook.key,
        "period": plain_data(evaluation.given.period),
        "rulebook": {"text": evaluation.source.text, "sha256": evaluation.source.sha256},
        "given": pack(evaluation.given),
        "figures": [packed_figure(one) for one in sorted(measured, key=lambda one: (one.clause, one.name))],
        "entries": sorted([number, version, code] for number, version, code in entries),
        "results": results(evaluation),
    }
    return {**body, "hash": text_hash(canonical(body))}


def _stated(source: Source, given: Given) -> set[tuple[str, str]]:
    """Clause and name of the figures that the given facts state: those go before what is measured."""
    return {(one.clause, one.name) for one in figures_from_facts(source.rulebook, given.facts)[0]}


def packed_figure(figure: FigureValue) -> dict[str, Any]:
    """A measured figure as JSON-able data that keeps its types."""
    return {
        "clause": figure.clause,
        "name": figure.name,
        "label": figure.label,
        "unit": figure.unit,
        "windows": list(figure.windows),
        "value": pack(figure.value),
        "numerator": pack(figure.numerator),
        "denominator": pack(figure.denominator),
        "claimed": pack(figure.claimed),
    }


def figure_of(packed: Mapping[str, Any]) -> FigureValue:
    """The figure again that `packed_figure` wrote."""
    values = {name: unpack(packed[name]) for name in ("value", "numerator", "denominator", "claimed")}
    return FigureValue(
        str(packed["clause"]), str(packed["name"]), values["value"], str(packed["label"]), str(packed["unit"]),
        "entries", tuple(packed["windows"]), (), values["numerator"], values["denominator"], values["claimed"],
    )  # fmt: skip


def unreadable(text: str) -> str:
    """Why a text is no capsule at all; empty: it has the form of one."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return "不是存档文件：JSON 读不出来，内容不全或被改坏了；请用 score --capsule 写出的文件"
    if not isinstance(body, dict) or body.get("form") != FORM:
        return "不是存档文件：开头没有存档的标记；请用 score --capsule 写出的文件"
    if set(body) != _PARTS:
        missing, more = sorted(_PARTS - set(body)), sorted(set(body) - _PARTS)
        words = [f"缺少 {'、'.join(missing)}" if missing else "", f"多出 {'、'.join(more)}" if more else ""]
        return f"存档不完整：{'，'.join(filter(None, words))}；请用 score --capsule 写出的文件"
    return ""


def verify(text: str) -> list[str]:
    """Differences between a capsule and its recomputation; empty: it holds. Never raises on bad content."""
    if why := unreadable(text):
        return [why]
    body: dict[str, Any] = json.loads(text)
    try:
        return _form_differences(text, body) + _recomputed(body)
    except TextProblems as error:
        return [f"存档里的规则书或给定数据读不出来：{error}"]
    except Refused as refused:
        return [f"存档里的给定数据不能用：{refused.reason}"]
    except QuantityError as error:
        return [f"存档的内容不合格式：{error}"]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return ["存档的内容不合格式：有的组成部分被改过，缺项或类型不对"]


def _form_differences(text: str, body: dict[str, Any]) -> list[str]:
    found = []
    if text.rstrip("\n") != canonical(body):
        found.append("存档不是规范写法：键的顺序、空格或数字写法被改过")
    unsealed = {key: value for key, value in body.items() if key != "hash"}
    if text_hash(canonical(unsealed)) != body["hash"]:
        found.append("存档的校验值不符：内容被改过")
    if text_hash(body["rulebook"]["text"]) != body["rulebook"]["sha256"]:
        found.append("规则书的校验值不符：规则书文字被改过")
    return found


def given_of(body: Mapping[str, Any]) -> Given:
    """The given data of a capsule."""
    raw = {key: value for key, value in unpack(body["given"]).items() if value is not None}
    return read_given(raw, Places("存档"))


def figures_of(body: Mapping[str, Any]) -> list[FigureValue]:
    """The figures that were measured on the entries."""
    return [figure_of(one) for one in body["figures"]]


def _recomputed(body: dict[str, Any]) -> list[str]:
    source = load_text(body["rulebook"]["text"], "存档里的规则书")
    given = given_of(body)
    evaluation = evaluate(source, given, figures_of(body))
    found = differences("results", body["results"], results(evaluation))
    if body["contract"] != source.rulebook.key:
        found.append(f"合同标识应为 {source.rulebook.key}，存档写的是 {body['contract']}")
    if body["period"] != plain_data(given.period):
        found.append("考核周期与给定数据不一致")
    return found + [f"存档里的记录清单有误：{row}" for row in body["entries"] if not _entry_row(row)]


def _entry_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 3 and isinstance(row[2], str) and len(row[2]) == 64


def differences(place: str, stored: Any, fresh: Any) -> list[str]:
    """Where two plain results differ, in Chinese, with both values."""
    if isinstance(stored, dict) and isinstance(fresh, dict):
        keys = sorted(stored.keys() | fresh.keys())
        return [
            text for key in keys for text in differences(f"{place}.{key}", stored.get(key), fresh.get(key))
        ]
    if isinstance(stored, list) and isinstance(fresh, list) and len(stored) == len(fresh):
        pairs = enumerate(zip(stored, fresh, strict=True))
        return [
            text for index, (one, other) in pairs for text in differences(f"{place}[{index}]", one, other)
        ]
    if isinstance(stored, str) and isinstance(fresh, str):
        same = folded(stored) == folded(fresh)
    else:
        same = stored == fresh and type(stored) is type(fresh)
    return [] if same else [f"{place}：存档为 {_short(stored)}，重算为 {_short(fresh)}"]


def folded(text: str) -> str:
    """A text with half-width marks throughout: what was signed with them is the same sentence."""
    return text.translate(HALF)


def _short(value: Any) -> str:
    text = canonical(value)
    return text if len(text) <= 80 else text[:80] + "…"


def verify_entries(
    text: str, measured: Iterable[FigureValue], digests: Iterable[tuple[str, int, str]] | None
) -> list[str]:
    """Differences between a capsule's figures and those measured again; with digests, between the entries."""
    body = json.loads(text)
    stated = _stated(load_text(body["rulebook"]["text"], "存档里的规则书"), given_of(body))
    counted = [one for one in measured if (one.clause, one.name) not in stated]
    fresh = [packed_figure(one) for one in sorted(counted, key=lambda one: (one.clause, one.name))]
    kept = [one for one in body["figures"] if (one["clause"], one["name"]) not in stated]
    stored = {f"{one['clause']}/{one['name']}": one for one in kept}
    again = {f"{one['clause']}/{one['name']}": one for one in fresh}
    found = differences("figures", stored, again)
    if digests is not None:
        known = {row[0]: (row[1], row[2]) for row in body["entries"]}
        now = {number: (version, code) for number, version, code in digests}
        found += [f"记录 {number}：存档之后新增" for number in sorted(now.keys() - known.keys())]
        found += [f"记录 {number}：存档里有，现在没有" for number in sorted(known.keys() - now.keys())]
        both = sorted(known.keys() & now.keys())
        found += [f"记录 {number}：内容或版本与存档不同" for number in both if known[number] != now[number]]
    return found
