"""Words of what the buyer looks into: spot checks, inspections, complaints, satisfaction surveys."""

from __future__ import annotations

from app.security.terms import Term


class SpotOutcome(Term):
    """What looking into an entry came to. Only a clear word moves what counts."""

    GENUINE = "genuine", "属实"
    UNTRUE = "untrue", "不属实"
    PARTLY = "partly", "部分属实"
    UNKNOWN = "unknown", "无法核实"


class SizeBy(Term):
    """What the size of a sample was asked by."""

    NUMBER = "number", "条数"
    SHARE = "share", "比例"
    MARGIN = "margin", "允许误差"


class Strata(Term):
    """What a draw is spread over; beside these, a choice field of the ledger."""

    NONE = "none", "不分层"
    OUTLET = "outlet", "按网点"
    TOWNSHIP = "township", "按乡镇"
    AUTHOR = "author", "按填报人"
    FIELD = "field", "按台账字段"


class ItemResult(Term):
    PASS = "pass", "合格"
    FAIL = "fail", "不合格"
    NONE = "none", "不适用"


class InspectionState(Term):
    PLANNED = "planned", "待检查"
    UNDER_WAY = "under_way", "检查中"
    DONE = "done", "已办结"
    CANCELLED = "cancelled", "已取消"


class ComplaintChannel(Term):
    HOTLINE = "hotline", "服务热线"
    VISIT = "visit", "现场"
    WEB = "web", "网络"
    LETTER = "letter", "信件"
    FORWARDED = "forwarded", "上级转办"


class ComplaintState(Term):
    RECEIVED = "received", "待调查"
    LOOKED_INTO = "looked_into", "待认定"
    DECIDED = "decided", "已认定"


class PollState(Term):
    OPEN = "open", "调查中"
    CLOSED = "closed", "已办结"


class PollWay(Term):
    CALL = "call", "电话回访"
    TALK = "talk", "现场访谈"
    PAPER = "paper", "纸质问卷"


class Reached(Term):
    """What came of asking somebody."""

    ANSWERED = "answered", "已答"
    NO_REPLY = "no_reply", "无人应答"
    DECLINED = "declined", "不愿回答"
