"""The full form of an entry over HTTP: kept, refused with what was typed, checked, changed, stale."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.services.ledger import write
from app.services.verification import decide
from tests.services.acting import act_of
from tests.web.ledger_pages import HX, SEEKER, VISIT, Desk, desk, said


@pytest.fixture
def here(app: Flask, session: Session) -> Desk:
    return desk(app, session)


def test_an_entry_is_made_and_shown(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/visits/entries/new"
    said(browser.get(url), 200, "走访日期", "必填", "湖畔县", "选填", "至少 1 份", "同时登记到", 'value="2026-03-05"')
    answer = browser.post(url, here.visit(**{"v-share": "87.3", "v-minutes": "1:30", "v-cost": "1,680.5"}))
    (entry,) = here.entries()
    assert (answer.status_code, answer.location) == (303, f"{here.base}/visits/entries/{entry.id}")
    assert entry.fields["share"] == "0.873"
    page = browser.get(answer.location)
    said(page, 200, "visits-000001", "已提交，等待审核", "87.3%", "¥1,680.50", "90 分钟", "湖畔电子", "待审核", "LK-1")
    said(page, 200, "业务发生后 1 天登记", "第 1 版")


def test_what_was_typed_stays_when_it_is_refused(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/visits/entries/new"
    wrong = {**VISIT, "v-topic": "用工", "v-cost": "许多", "v-note": "<script>alert(1)</script>", "v-minutes": "20"}
    answer = browser.post(url, wrong, headers=HX)
    said(answer, 422, "没有保存，有", "不是数字", "按本条其他内容，这一项必须填", "&lt;script&gt;", 'value="许多"')
    assert "<title>" not in answer.text
    assert here.entries() == []
    missing = browser.post(url, VISIT)
    said(missing, 422, "应有现场照片1份", "湖畔电子")


def test_sending_twice_makes_one(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/visits/entries/new"
    key = re.search(r'name="client_key" value="([\w-]+)"', browser.get(url).text)
    assert key is not None
    form = here.visit(client_key=key[1])
    assert browser.post(url, form).location == browser.post(url, form).location
    assert len(here.entries()) == 1


def test_the_form_says_while_it_is_filled_in(here: Desk) -> None:
    first = here.kept()
    browser, url = here.browser(), f"{here.base}/visits/check"
    said(browser.post(url, {"v-date": "2026-03-05"}, headers=HX), 200, "还要填：企业、事项", "应有现场照片1份")
    answer = browser.post(url, here.visit(**{"v-topic": "用工", "v-cost": "2000.01", "v-minutes": "20"}), headers=HX)
    said(answer, 200, "交通费超过2000元", "走访不足30分钟", "visits-000001", f"/visits/entries/{first.id}", "按本条其他内容")
    assert 'id="hint-v-need" hx-swap-oob="true"><span' in answer.text
    said(browser.post(url, here.visit(**{"v-date": "2026-03-05"}), headers=HX), 200, "可以提交")
    said(browser.post(url, {"v-date": "2026-03-09"}, headers=HX), 200, "还没有到")
    assert len(here.entries()) == 1


def test_a_wrong_reference_to_files_is_told(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/visits/entries/new"
    said(browser.post(url, {**VISIT, "evidence:现场照片_kept": ["987654"]}), 422, "1 份材料没有找到")
    said(browser.post(url, {**VISIT, "evidence:现场照片_kept": ["x; DROP"]}), 422, "应有现场照片1份")


def test_people_stay_behind_their_masks(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/seekers/entries"
    answer = browser.post(f"{url}/new", SEEKER)
    page = browser.get(answer.location).text
    form = browser.get(f"{answer.location}/edit").text
    for secret in ("199001010014", "13800000001", "13900000002"):
        assert secret not in page + form
    assert "甲* 360824************" in form
    (entry,) = here.entries("seekers")
    kept = {
        "v-date": "2026-03-04", "v-person-kept": str(entry.fields["person"]["person"]), "v-contact-kept": "1",
        "v-wish": "保安", "version": "1",
    }  # fmt: skip
    assert browser.post(f"{answer.location}/edit", kept).status_code == 303
    said(browser.get(answer.location), 200, "保洁", "保安", "修改")
    (after,) = here.entries("seekers")
    assert after.fields["person"] == entry.fields["person"]
    assert "contact" in after.fields
    assert browser.post(f"{answer.location}/edit", {**kept, "v-contact-clear": "1", "version": "2"}).status_code == 303
    assert "contact" not in here.entries("seekers")[0].fields


def test_a_person_shows_for_a_reason_and_is_not_kept_in_the_page(here: Desk) -> None:
    browser = here.browser()
    at = browser.post(f"{here.base}/seekers/entries/new", SEEKER).location
    said(browser.post(f"{at}/reveal/person", {"reason": "看"}, headers=HX), 422, "请写明查看的事由")
    shown = browser.post(f"{at}/reveal/person", {"reason": "回访核实"}, headers=HX)
    said(shown, 200, "甲一", "360824199001010014", "13800000001")
    assert shown.headers["Cache-Control"] == "no-store"
    said(browser.post(f"{at}/reveal/contact", {"reason": "回访核实"}, headers=HX), 200, "13900000002")
    assert "甲一" not in browser.get(at).text
    assert browser.post(f"{at}/reveal/wish", {"reason": "回访核实"}).status_code == 404
    assert browser.post(f"{at}/reveal/nothing", {"reason": "回访核实"}).status_code == 404
    assert here.browser("finance").post(f"{at}/reveal/person", {"reason": "回访核实"}).status_code == 403


def test_nobody_without_papers_sees_a_name(here: Desk) -> None:
    at = here.browser().post(f"{here.base}/seekers/entries/new", SEEKER).location
    present = here.made.scope(here.session).present(here.made["field_staff2"].id)
    assert present is not None
    present.confidentiality_signed, present.confidentiality_signed_on = False, None
    here.session.commit()
    browser = here.browser("field_staff2")
    for url in (at, f"{here.base}/seekers", f"{here.base}/seekers/print"):
        page = browser.get(url).text
        assert "＊＊＊" in page
        assert "甲" not in page
    said(browser.get(f"{here.base}/seekers/entries/new"), 200, "还没有签署的保密协议")
    said(browser.post(f"{here.base}/seekers/entries/new", SEEKER), 422, "保密协议")


def test_a_stale_save_shows_both_versions_and_loses_nothing(here: Desk) -> None:
    entry = here.kept({"note": "原来"})
    browser, url = here.browser(), f"{here.base}/visits/entries/{entry.id}/edit"
    ours = here.visit(**{"v-note": "我写的", "version": "1"})
    manager = here.browser("project_manager")
    assert manager.post(url, here.visit(**{"v-note": "经理写的", "version": "1"})).status_code == 303
    answer = browser.post(url, ours, headers=HX)
    said(answer, 409, "被别人改过", "<del>经理写的</del>", "<ins>我写的</ins>", 'name="version" value="2"', "放弃我的修改")
    assert here.entries()[0].fields["note"] == "经理写的"
    assert browser.post(url, {**ours, "version": "2"}).status_code == 303
    assert here.entries()[0].fields["note"] == "我写的"
    assert browser.post(url, {**ours, "version": "nonsense"}).status_code == 409


def test_a_returned_entry_opens_with_the_reason_and_is_sent_again(here: Desk) -> None:
    entry = here.kept()
    scope = here.made.scope(here.session)
    decide.give_back(act_of(here.session, here.made["supervisor"]), scope, entry.id, entry.version, "照片太暗")
    here.session.commit()
    browser = here.browser()
    said(browser.get(here.base), 200, "退回待改", "照片太暗", f"/visits/entries/{entry.id}/edit")
    said(browser.get(f"{here.base}/visits/entries/{entry.id}"), 200, "退回：照片太暗", "修改并重新提交")
    said(browser.get(f"{here.base}/visits/entries/{entry.id}/edit"), 200, "退回的原因：照片太暗", "重新提交")
    again = browser.post(f"{here.base}/visits/entries/{entry.id}/edit", here.visit(version="2"))
    assert again.status_code == 303
    assert here.entries()[0].state == "submitted"


def test_one_activity_feeds_several_ledgers(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/visits/entries/new"
    ticked = here.visit(also="news", **{"v-note": "谈妥", "photos-news": "1"})
    said(browser.post(url, ticked, headers=HX), 422, "宣传报道台账：渠道", "必填项没有填")
    assert here.entries() == []
    said(browser.post(f"{here.base}/visits/check", ticked, headers=HX), 200, "宣传报道台账", "还要填：渠道")
    answer = browser.post(url, {**ticked, "o-news-channels": ["公众号", "抖音"]})
    (visit,), (news,) = here.entries(), here.entries("news")
    assert (answer.status_code, news.activity_id, news.business_date) == (303, visit.id, visit.business_date)
    assert news.fields == {"date": "2026-03-04", "outlet": "城东街道", "channels": ["公众号", "抖音"], "note": "谈妥"}
    said(browser.get(answer.location), 200, "同一次活动的其他记录", "news-000001")


def test_the_last_entry_is_copied_with_todays_date(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/visits/entries/new?copy=1"
    said(browser.get(url), 200, "没有可以复制的记录")
    here.kept({"note": "谈妥", "outlet": "城东街道"})
    page = browser.get(url)
    said(page, 200, "已复制 visits-000001 的内容", "谈妥", 'value="2026-03-05"', '<option value="城东街道" selected>')
    assert "evidence:现场照片_kept" not in page.text


def test_drafts_come_back_and_can_be_thrown_away(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/visits"
    typed = {**VISIT, "v-note": "写到一半", "client_key": "k-1"}
    said(browser.post(f"{url}/draft", typed, headers=HX), 200, "09:00 已自动保存")
    said(browser.get(f"{url}/entries/new"), 200, "没有保存的内容", "写到一半", 'value="k-1"')
    here.kept({"enterprise": {"name": "别家"}})
    said(browser.get(f"{url}/entries/new?copy=1"), 200, "恢复没有保存的内容", "别家")
    assert "写到一半" not in here.browser("field_staff2").get(f"{url}/entries/new").text
    assert browser.post(f"{url}/draft/drop").status_code == 303
    assert "写到一半" not in browser.get(f"{url}/entries/new").text
    browser.post(f"{url}/draft", typed, headers=HX)
    assert browser.post(f"{url}/entries/new", here.visit(client_key="k-1")).status_code == 303
    assert "写到一半" not in browser.get(f"{url}/entries/new").text
    said(browser.post(f"{url}/draft", typed, headers=HX), 200, "已提交")
    assert "写到一半" not in browser.get(f"{url}/entries/new").text
    said(browser.post(f"{url}/draft", {"v-note": "长" * 90_000}, headers=HX), 200, "太长")


def test_a_draft_of_a_change_keeps_the_version_it_began_from(here: Desk) -> None:
    entry = here.kept({"note": "原来"})
    browser, url = here.browser(), f"{here.base}/visits"
    browser.post(f"{url}/draft?record={entry.id}", {**VISIT, "v-note": "改到一半", "version": "1"}, headers=HX)
    scope = here.made.scope(here.session)
    write.withdraw(act_of(here.session, here.made["project_manager"]), scope, entry.id, 1, "记错了")
    here.session.rollback()
    said(browser.get(f"{url}/entries/{entry.id}/edit"), 200, "改到一半", 'name="version" value="1"')
    assert browser.post(f"{url}/draft?record=987654", VISIT).status_code == 404


def test_enterprises_and_entries_are_proposed(here: Desk) -> None:
    here.kept({"outlet": "城东街道"})
    browser, url = here.browser(), f"{here.base}/visits/lookup/enterprise?from=v-enterprise-name"
    for text in ("湖畔", "电子"):
        said(browser.post(url, {"v-enterprise-name": text}, headers=HX), 200, "湖畔电子", "91360124MA35F0AY10", "data-fill")
    said(browser.post(url, {"v-enterprise-name": "没有的"}, headers=HX), 200, "没有登记过")
    said(browser.post(url, {"v-enterprise-name": "湖' OR 1=1 --"}, headers=HX), 200, "没有登记过")
    supervisor, there = here.browser("supervisor"), f"{here.base}/hotline/lookup/visit?from=v-visit"
    for text in ("", "1", "visits-000001", "湖畔"):
        said(supervisor.post(there, {"v-visit": text}, headers=HX), 200, "visits-000001", "2026-03-04 · 湖畔电子")


def test_forms_are_for_those_who_enter(here: Desk) -> None:
    assert here.browser("finance").get(f"{here.base}/visits/entries/new").status_code == 403
    answer = here.browser("supervisor").get(f"{here.base}/visits/entries/new")
    assert (answer.status_code, answer.location) == (303, f"{here.base}/visits")
    said(here.browser("supervisor").post(f"{here.base}/visits/entries/new", here.visit()), 422, "由供应商登记")
    other = here.browser("field_staff2")
    entry = here.kept()
    assert other.get(f"{here.base}/visits/entries/{entry.id}/edit").status_code == 303
    said(other.post(f"{here.base}/visits/entries/{entry.id}/edit", here.visit(version="1")), 422, "只有填报人本人")
    for url in ("nothing/entries/new", "visits/entries/987654/edit", f"seekers/entries/{entry.id}"):
        assert here.browser().get(f"{here.base}/{url}").status_code == 404
    here.made.contract.state = "closed"
    here.session.commit()
    assert here.browser().get(f"{here.base}/visits/entries/new").status_code == 303
    said(here.browser().post(f"{here.base}/visits/entries/new", here.visit()), 422, "已结束")
