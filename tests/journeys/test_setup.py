"""A sixth contract from nothing to live: created, its rulebook uploaded, answered, tried out, put to work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from app.store.models import Contract, ContractRulebook, SettingAnswer, UserAccount
from tests.factories import organisations, people, roles
from tests.factories.setups import SIXTH
from tests.pages.browser import OFFICE, PHONE, axe_violations, sticks_out
from tests.pages.setup import SetUp
from tests.pages.windows import Console, Visit, windows
from tests.services.setting_up import changed

SLOW = 20_000  # the first reading of a rulebook in a process, on a machine that is busy
BUYER, SUPPLIER = "临江县人力资源和社会保障局", "临江技能培训学校"


@pytest.fixture
def made(session: Session) -> dict[str, UserAccount]:
    """The people who are there before the contract."""
    buyer = organisations.organisation(session, "buyer", name=BUYER)
    supplier = organisations.organisation(session, "supplier", name=SUPPLIER)
    known = {
        "管理员": people.account(session, organisation=buyer, login_name="admin", display_name="王管理"),
        "主管": people.account(session, organisation=buyer, login_name="zhou", display_name="周主管"),
        "一线": people.account(session, organisation=supplier, login_name="li", display_name="小李"),
    }
    roles.console_grant(session, known["管理员"])
    session.commit()
    return known


@pytest.fixture
def visit(browser: Browser, console: Console) -> Iterator[Visit]:
    """What is not right is answered with 422."""
    with windows(browser, console, SetUp, forgiven="422") as opened:
        yield opened


def fresh(session: Session) -> Session:
    """The same session, which looks at everything anew."""
    session.rollback()
    session.expire_all()
    return session


def create(admin: SetUp) -> str:
    """The administrator makes the contract and puts two people to it; the contract's address."""
    admin.go("/contracts/new")
    admin.fill("代号", "linjiang")
    admin.fill("名称", "临江县技能夜校服务合同")
    admin.pick("采购人", BUYER)
    admin.pick("供应商", SUPPLIER)
    admin.fill("起始日期", "2026-03-01")
    admin.fill("终止日期", "2026-12-31")
    admin.press("新建")
    expect(admin.told).to_contain_text("合同已新建")
    address = admin.page.url.removeprefix(admin.address)
    for person, role in (("周主管（zhou）", "主管人员"), ("小李（li）", "一线人员")):
        admin.go(f"{address}/members/new")
        admin.pick("人员", person)
        admin.pick("角色", role)
        admin.fill("从哪天起", "2026-03-01")
        admin.press("增加成员")
        expect(admin.told).to_contain_text("成员已增加")
    return address


def upload(she: SetUp, session: Session, folder: Path) -> None:
    """A slip in the text is told by line and nothing is kept; then the right one."""
    she.tab("规则书版本")
    slip = folder / "slip.yaml"
    slip.write_text(changed(SIXTH.read_text("utf-8"), ("every: half_year", "every: halfyear")), "utf-8")
    she.upload(slip)
    expect(she.problems.first).to_contain_text("halfyear", timeout=SLOW)
    expect(she.problems.first).to_contain_text("第")
    assert fresh(session).query(ContractRulebook).count() == 0
    she.upload(SIXTH)
    expect(she.told).to_contain_text("规则书已选定", timeout=SLOW)
    expect(she.page.get_by_role("link", name="错误 0")).to_be_visible()


def answer(she: SetUp) -> None:
    """The defaults in one act, the question without a default by hand."""
    she.tab("待确认事项")
    expect(she.page.locator("#question-counts")).to_contain_text("还有 4 项影响付款的事项未确认")
    she.page.get_by_text("接受全部默认读法（3 项）").click()
    she.page.get_by_role("form", name="接受全部默认读法").get_by_label("理由").fill("局务会研究，均按默认读法")
    she.press("接受全部默认读法")
    she.agree()
    expect(she.told).to_contain_text("已按默认读法确认 3 项")
    she.answer("名册差错只按抽查发现的条数扣", "只按抽查发现的条数", "局务会纪要第 3 号")
    expect(she.page.locator("#question-counts")).to_contain_text("4 项都已确认")


def settle_terms(she: SetUp) -> None:
    """Price and term: the rulebook states six months."""
    she.tab("价款、期限和窗口")
    expect(she.page.get_by_text("终止日应为 2026-08-31")).to_be_visible()
    she.fill("终止日期", "2026-08-31")
    she.fill("合同价款（元）", "480,000")
    she.press("保存设置")
    expect(she.told).to_contain_text("已保存：终止日期、合同价款")
    expect(she.page.get_by_text("月：应完成 6 个月")).to_be_visible()


