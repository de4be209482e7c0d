"""The office's own Word template: its head and foot around a report. Filled in by docxtpl, with nothing but known fields.

Fields stand in double braces, `{{ 标题 }}`; `{{p 正文 }}` on a line of its own is where the report goes. The template can run
nothing: it is filled in a sandbox, and every text is escaped.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.documents.paper import docx
from app.documents.paper.blocks import Paper
from app.documents.paper.steady import repack
from app.documents.report_paper import Printed, paper_of
from kpi.reports.model import Report

BODY = "正文"
MOST_BYTES = 5 * 1024 * 1024


class TemplateProblem(ValueError):
    """The template cannot be used; the message is Chinese and says what to change."""


def fields(report: Report, printed: Printed) -> dict[str, str]:
    """What a template may name beside the report itself."""
    facts = dict(report.facts)
    return {
        "标题": report.title, "期间": report.label, "项目": facts.get("项目", ""), "采购人": facts.get("采购人", ""),
        "供应商": facts.get("供应商", ""), "依据条款": facts.get("依据条款", ""), "版次": str(printed.revision),
        "校验值": printed.sha256, "起": report.start, "止": report.end,
    }  # fmt: skip


NAMES = ("标题", "期间", "项目", "采购人", "供应商", "依据条款", "版次", "校验值", "起", "止")


def _opened(data: bytes) -> Any:
    try:
        template = DocxTemplate(io.BytesIO(data))
        template.init_docx()
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, SyntaxError) as error:  # the last: markup cut off
        raise TemplateProblem("这不是 Word 文件（.docx），打不开。请用 Word 或 WPS 另存为 .docx 后再上传") from error
    return template


def check(data: bytes) -> None:
    """TemplateProblem where the template names what there is not, or has no place for the report."""
    if len(data) > MOST_BYTES:
        raise TemplateProblem("模板超过 5 MB，请去掉里面的大图片再上传")
    template = _opened(data)
    try:
        named = template.get_undeclared_template_variables(_environment())
    except TemplateSyntaxError as error:
        raise TemplateProblem(f"模板里的花括号写法不对：{error.message}。字段要写成 {{{{ 标题 }}}} 的样子") from error
    unknown = sorted(named - {*NAMES, BODY})
    if unknown:
        known = "、".join((BODY, *NAMES))
        raise TemplateProblem(f"模板里有不认识的字段：{'、'.join(unknown)}。可用的字段有 {known}")
    if BODY not in named:
        raise TemplateProblem("模板里没有放报告的位置。请在单独一行写上 {{p 正文 }}")
    _filled(template, dict.fromkeys(NAMES, ""), docx.of(Paper("", (), look="sheet")))


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _filled(template: Any, values: dict[str, str], body: bytes) -> None:
    """Fills the template in; TemplateProblem where a field cannot be worked out, or the file is damaged inside."""
    try:
        inside = template.new_subdoc(io.BytesIO(body))
        template.render({**values, BODY: inside}, jinja_env=_environment(), autoescape=True)
    except TemplateError as error:
        raise TemplateProblem(f"模板不能填写：{error}。字段只能照原样写，例如 {{{{ 标题 }}}}，请核对") from error
    except (SyntaxError, TypeError, ValueError, KeyError) as error:
        raise TemplateProblem("模板不能填写：花括号里的写法有误，或文件内部已损坏。请用 Word 或 WPS 打开，改正后另存再上传") from error


def lettered(letter: bytes, report: Report, printed: Printed) -> bytes:
    """The report inside the template; the same report and template give the same bytes."""
    check(letter)
    template = _opened(letter)
    paper = paper_of(report, printed)
    _filled(template, fields(report, printed), docx.of(paper))
    raw, file = io.BytesIO(), io.BytesIO()
    template.save(raw)
    repack(raw.getvalue(), file, paper.day)
    return file.getvalue()
