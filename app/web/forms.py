"""Forms: WTForms fields described to the field component, errors as the person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

Required = InputRequired("请填写")
NOT_A_CHOICE = "请从所列的选项里选"
Options = Sequence[tuple[Any, str]]
type_of = {
    DateField: "date",
    PasswordField: "password",
    TextAreaField: "textarea",
    SelectMultipleField: "multiple",
    SelectField: "choice",
}


class Form(FlaskForm):
    """Base of all forms. The component shows `described`, the summary shows `error_list`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []

    def refuse(self, name: str, message: str) -> None:
        """Puts a service's refusal to the field it is about, or above the form."""
        field = self._fields.get(name)
        if field is None or isinstance(field, HiddenField):
            self.refusals.append(message)
        else:
            field.errors = [*field.errors, message]

    @property
    def shown(self) -> list[Field]:
        """The fields that a person fills in."""
        return [field for field in self if not isinstance(field, HiddenField)]

    @property
    def described(self) -> list[dict[str, Any]]:
        """What the field component needs of each field."""
        return [describe(field) for field in self.shown]

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Input id and text of each error, for the summary above the form."""
        of_fields = [
            (f"f-{field.name}", f"{field.label.text}：{error}")
            for field in self.shown
            for error in field.errors
        ]
        return [("", message) for message in self.refusals] + of_fields


def describe(field: Field) -> dict[str, Any]:
    """Arguments of the field component."""
    kind = next((word for cls, word in type_of.items() if isinstance(field, cls)), "text")
    value = field.data.isoformat() if isinstance(field.data, date) else field.data
    if field.raw_data and not isinstance(field, SelectMultipleField):
        value = field.raw_data[0]
    described = {
        "name": field.name,
        "label": field.label.text,
        "type": kind,
        "value": value,
        "errors": list(field.errors),
        "help": field.description or None,
        "required": bool(field.flags.required),
        **(field.render_kw or {}),
    }
    if isinstance(field, SelectField | SelectMultipleField):
        described["options"] = [(str(key), label) for key, label in field.choices if key != ""]
    return described


def text(
    label: str, most: int = 120, help: str = "", *, required: bool = True, **attributes: Any
) -> StringField:
    """One line of text, trimmed."""
    checks = [Required if required else Optional(), Length(max=most, message=f"最多 {most} 个字")]
    render = {"maxlength": most, **attributes}
    return StringField(label, checks, description=help, render_kw=render, filters=[trimmed])


def trimmed(value: str | None) -> str | None:
    return value.strip() if value else value


def password(label: str, purpose: str, help: str = "") -> PasswordField:
    """`purpose` is current-password or new-password, for the browser's password store."""
    return PasswordField(label, [Required], description=help, render_kw={"autocomplete": purpose})


class Day(DateField):
    """A date, with the error in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("日期写法应为 2026-03-05") from error


def day(label: str, help: str = "", *, required: bool = True) -> Day:
    """A day."""
    return Day(label, [Required if required else Optional()], description=help)


class Choice(SelectField):
    """One of a list; ids are whole numbers where `coerce=int`. `options` are pairs of value and label."""

    def __init__(self, label: str, validators: Any = None, *, options: Options = (), **kwargs: Any) -> None:
        super().__init__(label, validators, choices=[], **kwargs)
        self.choices = list(options)

    def pre_validate(self, form: Form) -> None:
        if self.data is not None and str(self.data) not in {str(key) for key, _ in self.choices}:
            raise ValidationError(NOT_A_CHOICE)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0]:
            self.data = None
            return
        try:
            self.data = self.coerce(valuelist[0])
        except ValueError as error:
            raise ValueError(NOT_A_CHOICE) from error


def choice(label: str, options: list[tuple[Any, str]], help: str = "", *, required: bool = True) -> Choice:
    """A list of words."""
    return Choice(label, [Required if required else Optional()], options=options, description=help)


def pick(label: str, help: str = "", *, required: bool = True) -> Choice:
    """A list of rows whose ids and names the route fills in."""
    checks = [Required if required else Optional()]
    return Choice(label, checks, coerce=int, description=help, render_kw={"as_": "select"})


class Several(SelectMultipleField):
    """Some of a list."""

    def __init__(self, label: str, validators: Any = None, *, options: Options = (), **kwargs: Any) -> None:
        super().__init__(label, validators, choices=[], **kwargs)
        self.choices = list(options)

    def pre_validate(self, form: Form) -> None:
        if not set(self.data or ()) <= {str(key) for key, _ in self.choices}:
            raise ValidationError(NOT_A_CHOICE)


class Version(IntegerField, HiddenField):
    """The version that the person saw; a later one means that somebody was quicker."""


class Confirm(Form):
    """A button: nothing to fill in, the token alone."""
