"""Takes the guide's pictures anew, from a demonstration that is running.

    bin/demo --data 目录 --port 8000
    .venv/bin/python -m docs.guide.take_screenshots http://127.0.0.1:8000 目录/accounts.json [名称…]

A picture is named by its place in `SHOTS`; without names, all are taken. Nothing in the demonstration is changed, but
that files were taken is noted; their first pages are drawn with pdftoppm and LibreOffice.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

IMAGES = Path(__file__).parent / "images"
OFFICE, PHONE = (1366, 768), (360, 740)
LARGEST = 80_000  # bytes of a picture
FILES = {"PDF": "pdf", "Word": "docx", "Excel": "xlsx"}
GAP = 12  # about a sheet of paper


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which page. `{c}` is the person's contract; `then` is clicked one after another."""

    name: str
    login: str
    path: str = "/"
    then: tuple[str, ...] = ()
    size: tuple[int, int] = OFFICE
    top: str = ""  # what stands at the top of the picture
    papers: bool = False  # not the page, but the first pages of the files that it offers


ENTRY = "main table tbody th a, main table tbody td a[href*='/entries/']"
# 画册里的报告：每份合同上个月的、上个季度的（没有季报的是事件之后的），各取最近一个完整的期间。
GALLERY = {
    "xingan": "月度工作数据分析报告", "xingan-quarter": "企业用工服务季度书面报告",
    "zhenjiang": "求人倍率排行和日均工资水平", "zhenjiang-quarter": "季度工作情况",
    "yuehu": "EP1 就业再就业工作月度进展情况表", "yuehu-quarter": "服务情况季报",
    "xinzhou": "月度工作情况", "xinzhou-stage": "阶段性成果交付报告",
    "sandu": "采集和运行维护月报", "sandu-quarter": "采集和运行维护季报",
}  # fmt: skip


def report(key: str) -> str:
    """Where the list has this report of a whole period: a piece of one has its days in brackets."""
    return f"#reports tr:not(:has(td:has-text('（'))) a:text-is('{GALLERY[key]}')"


STAFF, SUPERVISOR = "zhenjiang.staff2", "zhenjiang.supervisor1"
SHOTS = (
    Shot("sign-in", "", "/sign-in"),
    Shot("staff-today", STAFF, "/", size=PHONE),
    Shot("staff-returned", STAFF, "/", (".todo a[href*='/entries/']",), PHONE),
    Shot("staff-ledgers", STAFF, "/contracts/{c}/ledgers", size=PHONE),
    Shot(
        "staff-form",
        STAFF,
        "/contracts/{c}/ledgers",
        (".shortcuts a[href$='/new'], main a[href*='/new']",),
        PHONE,
    ),
    Shot("staff-offline", STAFF, "/offline", size=PHONE),
    Shot("manager-home", "xingan.manager"),
    Shot("manager-check", "xingan.manager", "/contracts/{c}/check"),
    Shot("manager-indicators", "xingan.manager", "/contracts/{c}/indicators"),
    Shot("manager-ledger", "xingan.manager", "/contracts/{c}/ledgers/{l}"),
    Shot("manager-import", "xingan.manager", "/contracts/{c}/ledgers/{l}/import"),
    Shot("manager-roster", "xingan.manager", "/contracts/{c}/roster"),
    Shot("supervisor-home", SUPERVISOR),
    Shot("supervisor-review", SUPERVISOR, "/contracts/{c}/review"),
    Shot("supervisor-bulk", SUPERVISOR, "/contracts/{c}/review/bulk"),
    Shot("supervisor-locks", SUPERVISOR, "/contracts/{c}/locks"),
    Shot("supervisor-setup", SUPERVISOR, "/contracts/{c}/setup"),
    Shot("supervisor-questions", SUPERVISOR, "/contracts/{c}/setup/questions"),
    Shot("deputy-home", "zhenjiang.deputy"),
    Shot("deputy-sheet", "zhenjiang.deputy", "/contracts/{c}/head"),
    Shot("finance-home", "zhenjiang.finance"),
    Shot("finance-contract", "zhenjiang.finance", "/contracts/{c}"),
    Shot("auditor-audit", "zhenjiang.auditor", "/audit"),
    Shot("auditor-register", "zhenjiang.auditor", "/contracts/{c}/review/batches"),
    Shot("auditor-rulebook", "zhenjiang.auditor", "/contracts/{c}/rulebook"),
    Shot("admin-home", "admin"),
    Shot("admin-people", "admin", "/admin/people"),
    Shot("admin-roles", "admin", "/admin/roles"),
    Shot("admin-calendar", "admin", "/admin/calendar"),
    Shot("operator-jobs", "admin", "/admin/jobs"),
    Shot("reports-list", "xingan.manager", "/contracts/{c}/reports"),
    Shot("reports-words", "xingan.manager", "/contracts/{c}/reports", (report("xingan"), "a[href$='/words']")),
    Shot("reports-make", "xingan.manager", "/contracts/{c}/reports/new"),
    *(
        Shot(f"reports-{key}", f"{key.partition('-')[0]}.manager", "/contracts/{c}/reports", (report(key),))
        for key in GALLERY
    ),
    *(
        Shot(f"reports-{key}-files", f"{key.partition('-')[0]}.manager", "/contracts/{c}/reports", (report(key),), papers=True)
        for key in GALLERY
    ),
)


