"""日历: what each year's holidays rest on, the year at a glance, and the import of a year's table."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_wtf.file import FileField
from wtforms import TextAreaField

from app.security.permissions import P
from app.services import calendars
from app.services.act import Missing
from app.services.calendars import FIRST_YEAR, LAST_YEAR, BadTable, YearBasis
from app.web.access import requires
from app.web.forms import Form, text
from app.web.htmx import redirect_to, render
from app.web.replies import Listing, Row, link, list_page
from app.web.transaction import current_act, perform
from kpi.rulebook.yaml_text import Problem

bp = Blueprint("admin_calendar", __name__, url_prefix="/admin/calendar")
WORDS = {
    "library": "随系统发布",
    "table": "已导入整年",
    "corrected": "随系统发布，有导入的更正",
    "missing": "缺少：按周一至周五推算，暂定",
}
NEEDED = "放假安排公布以后请尽快导入：缺少的年份不能计算考核与付款，期限和预测标为暂定。"


class TableForm(Form):
    source = text("依据", 200, "例如：国务院办公厅关于 2027 年部分节假日安排的通知。")
    file = FileField("放假调休表文件（YAML 文本）", render_kw={"type": "file", "accept": ".yaml,.yml,.txt"})
    table = TextAreaField("或直接填写", render_kw={"rows": 16})

    problems: list[Problem] = []  # noqa: RUF012 — replaced by each instance, never changed

    def given(self) -> str:
        """The text that was sent; what came as a file stands in the form to be mended."""
        if self.file.data:
            try:
                sent = self.file.data.read(calendars.MOST_BYTES + 1).decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError as error:
                wrong = Problem("", 0, "", "文件不是 UTF-8 文本；请用记事本打开，另存为时选择 UTF-8 编码")
                raise BadTable([wrong]) from error
            self.table.data, self.table.raw_data = sent, [sent]
        return self.table.data or ""

    def read(self) -> str | None:
        """The text if it is a table; None with `problems`."""
        try:
            sent = self.given()
            calendars.read_table(sent)
        except BadTable as bad:
            self.problems = bad.problems
            return None
        return sent


def shown(one: YearBasis) -> Row:
    """A year as a line."""
    imported = f"{one.by} {one.at:%Y-%m-%d}" if one.at else "—"
    earlier = f"（以前导入过 {one.earlier} 次）" if one.earlier else ""
    cells = [f"{one.year} 年", WORDS[one.basis], one.source or "—", imported + earlier]
    return Row(cells, url_for(".year", year=one.year))


@bp.get("", endpoint="calendar")
@requires(P.CALENDAR_MANAGE)
def every() -> Response:
    years = calendars.years(current_act())
    listing = Listing("各年的放假调休安排", ["年份", "数据来源", "依据", "导入"], [shown(one) for one in years], "")
    actions = [link(".load", "导入一年", "upload")]
    facts = [("说明", NEEDED)] if any(one.basis == "missing" for one in years) else []
    return list_page("日历", [listing], actions=actions, facts=facts)


@bp.get("/<int:year>")
@requires(P.CALENDAR_MANAGE)
def year(year: int) -> Response:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Missing
    act = current_act()
    basis = next((one for one in calendars.years(act, max(2, year - act.today.year)) if one.year == year), None)
    word = WORDS[basis.basis] if basis else WORDS["library"]
    return render(
        "admin/year.html", title=f"{year} 年放假调休", year=year, months=calendars.year_view(act, year), basis=basis,
        word=word, back=("日历", url_for(".calendar")),
    )  # fmt: skip


@bp.route("/import", methods=["GET", "POST"])
@requires(P.CALENDAR_MANAGE)
def load() -> Response:
    form = TableForm()
    sent = form.read() if form.validate_on_submit() else None
    if sent is not None and (done := perform_import(form, sent)):
        years = "、".join(f"{each} 年" for each in done)
        return redirect_to(url_for(".year", year=done[0]), told=f"已导入 {years}的放假调休安排，请对照通知核对下面的月历。")
    if request.method == "GET":
        wanted = request.args.get("year", current_act().today.year + 1, type=int)
        form.table.data = calendars.text_of(current_act(), wanted) if FIRST_YEAR <= wanted <= LAST_YEAR else ""
    status = 422 if request.method == "POST" else 200
    back = ("日历", url_for(".calendar"))
    return render("admin/load.html", "admin/_load.html", status=status, title="导入放假调休表", form=form, back=back)


def perform_import(form: TableForm, sent: str) -> list[int] | None:
    """The imported years; what contradicts the other years goes into the form."""
    try:
        done = perform(form, lambda act: calendars.import_table(act, sent, form.source.data or ""))
    except BadTable as bad:
        form.problems = bad.problems
        return None
    return done.value if done else None
