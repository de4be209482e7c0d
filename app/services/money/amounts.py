"""Sums, days and files as they come from forms of the money."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.act import Act, Refused
from app.store import setup
from app.store.contracts import ContractScope
from kpi.quantities import Money, QuantityError

MOST_FEN = 10**15


def amount_of(typed: str, field: str = "amount", what: str = "金额") -> Money:
    """A sum greater than 0, as people type it: `168,000.00`, `￥168000`."""
    text = typed.strip().replace("，", ",").replace("￥", "¥").replace(" ", "").removesuffix("元")
    try:
        money = Money.parse(text)
    except QuantityError as error:
        raise Refused(f"请填写{what}（元），最多两位小数，例如 168000.00", field) from error
    if not 0 < money.fen < MOST_FEN:
        raise Refused(f"{what}应大于 0", field)
    return money


def check_files(act: Act, scope: ContractScope, file_ids: Sequence[int], field: str = "files") -> int | None:
    """The one file that a form brings, or None; Refused where it is not here or there are several."""
    if len(file_ids) > 1:
        raise Refused("这里只放一份材料，请把多页合成一个文件", field)
    if not file_ids:
        return None
    if not setup.files(act.session, scope.contract_id, list(file_ids)):
        raise Refused("没有找到上传的材料，可能已被清理。请重新上传", field)
    return file_ids[0]