class Camera:
    """A browser that signs in once for each person and size."""

    def __init__(self, browser: Browser, address: str, passwords: dict[str, str]) -> None:
        self.browser, self.address, self.passwords = browser, address, passwords
        self.windows: dict[tuple[str, tuple[int, int]], Page] = {}
        self.contracts: dict[str, str] = {}

    def take(self, shot: Shot) -> bytes:
        """The picture as PNG."""
        page = self.window(shot.login, shot.size)
        page.goto(self.filled(page, shot))
        for target in shot.then:
            page.locator(target).first.click()
            page.wait_for_load_state("networkidle")
        page.wait_for_load_state("networkidle")
        if shot.top:
            page.locator(shot.top).first.evaluate("(one) => one.scrollIntoView()")
        page.wait_for_timeout(400)
        return papers(page, shot.size) if shot.papers else page.screenshot()

    def window(self, login: str, size: tuple[int, int]) -> Page:
        if (login, size) not in self.windows:
            page = self.context(size).new_page()
            self.windows[login, size] = page
            if login:
                self.sign_in(page, login)
        return self.windows[login, size]

    def context(self, size: tuple[int, int]) -> BrowserContext:
        return self.browser.new_context(
            base_url=self.address, viewport={"width": size[0], "height": size[1]}, locale="zh-CN",
            timezone_id="Asia/Shanghai", reduced_motion="reduce", has_touch=size == PHONE, color_scheme="light",
        )  # fmt: skip

    def sign_in(self, page: Page, login: str) -> None:
        page.goto("/sign-in")
        page.locator("input[autocomplete=username], form input[type=text]").first.fill(login)
        page.locator("input[type=password]").fill(self.passwords[login])
        page.locator("form button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/sign-in" not in address)

    def filled(self, page: Page, shot: Shot) -> str:
        """The path with the person's contract, and its first ledger that the person may enter."""
        path = shot.path
        if "{c}" in path:
            if shot.login not in self.contracts:
                page.goto("/contracts")
                links = page.locator("main a[href*='/contracts/']")
                self.contracts[shot.login] = str(links.first.get_attribute("href")).split("/")[2]
            path = path.replace("{c}", self.contracts[shot.login])
        if "{l}" in path:
            base = path.split("/{l}")[0]
            page.goto(base)
            link = page.locator(f"main a[href*='{base}/']").first.get_attribute("href")
            path = path.replace("{l}", str(link).removeprefix(base + "/").split("/")[0].split("?")[0])
        return path


def papers(page: Page, size: tuple[int, int]) -> bytes:
    """Pages of the PDF, Word file and workbook of the report that is open, side by side."""
    picture, wide = Image.new("RGB", size, (233, 236, 240)), size[0] // len(FILES)
    with TemporaryDirectory() as folder:
        for place, (button, kind) in enumerate(FILES.items()):
            file = Path(folder) / f"report.{kind}"
            with page.expect_download() as taking:
                page.get_by_role("button", name=button, exact=True).first.click()
            taking.value.save_as(file)
            sheet = page_of(file, 2 if kind == "xlsx" else 1)  # the first sheet of a workbook is its cover
            sheet.thumbnail((wide - 2 * GAP, size[1] - 2 * GAP))
            picture.paste(sheet, (place * wide + (wide - sheet.width) // 2, (size[1] - sheet.height) // 2))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def page_of(file: Path, number: int) -> Image.Image:
    if file.suffix != ".pdf":
        home = f"-env:UserInstallation=file://{file.parent / 'office'}"
        command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(file.parent), str(file)]
        subprocess.run(command, check=True, capture_output=True)
    drawn = file.with_suffix(".png")
    command = ["pdftoppm", "-r", "110", "-f", str(number), "-singlefile", "-png", file.with_suffix(".pdf"), drawn.with_suffix("")]
    subprocess.run(command, check=True)
    return Image.open(drawn).convert("RGB")


def small(png: bytes) -> bytes:
    """The picture with as few colours as it takes to be small enough to keep in the repository."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (128, 64, 32, 16, 12, 8):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def take_all(playwright: Playwright, address: str, accounts: Path, wanted: Iterable[str]) -> None:
    """Writes the pictures, and says of each how large it is."""
    passwords = {one["login_name"]: one["password"] for one in json.loads(accounts.read_text("utf-8"))}
    path = shutil.which("chromium") or shutil.which("google-chrome")
    browser = playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
    )
    camera = Camera(browser, address, passwords)
    for shot in SHOTS:
        if not wanted or shot.name in wanted:
            data = small(camera.take(shot))
            (IMAGES / f"{shot.name}.png").write_bytes(data)
            print(f"{shot.name}.png {len(data) / 1000:.0f} kB")
    browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("用法：python -m docs.guide.take_screenshots 地址 accounts.json [名称…]")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as running:
        take_all(running, sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
