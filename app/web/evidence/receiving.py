"""Files come in as soon as they are chosen, so that a form that is not right loses none of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Response, request
from werkzeug.datastructures import FileStorage

from app.security.permissions import P
from app.services.act import Refused
from app.services.evidence import keeping
from app.services.evidence.keeping import MOST_BYTES, Examined
from app.services.evidence.showing import cards_of
from app.web.access import current_scope, in_contract
from app.web.bodies import largest_body, looks_first
from app.web.evidence.blueprint import bp
from app.web.ground import ground
from app.web.htmx import render
from app.web.transaction import act_now, begin_writing

MOST_FILES = 20
FORM_BYTES = 1024 * 1024  # what the parts are wrapped in
LONGEST_FIELD = 120


@dataclass
class Received:
    """What came in and what was refused, with why, in the order of sending."""

    good: list[Examined] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@bp.post("", endpoint="upload")
@in_contract(P.ENTRY_WRITE, P.BUYER_ENTRY_WRITE, P.CONTRACT_SETUP, P.FUNDS_MANAGE)
@largest_body(MOST_FILES * MOST_BYTES + FORM_BYTES)
@looks_first
def upload(contract_id: int) -> Response:
    received = receive(request.files.getlist("file"))
    begin_writing()
    rows = act_now(lambda act: [keeping.keep(act, current_scope(), each) for each in received.good])
    cards = cards_of(current_scope(), [row.id for row in rows])
    name = request.form.get("field", "")[:LONGEST_FIELD]
    status = 200 if cards else 422
    return render("evidence/_kept.html", status=status, name=name, cards=cards, refused=received.refused)


def receive(sent: list[FileStorage]) -> Received:
    """Examines the files and puts their bytes where they stay; nothing is written to the database yet."""
    received = Received()
    if not any(each.filename for each in sent):
        received.refused.append(("", "没有收到文件。请重新选择后再上传"))
    for place, each in enumerate(sent):
        name = each.filename or ""
        try:
            if place >= MOST_FILES:
                raise Refused(f"一次最多上传 {MOST_FILES} 份，这一份没有收。请分几次上传")
            # One byte more than is taken shows that there is more.
            examined = keeping.examine(name, each.stream.read(MOST_BYTES + 1), ground().clock())
            keeping.put(ground().files, current_scope(), examined)
            received.good.append(examined)
        except Refused as refused:
            if name:
                received.refused.append((name, refused.message))
    return received
