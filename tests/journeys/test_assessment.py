"""考核 in a browser: a year of sample work, from the opened period to the capsule that the command confirms."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Download, expect

from app.demonstration.contracts import shows
from app.demonstration.run import load
from app.demonstration.stage import Stage
from app.web.database import db
from app.web.ground import ground
from tests.factories.ground import CLOCK, migrated_app
from tests.jobs.tooling import runner
from tests.pages.assessment import Sheet
from tests.pages.browser import OFFICE, PHONE, axe_violations, serving, sticks_out, visiting

SLOW = 30_000  # a machine that is busy
ZHENJIANG = next(one for one in shows() if one.short == "zhenjiang")
Visit = Callable[..., Sheet]


@pytest.fixture
def loaded(tmp_path: Path) -> tuple[Flask, dict[str, dict[str, str]]]:
    """The contract of Zhenjiang whose year has just ended, with everybody's account by name."""
    app = migrated_app(f"sqlite:///{tmp_path / 'console.sqlite'}")
    target = tmp_path / "accounts.json"
    with app.app_context():
        held = ground()
        kept = (held.settings, held.signer, held.vault, held.passwords, held.files)
        load(Stage(db.engine, *kept, CLOCK().date(), lambda _: None), target, [replace(ZHENJIANG, ahead=0, assessments=(), answers={})])
    accounts = json.loads(target.read_text("utf-8"))
    return app, {one["login_name"]: one for one in accounts}


@pytest.fixture
def visit(browser: Browser, loaded: tuple[Flask, dict[str, dict[str, str]]]) -> Iterator[Visit]:
    """A window in which somebody has signed in."""
    app, accounts = loaded
    with serving(app) as address, ExitStack() as stack:

        def open_window(who: str, size: tuple[int, int] = OFFICE) -> Sheet:
            page, _ = stack.enter_context(visiting(browser, address, size))
            window = Sheet(page, address, accounts[f"zhenjiang.{who}"])
            window.sign_in()
            return window

        yield open_window


def looks_right(window: Sheet) -> None:
    assert axe_violations(window.page) == [], window.page.url
    assert sticks_out(window.page) == [], window.page.url


def run_jobs(app: Flask) -> None:
    """Carries out what was asked for; jobs that are merely due are left alone."""
    with app.app_context():
        waiting = runner(db.engine)
        while waiting.run_one():
            pass


def measured(she: Sheet, app: Flask) -> None:
    """Opening computes nothing; the figures come when they are asked for, in the background."""
    she.go("/contracts/1/assessments")
    looks_right(she)
    she.press("开启")
    expect(she.told).to_contain_text("还没有计算任何数字")
    looks_right(she)
    she.press("取数")
    expect(she.told).to_contain_text("正在后台取数")
    run_jobs(app)
    she.page.reload()
    expect(she.total).to_have_text("86.6", timeout=SLOW)
    looks_right(she)


def stated(she: Sheet, other: Sheet) -> None:
    """A fact by hand moves the total beside it at once; it counts for the contractor once somebody else has confirmed it."""
    place = she.clause("ZJ-1.3b")
    expect(place).to_contain_text("有效投诉2次")
    place.get_by_role("link", name="手工认定数据").click()
    place.get_by_label("有效投诉").fill("1")
    place.get_by_label("理由和依据").fill("十月那件经复核不成立，见复核记录")
    looks_right(she)
    she.press("认定", place)
    expect(she.total).to_have_text("87.6", timeout=SLOW)
    expect(she.clause("ZJ-1.3b")).to_contain_text("手工认定")
    other.go("/contracts/1/assessments/1")
    other.press("核对手工认定（1）")
    other.agree()
    expect(other.told).to_contain_text("已核对 1 条")


def test_a_year_becomes_a_capsule_that_the_command_confirms(
    visit: Visit, loaded: tuple[Flask, dict[str, dict[str, str]]], tmp_path: Path
) -> None:
    she, manager, head = visit("supervisor1"), visit("manager"), visit("deputy")
    measured(she, loaded[0])
    manager.go("/contracts/1/assessments/1")
    expect(manager.page.get_by_text("采购人正在评分")).to_be_visible()
    manager.link("去自评")
    manager.press("空着的填满分")
    looks_right(manager)
    manager.press("提交自评")
    expect(manager.told).to_contain_text("自评已提交")
    she.go("/contracts/1/assessments/1")
    stated(she, visit("supervisor2"))
    she.go("/contracts/1/assessments/1")
    she.press("核定评分")
    expect(she.told).to_contain_text("已核定")
    she.link("告知供应商")
    looks_right(she)
    she.press("告知")
    expect(she.told).to_contain_text("已告知供应商")
    manager.go("/contracts/1/assessments/1")
    looks_right(manager)
    sign(manager, "等另一方签字")
    sign(head, "结果已冻结")
    expect(head.page.get_by_text("已签定").first).to_be_visible()
    looks_right(head)
    confirmed(head, tmp_path)
    phone = visit("manager", PHONE)
    for rest in ("", "/result", "/trace", "/check"):
        phone.go(f"/contracts/1/assessments/1{rest}")
        looks_right(phone)


def sign(window: Sheet, told: str) -> None:
    window.go("/contracts/1/assessments/1/sign")
    looks_right(window)
    window.page.get_by_label("登录密码").fill(window.account["password"])
    window.press("签字")
    window.agree()
    expect(window.told).to_contain_text(told, timeout=SLOW)


def confirmed(head: Sheet, folder: Path) -> None:
    """Capsule, entries and key are downloaded; the command agrees, with the capsule alone and with everything."""
    head.go("/contracts/1/assessments/1/check")
    expect(head.page.get_by_text("相符：从存档里的规则书、数字和决定重算")).to_be_visible(timeout=SLOW)
    looks_right(head)
    capsule = kept(head, "存档", folder)
    entries = kept(head, "台账导出", folder)
    key = kept(head, "核对密钥", folder)
    assert capsule.name in head.page.locator("pre").first.inner_text()
    assert "相符" in command("verify", str(capsule))
    assert "相符" in command("verify", str(capsule), "--entries", str(entries), "--key-file", str(key))
    changed = folder / "changed.json"
    changed.write_text(capsule.read_text("utf-8").replace("87.6", "97.6", 1), "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        command("verify", str(changed))


def kept(head: Sheet, name: str, folder: Path) -> Path:
    with head.page.expect_download() as going:
        button = head.page.get_by_role("button", name=name, exact=True)
        (button if button.count() else head.page.get_by_role("link", name=name, exact=True)).click()
    download: Download = going.value
    target = folder / download.suggested_filename
    download.save_as(target)
    return target


def command(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "kpi", *words], capture_output=True, text=True, check=True)
    return done.stdout
