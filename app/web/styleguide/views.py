"""The pages of the style guide: they read nothing and change nothing."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for

from app.web import htmx
from app.web.styleguide import samples
from app.web.styleguide.samples import TEXTS

styleguide = Blueprint("styleguide", __name__, url_prefix="/styleguide")
STEPS = 5000
PAGE = 6


@styleguide.get("")
def index() -> Response:
    return htmx.render("styleguide/index.html", **frame(), **parts())


@styleguide.get("/bare")
def bare() -> Response:
    """The same page where nothing is there yet: no contract, no menu, empty lists."""
    return htmx.render("styleguide/bare.html")


@styleguide.get("/auth")
def auth() -> Response:
    return htmx.render("styleguide/auth.html", wrong=request.args.get("wrong"))


@styleguide.get("/print")
def printed() -> Response:
    return htmx.render("styleguide/print.html", rows=samples.printed_rows())


@styleguide.get("/wall")
def wall() -> Response:
    return htmx.render("styleguide/wall.html", posts=TEXTS["posts"])


@styleguide.get("/rows")
def rows() -> Response:
    return htmx.render(
        "styleguide/index.html", "styleguide/_rows.html", **frame(), **parts(request.args.get("after", 0, int))
    )


@styleguide.get("/progress/<int:done>")
def progress(done: int) -> Response:
    now = min(done + STEPS // 4, STEPS)
    return htmx.render("styleguide/index.html", "styleguide/_progress.html", **(frame() | parts() | job(now)))


@styleguide.post("/check")
def check() -> Response:
    return htmx.render("styleguide/index.html", "styleguide/_check.html", **frame(), **parts())


@styleguide.post("/people")
def people() -> Response:
    found = TEXTS["people"] if request.form.get("q") else []
    return htmx.render("styleguide/index.html", "styleguide/_people.html", **(frame() | parts()), found=found)


@styleguide.post("/form")
def form() -> Response:
    if request.form.get("posts", "").isdigit():
        return htmx.redirect_to(url_for("styleguide.index"), told="已提交 1 条记录，等待监管人员审核。")
    context = frame() | parts() | {"form": samples.wrong_form(request.form)}
    return htmx.invalid("styleguide/index.html", "styleguide/_form.html", **context)


@styleguide.post("/upload")
def upload() -> Response:
    sent = [(each.filename or "", len(each.read())) for each in request.files.getlist("file")]
    cards = [samples.kept(name, size) for name, size in sent if not name.endswith(".exe")]
    refused = [(name, TEXTS["refused_file"]) for name, _ in sent if name.endswith(".exe")]
    context = {"name": request.form.get("field", ""), "cards": cards, "refused": refused}
    return htmx.render("evidence/_kept.html", status=200 if cards else 422, **context)


@styleguide.post("/tell/<kind>")
def told(kind: str) -> Response:
    if kind not in htmx.KINDS:
        abort(404)
    htmx.tell(TEXTS["messages"][kind], kind)
    return htmx.signal()


@styleguide.post("/fail")
def fail() -> Response:
    abort(503)


def frame() -> dict[str, object]:
    """What the layout shows around a page: menu, contract, person."""
    return {
        "home_url": url_for("styleguide.index"),
        "nav": samples.menu(url_for("styleguide.index")),
        "contract": {"title": TEXTS["contracts"][0], "trial": True},
        "contracts": [
            {"title": title, "url": "#", "current": place == 0} for place, title in enumerate(TEXTS["contracts"])
        ],
        "user": {"name": "欧阳晓琳", "role": "监管人员"},
        "account_links": [{"title": "我的账号", "url": "#", "icon": "settings"}],
    }


def parts(after: int = 0) -> dict[str, object]:
    """The data of the components."""
    entries = samples.entries()
    return {
        "samples": samples,
        "texts": TEXTS,
        "form": samples.right_form(),
        "rows": entries[after : after + PAGE],
        "after": after,
        "more": after + PAGE < len(entries),
        "size": PAGE,
        **job(0),
    }


def job(done: int) -> dict[str, object]:
    return {"done": done, "steps": STEPS}
