"""The settlement as its people find their way in it: acceptance, statement, request, papers, approvals, payment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect

from app.services.settlement.words import in_words
from kpi.quantities import Money
from tests.factories.invoices import xml
from tests.pages.windows import Visit, Window

SLOW = 30_000  # a machine that is busy
MONEY = re.compile(r"¥([\d,]+\.\d\d)")
GROUP = ("member", "supervisor1", "supervisor2")
STATIONS = ("finance", "cashier", "deputy")


def yuan(text: str) -> str:
    """The first sum of a text as the engine writes it: 1234.50."""
    found = MONEY.search(text)
    assert found is not None, text
    return found[1].replace(",", "")


@dataclass
class Payers:
    """Everybody who has a hand in the payments of one contract, each at a window.

    `names`: what the pages call each of them. `parties`: buyer and supplier. `folder`: for files that are handed in.
    """

    visit: Visit
    root: str
    folder: Path
    today: date
    names: Mapping[str, str]
    parties: tuple[str, str]
    windows: dict[str, Window] = field(default_factory=dict)
    number: Iterator[int] = field(default_factory=lambda: count(1))

    def at(self, who: str) -> Window:
        if who not in self.windows:
            self.windows[who] = self.visit(who)
        return self.windows[who]

    def plan(self, who: str) -> Locator:
        """Opens the plan; the line that comes next, which may be none."""
        window = self.at(who)
        window.go(f"{self.root}/settlement")
        return window.page.locator("li.line-next")

    def picture(self) -> Path:
        """A new picture."""
        shade = next(self.number)
        path = self.folder / f"材料{shade}.png"
        Image.linear_gradient("L").point(lambda level: (level * shade) % 256).save(path)
        return path

    def attach(self, window: Window, *files: Path) -> None:
        window.page.locator("input[type=file]").first.set_input_files(files)
        expect(window.page.locator("[data-kept]")).to_have_count(len(files), timeout=SLOW)

    # -- acceptance -----------------------------------------------------------------------------

    def accepted(self) -> None:
        """The contractor asks; the group is made up, looks at every clause, each says what they think; the head concludes."""
        manager = self.at("manager")
        self.plan("manager").get_by_role("link", name="申请核验（验收）").click()
        manager.fill("完成情况", "各项任务已经完成，自查的问题已整改，请组织验收")
        self.attach(manager, self.picture())
        manager.press("提交申请")
        expect(manager.told).to_contain_text("申请已提交")
        she = self.at("supervisor1")
        self.plan("supervisor1").get_by_role("link", name="组织履约验收").click()
        she.fill("组成的文件或会议", "关于组成履约验收工作组的通知")
        boxes = [she.page.get_by_role("group", name="成员").get_by_label(f"{self.names[who]}（") for who in GROUP]
        for box in boxes:
            box.check()
        she.page.get_by_label("组长").select_option(value=boxes[0].get_attribute("value"))
        she.press("组成验收工作组")
        expect(she.told).to_contain_text("验收工作组已组成")
        self.opinions(she.page.url)

    def opinions(self, address: str) -> None:
        head = self.at(GROUP[0])
        head.page.goto(address)
        head.link("逐条验收")
        head.page.get_by_label("服务对象意见").wait_for()
        head.page.wait_for_load_state()
        for one in head.page.locator(".clause-results tbody tr").all():
            if one.get_by_role("combobox").input_value() == "unmet":
                one.get_by_role("textbox").fill("整改后复检，已经符合")
            one.get_by_role("combobox").select_option(label="符合")
        head.fill("服务对象意见", "走访服务对象6人，均表示满意")
        head.press("保存")
        expect(head.told).to_contain_text("已保存")
        for who in GROUP:
            member = self.at(who)
            member.page.goto(address)
            member.link("出具意见")
            member.page.get_by_label("同意验收合格", exact=True).check()
            member.page.get_by_role("textbox", name="意见").fill("查看了台账、现场和系统，符合合同约定")
            member.press("出具意见")
            expect(member.told).to_contain_text("意见已记下")
        head.page.goto(address)
        head.link("作出结论")
        head.page.get_by_label("合格", exact=True).check()
        head.fill("验收组意见", "同意通过本期履约验收")
        head.press("作出结论")
        head.agree()
        expect(head.told).to_contain_text("验收结论已作出")

    # -- the budget -----------------------------------------------------------------------------

    def budgeted(self, amount: str) -> None:
        """Finance registers the budget that all of it is paid from."""
        finance = self.at("finance")
        finance.go(f"{self.root}/money/funds")
        finance.link("登记指标")
        finance.fill("指标文号", "财社〔2026〕7号")
        finance.fill("项目", "就业服务")
        finance.page.get_by_label("资金性质").select_option(label="就业补助资金")
        finance.fill("指标金额", amount)
        finance.press("登记指标")
        expect(finance.told).to_contain_text("指标已登记")

    def funded(self, request: str) -> None:
        """The request says that no budget reaches, and leads to where the line gets one."""
        finance = self.at("finance")
        finance.page.goto(request)
        finance.link("分配指标")
        finance.press("分配")
        expect(finance.told).to_contain_text("已分配")

    # -- from the statement to the payment ------------------------------------------------------

    def stated(self) -> str:
        """The statement of the line that comes next, signed; its address."""
        she = self.at("supervisor1")
        self.plan("supervisor1").get_by_role("button", name=re.compile("^核定应付款")).click()
        expect(she.told).to_contain_text("已核定")
        address = she.page.url
        deputy = self.at("deputy")
        deputy.page.goto(address)
        deputy.press("签发")
        deputy.agree()
        expect(deputy.told).to_contain_text("已签发")
        return address

    def asked(self, statement: str) -> str:
        """The request with an electronic invoice for exactly what is payable; its address."""
        manager = self.at("manager")
        manager.page.goto(statement)
        amount = yuan(manager.page.locator(".payable").inner_text())
        manager.link("申请付款")
        buyer, supplier = self.parties
        serial = next(self.number)
        file = self.folder / f"发票{serial}.xml"
        net = Money.parse(amount).fen * 100 // 106
        said = {
            "number": f"2636{serial:016d}", "buyer": buyer, "seller": supplier, "issued": self.today.isoformat(), "total": amount,
            "net": Money(net).plain(), "tax": Money(Money.parse(amount).fen - net).plain(), "words": in_words(Money.parse(amount)),
        }  # fmt: skip
        file.write_bytes(xml(**said))
        self.attach(manager, file)
        if not manager.page.get_by_label("银行账号").input_value():
            manager.fill("开户银行", "样例银行营业部")
            manager.fill("银行账号", "6222000011112222")
        manager.press("提交付款申请")
        expect(manager.told).to_contain_text("申请已提交")
        return manager.page.url

    def checked(self, request: str) -> None:
        """The tax office has confirmed the invoice, every paper is there, the officer hands it on."""
        finance = self.at("finance")
        finance.page.goto(request)
        finance.link("查验发票")
        finance.page.get_by_label("查验一致").check()
        self.attach(finance, self.picture())
        finance.press("登记查验结果")
        expect(finance.told).to_contain_text("已登记")
        manager = self.at("manager")
        manager.page.goto(request)
        while (missing := manager.page.get_by_role("link", name="上传", exact=True)).count():
            missing.first.click()
            self.attach(manager, self.picture())
            manager.press("提交材料")
            expect(manager.told).to_contain_text("已补上")
        she = self.at("supervisor1")
        she.page.goto(request)
        she.press("报送审批")
        expect(she.told).to_contain_text("已报送审批")

    def paid(self, request: str) -> str:
        """Station by station, then the payment; what was paid."""
        for who in STATIONS:
            window = self.at(who)
            window.page.goto(request)
            window.link("审批")
            window.page.get_by_role("group", name="意见").get_by_label("同意", exact=True).check()
            window.press("登记意见")
            expect(window.told).to_contain_text("审批意见已登记")
        finance, serial = self.at("finance"), next(self.number)
        finance.page.goto(request)
        finance.link("登记支付")
        finance.fill("记账凭证号", f"记-03-{serial:03d}")
        finance.fill("银行流水号", f"20260305{serial:06d}")
        finance.press("登记支付")
        expect(finance.told).to_contain_text("已登记支付")
        return yuan(finance.told.inner_text())

    # -- the whole ------------------------------------------------------------------------------

    def settle(self, price: str) -> list[tuple[str, str]]:
        """Every line to the last payment: addresses of the statement and of its request."""
        self.budgeted(price)
        settled = []
        while (line := self.plan("supervisor1")).count():
            waits = [one.inner_text() for one in line.locator(".blockers li").all()]
            assert all("履约验收" in one for one in waits), waits
            if waits:
                self.accepted()
            statement = self.stated()
            request = self.asked(statement)
            self.checked(request)
            self.funded(request)
            self.paid(request)
            settled.append((statement, request))
        return settled
