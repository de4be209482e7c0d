"""What every rule is made of: exact numbers, expressions, quotes, and values that an answer decides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, Union

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PlainSerializer,
    Tag,
    WithJsonSchema,
)

from kpi.expressions import Expression, ExpressionError, pattern
from kpi.quantities import Money, QuantityError, parse_exact, plain

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

ID_PATTERN = re.compile(r"[^\W\d]\w*\Z")


class Rule(BaseModel):
    """Frozen, no unknown keys. Every type of the rulebook derives from it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )


def _expression(value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool):
        return Expression("true" if value else "false")
    if value is None or isinstance(value, list | dict):
        raise ValueError("这里要写算式，例如 posts < 50")
    try:
        return Expression(str(value))
    except ExpressionError as error:
        raise ValueError(str(error)) from error


def _pattern(value: object) -> object:
    """A regular expression is checked when the rulebook is read, not when the first row comes."""
    if isinstance(value, str) and value:
        try:
            pattern(value)
        except ExpressionError as error:
            raise ValueError(str(error)) from error
    return value


def _exact(value: object) -> Fraction:
    try:
        return parse_exact(value)
    except QuantityError as error:
        raise ValueError(str(error)) from error


def _money(value: object) -> Money:
    if isinstance(value, Money):
        return value
    try:
        return Money.parse(value)
    except QuantityError as error:
        raise ValueError(str(error)) from error


def _identifier(value: object) -> str:
    if isinstance(value, str) and ID_PATTERN.match(value):
        return value
    raise ValueError(f"标识“{value}”不合规则；请用字母或汉字开头，只含字母、汉字、数字和下划线")


def _texts(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _key(value: object) -> object:
    """Keys that YAML reads as true / 10 / 0.5 are texts in an `options` or `when` table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) or value is None else str(value)


def _shares(value: object) -> object:
    """One name or several: each whole."""
    if isinstance(value, str):
        return {value: 1}
    return dict.fromkeys(value, 1) if isinstance(value, list | tuple) else value


_NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\d+(\.\d+)?%?$|^\d+/\d+$"}]}

_TEXTS_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_SHARES_SCHEMA = {"anyOf": [*_TEXTS_SCHEMA["anyOf"], {"type": "object", "additionalProperties": _NUMBER_SCHEMA}]}

#: An exact number: 12, 0.5, 90%, 1/14.
Exact = Annotated[
    Fraction, BeforeValidator(_exact), PlainSerializer(lambda v: plain(v)), WithJsonSchema(_NUMBER_SCHEMA)
]
#: An amount in yuan with at most two decimals.
Yuan = Annotated[
    Money, BeforeValidator(_money), PlainSerializer(lambda v: v.plain()), WithJsonSchema(_NUMBER_SCHEMA)
]
#: An expression over figures or fields, see kpi.expressions.
Expr = Annotated[
    Expression,
    BeforeValidator(_expression),
    PlainSerializer(lambda v: v.text),
    WithJsonSchema({"type": ["string", "number", "boolean"], "description": "算式"}),
]
#: A regular expression, see kpi.expressions.patterns.
Regex = Annotated[str, BeforeValidator(_pattern), WithJsonSchema({"type": "string", "description": "正则式"})]
#: A name usable in expressions.
Identifier = Annotated[str, BeforeValidator(_identifier), WithJsonSchema({"type": "string"})]
#: One text or several.
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts), WithJsonSchema(_TEXTS_SCHEMA)]
#: A share of each thing named: `a`, `[a, b]` (whole), `{a: 50%}`.
Shares = Annotated[dict[str, Exact], BeforeValidator(_shares), WithJsonSchema(_SHARES_SCHEMA)]
Key = Annotated[str, BeforeValidator(_key), WithJsonSchema({"type": "string"})]


class Answer(Rule, Generic[T_co]):
    """A value that the buyer's answer to an assumption decides.

    With `when`, the answer picks one of the values; without, the answer is the value.
    """

    answer: Identifier
    when: Mapping[Key, T_co] | None = None


def _answered(value: Any) -> str:
    is_answer = isinstance(value, Answer) or (isinstance(value, dict) and "answer" in value)
    return "answer" if is_answer else "value"


if TYPE_CHECKING:
    Answerable = Union[T, Answer[T]]  # noqa: UP007 - mypy wants the alias so
else:

    class Answerable:
        """`50`, or `{answer: some_assumption}`, or `{answer: some_assumption, when: {a: 50, b: 60}}`."""

        def __class_getitem__(cls, item):
            value = Annotated[item, Tag("value")]
            return Annotated[value | Annotated[Answer[item], Tag("answer")], Discriminator(_answered)]


class Stated(Rule):
    """What the document says: a verbatim quote and, where it says a number, that number or text.

    `value` is what the quote says about the rule's main figure, so that several quotes can be compared;
    `about` names the aspect where a rule states several (target, share, maximum, …).
    """

    quote: str
    value: Any = None
    about: str = ""
    place: str = ""


class Ruled(Rule):
    """A rule with its source clause, quotes, and a remark on how they are read."""

    clause: str
    stated: tuple[Stated, ...] = ()
    reading: str = ""
