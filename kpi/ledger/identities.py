"""People and enterprises: what a row says of them → the key that counts them once (rules of counting 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import phonenumbers
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from kpi.ledger.characters import half_width, shown, text_of
from kpi.ledger.entries import FieldError, FieldWarning

#: Parts of a person or enterprise by what a column or a key may be called.
PERSON_PARTS: Mapping[str, str] = {
    "name": "name", "姓名": "name",
    "id_number": "id_number", "身份证号": "id_number", "身份证号码": "id_number", "公民身份号码": "id_number",
    "phone": "phone", "手机号": "phone", "手机号码": "phone", "联系电话": "phone", "电话": "phone",
}
ENTERPRISE_PARTS: Mapping[str, str] = {
    "name": "name", "企业名称": "name", "单位名称": "name",
    "code": "code", "uscc": "code", "统一社会信用代码": "code", "信用代码": "code",
}
_MOBILE = re.compile(r"1[3-9]\d{9}\Z", re.ASCII)
_ID_LENGTH = 18
_CACHED = 32768


@lru_cache(_CACHED)
def _birth_date(digits: str) -> date | None:
    try:
        return ric.get_birth_date(f"000000{digits}0000")
    except ValidationError:
        return None


@lru_cache(_CACHED)
def _area_known(code: str) -> bool:
    # The library knows an area only for the years in which it existed; an area without a year is asked here.
    for year in ("1985", "2000", "2015"):
        try:
            return bool(ric.get_birth_place(f"{code}{year}01010000"))
        except ValidationError:
            continue
    return False


def id_number(text: str) -> str:
    """The ID number, upper case; FieldError for a wrong length, birth date or check digit.

    FieldWarning for an unknown area: codes of abolished counties are missing from every list.
    """
    number = half_width(text).upper()
    if len(number) != _ID_LENGTH or not number.isascii() or not number[:17].isdigit():
        raise FieldError(f"身份证号应为18位，现为{len(number)}位或含有其他字符；请核对（Excel 中请设为文本格式）")
    if _birth_date(number[6:14]) is None:
        raise FieldError("身份证号中的出生日期不存在；请核对第7至14位")
    if ric.calc_check_digit(number) != number[17]:
        raise FieldError("身份证号的校验码不对，可能有一位写错；请对照证件核对")
    if not _area_known(number[:6]):
        raise FieldWarning(number, f"身份证号的地区码 {number[:6]} 不在现行区划中；请确认没有写错")
    return number


@lru_cache(_CACHED)
def _other_phone(number: str) -> str | None:
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone(text: str) -> str:
    """A mobile number as 11 digits, any other valid number as +86…; FieldError otherwise."""
    if _MOBILE.match(text):
        return text
    number = re.sub(r"[\s-]", "", half_width(text)).removeprefix("+86")
    if _MOBILE.match(number):
        return number
    found = _other_phone(number)
    if found is None:
        raise FieldError(f"电话“{_masked(text)}”不是有效的号码；请写11位手机号，或带区号的座机号")
    return found


def _masked(text: str) -> str:
    return text[:3] + "…" if len(text) > 3 else text


def parts_of(raw: Any, names: Mapping[str, str], order: tuple[str, ...]) -> dict[str, str]:
    """`{name, id_number, phone}` from a table or from texts with | between them; blanks are left out."""
    if isinstance(raw, Mapping):
        unknown = [key for key in raw if key not in names]
        if unknown:
            raise FieldError(f"不认识“{shown(unknown[0])}”；可写 {'、'.join(names)}")
        found = {names[key]: text_of(value) for key, value in raw.items() if value not in (None, "")}
    else:
        texts = [part.strip() for part in re.split("[|\uff5c]", text_of(raw))]
        if len(texts) == 1:
            return {"": texts[0]}
        if len(texts) > len(order):
            raise FieldError(f"“|”隔开的内容超过{len(order)}段；请写成 姓名|身份证号|手机号 的样子")
        found = dict(zip(order, texts, strict=False))
    return {key: value for key, value in found.items() if value}


def person(raw: Any) -> str:
    """The person's key: the ID number if there is one, else the phone."""
    if type(raw) is str and len(raw) == _ID_LENGTH:
        return id_number(raw)
    parts = parts_of(raw, PERSON_PARTS, ("name", "id_number", "phone"))
    if alone := parts.get(""):
        return phone(alone) if _looks_like_phone(alone) else id_number(alone)
    number, mobile = parts.get("id_number"), parts.get("phone")
    key = phone(mobile) if mobile else ""
    if number:
        return id_number(number)
    if not key:
        raise FieldError("没有身份证号，也没有手机号，无法区分是谁；请至少填一项")
    return key


def _looks_like_phone(text: str) -> bool:
    digits = half_width(text).lstrip("+").replace("-", "").replace(" ", "")
    return digits.isdigit() and len(digits) < _ID_LENGTH - 3


@lru_cache(_CACHED)
def credit_code(text: str) -> str:
    """The unified social credit code, upper case; FieldError for wrong characters or check digit."""
    code = half_width(text).upper()
    try:
        return uscc.validate(code)
    except ValidationError:
        raise FieldError(f"统一社会信用代码“{shown(text)}”不对（应为18位且校验码相符）；请对照营业执照核对") from None


@lru_cache(_CACHED)
def _enterprise(text: str) -> str:
    parts = parts_of(text, ENTERPRISE_PARTS, ("name", "code"))
    return _enterprise_key(parts)


def enterprise(raw: Any) -> str:
    """The enterprise's key: its credit code; its name, with a warning, where there is no code."""
    if type(raw) is str:
        return _enterprise(raw)
    return _enterprise_key(parts_of(raw, ENTERPRISE_PARTS, ("name", "code")))


def _enterprise_key(parts: Mapping[str, str]) -> str:
    code, name = parts.get("code", ""), parts.get("name", "")
    if alone := parts.get(""):
        is_code = len(alone) == _ID_LENGTH and alone.isascii()
        code, name = (alone, "") if is_code else ("", alone)
    if code:
        return credit_code(code)
    if not name:
        raise FieldError("企业名称和统一社会信用代码都是空的；请至少填一项")
    raise FieldWarning(_plain_name(name), f"“{shown(name)}”没有统一社会信用代码，只能按名称区分；请补填代码")


def _plain_name(name: str) -> str:
    return re.sub(r"\s", "", name).replace("(", "\uff08").replace(")", "\uff09")
