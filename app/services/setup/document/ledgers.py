"""Ledgers, indicators and surveys."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.setup.document.basics import anchor
from app.services.setup.document.shape import Cell, Line, Part, Section, Table, cell, note, quotes, table
from app.services.setup.wording import Place, Words
from kpi.rulebook.indicators import Indicator
from kpi.rulebook.ledgers import Field, Ledger
from kpi.rulebook.survey import ElementTable, Survey


def ledgers(words: Words) -> Section:
    parts = tuple(_ledger(words, one) for one in words.rulebook.ledgers)
    return Section("ledgers", "台账", (), (), parts, len(parts))


def _ledger(words: Words, one: Ledger) -> Part:
    place = Place(ledger=one.id)
    who = "采购人登记" if one.enters == "buyer" else "供应商登记"
    checked = "采购人的另一人审核" if one.verifies == "second_person" else "主管人员审核"
    said = [
        f"条款 {'、'.join(one.clauses)}。{who}，{checked}。业务日期：{words.names.field(one.id, one.date)}。",
        f"由{one.completes}补全。" if one.completes else "",
        "没有发生时报零报告。" if one.nil_return else "",
        f"同时记入：{words.value(one.also_records, 'also_records')}。" if one.also_records else "",
        *(f"不能重复：{words.value(each, 'unique', place)}" for each in one.unique),
        *(f"佐证材料：{words.say(each, place)}" for each in one.evidence),
        *(f"核对：{words.say(each, place)}" for each in one.rules),
    ]
    lines = (*(Line(text) for text in said if text), *note(one.help), *quotes(one.stated))
    rows = [("", _field(words, each, place)) for each in one.fields]
    return Part(anchor("ledgers", one.id), one.name, lines, table(f"{one.name}的栏目", ("栏目", "填写要求"), rows))


def _field(words: Words, one: Field, place: Place) -> Sequence[Cell]:
    return cell(one.name), cell(words.say(one, place), *quotes(one.stated))


def indicators(words: Words) -> Section:
    rows: list[tuple[str, Sequence[Cell]]] = []
    for number, one in enumerate(words.rulebook.indicators):
        rows.append((anchor("indicators", f"{one.clause}-{number}"), _indicator(words, one)))
    tables = table("指标怎样算、达到多少", ("条款和指标", "周期", "取哪些数", "目标"), rows)
    return Section("indicators", "指标", (), tables, number=len(rows))


def _indicator(words: Words, one: Indicator) -> Sequence[Cell]:
    place = words.inside(one, Place())
    duty = "" if one.duty == "scored" else "履约义务，不计分"
    by = f"按{words.value(one.by, 'by')}逐个考核" if one.by else ""
    once = f"最迟 {words.value(one.once_by)}" if one.once_by is not None else ""
    figures = [f"{each.label or name}：{words.say(each, place)}" for name, each in one.figures.items()]
    targets = [words.say(each, place) for each in one.criteria]
    heading = cell(Line(one.clause), Line(one.title, "strong"), *quotes(one.stated), *note(one.reading))
    return heading, cell(words.value(one.window, "window"), once, by, duty), cell(*figures), cell(*targets)


def surveys(words: Words) -> Section:
    parts = tuple(_survey(words, one) for one in words.rulebook.surveys)
    return Section("surveys", "调查", (), (), parts, len(parts))


def _survey(words: Words, one: Survey) -> Part:
    place = Place(ledger=one.ledger)
    skip = frozenset({"id", "title", "ledger", "tables", "checks", "sampling", "stated", "template", "clause"})
    facts = [f"{fact.label}：{fact.text}" for fact in words.facts(one, place, skip)]
    lines = [Line(f"登记在{words.value(one.ledger, 'ledger')}。"), *map(Line, facts), *quotes(one.stated)]
    checks = [("", (cell(each.message), cell(words.say(each, place)))) for each in one.checks]
    plans = [("", (cell(each.title, *quotes(each.stated)), cell(words.say(each, place)))) for each in one.sampling]
    tables: list[Table] = [found for each in one.tables for found in _elements(words, each)]
    tables += table("核对规则", ("提示", "怎样核对"), checks)
    tables += table("抽样方案", ("方案", "怎样抽"), plans)
    return Part(anchor("surveys", one.id), one.title, tuple(lines), tuple(tables))


def _elements(words: Words, one: ElementTable) -> tuple[Table, ...]:
    rows = [
        ("", (cell(each.name), cell(each.section or "—"), cell(words.value(each.points)), cell("必填" if each.required else "选填")))
        for each in one.elements
    ]
    caption = f"要素分值表“{one.branch}”（{words.value(one.qualified_at)} 分合格）"
    return table(caption, ("要素", "部分", "分值", "要求"), rows)
