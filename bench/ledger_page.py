"""A page of a ledger, 50 of 1 000 000 entries, filtered and deep, beside Django's admin and Flask-Admin.

    python -m venv var/bench && var/bench/bin/pip install --require-hashes -r requirements/bench.txt
    python bench/ledger_page.py              1 000 000 entries
    python bench/ledger_page.py --smoke      3 000 entries, pages compared, no judgement on the times

All read the same table of the same SQLite file, each on the same server (granian, one process, one thread), asked by
one client over one connection; the bare page and ours by turns, the others after them. Ours and theirs sign in and check
permissions; the bare page (one Core query, cells in Python, a plain Jinja fragment) does not. Bars (spec/quality.md):
at least 15 × theirs, at least 60 % of the bare page, the 99th percentile of the first and the deepest page within 1.5 ×.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from app.keys import new_keys  # noqa: E402
from app.web.identity import COOKIE  # noqa: E402
from bench.ledger_table import LEDGER, Made, build  # noqa: E402

ENTRIES, SMOKE = 1_000_000, 3_000
TIMES, SHARE, SPREAD = 15, 0.6, 1.5
ROUNDS = 10
OTHERS = ROOT / "var" / "bench" / "bin"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Asked:
    """The answers of one side: milliseconds each, and one page of them."""

    milliseconds: list[float] = field(default_factory=list)
    text: str = ""

    @property
    def rate(self) -> float:
        """Answers a second, by the median: a pause of the machine is no property of a page."""
        return 1000 / statistics.median(self.milliseconds)

    def more(self, other: Asked) -> None:
        """Another round of the same."""
        self.milliseconds += other.milliseconds
        self.text = other.text

    @property
    def p99(self) -> float:
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.99)]


class Client:
    """One connection that keeps cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(self, url: str, method: str = "GET", body: str | None = None, **headers: str) -> tuple[int, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, url, body, {**headers, **({"Cookie": cookie} if cookie else {})})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, text

    def times(self, url: str, count: int, **headers: str) -> Asked:
        """Asks again and again; the first answers only warm up."""
        found = Asked()
        for place in range(count + max(3, count // 10)):
            began = time.perf_counter()
            status, found.text = self.ask(url, **headers)
            if status != 200:
                raise SystemExit(f"{url} 回答 {status}：{found.text[:300]}")
            if place >= max(3, count // 10):
                found.milliseconds.append((time.perf_counter() - began) * 1000)
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(module: str, binaries: Path, environment: dict[str, str]) -> Iterator[Client]:
    """A side on granian: one process, one thread."""
    port = free_port()
    command = [
        str(binaries / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "1", "--log-level", "warning", f"{module}:app",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise SystemExit(f"{module} 没有启动")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        time.sleep(1)
        yield Client(port)
    finally:
        process.terminate()
        process.wait()


def deepest(made: Made) -> tuple[str, int]:
    """Where the last but one page of the filtered list ends, and how many pages there are."""
    import sqlite3

    with sqlite3.connect(made.path) as connection:
        (count,) = connection.execute("SELECT count(*) FROM ledger_entry WHERE state = 'submitted'").fetchone()
        rows = connection.execute(
            "SELECT business_date, id FROM ledger_entry WHERE state = 'submitted' ORDER BY business_date, id LIMIT 51"
        ).fetchall()
    return f"{rows[-1][0]}.{rows[-1][1]}", -(-count // 50)


def ours(made: Made, environment: dict[str, str], after: str, count: int) -> tuple[Asked, dict[str, Asked]]:
    """The bare page and ours by turns, so that whatever else the machine does hits both alike."""
    base = f"/contracts/{made.contract_id}/ledgers/{LEDGER}?state=submitted"
    part = {"HX-Request": "true", "HX-Target": "entries"}
    here = Path(sys.executable).parent
    plain, own = Asked(), {"deep": Asked(), "first": Asked(), "whole": Asked()}
    with serving("bench.ledger_sides.bare", here, environment) as bare, serving("wsgi", here, environment) as client:
        client.cookies[COOKIE] = made.token
        for _ in range(ROUNDS):
            plain.more(bare.times(f"/?after={after}", count))
            own["deep"].more(client.times(f"{base}&after={after}", count, **part))
            own["first"].more(client.times(base, count, **part))
            own["whole"].more(client.times(f"{base}&after={after}", count // 3))
    return plain, own


def django(environment: dict[str, str], pages: int, count: int) -> dict[str, Asked]:
    with serving("bench.ledger_sides.django_admin", OTHERS, environment) as client:
        _, form = client.ask("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None
        body = urlencode({"csrfmiddlewaretoken": token[1], "username": "bench", "password": "bench", "next": "/admin/"})
        client.ask("/admin/login/", "POST", body, **FORM, Referer="http://127.0.0.1/")
        base = "/admin/bench/entry/?state__exact=submitted"
        return {"deep": client.times(f"{base}&p={pages}", count), "first": client.times(base, count)}


def flask_admin(environment: dict[str, str], pages: int, count: int) -> dict[str, Asked]:
    with serving("bench.ledger_sides.flask_admin", OTHERS, environment) as client:
        client.ask("/sign-in")
        base = "/admin/entry/?flt0_state_equals=submitted"
        return {"deep": client.times(f"{base}&page={pages - 1}", count), "first": client.times(base, count)}


def numbers(text: str) -> set[int]:
    """The entries that a page shows; each side writes numbers its own way."""
    found = set(map(int, re.findall(r"job_posting-(\d+)", text)))
    return found or set(map(int, re.findall(r'field-number[^>]*>(?:<a[^>]*>)?(\d+)', text))) or set(
        map(int, re.findall(r'col-number">\s*(\d+)', text))
    )


def compare(sides: dict[str, Asked]) -> None:
    """All sides show the same fifty entries, the oldest ones."""
    shown = {name: numbers(asked.text) for name, asked in sides.items()}
    if len(set(map(frozenset, shown.values()))) != 1 or len(next(iter(shown.values()))) != 50:
        told = {name: [*sorted(found)[:5], len(found)] for name, found in shown.items()}
        raise SystemExit(f"各边显示的记录不同：{told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="很少的记录，只核对，不评判快慢")
    options = parser.parse_args()
    if not (OTHERS / "granian").exists():
        raise SystemExit(f"没有对照的环境 {OTHERS}，先按本文件开头的命令建好")
    with tempfile.TemporaryDirectory() as folder:
        run(SMOKE if options.smoke else ENTRIES, Path(folder), judge=not options.smoke)


def run(count: int, folder: Path, *, judge: bool) -> None:
    table = folder / "bench.sqlite"
    keys = new_keys()
    environment = {
        **keys, "LVYUETAI_DATA_DIR": str(folder), "LVYUETAI_DATABASE_URL": f"sqlite:///{table}", "LVYUETAI_LOG_LEVEL": "WARNING",
        "LVYUETAI_SECURE_COOKIES": "0", "BENCH_TABLE": str(table), "BENCH_FOLDER": str(folder),
    }  # fmt: skip
    began = time.perf_counter()
    made = build(environment, table, count)
    after, pages = deepest(made)
    spent = time.perf_counter() - began
    print(f"{count:,} 条，筛选“待审核”后 {pages:,} 页，文件 {table.stat().st_size / 1e6:,.0f} MB，准备用 {spent:.0f} 秒")
    quick, slow = (100, 24) if judge else (6, 5)
    plain, own = ours(made, environment, after, quick)
    theirs = {"Django 后台": django(environment, pages, slow), "Flask-Admin": flask_admin(environment, pages, slow)}
    compare({"本台": own["deep"], "最简": plain, **{name: asked["deep"] for name, asked in theirs.items()}})
    report(plain, own, theirs)


def report(plain: Asked, own: dict[str, Asked], theirs: dict[str, dict[str, Asked]]) -> None:
    rate = own["deep"].rate
    print(f"本台翻页（片段，含登录与权限）：每秒 {rate:,.0f}；整页每秒 {own['whole'].rate:,.0f}")
    print(f"最简一页（不登录）：每秒 {plain.rate:,.0f}；本台是它的 {rate / plain.rate:.0%}（要求 ≥ {SHARE:.0%}）")
    for name, asked in theirs.items():
        print(
            f"{name}：最深一页每秒 {asked['deep'].rate:,.1f}，第一页每秒 {asked['first'].rate:,.1f}；"
            f"本台翻页是它的 {rate / asked['deep'].rate:,.0f} 倍，整页是 {own['whole'].rate / asked['deep'].rate:,.0f} 倍"
            f"（要求 ≥ {TIMES} 倍）"
        )
    first, deep = own["first"].p99, own["deep"].p99
    spread = max(first, deep) / min(first, deep)
    print(f"第 99 百分位：第一页 {first:.2f} 毫秒，最深一页 {deep:.2f} 毫秒，相差 {spread:.2f} 倍（要求 ≤ {SPREAD}）")


if __name__ == "__main__":
    main()
