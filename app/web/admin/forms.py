"""Forms of the administration."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField
from wtforms.validators import Optional

from app.security.permissions import Permission
from app.security.terms import OrganisationKind, RoleSide
from app.web.admin.words import ACTIONS, SUBJECTS
from app.web.forms import Day, Form, Several, Version, choice, day, pick, text

SIDES = [(each.value, each.label) for each in RoleSide]
PERMISSIONS = [(each.value, each.label) for each in Permission]
YES_NO = [("yes", "是"), ("no", "否")]


class InviteForm(Form):
    login_name = text("登录名", 40, help="3 到 40 个小写字母、数字、点、横线，以字母开头。")
    display_name = text("姓名", 40)
    organisation_id = pick("单位")


class ResetForm(Form):
    second_factor = choice("同时关闭动态口令", YES_NO, help="手机丢失、备用码也不在手里时选“是”。")


class GrantForm(Form):
    role_id = pick("全台角色")
    until_on: Day = day("到哪一天为止", required=False)


class RoleForm(Form):
    code = text("代码", 40, help="3 到 40 个小写字母、数字、下划线，以字母开头；以后不能改。")
    name = text("名称", 40)
    side = choice("由谁担任", SIDES)
    until_required = choice("必须有结束日期", YES_NO)
    permissions = Several("权限", options=PERMISSIONS)


class RoleChangeForm(Form):
    name = text("名称", 40)
    permissions = Several("权限", options=PERMISSIONS)
    version = Version()


class OrganisationForm(Form):
    kind = choice("类别", [(each.value, each.label) for each in OrganisationKind])
    name = text("名称")
    credit_code = text("统一社会信用代码", 18, required=False)


class PeopleFilter(Form):
    class Meta:
        csrf = False

    search = text("姓名或登录名", 40, required=False)
    after = HiddenField()


class AuditFilter(Form):
    class Meta:
        csrf = False

    action = choice("操作", list(ACTIONS.items()), required=False)
    subject_kind = choice("对象", list(SUBJECTS.items()), required=False)
    actor_id = IntegerField("操作人编号", [Optional()])
    contract_id = pick("合同", required=False)
    since: Day = day("从哪天", required=False)
    until: Day = day("到哪天", required=False)
    before = Version(validators=[Optional()])
