"""The checkup as a sheet for the terminal and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.checkup import Carried, Checkup, Finding, Severity

_HEADINGS: tuple[tuple[Severity, str], ...] = (
    ("error", "错误（规则书自相矛盾或指向不存在的内容，须先改正）"),
    ("question", "待确认（文件没有写明或前后不一，请采购人答复）"),
    ("warning", "提醒（不起作用的内容）"),
)


def sheet(checkup: Checkup) -> str:
    """Findings by severity with place, clause, question and the assumption that asks it."""
    lines = [f"合同体检：{checkup.title}（{checkup.key}）", ""]
    for severity, heading in _HEADINGS:
        found = checkup.of(severity)
        if found:
            lines += [f"【{heading}】{len(found)} 条"]
            for finding in found:
                lines += _lines(finding)
            lines.append("")
    if checkup.not_carried:
        lines.append(f"【程序不能承载的条款】{len(checkup.not_carried)} 条")
        lines += [f"  {one.clause} {one.title}：{one.not_carried}" for one in checkup.not_carried]
        lines.append("")
    return "\n".join([*lines, summary(checkup)])


def _lines(finding: Finding) -> list[str]:
    clauses = f"[{'、'.join(finding.clauses)}] " if finding.clauses else ""
    lines = [f"  {finding.place} {clauses}{finding.message}", f"    问：{finding.question}"]
    if finding.answered_by_assumption:
        lines.append(f"    已列为待确认事项：{finding.answered_by_assumption}")
    return lines


def summary(checkup: Checkup) -> str:
    """One line: how many of each, and whether the rulebook can be used."""
    counts = f"错误 {len(checkup.of('error'))} 条，待确认 {len(checkup.of('question'))} 条，提醒 {len(checkup.of('warning'))} 条"
    return f"{counts}；{'规则书可以使用' if checkup.sound else '改正错误后才能使用'}"


def as_dict(checkup: Checkup) -> dict[str, Any]:
    """The checkup as plain values."""
    return {
        "key": checkup.key,
        "title": checkup.title,
        "sound": checkup.sound,
        "findings": [_finding(one) for one in checkup.findings],
        "not_carried": {one.clause: one.not_carried for one in checkup.not_carried},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "clauses": list(finding.clauses),
        "file": finding.file,
        "line": finding.line,
        "field": finding.field,
        "message": finding.message,
        "question": finding.question,
        "answered_by_assumption": finding.answered_by_assumption or None,
    }


def coverage_sheet(coverage: Mapping[str, Carried]) -> str:
    """A line per clause: what carries it, or why nothing does."""
    return "\n".join(f"{one.clause} {one.title}：{_carriers(one)}" for one in coverage.values())


def _carriers(one: Carried) -> str:
    if one.by:
        return "、".join(f"{carrier.kind} {carrier.id}（第 {carrier.line} 行）" for carrier in one.by)
    return f"不由程序承载：{one.not_carried}" if one.not_carried else "没有承载"


def coverage_dict(coverage: Mapping[str, Carried]) -> dict[str, Any]:
    """Per clause id: title, carriers with kind, id and line, and the reason where nothing can carry it."""
    return {
        one.clause: {
            "title": one.title,
            "carried_by": [{"kind": by.kind, "id": by.id, "line": by.line} for by in one.by],
            "not_carried": one.not_carried or None,
        }
        for one in coverage.values()
    }