def put_to_work(she: SetUp) -> None:
    """Test mode, then live."""
    she.tab("进度和阶段")
    she.press("开始试运行")
    she.agree()
    expect(she.page.get_by_role("complementary", name="试运行")).to_be_visible()
    she.press("正式执行")
    she.agree()
    expect(she.page.get_by_text("现在的阶段：执行中")).to_be_visible()
    expect(she.page.get_by_role("complementary", name="试运行")).to_have_count(0)


def test_a_sixth_contract_goes_live(visit: Visit, session: Session, tmp_path: Path) -> None:
    at = create(visit("管理员"))
    she = visit("主管")
    she.go(at)
    she.tab("合同设置")
    expect(she.page.get_by_text("还不能转为“试运行”")).to_be_visible()
    upload(she, session, tmp_path)
    answer(she)
    settle_terms(she)
    put_to_work(she)
    contract = fresh(session).query(Contract).one()
    assert (contract.state, contract.price_fen, str(contract.live_on)) == ("live", 480_000_00, "2026-03-05")
    answers = {row.assumption: row.answer["value"] for row in session.query(SettingAnswer)}
    assert answers == {"class_hours": "8", "few_answers": "refuse", "bonus_above_100": "stop", "error_population": "sample"}
    worker = visit("一线", PHONE)
    worker.go(f"{at}/rulebook")
    expect(worker.page.get_by_role("heading", name="考核细则表")).to_be_visible()
    expect(worker.page.get_by_text("按第 4 项的答复").first).to_be_attached()


PAGES = (
    "setup", "setup/rulebook", "setup/checkup", "setup/questions", "setup/questions/several", "setup/questions/class_hours",
    "setup/members", "setup/terms", "setup/amendments", "setup/openings", "setup/openings/new", "rulebook", "rulebook/print",
)  # fmt: skip


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_nobody_is_shut_out_of_the_set_up(visit: Visit, size: tuple[int, int]) -> None:
    at = create(visit("管理员"))
    she = visit("主管", size)
    she.go(f"{at}/setup/rulebook")
    assert axe_violations(she.page) == []
    she.upload(SIXTH)
    expect(she.told).to_contain_text("规则书已选定", timeout=SLOW)
    for path in PAGES:
        she.go(f"{at}/{path}")
        assert axe_violations(she.page) == [], path
        assert sticks_out(she.page) == [], path
    admin = visit("管理员", size)
    for path in ("/admin/calendar", "/admin/calendar/2026", "/admin/calendar/2031", "/admin/calendar/import"):
        admin.go(path)
        assert axe_violations(admin.page) == [], path
        assert sticks_out(admin.page) == [], path


def test_an_amendment_is_looked_at_and_adopted(visit: Visit, tmp_path: Path) -> None:
    at = create(visit("管理员"))
    she = visit("主管")
    she.go(f"{at}/setup/rulebook")
    she.upload(SIXTH)
    expect(she.told).to_contain_text("规则书已选定", timeout=SLOW)
    put_to_work(she)
    she.tab("补充协议")
    she.link("上传补充协议")
    amended = tmp_path / "amended.yaml"
    second = (("value: 20, unit: 人次", "value: 25, unit: 人次"), ("version: 1", "version: 2"))
    amended.write_text(changed(SIXTH.read_text("utf-8"), *second), "utf-8")
    form = she.page.get_by_role("form", name="上传补充协议")
    form.locator("input[type=file]").set_input_files(amended)
    she.fill("生效日期", "2026-03-02")
    form.get_by_label("理由").fill("补充协议一")
    she.press("上传，先看看")
    expect(she.page.get_by_role("heading", name="与前一个版本的对照")).to_be_visible()
    change = she.page.get_by_role("table", name="参数：每个驿站应对接")
    expect(change.locator("del")).to_have_text("20")
    expect(change.locator("ins")).to_have_text("25")
    expect(she.page.locator("#effect")).to_contain_text("共 1 期")
    assert axe_violations(she.page) == []
    she.press("采用")
    she.agree()
    expect(she.told).to_contain_text("已采用，从 2026-03-02 起生效")
    she.tab("规则书")
    expect(she.page.get_by_text("第 2 号版本")).to_be_visible()
