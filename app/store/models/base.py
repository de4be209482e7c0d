"""What every table shares: names of constraints, big keys, UTC instants."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(sa.types.TypeDecorator[datetime]):
    """A point in time: aware on the way in, UTC in the database, aware UTC on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("时刻须带时区")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        aware: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware


# SQLite numbers rows by itself only where the key's type is exactly INTEGER.
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
Fen = Annotated[int, mapped_column(sa.BigInteger())]
Hash = Annotated[str, mapped_column(sa.String(64))]
Name = Annotated[str, mapped_column(sa.String(120))]
Code = Annotated[str, mapped_column(sa.String(60))]


class Base(DeclarativeBase):
    """Mother of all models; its metadata is what the migrations build."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: Instant(), dict[str, Any]: sa.JSON(), list[str]: sa.JSON(), list[int]: sa.JSON()},
    )


def one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    """The column holds one of the enum's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def within(parent: str, column: str) -> sa.ForeignKeyConstraint:
    """The row that `column` names belongs to the same contract: no reference leads across contracts."""
    return sa.ForeignKeyConstraint(["contract_id", column], [f"{parent}.contract_id", f"{parent}.id"])


def reference(target: str, *, index: bool = False, nullable: bool | None = None) -> Any:
    """A foreign key column to `table.column`; rows that are referred to cannot be deleted."""
    arguments: dict[str, Any] = {} if nullable is None else {"nullable": nullable}
    return mapped_column(
        sa.BigInteger(), sa.ForeignKey(target, ondelete="RESTRICT"), index=index, **arguments
    )
