"""Facts, clauses, questions, parameters and members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.services.setup.document.shape import Cell, Line, Section, cell, note, quotes, table
from app.services.setup.questions import Question
from app.services.setup.wording import Words
from kpi.checkup import Carried, Carrier
from kpi.rulebook.document import Rulebook

#: First step of a carrier's path → the section that shows it.
_SECTION_OF = {
    "ledgers": "ledgers", "indicators": "indicators", "rubric": "rubric", "tiers": "tiers", "consequences": "tiers",
    "verdicts": "tiers", "rights": "tiers", "payment": "payment", "events": "events", "reports": "reports",
    "schedules": "schedules", "surveys": "surveys",
}  # fmt: skip


def anchor(section: str, name: object) -> str:
    """The id of a part or row: letters that an address can hold."""
    plain = "".join(sign if sign.isalnum() and sign.isascii() else f"-{ord(sign):x}-" for sign in str(name))
    return f"{section}-{plain}"


def summary(words: Words) -> Section:
    book = words.rulebook
    facts = [
        ("名称", book.title), ("版本", f"第 {book.version} 版"), ("原文", book.document), ("采购人", book.buyer),
        ("供应商", book.supplier), ("服务期", _term(words)), ("月、季从哪天算", words.value(book.windows.anchor, "anchor")),
        ("首尾不完整的周期", words.value(book.windows.partial, "partial")),
        ("考核的节假日", words.value(book.windows.holidays) if book.windows.holidays else ""),
    ]  # fmt: skip
    rows = [("", (cell(label), cell(text))) for label, text in facts if text]
    lines = quotes(book.term.stated)
    return Section("summary", "合同概要", lines, table("合同概要", ("项目", "内容"), rows))


def _term(words: Words) -> str:
    term = words.rulebook.term
    years = words.value(term.years)
    parts = [f"{years} 年" if years != "0" else "", f"{term.months} 个月" if term.months else "", f"{term.days} 天" if term.days else ""]
    return "".join(parts) + f"，从{words.value(term.from_)}起算"


def clauses(words: Words, coverage: Mapping[str, Carried]) -> Section:
    rows: list[tuple[str, Sequence[Cell]]] = []
    for one in words.rulebook.clauses:
        said = (Line(one.title, "strong"), *quotes(one.stated))
        rows.append((anchor("clause", one.id), (cell(one.id), said, _carriers(words, coverage.get(one.id)))))
    return Section(
        "clauses", "条款", (), table("每一条由什么承载", ("条款", "内容和原文", "由什么承载"), rows), number=len(rows)
    )


def _carriers(words: Words, carried: Carried | None) -> Cell:
    if carried is None or not carried.covered:
        return cell(Line("没有承载", "open"))
    lines = tuple(dict.fromkeys(_carrier(words, one) for one in carried.by))
    return lines or cell(Line(f"不由程序承载：{carried.not_carried}", "note"))


def _carrier(words: Words, carrier: Carrier) -> Line:
    """What carries a clause, by its Chinese name, leading to where the document shows it."""
    section = _SECTION_OF.get(str(carrier.path[0]), "")
    name, target = _names(words.rulebook, carrier)
    return Line(f"{carrier.kind}“{name}”", to=anchor(section, target) if target else section)


def _names(book: Rulebook, carrier: Carrier) -> tuple[str, str]:
    """The title of a carrier and the part of its section that shows it."""
    path = carrier.path
    if path[0] == "ledgers":
        ledger = book.ledgers[path[1]]
        return ledger.name, ledger.id
    if path[0] == "indicators":
        indicator = book.indicators[path[1]]
        return indicator.title, f"{indicator.clause}-{path[1]}"
    if path[:2] == ("rubric", "items") and book.rubric is not None:
        item = book.rubric.items[path[2]]
        return item.title, item.id
    if path[0] == "surveys":
        return book.surveys[path[1]].title, book.surveys[path[1]].id
    return next(iter(_titles(book, path)), carrier.id), ""


def _titles(book: Rulebook, path: tuple[object, ...]) -> Iterator[str]:
    """Titles along a path, the innermost first."""
    at: object = book
    found: list[str] = []
    for step in path:
        at = at[step] if isinstance(step, int) and isinstance(at, tuple) else getattr(at, str(step), None)
        title = getattr(at, "title", "")
        if isinstance(title, str) and title:
            found.append(title)
    yield from reversed(found)


def questions(words: Words, every: Sequence[Question]) -> Section:
    rows: list[tuple[str, Sequence[Cell]]] = []
    for one in every:
        if one.asked:
            money = Line("¥ 影响付款", "strong") if one.assumption.touches_payment else None
            asked = cell(one.assumption.question, money, *note(one.assumption.reading))
            number = cell(f"第 {words.numbers[one.id]} 项")
            rows.append((anchor("question", one.id), (number, asked, _options(one), _answer(one))))
    return Section(
        "questions", "待确认事项和现在的答复", (),
        table("文件没有写明或前后不一的", ("编号", "事项", "可选的读法", "现在的答复"), rows), number=len(rows),
    )  # fmt: skip


def _options(one: Question) -> Cell:
    default = one.assumption.default
    if not one.assumption.options:
        return cell(f"默认：{one.says(default)}" if default is not None else "没有默认，由采购人填写")
    return cell(*(f"{label}{'（默认读法）' if one.says(default) == label else ''}" for label in one.assumption.options.values()))


def _answer(one: Question) -> Cell:
    if one.given is None:
        taken = "没有答复，用到它的结果不能计算" if one.value is None else f"未确认，暂按默认读法：{one.says(one.value)}"
        return cell(Line(taken, "open"))
    again = Line("问法已经改变，请重新确认", "open") if not one.confirmed else None
    return cell(Line(one.says(one.given.value), "strong"), f"{one.given.by}，{one.given.at:%Y-%m-%d}", again)


def parameters(words: Words) -> Section:
    rows: list[tuple[str, Sequence[Cell]]] = [
        ("", (cell(one.title, *quotes(one.stated)), cell(words.quantity(one.value, one.unit)), cell(one.clause)))
        for one in words.rulebook.parameters
    ]
    derived: list[tuple[str, Sequence[Cell]]] = []
    for each in words.rulebook.derived:
        facts = words.facts(each)
        said = cell(*(f"{fact.label}：{fact.text}" for fact in facts if fact.label != "单位"))
        derived.append(("", (cell(each.title), said, cell(each.clause))))
    tables = (
        *table("写明的数", ("名称", "数值", "条款"), rows),
        *table("由其他数算出的数", ("名称", "怎样算", "条款"), derived),
    )
    return Section("parameters", "参数", (), tables, number=len(rows) + len(derived))


def members(words: Words, given: Mapping[str, tuple[str, ...]]) -> Section:
    rows: list[tuple[str, Sequence[Cell]]] = []
    for one in words.rulebook.members:
        names = tuple(map(str, one.members)) or given.get(one.id, ())
        said = Line("、".join(names)) if names else Line("还没有列出，请到“合同设置”的“成员名单”列出", "open")
        rows.append(("", (cell(one.title), cell(f"{len(names)} 个"), cell(said), cell(one.clause))))
    return Section(
        "members", "成员名单", (), table("按成员考核的名单", ("名单", "个数", "成员", "条款"), rows), number=len(rows)
    )
