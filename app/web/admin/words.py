"""What the audit log's words are called; a test finds an action that has no name here."""

from __future__ import annotations

ACTIONS = {
    "account.invited": "邀请账号",
    "account.accepted": "接受邀请",
    "account.password_changed": "修改密码",
    "account.disabled": "停用账号",
    "account.enabled": "启用账号",
    "account.reset": "重设密码",
    "account.second_factor_begun": "准备动态口令",
    "account.second_factor_on": "开启动态口令",
    "account.second_factor_off": "关闭动态口令",
    "session.opened": "登录",
    "session.password_accepted": "密码正确，等待动态口令",
    "session.refused": "登录被拒",
    "session.signed_out": "退出",
    "session.revoked": "结束登录",
    "role.created": "新建角色",
    "role.changed": "修改角色",
    "membership.added": "增加成员",
    "membership.ended": "结束成员角色",
    "grant.added": "授予全台角色",
    "grant.ended": "收回全台角色",
    "organisation.added": "登记单位",
    "contract.created": "新建合同",
    "outlet.added": "增加网点",
    "outlet.renamed": "网点改名",
    "outlet.closed": "关闭网点",
    "roster.joined": "登记到岗",
    "roster.left": "离岗交接",
    "roster.confidentiality": "登记保密协议",
    "chain.set": "设置审批链",
    "delegation.given": "授权代理",
    "delegation.revoked": "收回授权",
    "job.retried": "重试任务",
    "evidence.kept": "上传材料",
    "evidence.original": "取材料原件",
    "evidence.removed": "清理未用的材料",
}
SUBJECTS = {
    "account": "账号",
    "role": "角色",
    "membership": "成员角色",
    "grant": "全台角色",
    "organisation": "单位",
    "contract": "合同",
    "outlet": "网点",
    "roster": "花名册",
    "chain": "审批链",
    "delegation": "代理授权",
    "job": "任务",
    "evidence": "佐证材料",
}
DETAILS = {
    "organisation": "单位",
    "second_factor": "动态口令",
    "locked": "账号锁定",
    "session": "登录",
    "permissions": "权限",
    "earlier": "原来",
    "side": "由谁担任",
    "user": "账号",
    "role": "角色",
    "roles": "角色",
    "from_on": "从",
    "until_on": "到",
    "on": "日期",
    "kind": "类别",
    "name": "名称",
    "code": "代号",
    "price_fen": "价款（分）",
    "level": "级别",
    "parent": "上级",
    "successor": "接手人",
    "purpose": "事项",
    "steps": "步骤",
    "taker": "代理人",
    "period": "期间",
    "size": "字节数",
    "files": "材料",
    "reason": "事由",
}


def value(found: object) -> str:
    """A detail's value as people read it."""
    if isinstance(found, bool):
        return "是" if found else "否"
    if isinstance(found, list):
        return "、".join(value(each) for each in found) or "无"
    return "无" if found is None else str(found)


def detail(found: dict[str, object]) -> str:
    """The details of an event in one line."""
    return "；".join(f"{DETAILS.get(key, key)}：{value(found[key])}" for key in sorted(found)) or "—"
