"""What the pages of fieldwork share: addresses, tabs, choices, who may."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from app.clock import SHANGHAI
from app.security.terms import Signature
from app.services.act import Refused
from app.services.fieldwork.common import Met, Overtaken
from app.services.ledger.reading import spoken
from app.services.official.people import colleagues
from app.services.rectification.findings import clauses
from app.web.access import current_contract, current_scope
from app.web.forms import Form
from app.web.transaction import current_act, perform

HOME = "检查"
BOX, ANSWER = "v-", "q-"
TABS = (("rounds", "抽查"), ("inspections", "现场检查"), ("complaints", "投诉"), ("polls", "满意度调查"))
UNPROCESSABLE, CONFLICT = 422, 409


def address(endpoint: str, **values: Any) -> str:
    return url_for(f"fieldwork.{endpoint}", contract_id=current_contract().id, **values)


def tabs_of(current: str) -> list[dict[str, Any]]:
    return [{"title": word, "url": address(name), "current": name == current} for name, word in TABS]


# -- choices of forms -----------------------------------------------------------------------------


def clause_choices() -> list[tuple[str, str]]:
    return [(key, f"{key} {title}") for key, title in clauses(current_scope()).items()]


def colleague_choices() -> list[tuple[int, str]]:
    return [(each.id, each.display_name) for each in colleagues(current_scope(), current_act())]


def outlet_choices() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in current_scope().outlets() if each.closed_on is None]


def now_text() -> str:
    """The hour and minute here and now."""
    return f"{current_act().now.astimezone(SHANGHAI):%H:%M}"


def met_of(form: Any) -> Met:
    """Whom the investigators met, as a valid form says."""
    return Met(form.spoken_to.data or "", Signature.of(form.signature.data), form.witness.data or "")


def typed(prefix: str) -> dict[str, str]:
    """Boxes beside the form by the name of their field; yes and no as ledgers write them."""
    words = {"yes": "是", "no": "否"}
    return {
        name.removeprefix(prefix): words.get(value, value).strip()
        for name, value in request.form.items() if name.startswith(prefix)
    }  # fmt: skip


def seen_version() -> int | None:
    """The version that the person had before them; a number that is none counts as an old one."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class Performed:
    """What came of a sent form: the service's value, and the status its page answers with where it was refused."""

    def __init__(self, form: Form, use_case: Any) -> None:
        self.status = UNPROCESSABLE if request.method == "POST" else 200

        def told(act: Any) -> Any:
            try:
                return use_case(act)
            except Overtaken:
                self.status = CONFLICT
                raise
            except Refused as refused:
                raise Refused(spoken(refused.message), refused.field) from refused

        self.done = perform(form, told)
