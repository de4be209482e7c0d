"""The same table in Flask-Admin: its model view as it comes, with Flask-Login and a look at the account."""

from __future__ import annotations

import os
from typing import Any

import sqlalchemy as sa
from flask import Flask, redirect
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.orm import DeclarativeBase, Session, relationship, scoped_session, sessionmaker

app = Flask(__name__)
app.secret_key = "bench" * 10
engine = sa.create_engine(f"sqlite:///{os.environ['BENCH_TABLE']}")
session = scoped_session(sessionmaker(engine))


class Base(DeclarativeBase):
    pass


class Author(Base, UserMixin):
    __table__ = sa.Table("user_account", Base.metadata, autoload_with=engine)

    def __str__(self) -> str:
        return str(self.display_name)


class Entry(Base):
    __table__ = sa.Table(
        "ledger_entry", Base.metadata, sa.Column("fields", sa.JSON()), sa.Column("warnings", sa.JSON()),
        autoload_with=engine, resolve_fks=False,
    )  # fmt: skip
    author = relationship(
        Author, primaryjoin=lambda: Entry.__table__.c.author_id == Author.__table__.c.id, foreign_keys=lambda: [Entry.__table__.c.author_id]
    )


login = LoginManager(app)


@login.user_loader
def load(key: str) -> Author | None:
    return session.get(Author, int(key))


class EntryView(ModelView):
    can_create = can_edit = can_delete = False
    named_filter_urls = True
    page_size = 50
    column_list = ("number", "business_date", "enterprise", "post", "vacancies", "published", "author", "state")
    column_filters = ("state",)
    column_default_sort = [("business_date", True), ("id", True)]  # noqa: RUF012
    column_auto_select_related = True
    column_formatters = {  # noqa: RUF012
        "enterprise": lambda _v, _c, entry, _n: entry.fields["enterprise"]["name"],
        "post": lambda _v, _c, entry, _n: entry.fields["post"],
        "vacancies": lambda _v, _c, entry, _n: entry.fields["vacancies"],
        "published": lambda _v, _c, entry, _n: "是" if entry.fields["published"] else "否",
    }

    def is_accessible(self) -> bool:
        return bool(current_user.is_authenticated)

    def get_query(self) -> Any:
        return super().get_query().filter(Entry.contract_id == 1, Entry.ledger == "job_posting")

    def get_count_query(self) -> Any:
        return super().get_count_query().filter(Entry.contract_id == 1, Entry.ledger == "job_posting")


@app.get("/sign-in")
def sign_in() -> Any:
    with Session(engine) as own:
        login_user(own.get(Author, 1))
    return redirect("/admin/")


@app.teardown_appcontext
def close(_error: BaseException | None) -> None:
    session.remove()


Admin(app, name="bench").add_view(EntryView(Entry, session, endpoint="entry"))
