"""A question as the page shows it: what is asked, what was answered, and the form to answer with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.clock import SHANGHAI
from app.services.setup import values
from app.services.setup.questions import Question
from app.web.setup.forms import AnswerForm
from kpi.rulebook.answers import as_key

_TYPES = {"number": "number", "percent": "percent", "money": "money", "date": "date", "list": "textarea", "text": "text"}
_HELP = {"percent": "写百分数，例如 60 表示 60%。", "list": "每行一个。", "number": "可以写小数或分数，例如 0.5、1/3。"}
BOTH = "这一项由双方商定：由采购人主管人员记录，请在理由里写明双方确认的依据。"


@dataclass(frozen=True)
class Card:
    """A question with its form. `errors` from what was sent; `stale`: somebody answered meanwhile."""

    question: Question
    fields: list[dict[str, Any]]
    errors: list[tuple[str, str]] = field(default_factory=list)
    open: bool = False
    clauses: str = ""

    @property
    def id(self) -> str:
        return f"question-{self.question.id}"

    @property
    def history(self) -> list[dict[str, Any]]:
        """The answers as a timeline, the oldest first."""
        return [
            {
                "at": one.at.astimezone(SHANGHAI), "who": one.by, "what": self.question.says(one.value),
                "detail": f"理由：{one.reason}", "icon": "check", "tone": "accent",
            }
            for one in self.question.history
        ]  # fmt: skip


def card(question: Question, titles: dict[str, str], form: AnswerForm | None = None) -> Card:
    """The card; with a form that was sent and is not right, what was typed stays in it."""
    sent = form is not None
    value = form.value.data if form is not None else values.typed(question.assumption, question.value)
    reason = form.reason.data if form is not None else ""
    errors = {name: list(form[name].errors) if form is not None else [] for name in ("value", "reason")}
    prefix = f"f-{question.id}-"
    listed = [(f"{prefix}{name}", text) for name, texts in errors.items() for text in texts]
    if form is not None:
        listed = [("", message) for message in form.refusals] + listed
    clauses = "、".join(f"{name} {titles.get(name, '')}".strip() for name in question.assumption.clauses)
    fields = [_value_field(question, value, errors["value"]), _reason_field(reason, errors["reason"])]
    shown = [{**one, "id_prefix": prefix} for one in fields]
    return Card(question, shown, listed, sent or not question.confirmed, clauses)


def open_field(question: Question, typed: str, wrong: str | None) -> dict[str, Any]:
    """The input of a question on the form of several; nothing is chosen beforehand."""
    shown = _value_field(question, typed, [wrong] if wrong else [])
    name, label = f"q-{question.id}", question.assumption.question
    return {**shown, "name": name, "label": label, "required": False, "rows": 3, "as_": "select" if "options" in shown else None}


def _value_field(question: Question, value: Any, errors: list[str]) -> dict[str, Any]:
    assumption = question.assumption
    base = {"name": "value", "label": "答复", "value": value, "errors": errors, "required": True}
    if assumption.options:
        default = values.kept(assumption.default)
        options = [
            {"value": key, "label": f"{label}（默认读法）" if default is not None and as_key(default) == key else label}
            for key, label in assumption.options.items()
        ]
        return {**base, "type": "choice", "as_": "radios", "options": options}
    if assumption.type == "yes_no":
        options = [{"value": "true", "label": "是"}, {"value": "false", "label": "否"}]
        return {**base, "type": "choice", "as_": "radios", "options": options}
    default = assumption.default
    note = f"默认读法：{values.shown(assumption, default)}。" if default is not None else "文件没有写明，没有默认值。"
    return {**base, "type": _TYPES.get(assumption.type, "text"), "help": note + _HELP.get(assumption.type, "")}


def _reason_field(reason: str | None, errors: list[str]) -> dict[str, Any]:
    return {
        "name": "reason", "label": "理由", "type": "textarea", "rows": 2, "value": reason, "errors": errors,
        "required": True, "maxlength": 500, "help": "依据哪份文件、哪次会议或谁的答复。",
    }  # fmt: skip
