"""Text in, rules out; what is wrong comes with file, line, field, reason and what to write instead."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from kpi.rulebook.base import Answer
from kpi.rulebook.document import Rulebook
from kpi.rulebook.yaml_text import Places, Problem, TextProblems, read_yaml


@dataclass(frozen=True, slots=True)
class Source:
    """A loaded rulebook with its text, hash and the places of its rules."""

    rulebook: Rulebook
    text: str
    sha256: str
    places: Places
    raw: dict[str, Any]


def text_hash(text: str) -> str:
    """SHA-256 of the text as UTF-8, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def load_text(text: str, file: str = "规则书") -> Source:
    """A Source from YAML text; TextProblems lists everything that is wrong."""
    raw, places = read_yaml(text, file)
    if not isinstance(raw, dict):
        raise TextProblems([Problem(file, 1, "", "规则书应是“键: 值”的表；第一行例如 key: my-contract")])
    try:
        rulebook = Rulebook.model_validate(raw)
    except ValidationError as error:
        raise TextProblems(explain(error, raw, places, Rulebook)) from error
    return Source(rulebook, text, text_hash(text), places, raw)


def known_keys() -> tuple[str, ...]:
    """Keys of the rulebooks that come with the engine."""
    folder = resources.files("kpi.rulebooks")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".yaml")))


def load_known(key: str) -> Source:
    """A rulebook that comes with the engine, by its key."""
    if key not in known_keys():
        raise TextProblems(
            [Problem(key, 0, "", f"没有这本规则书；现有 {'、'.join(known_keys())}，也可以写文件路径")]
        )
    name = f"{key}.yaml"
    return load_text(resources.files("kpi.rulebooks").joinpath(name).read_text("utf-8"), name)


def explain(error: ValidationError, raw: Any, places: Places, model: type[BaseModel]) -> list[Problem]:
    """Pydantic's findings as Chinese problems with their places, one for each place."""
    problems: dict[tuple[int, str, str], Problem] = {}
    for item in error.errors():
        path = _real_path(item["loc"], raw)
        field = ".".join(str(part) for part in path)
        message = _message(item, model, raw, path)
        problem = Problem(places.file, places.line(path), field, message)
        problems.setdefault((problem.line, field, message), problem)
    return list(problems.values())


def _real_path(loc: Sequence[Any], raw: Any) -> list[Any]:
    """The path in the text: union tags and such in pydantic's location are skipped."""
    path: list[Any] = []
    at = raw
    for index, part in enumerate(loc):
        if part == "answer" and isinstance(at, Mapping) and "answer" in at and tuple(loc[index - 1 : index]) != ("answer",):
            continue  # the tag of "a value that an answer decides", not the key inside it
        in_list = isinstance(at, list) and isinstance(part, int) and part < len(at)
        if in_list or (isinstance(at, Mapping) and part in at):
            at = at[part]
        elif index != len(loc) - 1 or not isinstance(at, Mapping) or part == "value":
            continue
        path.append(part)
    return path


def _message(item: Any, model: type[BaseModel], raw: Any, path: list[Any]) -> str:
    kind, context, given = item["type"], item.get("ctx", {}), item.get("input")
    if kind == "missing":
        return f"缺少“{path[-1] if path else ''}”；请补上这一项"
    if kind == "extra_forbidden":
        return _unknown_key(str(item["loc"][-1]), model, item["loc"])
    if kind in ("literal_error", "enum"):
        return f"不认识“{given}”；只能写 {_options(context.get('expected', ''))}"
    if kind == "union_tag_invalid":
        return f"不认识的类型“{context.get('tag')}”；只能写 {_options(context.get('expected_tags', ''))}"
    if kind == "union_tag_not_found":
        key = str(context.get("discriminator", "")).strip("'")
        return f"缺少说明类型的键 {key}；请补上，例如 {key}: {_first_tag(model, item['loc'])}"
    if kind == "value_error":
        return str(context.get("error", item["msg"]))
    return f"{_WANTED.get(kind, '内容不合规则')}，写的是“{_short(given)}”"


_WANTED = {
    "string_type": "这里要写文字（数字请加引号）",
    "bool_type": "这里只能写 true 或 false",
    "bool_parsing": "这里只能写 true 或 false",
    "int_type": "这里要写整数",
    "int_parsing": "这里要写整数",
    "int_from_float": "这里要写整数",
    "tuple_type": "这里要写列表，每项以 - 开头",
    "list_type": "这里要写列表，每项以 - 开头",
    "dict_type": "这里要写“键: 值”的表",
    "model_type": "这里要写“键: 值”的表",
    "model_attributes_type": "这里要写“键: 值”的表",
    "date_type": "这里要写日期，如 2026-03-05",
    "date_from_datetime_parsing": "这里要写日期，如 2026-03-05",
    "too_short": "列表的项数不够",
    "too_long": "列表的项数太多",
}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _options(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", "、").replace(", ", "、")


def _unknown_key(key: str, model: type[BaseModel], loc: Sequence[Any]) -> str:
    names = sorted(_names_at(model, loc[:-1]))
    near = difflib.get_close_matches(key, names, n=1)
    hint = f"是不是“{near[0]}”？" if near else f"可写的有 {'、'.join(names)}" if names else "请删去"
    return f"不认识的键“{key}”；{hint}"


def _names_at(model: type[BaseModel], loc: Sequence[Any]) -> set[str]:
    """Field names allowed where `loc` leads; every reachable model in a union counts if tagged so."""
    models: set[type[BaseModel]] = {model}
    for part in loc:
        annotations = [one.model_fields[part].annotation for one in models if part in one.model_fields]
        if part == "answer" and any(issubclass(one, Answer) for one in models):
            models = {one for one in models if issubclass(one, Answer)}
        elif annotations:
            models = {found for annotation in annotations for found in _models_in(annotation)}
        elif isinstance(part, str):
            tagged = {one for one in models if _tag(one) == part}
            models = tagged or models
    return {field.alias or name for one in models for name, field in one.model_fields.items()}


def _first_tag(model: type[BaseModel], loc: Sequence[Any]) -> str:
    """A type that could stand where a union was written without one."""
    models = {model}
    for part in loc:
        annotations = [one.model_fields[part].annotation for one in models if part in one.model_fields]
        models = {found for annotation in annotations for found in _models_in(annotation)} if annotations else models
    tags = sorted(tag for one in models if (tag := _tag(one)))
    return tags[0] if tags else "…"


def _tag(model: type[BaseModel]) -> str | None:
    for name in ("measure", "mechanic", "pays", "reduces", "check"):
        if name in model.model_fields:
            return str(get_args(model.model_fields[name].annotation)[:1] or "").strip("(',)")
    return None


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    if get_origin(annotation) in (Annotated, Union, UnionType, tuple, list, dict):
        return {found for part in get_args(annotation) for found in _models_in(part)}
    return set()
