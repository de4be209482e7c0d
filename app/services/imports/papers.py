"""The workbooks of an import: the template of a ledger, and the rows that came back with what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from app.documents import error_workbook, template
from app.documents.error_workbook import ErrorRow
from app.documents.template import Heading
from app.services.act import Act, Refused
from app.services.imports import batches, grid
from app.services.imports.batches import Wrong
from app.services.imports.look import ADDED, Look
from app.services.imports.mapper import Mapper
from app.services.imports.running import mapper_of
from app.services.imports.targets import KEYS, PARTS
from app.services.ledger import people, stored
from app.services.ledger.desk import Desk
from app.store.contracts import ContractScope
from app.store.imports import ImportBatch, Imports
from kpi.files.workbook import sheet_title
from kpi.quantities import plain
from kpi.rulebook.ledgers import Field, FieldType, Ledger

LONGEST_SHOWN = 60
T = FieldType
HOW = {
    T.INTEGER: "整数，如 12", T.DECIMAL: "数字，可带小数，如 12.5", T.MONEY: "金额（元），最多两位小数，如 1680.50",
    T.PERCENT: "百分比，如 87.3%", T.DATE: "日期，如 2026-03-05", T.TIME: "时刻，如 19:00",
    T.DATETIME: "日期和时刻，如 2026-03-05 19:00", T.DURATION: "分钟数，如 90，或 1:30", T.YES_NO: "填 是 或 否",
    T.CHOICE: "从下拉列表里选一项", T.MULTIPLE_CHOICE: "可选几项，用“、”隔开", T.OUTLET: "网点名称，从下拉列表里选",
    T.REFERENCE: "另一本台账里那条记录的编号，如 {}-000012", T.TEXT: "文字，最多 {} 字",
}  # fmt: skip
GUIDE = (
    ("怎样填", "一行一条记录，从第 2 行开始填。橙色表头的列必须填；鼠标停在表头上看填写要求。"),
    ("不要", "不要改表头，不要合并单元格，不要在数据中间留空表头。"),
    ("号码", "所有列都已设为文本格式，身份证号、代码、电话直接输入，不会丢位数。"),
    ("佐证材料", "表格里放不了照片。需要佐证材料的记录导入后存为草稿，在台账里补上材料再提交。"),
)


# -- the template -------------------------------------------------------------------------------


def write_template(desk: Desk, file: IO[bytes]) -> str:
    """Writes the template of the ledger; the name of the file."""
    outlets = tuple(sorted(desk.outlet_names))
    headings = [each for field in desk.ledger.fields for each in headings_of(field, outlets)]
    if desk.ledger.field(desk.ledger.date) is None:
        headings.insert(0, Heading("业务日期", HOW[T.DATE], required=True))
    if desk.ledger.nil_return:
        headings.append(Heading("零报告", "当天没有发生时填“是”，其余列留空", options=("是", "否")))
    guide = [*GUIDE, ("台账说明", desk.ledger.help)] if desk.ledger.help else GUIDE
    template.write(file, sheet_title(desk.ledger.name), headings, guide)
    return f"{desk.ledger.name}模板.xlsx"


def headings_of(field: Field, outlets: tuple[str, ...]) -> Iterator[Heading]:
    """The columns of a field; a person and an enterprise have one for each part."""
    if field.type is T.EVIDENCE:
        return
    if field.type in PARTS:
        yield from part_headings(field)
        return
    options = ("是", "否") if field.type is T.YES_NO else field.choices
    options = options or (outlets if field.type is T.OUTLET else ())
    yield Heading(field.name, note_of(field), field.required, options, field.type is T.MULTIPLE_CHOICE)


def part_headings(field: Field) -> Iterator[Heading]:
    """姓名, 身份证号, 手机号; what tells people apart is named in the note."""
    words = dict(PARTS[field.type])
    needed = "、".join(words[key] for key in KEYS[field.type])
    rest = f"\n{field.help}" if field.help else ""
    note = f"{'必填，' if field.required else '选填；'}{needed}至少填一项{rest}"
    for part, word in PARTS[field.type]:
        name = field.name if part == "name" and field.type is T.ENTERPRISE else f"{field.name}{word}"
        how = {"id_number": "18 位身份证号", "phone": "11 位手机号，或带区号的座机", "code": "18 位统一社会信用代码"}.get(part, word)
        yield Heading(name, f"{how}\n{note}", required=field.required and part in KEYS[field.type])


def note_of(field: Field) -> str:
    """How a column is filled in."""
    how = HOW.get(field.type, "").format(field.ledger if field.type is T.REFERENCE else field.max_length)
    due = "必填" if field.required else "按其他内容可能必填" if field.required_if is not None else "选填"
    parts = [how, due]
    parts += [f"不小于 {plain(field.minimum)}"] if field.minimum is not None else []
    parts += [f"不大于 {plain(field.maximum)}"] if field.maximum is not None else []
    parts += [f"单位：{field.unit}"] if field.unit else []
    parts += [f"可选：{'、'.join(field.choices)}"] if field.choices else []
    return "\n".join([*parts, *([field.help] if field.help else [])])


# -- what came back -----------------------------------------------------------------------------


def check_sees(act: Act, scope: ContractScope, ledger: Ledger) -> None:
    """The rows of a file may name people: only for who may see them."""
    if stored.has_personal(ledger):
        people.check_on_file(act, scope)


def write_errors(act: Act, scope: ContractScope, batch: ImportBatch, file: IO[bytes], *, only_bad: bool) -> str:
    """Writes the rows of a checked batch with what is wrong with each; the name of the file."""
    desk = Desk.at(act, scope, batch.ledger)
    check_sees(act, scope, desk.ledger)
    look = batches.look_of(act.vault, batch)
    mapper = mapper_of(desk, look, batches.agreed(batch))
    rows = (error_row(mapper, each) for each in opened(act, scope, batch, good=False if only_bad else None))
    written = error_workbook.write(file, sheet_title(desk.ledger.name), ADDED, wide_headings(look), rows)
    if not written:
        raise Refused("这一批的明细已经清理（导入满 30 天后清理），原始文件还在，可以重新上传核对")
    stem = batch.file_name.rpartition(".")[0]
    return f"{stem}-{'有误的行' if only_bad else '全部'}.xlsx"


def wide_headings(look: Look) -> list[str]:
    """The headings by place; a column without one keeps its place."""
    found = [""] * (max((each.place for each in look.columns), default=-1) + 1)
    for each in look.columns:
        found[each.place] = each.heading
    return found


def opened(act: Act, scope: ContractScope, batch: ImportBatch, good: bool | None) -> Iterator[Wrong]:
    """The staged rows of a batch."""
    for rows in Imports(act.session, scope.contract_id).staged(batch.id, good):
        for row in rows:
            yield batches.opened(act.vault, (scope.contract_id, batch.id), row)


def error_row(mapper: Mapper, row: Wrong) -> ErrorRow:
    told = "；".join(f"{title}：{message}" for _, title, message in row.troubles)
    marked = frozenset(place for field, _, _ in row.troubles for place in places_of(mapper, field))
    return ErrorRow(row.line, [grid.shown(cell) for cell in row.cells], told, marked)


def places_of(mapper: Mapper, field: str) -> list[int]:
    """The cells in which a field stands; of a person those by which people are told apart, where there are any."""
    found = [(place, target) for place, target in mapper.places if target.key.partition(".")[0] == field]
    keys = [(place, target) for place, target in found if target.field and target.part in KEYS.get(target.field.type, ())]
    return [place for place, _ in keys or found]


# -- on the page --------------------------------------------------------------------------------


def first_problems(
    act: Act, scope: ContractScope, desk: Desk, batch: ImportBatch, size: int, after: int = 0
) -> list[tuple[int, str, str, str]]:
    """Line, heading, what stands there, what is wrong: of the next rows with something wrong."""
    mapper = mapper_of(desk, batches.look_of(act.vault, batch), batches.agreed(batch))
    found = []
    for staged in Imports(act.session, scope.contract_id).some_bad(batch.id, size, after):
        row = batches.opened(act.vault, (scope.contract_id, batch.id), staged)
        for field, title, message in row.troubles:
            found.append((row.line, title, standing(mapper, row.cells, field), message))
    return found


def standing(mapper: Mapper, cells: Sequence[grid.Cell], field: str) -> str:
    """What the row says at a field."""
    texts = [grid.shown(cells[place]) for place in places_of(mapper, field) if place < len(cells)]
    return " ".join(text for text in texts if text)[:LONGEST_SHOWN]
