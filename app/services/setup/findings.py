"""合同体检: what the linter finds in a rulebook, grouped for people, with what each thing holds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.services.books import loaded
from kpi.checkup import Carried, Checkup, Finding, Severity, check, coverage
from kpi.rulebook.loader import Source

_KEPT = 64


@dataclass(frozen=True)
class Group:
    """The findings of one severity. `meaning` says what they hold up."""

    severity: Severity
    title: str
    meaning: str
    findings: tuple[Finding, ...]


_GROUPS: tuple[tuple[Severity, str, str], ...] = (
    ("error", "错误", "规则书自相矛盾，或指向不存在的内容。改正并重新上传以前，合同不能试运行，也不能正式执行。"),
    ("question", "待确认", "文件没有写明，或前后不一。不妨碍试运行和执行；影响付款的确认以前，付款不能计算。"),
    ("warning", "提醒", "不起作用的内容。不妨碍任何事，请看一看是不是写漏了。"),
)


@dataclass(frozen=True)
class Examined:
    """The checkup of one text with what carries each clause."""

    checkup: Checkup
    coverage: Mapping[str, Carried]

    @property
    def groups(self) -> list[Group]:
        """By severity, the gravest first."""
        return [Group(key, title, meaning, self.checkup.of(key)) for key, title, meaning in _GROUPS]

    @property
    def errors(self) -> int:
        return len(self.checkup.of("error"))


@lru_cache(_KEPT)
def _examined(text: str) -> Examined:
    source = loaded(text)
    return Examined(check(source), coverage(source))


def examined(source: Source) -> Examined:
    """The checkup of a rulebook, made once a process for each text."""
    return _examined(source.text)


def blocks(finding: Finding, touching_payment: frozenset[str]) -> str:
    """What cannot be done while the finding stands, in one sentence."""
    if finding.severity == "error":
        return "改正以前不能试运行，也不能正式执行。"
    if finding.severity == "warning":
        return "不妨碍任何事。"
    if finding.code == "unanswered":
        held = "付款" if finding.answered_by_assumption in touching_payment else "用到它的结果"
        return f"答复以前，{held}不能计算；登记和审核照常。"
    if finding.answered_by_assumption in touching_payment:
        return "现按默认读法计算；确认以前，付款不能计算。"
    return "现按默认读法计算；登记、审核和考核照常。"
