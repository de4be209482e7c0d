"""The rulebook text of a contract without the answers to it: what lists and forms need, found by its hash."""

from __future__ import annotations

from app.services import books
from app.services.act import Refused
from app.store import rulebooks
from app.store.contracts import Contract, ContractScope
from kpi.rulebook.loader import Source

MOST = 64
_known: dict[str, Source] = {}


def source_of(scope: ContractScope, contract: Contract, text_id: int | None = None) -> tuple[Source, int]:
    """The contract's present text (or the one asked for), parsed once a process; Refused where it has none."""
    wanted = contract.rulebook_text_id if text_id is None else text_id
    if wanted is None:
        raise Refused("这份合同还没有选定规则书，台账要按规则书登记。请先到“合同设置”选定规则书")
    sha256 = rulebooks.sha256_of(scope.session, wanted)
    found = _known.get(sha256)
    if found is None:
        found = books.loaded(rulebooks.text(scope.session, wanted).text)
        if len(_known) >= MOST:
            _known.clear()
        _known[sha256] = found
    return found, wanted
