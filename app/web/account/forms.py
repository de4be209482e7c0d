"""Forms of signing in and of one's own account."""

from __future__ import annotations

from wtforms import Field, HiddenField, ValidationError

from app.web.forms import Form, text
from app.web.forms import password as secret

AGAIN = "两次输入的新密码不一样，请重新输入"


class SignInForm(Form):
    login_name = text("登录名", autocomplete="username")
    password = secret("密码", "current-password")
    next = HiddenField()


class CodeForm(Form):
    code = text(
        "动态口令",
        help="打开手机上的动态口令软件，输入 6 位数字；手机不在身边时，输入一个备用码。",
        autocomplete="one-time-code",
    )
    next = HiddenField()


class Repeated:
    """The new password is typed twice."""

    password: Field

    def validate_again(self, field: Field) -> None:
        if field.data != self.password.data:
            raise ValidationError(AGAIN)


class NewPasswordForm(Repeated, Form):
    password = secret("新密码", "new-password")
    again = secret("再输入一次新密码", "new-password")


class ChangePasswordForm(Repeated, Form):
    present = secret("现在的密码", "current-password")
    password = secret("新密码", "new-password")
    again = secret("再输入一次新密码", "new-password")


class OwnPasswordForm(Form):
    password = secret("密码", "current-password")


class FirstCodeForm(Form):
    code = text(
        "动态口令", help="输入软件里显示的 6 位数字。", inputmode="numeric", autocomplete="one-time-code"
    )
