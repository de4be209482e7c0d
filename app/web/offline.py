"""Without network: the page that lists what waits on the phone, and the service worker that keeps it at hand.

Both are the same for everybody and hold nothing of anybody; what waits is in the browser, sealed there.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, url_for

from app.web.access import public

bp = Blueprint("offline", __name__)
WORKER = "sw.js"
# What the page needs to open and to take an entry down; nothing else is kept by the service worker.
KEPT = (
    "vendor/tabler-core-1.6.1/tabler.min.css", "vendor/tabler-icons-3.51.0/icons.svg", "favicon.svg",
    "app.css", "phone.css", "print.css", "queue.css", "ledger.css",
    "theme.js", "early.js", "app.js", "queue-store.js", "queue.js", "upload.js", "queue-page.js",
)  # fmt: skip


@bp.get("/offline")
@public
def page() -> Response:
    return make_response(render_template("offline/page.html"))


@bp.get("/sw.js")
@public
def worker() -> Response:
    """The service worker, from the top of the host, so that it answers for every page."""
    files = [url_for("static", filename=name) for name in KEPT]
    head = f"const VERSION = {json.dumps(version())};\nconst FILES = {json.dumps(files)};\n"
    text = (Path(current_app.static_folder or "") / WORKER).read_text("utf-8")
    return Response(head + text, mimetype="text/javascript")


def version() -> str:
    """The digest of everything that is kept: a change of any of it makes a new cache."""
    folder = Path(current_app.static_folder or "")
    parts = [folder / name for name in (WORKER, *KEPT)]
    page_text = render_template("offline/page.html")
    return digest(tuple((str(part), part.stat().st_mtime_ns) for part in parts), page_text)


@lru_cache(4)
def digest(parts: tuple[tuple[str, int], ...], page_text: str) -> str:
    found = hashlib.sha256(page_text.encode())
    for name, _ in parts:
        found.update(Path(name).read_bytes())
    return found.hexdigest()[:16]
