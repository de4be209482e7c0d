"""The one place that decides fragment or page, and writes every htmx header.

A page and its refresh share one fragment template. What a person is told goes through `tell`: on the next
full page it stands in the message region, on the answer with a fragment it becomes a toast; what waits for a
page is not taken by a fragment that refreshes itself meanwhile. Chinese travels in headers as
ASCII JSON, because header bytes beyond Latin-1 are lost on the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from flask import Response, flash, g, get_flashed_messages, render_template, request
from htmx_flask.requests import HtmxHeaders
from htmx_flask.response import make_response

Kind = Literal["success", "info", "warning", "error"]
KINDS = ("success", "info", "warning", "error")
# htmx-flask joins the first two into one word for want of a comma, so the check is made here.
SWAPS = frozenset(
    {"innerHTML", "outerHTML", "beforebegin", "afterbegin", "beforeend", "afterend", "delete", "none"}
)
DECIDING = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")
TOAST_LENGTH = 300  # six bytes a character once escaped; proxies refuse long headers
UNPROCESSABLE = 422
CONFLICT = 409


def wants_fragment() -> bool:
    """Whether htmx asks for a part: a boosted link and a restored history entry want the whole page."""
    htmx = HtmxHeaders(request.headers)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def tell(text: str, kind: Kind = "success") -> None:
    """Says one sentence to the person: what happened, and on trouble why and what to do."""
    if kind not in KINDS:
        raise ValueError(f"没有“{kind}”这一类消息")
    flash(text, kind)
    g.told_now = True


def render(
    page: str,
    fragment: str | None = None,
    *,
    status: int = 200,
    trigger: Mapping[str, Any] | None = None,
    push_url: str | None = None,
    retarget: str | None = None,
    reswap: str | None = None,
    **context: Any,
) -> Response:
    """The whole page, or only its fragment where htmx asks for one; caches keep the two apart by Vary.

    `trigger` names events for the page's script with their details; `push_url`, `retarget` and `reswap`
    are written for fragments only, as a whole page has no use for them.
    """
    if fragment is None:
        return make_response(render_template(page, **context), status)
    if wants_fragment():
        response = _fragment(
            render_template(fragment, **context), status, trigger, push_url, retarget, reswap
        )
    else:
        response = make_response(render_template(page, **context), status)
    return _vary(response)


def invalid(page: str, fragment: str | None = None, **context: Any) -> Response:
    """An invalid form once more, with what was typed and what is wrong; nothing was committed."""
    return render(page, fragment, status=UNPROCESSABLE, **context)


def conflict(page: str, fragment: str | None = None, **context: Any) -> Response:
    """A stale form: both versions, nothing lost. htmx swaps it in like an invalid form."""
    return render(page, fragment, status=CONFLICT, **context)


def redirect_to(url: str, *, told: str | None = None, kind: Kind = "success", soft: bool = False) -> Response:
    """Sends the person to another page of this host, by 303 or by htmx's header.

    `told` is said on arrival. A `soft` move swaps only the main part, keeping the frame around it.
    ValueError where the url leads off this host.
    """
    target = local(url)
    if told:
        tell(told, kind)
    if not wants_fragment():
        return _vary(make_response("", 303, {"Location": target}))
    if not soft:
        return _vary(make_response("", 204, redirect=target))
    move = {
        "path": target, "target": "#content", "select": "#content", "swap": "outerHTML", "headers": {"HX-Boosted": "true"}
    }  # fmt: skip
    response = make_response("", 204)
    response.headers["HX-Location"] = json.dumps(move)
    return _vary(response)


def signal(trigger: Mapping[str, Any] | None = None) -> Response:
    """Nothing to swap: only events for the page, and what was told as a toast."""
    return _vary(_fragment("", 204, trigger, None, None, None))


def local(url: str) -> str:
    """The url where it stays on this host; ValueError otherwise, also for forms that browsers bend."""
    plain = url.replace("\\", "/")
    if not plain.startswith("/") or plain.startswith("//") or any(ord(sign) < 0x20 for sign in url):
        raise ValueError(f"只能转到本系统的页面，不能转到 {url!r}")
    return url


def ascii_json(value: Any) -> str:
    """JSON that a header can carry: ASCII only, no line breaks."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _fragment(
    html: str,
    status: int,
    trigger: Mapping[str, Any] | None,
    push_url: str | None,
    retarget: str | None,
    reswap: str | None,
) -> Response:
    if reswap is not None and reswap.split(" ")[0] not in SWAPS:
        raise ValueError(f"没有“{reswap}”这种换法")
    response = make_response(html, status, push_url=local(push_url) if push_url else None, retarget=retarget)
    if reswap:
        response.headers["HX-Reswap"] = reswap
    events = dict(trigger or {})
    told = get_flashed_messages(with_categories=True) if g.get("told_now") else []
    if told:
        events["toast"] = {"items": [{"kind": kind, "text": text[:TOAST_LENGTH]} for kind, text in told]}
    if events:
        response.headers["HX-Trigger"] = ascii_json(events)
    return response


def _vary(response: Response) -> Response:
    response.vary.update(DECIDING)
    return response
