"""The least that the same page can cost: one Core query, the same cells made in Python, a plain Jinja fragment; no login."""

from __future__ import annotations

import json
import os

import sqlalchemy as sa
from flask import Flask, request

app = Flask(__name__)
engine = sa.create_engine(f"sqlite:///{os.environ['BENCH_TABLE']}")
metadata = sa.MetaData()
ENTRY = sa.Table("ledger_entry", metadata, autoload_with=engine)
USER = sa.Table("user_account", metadata, autoload_with=engine)
HEADS = ("编号", "日期", "企业", "岗位名称", "招聘人数", "岗位要求", "是否已发布", "材料", "填报人", "状态")
PROOF = sa.Table("entry_evidence", metadata, autoload_with=engine)
PIECES = (
    sa.select(sa.func.count()).where(PROOF.c.contract_id == ENTRY.c.contract_id, PROOF.c.entry_id == ENTRY.c.id)
).scalar_subquery()
WORDS = {"submitted": "待审核", "verified": "审核通过", "returned": "已退回", "draft": "草稿"}
TEMPLATE = """<table><thead><tr>{% for head in heads %}<th>{{ head }}</th>{% endfor %}</tr></thead><tbody>
{%- for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>"""
FRAGMENT = app.jinja_env.from_string(TEMPLATE)


@app.get("/")
def page() -> str:
    day, key = request.args["after"].split(".")
    query = (
        sa.select(
            ENTRY.c.number, ENTRY.c.business_date, ENTRY.c.state, ENTRY.c.fields, ENTRY.c.warnings, USER.c.display_name, PIECES
        )
        .join(USER, USER.c.id == ENTRY.c.author_id)
        .where(
            ENTRY.c.contract_id == 1, ENTRY.c.ledger == "job_posting", ENTRY.c.state == "submitted",
            sa.tuple_(ENTRY.c.business_date, ENTRY.c.id) < sa.tuple_(sa.literal(day), sa.literal(int(key))),
        )
        .order_by(ENTRY.c.business_date.desc(), ENTRY.c.id.desc())
        .limit(50)
    )  # fmt: skip
    with engine.connect() as connection:
        rows = [cells(row) for row in connection.execute(query)]
    return FRAGMENT.render(heads=HEADS, rows=rows)


def cells(row: sa.Row[tuple[object, ...]]) -> list[object]:
    number, day, state, fields, warnings, author, pieces = row
    values = fields if isinstance(fields, dict) else json.loads(str(fields))
    warned = warnings if isinstance(warnings, list) else json.loads(str(warnings))
    return [
        f"job_posting-{number:06d}", day, values["enterprise"]["name"], values["post"], values["vacancies"],
        values["requirements"], "是" if values["published"] else "否", pieces or "", author,
        f"{WORDS[str(state)]} {len(warned)} 条提醒" if warned else WORDS[str(state)],
    ]  # fmt: skip
