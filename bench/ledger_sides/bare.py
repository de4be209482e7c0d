"""The least that a page of the ledger can cost: one Core query, cells in Python, a plain Jinja fragment; no login."""

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
TEMPLATE = """<table><thead><tr><th>编号<th>日期<th>企业<th>岗位<th>人数<th>已发布<th>填报人<th>状态</tr></thead><tbody>
{%- for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>"""
FRAGMENT = app.jinja_env.from_string(TEMPLATE)


@app.get("/")
def page() -> str:
    day, key = request.args["after"].split(".")
    query = (
        sa.select(ENTRY.c.number, ENTRY.c.business_date, ENTRY.c.state, ENTRY.c.fields, USER.c.display_name, ENTRY.c.id)
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
    return FRAGMENT.render(rows=rows)


def cells(row: sa.Row[tuple[object, ...]]) -> list[object]:
    number, day, state, fields, author, _ = row
    values = fields if isinstance(fields, dict) else json.loads(str(fields))
    return [
        f"job_posting-{number:06d}", day, values["enterprise"]["name"], values["post"], values["vacancies"],
        "是" if values["published"] else "否", author, state,
    ]  # fmt: skip
