"""人民币大写."""

from __future__ import annotations

from decimal import Decimal

import cn2an

from kpi.quantities import Money

YI = 100_000_000


def in_words(money: Money) -> str:
    """`壹佰伍拾壹万贰仟元整`. Whole yuan above 亿 are written part by part: cn2an leaves out the 零 after 亿."""
    fen = abs(money.fen)
    yuan, rest = divmod(fen, 100)
    text = cn2an.an2cn(str(Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))), "rmb")
    high, low = divmod(yuan, YI)
    if high:
        whole = cn2an.an2cn(str(high), "up") + "亿" + ("零" if 0 < low < YI // 10 else "")
        whole += cn2an.an2cn(str(low), "up") if low else ""
        text = f"{whole}元{'整' if not rest else _cents(rest)}"
    return f"{'负' if money.fen < 0 else ''}{text}"


def _cents(rest: int) -> str:
    """`零叁分`, `伍角`, `壹角贰分`: as cn2an writes them after a yuan."""
    return str(cn2an.an2cn(f"1.{rest:02d}", "rmb")).removeprefix("壹元")
